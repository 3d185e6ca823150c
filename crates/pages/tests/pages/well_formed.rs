//! What every page owes to those who cannot see it, use no mouse, or run no script (WCAG 2.2 AA).

use std::collections::BTreeSet;

use pages::Locale;

use crate::{
    dom::{Document, Element},
    views::{Texts, every},
};

/// Every page in every language, as it was named.
pub(crate) fn for_every_page(
    text: &dyn Fn(&str) -> String,
    check: impl Fn(&str, Locale, &Document),
) {
    for locale in Locale::ALL {
        for (name, page) in every(&Texts { locale, text }) {
            let html = page.html().unwrap();
            check(
                &format!("{name}.{}", locale.tag()),
                locale,
                &Document::parse(&html),
            );
        }
    }
}

/// All that must hold whatever a page shows.
pub(crate) fn assert_sound(name: &str, locale: Locale, page: &Document) {
    assert_eq!(page.errors, [] as [&str; 0], "{name}");
    has_its_parts(name, locale, page);
    ids_are_unique_and_met(name, page);
    inputs_are_labelled(name, page);
    forms_work_without_script(name, page);
    nothing_is_inline(name, page);
    links_are_harmless(name, page);
}

#[test]
fn every_page_is_sound_as_it_is() {
    for_every_page(&str::to_owned, |name, locale, page| {
        assert_sound(name, locale, page);
        let all = page.named("html").next().unwrap();
        assert!(
            !all.text.contains(['⟦', '{', '}']),
            "{name}: a word is missing in {}",
            all.text
        );
    });
}

fn has_its_parts(name: &str, locale: Locale, page: &Document) {
    for (part, count) in [("h1", 1), ("main", 1), ("title", 1), ("header", 1)] {
        assert_eq!(page.named(part).count(), count, "{name}: {part}");
    }
    let root = page.named("html").next().unwrap();
    assert!(root.is("lang", locale.tag()), "{name}");
    let heading = page.named("h1").next().unwrap().text.trim();
    let title = &page.named("title").next().unwrap().text;
    assert!(
        !heading.is_empty() && title.contains(heading),
        "{name}: {title}"
    );
    let mut level = 1;
    for element in &page.elements {
        if let "h1" | "h2" | "h3" = element.name.as_str() {
            let own: u8 = element.name[1..].parse().unwrap();
            assert!(own <= level + 1, "{name}: {} after h{level}", element.name);
            level = own;
        }
    }
}

fn ids_are_unique_and_met(name: &str, page: &Document) {
    let mut seen = BTreeSet::new();
    for (_, id) in page.with("id") {
        assert!(!id.is_empty() && seen.insert(id), "{name}: id {id}");
    }
    for attribute in ["for", "aria-describedby", "aria-labelledby"] {
        for (_, ids) in page.with(attribute) {
            assert!(!ids.is_empty(), "{name}: empty {attribute}");
            for id in ids.split(' ') {
                assert!(page.has_id(id), "{name}: {attribute}={id}");
            }
        }
    }
    for (_, link) in page.with("href") {
        if let Some(id) = link.strip_prefix('#') {
            assert!(page.has_id(id), "{name}: #{id}");
        }
    }
}

fn inputs_are_labelled(name: &str, page: &Document) {
    let visible = |input: &&Element| !input.is("type", "hidden");
    for input in page.named("input").filter(visible) {
        let id = input.get("id").unwrap();
        let label = page.named("label").find(|label| label.is("for", id));
        assert!(!label.unwrap().text.trim().is_empty(), "{name}: {id}");
        let checkbox = input.is("type", "checkbox");
        assert!(
            checkbox || input.get("autocomplete").is_some(),
            "{name}: {id}"
        );
        if input.is("aria-invalid", "true") {
            assert!(input.get("aria-describedby").is_some(), "{name}: {id}");
            assert!(
                page.with("role").any(|(_, role)| role == "alert"),
                "{name}: {id}"
            );
        }
        assert!(input.get("autofocus").is_none(), "{name}: {id}");
        assert!(
            !(input.is("type", "password") && input.get("value").is_some()),
            "{name}: {id}"
        );
    }
    for button in page.named("button") {
        assert!(!button.text.trim().is_empty(), "{name}");
        let label = button.get("aria-label").unwrap_or(&button.text);
        // WCAG 2.5.3: who speaks to the page says what stands on the button.
        assert!(label.starts_with(button.text.trim()), "{name}: {label}");
    }
    for svg in page.named("svg") {
        assert!(
            svg.is("role", "img") && !svg.get("aria-label").unwrap().is_empty(),
            "{name}"
        );
    }
}

fn forms_work_without_script(name: &str, page: &Document) {
    for form in page.named("form") {
        assert!(form.is("method", "post"), "{name}");
        assert!(!form.get("action").unwrap().is_empty(), "{name}");
    }
    // The answer to a client has no fields but its own; every other button says what it does.
    for button in page
        .named("button")
        .filter(|_| !name.starts_with("form-post"))
    {
        assert!(
            button.is("name", "action") && button.get("value").is_some(),
            "{name}"
        );
    }
}

/// V18: a policy without `unsafe-inline` stops nothing that a page needs.
fn nothing_is_inline(name: &str, page: &Document) {
    for element in &page.elements {
        for attribute in element.attributes.keys() {
            let inline = attribute == "style" || attribute.starts_with("on");
            assert!(!inline, "{name}: {attribute} of {}", element.name);
        }
        assert_ne!(element.name, "style", "{name}");
        if element.name == "script" {
            assert!(element.text.is_empty(), "{name}");
            assert!(
                element.get("src").unwrap().starts_with("/ui/assets/"),
                "{name}"
            );
        }
        let foreign = ["iframe", "object", "embed", "img", "base", "template"];
        assert!(
            !foreign.contains(&element.name.as_str()),
            "{name}: {}",
            element.name
        );
    }
}

/// REG-27: nothing leads to a script.
fn links_are_harmless(name: &str, page: &Document) {
    for attribute in ["href", "src", "action", "formaction"] {
        for (element, url) in page.with(attribute) {
            let harmless = ["/", "#", "https://", "otpauth://totp/"];
            let icon = url == "data:," && element.is("rel", "icon");
            let fine = icon || harmless.iter().any(|start| url.starts_with(start));
            assert!(fine, "{name}: {attribute}={url}");
        }
    }
}
