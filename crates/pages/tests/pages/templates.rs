//! The files that pages are made of: every word exists in every language, and nothing goes around the escaper.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

const ENGLISH: &str = include_str!("../../words/en.ftl");
const GERMAN: &str = include_str!("../../words/de.ftl");

/// The ids of a file, each with its arguments.
fn messages(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let resource = fluent_syntax::parser::parse(source).unwrap();
    let mut messages = BTreeMap::new();
    for entry in &resource.body {
        match entry {
            Entry::Message(message) => {
                let mut arguments = BTreeSet::new();
                arguments_of(message.value.as_ref().unwrap(), &mut arguments);
                let before = messages.insert(message.id.name.to_owned(), arguments);
                assert!(before.is_none(), "{} stands twice", message.id.name);
            }
            Entry::Junk { content } => panic!("not Fluent: {content}"),
            _ => {}
        }
    }
    messages
}

fn arguments_of(pattern: &Pattern<&str>, arguments: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else {
            continue;
        };
        match expression {
            Expression::Inline(inline) => argument(inline, arguments),
            Expression::Select { selector, variants } => {
                argument(selector, arguments);
                for variant in variants {
                    arguments_of(&variant.value, arguments);
                }
            }
        }
    }
}

fn argument(inline: &InlineExpression<&str>, arguments: &mut BTreeSet<String>) {
    if let InlineExpression::VariableReference { id } = inline {
        arguments.insert(id.name.to_owned());
    }
}

/// Every source file and template, as (path, content).
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    let mut folders = vec![root.join("src"), root.join("templates")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let content = fs::read_to_string(&path).unwrap();
                files.push((path.display().to_string(), content));
            }
        }
    }
    assert!(files.len() > 40, "{}", files.len());
    files
}

/// The string literals that follow `call`, each with the literal after it if there is one.
fn calls<'a>(source: &'a str, call: &str) -> Vec<(&'a str, Option<&'a str>)> {
    let after = source.split(call).skip(1);
    let literals = after.filter_map(|rest| {
        let (first, rest) = rest.trim_start().strip_prefix('"')?.split_once('"')?;
        let second = rest.trim_start().strip_prefix(',');
        let second = second.and_then(|rest| rest.trim_start().strip_prefix('"'));
        Some((first, second.and_then(|rest| Some(rest.split_once('"')?.0))))
    });
    literals.collect()
}

#[test]
fn every_language_has_the_same_words_with_the_same_arguments() {
    let (english, german) = (messages(ENGLISH), messages(GERMAN));
    assert!(english.len() > 100);
    assert_eq!(english, german);
}

#[test]
fn every_word_that_is_asked_for_exists() {
    let words = messages(ENGLISH);
    let mut asked = 0;
    for (path, source) in sources() {
        for (id, _) in calls(&source, "say(") {
            let arguments = words
                .get(id)
                .unwrap_or_else(|| panic!("{path}: no word {id}"));
            assert!(arguments.is_empty(), "{path}: {id} wants {arguments:?}");
            asked += 1;
        }
        for (id, argument) in calls(&source, "about(") {
            let arguments = words
                .get(id)
                .unwrap_or_else(|| panic!("{path}: no word {id}"));
            let given = BTreeSet::from([argument.unwrap().to_owned()]);
            assert_eq!(*arguments, given, "{path}: {id}");
            asked += 1;
        }
    }
    assert!(asked > 100, "{asked}");
}

#[test]
fn every_word_is_asked_for() {
    let sources = sources();
    for id in messages(ENGLISH).keys() {
        let literal = format!("\"{id}\"");
        assert!(
            sources.iter().any(|(_, source)| source.contains(&literal)),
            "{id}"
        );
    }
}

#[test]
fn v18_no_template_goes_around_the_escaper_or_the_policy() {
    for (path, source) in sources() {
        if !path.ends_with(".html") {
            continue;
        }
        for forbidden in [
            "safe",
            "style=",
            "<style",
            "javascript:",
            " on",
            "escape",
            "raw",
        ] {
            // Words within tags only: "on" may be said, `onclick` may not.
            let found = source.split('<').skip(1).any(|tag| {
                let tag = tag.split('>').next().unwrap_or_default();
                match forbidden {
                    " on" => tag
                        .split_whitespace()
                        .any(|part| part.starts_with("on") && part.contains('=')),
                    _ => format!("<{tag}").contains(forbidden),
                }
            });
            assert!(!found, "{path}: {forbidden}");
        }
        assert!(
            !source.contains("|safe") && !source.contains("| safe"),
            "{path}"
        );
    }
}
