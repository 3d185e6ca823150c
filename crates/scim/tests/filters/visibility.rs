//! A filter tells nothing of what its caller may not search (S2, S5).

use super::{USER, only};
use scim::{
    AttributeSet, ScimError,
    filter::{self, BoundFilter, Filter},
};
use serde_json::{Value, json};

fn bind(filter: &str, visible: &AttributeSet) -> Result<BoundFilter, ScimError> {
    filter::bind(&filter.parse::<Filter>().expect(filter), &USER, visible)
}

fn holds(filter: &str, visible: &AttributeSet, user: &Value) -> bool {
    filter::matches(&bind(filter, visible).expect(filter), &USER, user)
}

/// The same words for the attribute as for one that does not exist.
#[track_caller]
fn is_unknown(attribute: &str, filter: impl Fn(&str) -> String, visible: &AttributeSet) {
    // Of the same length, so that positions agree as well.
    let name_at = attribute.rfind(':').map_or(0, |at| at + 1);
    let (urn, name) = attribute.split_at(name_at);
    let name: String = name
        .chars()
        .map(|c| if c == '.' { c } else { 'q' })
        .collect();
    let nonsense = format!("{urn}{name}");
    let answer = bind(&filter(attribute), visible).expect_err(attribute);
    let expected = bind(&filter(&nonsense), visible).expect_err(&nonsense);
    assert_eq!(answer.detail.replace(attribute, &nonsense), expected.detail);
    assert_eq!(
        (answer.status, answer.scim_type),
        (expected.status, expected.scim_type)
    );
}

#[test]
fn hidden_is_unknown_s2() {
    let visible = only(&USER, &["userName", "emails.type"]);
    for attribute in [
        "title",
        "name",
        "name.familyName",
        "emails.value",
        "phoneNumbers",
        "id",
        "meta",
    ] {
        is_unknown(attribute, |a| format!("{a} pr"), &visible);
        is_unknown(attribute, |a| format!(r#"{a} eq "x""#), &visible);
        is_unknown(attribute, |a| format!("{a} eq 5"), &visible);
        is_unknown(attribute, |a| format!("{a} gt true"), &visible);
        is_unknown(attribute, |a| format!("{a} eq null"), &visible);
        is_unknown(attribute, |a| format!("userName pr or {a} pr"), &visible);
    }
    for attribute in ["phoneNumbers", "name", "title"] {
        is_unknown(attribute, |a| format!("{a}[type pr]"), &visible);
    }
    is_unknown("value", |a| format!(r#"emails[{a} co "x"]"#), &visible);
    is_unknown("schemas", |a| format!(r#"{a} eq "x""#), &visible);
}

#[test]
fn a_complex_attribute_stands_only_for_what_is_visible() {
    let visible = only(&USER, &["emails.type"]);
    is_unknown("emails", |a| format!(r#"{a} eq "x""#), &visible);
    let user = json!({ "emails": [{ "value": "a@example.com" }] });
    assert!(!holds("emails pr", &visible, &user));
    assert!(holds("emails eq null", &visible, &user));
    assert!(!holds(r#"emails[not (type eq "work")]"#, &visible, &user));
    assert!(!holds("emails[type eq null]", &visible, &user));
    assert!(holds("emails pr", USER.all_attributes(), &user));
    assert!(holds("emails[type eq null]", USER.all_attributes(), &user));
}

#[test]
fn a_hidden_extension_is_not_in_schemas() {
    let urn = scim::urn::ENTERPRISE_USER;
    let user = json!({ urn: { "department": "Tours" } });
    let filter = format!(r#"schemas eq "{urn}""#);
    assert!(holds(&filter, &only(&USER, &["schemas", urn]), &user));
    let hidden = only(&USER, &["schemas", "userName"]);
    assert_eq!(bind(&filter, &hidden), Ok(BoundFilter::Constant(false)));
    assert_eq!(
        bind(&format!(r#"schemas ne "{}""#, USER.base_urn()), &hidden),
        Ok(BoundFilter::Constant(false))
    );
    let partly = only(&USER, &["schemas", &format!("{urn}:division")]);
    assert!(!holds(&filter, &partly, &user));
    is_unknown(urn, |a| format!("{a} pr"), &hidden);
}

#[test]
fn secrets_and_derived_addresses_are_unknown_to_everyone_s5() {
    let all = USER.all_attributes();
    for attribute in ["password", "groups.$ref"] {
        is_unknown(attribute, |a| format!("{a} pr"), all);
    }
    for attribute in ["password", "meta.location", "meta.version", "groups.$ref"] {
        is_unknown(attribute, |a| format!(r#"{a} sw "x""#), all);
    }
}
