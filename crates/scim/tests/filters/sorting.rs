//! Sorting (RFC 7644 §3.4.2.3).

use super::{USER, only};
use scim::{
    AttributePath, AttributeSet, ScimType,
    sort::{self, SortOrder},
};
use serde_json::{Value, json};

/// The ids in the order that `sortBy` and `sortOrder` ask for.
fn sorted(path: &str, order: SortOrder, visible: &AttributeSet, users: &[Value]) -> Vec<String> {
    let path: AttributePath = path.parse().unwrap();
    let by = sort::bind(&path, order, &USER, visible).unwrap();
    let mut users = users.to_vec();
    users.sort_by(|a, b| sort::compare(&by, &USER, a, b));
    users
        .iter()
        .map(|user| user["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn missing_values_are_last_ascending_and_first_descending() {
    let users = [
        json!({ "id": "1" }),
        json!({ "id": "2", "title": "b" }),
        json!({ "id": "3", "title": "A" }),
        json!({ "id": "4" }),
        json!({ "id": "5", "title": "B" }),
    ];
    let all = USER.all_attributes();
    assert_eq!(
        sorted("title", SortOrder::Ascending, all, &users),
        ["3", "2", "5", "1", "4"]
    );
    assert_eq!(
        sorted("TITLE", SortOrder::Descending, all, &users),
        ["1", "4", "2", "5", "3"]
    );
}

#[test]
fn the_primary_element_counts_if_the_caller_may_see_it() {
    let users = [
        json!({ "id": "1", "emails": [{ "value": "z" }, { "value": "b", "primary": true }] }),
        json!({ "id": "2", "emails": [{ "type": "work", "primary": true }, { "value": "c" }] }),
        json!({ "id": "3", "emails": [{ "value": "a", "primary": false }, { "value": "y" }] }),
    ];
    let all = USER.all_attributes();
    for path in ["emails", "emails.value"] {
        assert_eq!(
            sorted(path, SortOrder::Ascending, all, &users),
            ["3", "1", "2"]
        );
    }
    let hidden = only(&USER, &["emails.value"]);
    assert_eq!(
        sorted("emails", SortOrder::Ascending, &hidden, &users),
        ["3", "2", "1"]
    );
}

#[test]
fn instants_and_extensions() {
    let user = |id: &str, created: &str, department: &str| {
        json!({
            "id": id,
            "meta": { "created": created, "resourceType": "User" },
            scim::urn::ENTERPRISE_USER: { "department": department },
        })
    };
    let users = [
        user("1", "2011-05-13T04:42:34Z", "Züge"),
        user("2", "2011-05-13T05:42:34+02:00", "zebra"),
        user("3", "2011-05-13T04:42:33.5Z", "Affe"),
    ];
    let all = USER.all_attributes();
    assert_eq!(
        sorted("meta.created", SortOrder::Ascending, all, &users),
        ["2", "3", "1"]
    );
    let department = format!("{}:department", scim::urn::ENTERPRISE_USER);
    assert_eq!(
        sorted(&department, SortOrder::Ascending, all, &users),
        ["3", "2", "1"]
    );
    // Every user has the same: the tie is broken by id.
    assert_eq!(
        sorted("meta.resourceType", SortOrder::Descending, all, &users),
        ["1", "2", "3"]
    );
}

/// S2: one answer, whatever the reason.
#[test]
fn what_cannot_be_sorted_by_is_unknown() {
    let visible = only(
        &USER,
        &[
            "userName",
            "name",
            "emails.type",
            "x509Certificates",
            "meta",
        ],
    );
    for path in [
        "title",
        "bogus",
        "name",
        "name.bogus",
        "emails",
        "emails.value",
        "password",
        "x509Certificates",
        "meta.version",
        "id",
        scim::urn::ENTERPRISE_USER,
    ] {
        let parsed: AttributePath = path.parse().unwrap();
        let error = sort::bind(&parsed, SortOrder::Ascending, &USER, &visible).unwrap_err();
        assert_eq!(
            (error.status, error.scim_type),
            (400, Some(ScimType::InvalidPath))
        );
        assert_eq!(
            error.detail,
            format!(
                "sortBy: `{path}` is not an attribute that can be sorted by; see the resource type's schema"
            )
        );
    }
}

#[test]
fn sort_order_is_one_of_two_words() {
    assert_eq!("ascending".parse(), Ok(SortOrder::Ascending));
    assert_eq!("descending".parse(), Ok(SortOrder::Descending));
    for text in ["", "asc", "Ascending", "descending "] {
        let error = text.parse::<SortOrder>().unwrap_err();
        assert_eq!(error.scim_type, Some(ScimType::InvalidValue));
    }
}
