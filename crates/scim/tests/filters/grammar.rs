//! What is a filter and what is not (RFC 7644 §3.4.2.2, Figure 1), and its limits (S9).

use super::refusal;
use proptest::prelude::*;
use scim::filter::{Filter, MAX_DEPTH, MAX_LENGTH, MAX_SUBSTRING_TERMS, MAX_TERMS};

/// `text` parses to the same filter as `canonical`, which prints as itself.
#[track_caller]
fn same(text: &str, canonical: &str) {
    let filter: Filter = text.parse().expect(text);
    assert_eq!(filter.to_string(), canonical);
    assert_eq!(canonical.parse(), Ok(filter));
}

#[test]
fn the_examples_of_the_standard() {
    for filter in [
        r#"userName eq "bjensen""#,
        r#"name.familyName co "O'Malley""#,
        r#"userName sw "J""#,
        r#"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J""#,
        "title pr",
        r#"meta.lastModified gt "2011-05-13T04:42:34Z""#,
        r#"meta.lastModified ge "2011-05-13T04:42:34Z""#,
        r#"meta.lastModified lt "2011-05-13T04:42:34Z""#,
        r#"meta.lastModified le "2011-05-13T04:42:34Z""#,
        r#"title pr and userType eq "Employee""#,
        r#"title pr or userType eq "Intern""#,
        r#"schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User""#,
        r#"userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")"#,
        r#"userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")"#,
        r#"emails[type eq "work" and value co "@example.com"]"#,
        r#"emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]"#,
    ] {
        same(filter, filter);
    }
    same(
        r#"userType eq "Employee" and (emails.type eq "work")"#,
        r#"userType eq "Employee" and emails.type eq "work""#,
    );
}

#[test]
fn not_binds_tighter_than_and_tighter_than_or() {
    same("a pr or b pr and c pr", "a pr or b pr and c pr");
    same("a pr or (b pr and c pr)", "a pr or b pr and c pr");
    same("(a pr or b pr) and c pr", "(a pr or b pr) and c pr");
    same("not (a pr) and b pr", "not (a pr) and b pr");
    same("not (a pr and b pr)", "not (a pr and b pr)");
    same("a pr and (b pr and c pr)", "a pr and (b pr and c pr)");
    same("((a pr))", "a pr");
}

#[test]
fn keywords_ignore_case_and_spaces_may_repeat() {
    same(
        r#"  a EQ   "x"   AND NOT(b Pr) "#,
        r#"a eq "x" and not (b pr)"#,
    );
    same("emails[ type pr ]", "emails[type pr]");
    same("( a pr ) oR ( b pr )", "a pr or b pr");
}

#[test]
fn literals_are_json() {
    same(
        r#"a eq "b\u006fb \ud83e\udd80\n\"\\""#,
        r#"a eq "bob 🦀\n\"\\""#,
    );
    same(r#"a eq ")] and b pr""#, r#"a eq ")] and b pr""#);
    same("a eq -12", "a eq -12");
    same("a eq 1.5E3", "a eq 1500.0");
    same(
        "a eq true or a eq false or a eq null",
        "a eq true or a eq false or a eq null",
    );
}

#[test]
fn what_is_no_filter_is_refused() {
    for filter in [
        "",
        " ",
        "userName",
        "userName eq",
        r#"userName eq "x"#,
        r#"userName eq "x\q""#,
        r#"userName eq "\ud800""#,
        r#"userName eq "\u0000""#,
        "userName eq \"a\tb\"",
        "userName eq bjensen",
        "userName eq 'x'",
        "userName eq True",
        "userName eq 01",
        "userName eq 1e999",
        "userName eq -",
        r#"userName = "x""#,
        r#"userName like "x""#,
        r#"userName eq"x""#,
        r#"eq "x""#,
        r#""x" eq userName"#,
        "title pr pr",
        "title pr and",
        "and title pr",
        "title pr title pr",
        "title pr & title pr",
        "(title pr)and(title pr)",
        "(title pr) and(title pr)",
        "(title pr",
        "title pr)",
        "()",
        "not title pr",
        "not",
        "emails[type pr",
        "emails[type pr)",
        "emails[]",
        "emails [type pr]",
        "emails[type[value pr]]",
        "title. pr",
        ".title pr",
        "a.b.c pr",
        "tïtle pr",
        "1title pr",
        "title pr\u{0}",
        "title\tpr",
    ] {
        refusal(filter);
    }
}

#[test]
fn the_error_says_where_and_what() {
    for (filter, detail) in [
        (
            r#"ünter eq "x""#,
            "filter, character 1: expected an attribute, an operator or a JSON value, found `ünter eq \"x\"`",
        ),
        (
            r#"title eq "ü" und"#,
            "filter, character 14: expected `and`, `or` or the end, found `und`",
        ),
        (
            "title is 5",
            "filter, character 7: expected an operator (eq ne co sw ew pr gt ge lt le), found `is 5`",
        ),
        (
            "(title pr",
            "filter, character 10: expected `and`, `or` or `)`, found the end",
        ),
    ] {
        assert_eq!(refusal(filter).detail, detail);
    }
}

#[test]
fn limits_s9() {
    let terms = |n: usize, term: &str| vec![term; n].join(" or ");
    let nested = |n: usize| format!("{}title pr{}", "(".repeat(n), ")".repeat(n));
    let negated = |n: usize| format!("{}title pr{}", "not (".repeat(n), ")".repeat(n));
    // What comes after the brackets is one level deeper in the filter that it makes.
    let after = |n: usize| {
        format!(
            "{}emails[type pr or value pr].display pr{}",
            "(".repeat(n),
            ")".repeat(n)
        )
    };
    let long = |n: usize| format!("title eq \"{}\"", "x".repeat(n - 11));
    for (filter, accepted) in [
        (terms(MAX_TERMS, "title pr"), true),
        (terms(MAX_TERMS + 1, "title pr"), false),
        (terms(MAX_SUBSTRING_TERMS, r#"title sw "x""#), true),
        (terms(MAX_SUBSTRING_TERMS + 1, r#"title ew "x""#), false),
        (nested(MAX_DEPTH), true),
        (nested(MAX_DEPTH + 1), false),
        (negated(MAX_DEPTH), true),
        (negated(MAX_DEPTH + 1), false),
        (after(MAX_DEPTH - 2), true),
        (after(MAX_DEPTH - 1), false),
        (long(MAX_LENGTH), true),
        (long(MAX_LENGTH + 1), false),
        ("(".repeat(MAX_LENGTH), false),
        ("a[".repeat(MAX_LENGTH / 2), false),
    ] {
        assert_eq!(filter.parse::<Filter>().is_ok(), accepted, "{filter}");
    }
}

proptest! {
    /// Near-filters either parse to what prints as itself, or are refused in a bounded answer.
    #[test]
    fn no_text_upsets_the_parser(
        tokens in prop::collection::vec(
            prop::sample::select(vec![
                "title", "emails", "eq", "pr", "co", "and", "or", "not", "(", ")", "[", "]", " ",
                " ", " ", "\"x\"", "\"", "\\", "1", "-", "true", "null", "urn:x:", ".", "ß", "\0",
            ]),
            0..24,
        )
    ) {
        match tokens.concat().parse::<Filter>() {
            Ok(filter) => prop_assert_eq!(filter.to_string().parse::<Filter>(), Ok(filter)),
            Err(error) => prop_assert!(error.detail.len() < 300, "{}", error.detail),
        }
    }
}

#[test]
fn a_sub_attribute_after_the_brackets_is_of_the_same_element() {
    for (text, meant) in [
        (
            "emails[type eq \"work\"].value eq \"x\"",
            "emails[type eq \"work\" and value eq \"x\"]",
        ),
        (
            "emails[type eq \"work\" or primary eq true].value pr and active eq true",
            "emails[(type eq \"work\" or primary eq true) and value pr] and active eq true",
        ),
        (
            "emails[type pr and primary pr].value pr",
            "emails[type pr and primary pr and value pr]",
        ),
    ] {
        assert_eq!(text.parse::<Filter>(), meant.parse::<Filter>(), "{text}");
    }
    for text in [
        "emails[type pr] .value pr",
        "emails[type pr].value",
        "emails[type pr]. pr",
        "emails[type pr].value[x pr]",
        "emails[type pr]value pr",
    ] {
        assert!(text.parse::<Filter>().is_err(), "{text}");
    }
}
