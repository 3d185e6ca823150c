//! What a filter matches (RFC 7644 §3.4.2.2, Table 3 to Table 5).

use super::{GROUP, USER, matches, refusal};
use scim::{
    ResourceSchema, ResourceType, Schema,
    filter::{self, BoundFilter, Filter},
};
use serde_json::{Value, json};

fn barbara() -> Value {
    json!({
        "schemas": [
            "urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        ],
        "id": "2819c223",
        "externalId": "Ext-1",
        "userName": "BJensen",
        "name": { "familyName": "Jensen", "givenName": "Bärbel" },
        "nickName": "",
        "profileUrl": "https://example.com/BJensen",
        "active": true,
        "emails": [
            { "value": "bjensen@example.com", "type": "work", "primary": true },
            { "value": "babs@jensen.org", "type": "home" },
            { "value": "other@example.net" },
        ],
        "phoneNumbers": [{ "value": "555", "type": "work" }],
        "x509Certificates": [{ "value": "AQID" }],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
            "department": "Tours",
            "manager": { "value": "26118915" },
        },
        "meta": {
            "resourceType": "User",
            "created": "2010-01-23T04:56:22Z",
            "lastModified": "2011-05-13T06:42:34+02:00",
            "location": "https://example.com/v2/Users/2819c223",
            "version": "W/\"a\"",
        },
    })
}

#[track_caller]
fn check(cases: &[(&str, bool)]) {
    let user = barbara();
    for (filter, expected) in cases {
        assert_eq!(matches(filter, &user), *expected, "{filter}");
    }
}

#[test]
fn strings_fold_unless_case_exact() {
    check(&[
        (r#"userName eq "bjensen""#, true),
        (r#"USERNAME Eq "BJENSEN""#, true),
        (r#"userName eq "bjensen2""#, false),
        (r#"userName sw "bj""#, true),
        (r#"userName ew "SEN""#, true),
        (r#"userName co "JEN""#, true),
        (r#"userName co """#, true),
        (r#"displayName co """#, false),
        (r#"name.givenName eq "BÄRBEL""#, true),
        (r#"name.givenName eq "Ba\u0308rbel""#, true),
        (r#"name.givenName sw "ba""#, false),
        (r#"externalId eq "Ext-1""#, true),
        (r#"externalId eq "ext-1""#, false),
        (r#"id sw "2819""#, true),
        // RFC 7643 §2.3.7: a reference is case exact.
        (r#"profileUrl ew "/BJensen""#, true),
        (r#"profileUrl ew "/bjensen""#, false),
    ]);
}

#[test]
fn order_is_by_code_point_of_the_folded_text() {
    check(&[
        (r#"userName gt "BJ""#, true),
        (r#"userName gt "bjensen""#, false),
        (r#"userName ge "bjensen""#, true),
        (r#"userName lt "C""#, true),
        (r#"name.givenName gt "bzzz""#, true),
        (r#"externalId lt "a""#, true),
        (r#"displayName lt "z""#, false),
    ]);
}

#[test]
fn logic_has_two_values() {
    check(&[
        (r#"title eq "x""#, false),
        (r#"title ne "x""#, true),
        (r#"not (title eq "x")"#, true),
        ("title pr", false),
        ("not (title pr)", true),
        (r#"title eq "x" or userName eq "bjensen""#, true),
        (r#"title eq "x" and userName eq "bjensen""#, false),
        (r#"userName ne "bjensen""#, false),
    ]);
}

#[test]
fn presence_and_null() {
    check(&[
        ("userName pr", true),
        ("name pr", true),
        ("name.formatted pr", false),
        ("emails pr", true),
        ("ims pr", false),
        ("nickName pr", false),
        (r#"nickName eq """#, true),
        (r#"nickName ne """#, false),
        ("nickName eq null", false),
        ("nickName ne null", true),
        ("title eq null", true),
        ("title ne null", false),
        ("name ne null", true),
        ("emails eq null", false),
        ("active pr", true),
        ("id pr and schemas pr and meta pr and meta.version pr", true),
        (
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User pr",
            true,
        ),
        (
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division pr",
            false,
        ),
    ]);
}

#[test]
fn any_value_of_a_multi_valued_attribute_may_match() {
    check(&[
        (r#"emails.type eq "home""#, true),
        (r#"emails co "JENSEN.org""#, true),
        (r#"emails.value ew ".de""#, false),
        (r#"emails.primary eq true"#, true),
        // Some value differs …
        (r#"emails.type ne "work""#, true),
        // … or there is none; but not if all are equal.
        (r#"ims.type ne "work""#, true),
        (r#"phoneNumbers.type ne "work""#, false),
        (r#"not (emails.type eq "work")"#, false),
        (r#"emails.type eq "work" and emails.value co "babs""#, true),
    ]);
}

#[test]
fn one_element_satisfies_a_whole_value_path() {
    check(&[
        (
            r#"emails[type eq "work" and value co "@example.com"]"#,
            true,
        ),
        (r#"emails[type eq "work" and value co "babs"]"#, false),
        (
            r#"emails[type eq "work"] and emails[value co "babs"]"#,
            true,
        ),
        (r#"emails[not (type pr)]"#, true),
        (r#"emails[type ne "work" and value co "other"]"#, true),
        (r#"emails[type eq null]"#, true),
        (r#"phoneNumbers[not (type eq "work")]"#, false),
        (r#"ims[not (type eq "work")]"#, false),
        (r#"not (emails[type eq "other"])"#, true),
        (
            r#"emails[(type eq "home" or type eq "work") and primary eq true]"#,
            true,
        ),
        (r#"emails[primary eq "True"]"#, true),
    ]);
}

#[test]
fn booleans_numbers_dates_and_binaries() {
    check(&[
        ("active eq true", true),
        ("active ne true", false),
        (r#"active eq "TRUE""#, true),
        (r#"meta.lastModified eq "2011-05-13T04:42:34Z""#, true),
        (
            r#"meta.lastModified gt "2011-05-13T04:42:33.999999Z""#,
            true,
        ),
        (r#"meta.lastModified lt "2011-05-13T04:42:34""#, false),
        (r#"meta.created le "2010-01-23T04:56:22Z""#, true),
        (r#"x509Certificates.value eq "AQID""#, true),
        (r#"x509Certificates eq "aqid""#, false),
    ]);
}

#[test]
fn schemas_and_extensions() {
    check(&[
        (
            r#"schemas eq "urn:ietf:params:scim:schemas:core:2.0:User""#,
            true,
        ),
        (
            r#"schemas ne "urn:ietf:params:scim:schemas:core:2.0:User""#,
            true,
        ),
        (
            r#"schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User""#,
            true,
        ),
        (
            r#"schemas sw "urn:ietf:params:scim:schemas:extension""#,
            true,
        ),
        (r#"schemas eq "urn:none""#, false),
        (
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "tours""#,
            true,
        ),
        (
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value sw "26""#,
            true,
        ),
        (
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager eq "26118915""#,
            true,
        ),
        (
            r#"URN:ietf:params:scim:schemas:core:2.0:user:userName sw "b""#,
            true,
        ),
        (r#"meta.resourceType eq "User""#, true),
        (r#"meta.resourceType eq "user""#, false),
    ]);
    let mut plain = barbara();
    plain
        .as_object_mut()
        .unwrap()
        .shift_remove(scim::urn::ENTERPRISE_USER);
    let enterprise = format!(r#"schemas eq "{}""#, scim::urn::ENTERPRISE_USER);
    assert!(!matches(&enterprise, &plain));
    // Data, as a response's `schemas` has it, though `pr` does not count it.
    let mut empty = plain.clone();
    empty[scim::urn::ENTERPRISE_USER] = json!({ "department": "" });
    assert!(matches(&enterprise, &empty));
    let external = format!(r#"{}:externalId eq "701984""#, scim::urn::USER);
    empty["externalId"] = json!("701984");
    assert!(matches(&external, &empty));
    assert!(!matches(
        r#"schemas ne "urn:ietf:params:scim:schemas:core:2.0:User""#,
        &plain
    ));
}

#[test]
fn what_does_not_fit_the_schema_is_refused() {
    for filter in [
        r#"bogus eq "x""#,
        r#"name.bogus eq "x""#,
        r#"userName.value eq "x""#,
        r#"urn:x:userName eq "x""#,
        r#"userName eq "x" or bogus pr"#,
        r#"name eq "x""#,
        r#"addresses eq "x""#,
        r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User eq "x""#,
        "userName eq 5",
        "userName eq true",
        "userName co null",
        "userName gt null",
        r#"active eq "yes""#,
        "active eq 1",
        "active gt false",
        r#"active co "t""#,
        r#"x509Certificates.value gt "A""#,
        r#"x509Certificates.value co "A""#,
        r#"meta.created gt "banana""#,
        r#"meta.created sw "2011""#,
        "meta.created gt 5",
        r#"name[familyName eq "x"]"#,
        r#"title[value eq "x"]"#,
        r#"schemas[value eq "x"]"#,
        r#"emails[emails.type eq "x"]"#,
        r#"emails[userName eq "x"]"#,
    ] {
        refusal(filter);
    }
}

#[test]
fn a_search_over_all_types_takes_what_one_of_them_knows() {
    let types = [
        (&*USER, USER.all_attributes()),
        (&*GROUP, GROUP.all_attributes()),
    ];
    let bind = |filter: &str| filter::bind_each(&filter.parse::<Filter>().unwrap(), &types);
    let bound = bind(r#"userName ne "x" or members.value eq "y""#).unwrap();
    let group = json!({ "displayName": "g", "members": [{ "value": "y" }] });
    assert!(filter::matches(
        &bound[0],
        &USER,
        &json!({ "userName": "z" })
    ));
    assert!(!filter::matches(
        &bound[0],
        &USER,
        &json!({ "userName": "x" })
    ));
    assert!(filter::matches(&bound[1], &GROUP, &group));
    assert_eq!(
        bind(r#"userName pr"#).unwrap()[1],
        BoundFilter::Constant(false)
    );
    // What the type does not have has no value.
    for filter in [
        r#"userName ne "z""#,
        "userName eq null",
        "not (userName pr)",
    ] {
        assert_eq!(
            bind(filter).unwrap()[1],
            BoundFilter::Constant(true),
            "{filter}"
        );
    }
    for filter in [
        r#"userName eq "z""#,
        "userName ne null",
        r#"emails[type ne "z"]"#,
    ] {
        assert_eq!(
            bind(filter).unwrap()[1],
            BoundFilter::Constant(false),
            "{filter}"
        );
    }
    assert!(bind("userName pr or bogus pr").is_err());
}

#[test]
fn a_patch_filter_asks_one_element() {
    let emails = USER.lookup("emails").unwrap().id;
    let bind = |filter: &str| {
        let filter = filter.parse::<Filter>().unwrap();
        filter::bind_element(&filter, emails, &USER, USER.all_attributes())
    };
    let work = bind(r#"type eq "WORK" and not (primary eq true)"#).unwrap();
    let holds = |element: Value| filter::matches_element(&work, &USER, &element);
    assert!(holds(json!({ "type": "work", "value": "x" })));
    assert!(!holds(json!({ "type": "work", "primary": true })));
    assert!(bind("emails[type pr]").is_err());
    let filter = "familyName pr".parse::<Filter>().unwrap();
    let name = USER.lookup("name").unwrap().id;
    assert!(filter::bind_element(&filter, name, &USER, USER.all_attributes()).is_err());
}

#[test]
fn numbers_of_a_custom_schema() {
    let schema: Schema = serde_json::from_value(json!({
        "id": "urn:x:Device",
        "attributes": [
            { "name": "count", "type": "integer" },
            { "name": "weight", "type": "decimal" },
            { "name": "tags", "multiValued": true },
        ],
    }))
    .unwrap();
    let device: ResourceType = serde_json::from_value(json!({
        "id": "Device", "name": "Device", "endpoint": "/Devices", "schema": "urn:x:Device",
    }))
    .unwrap();
    let device = ResourceSchema::compile(device, |_| Some(&schema)).unwrap();
    let resource = json!({ "count": 300, "weight": 2, "tags": ["a", "b"] });
    let bind =
        |filter: &str| filter::bind(&filter.parse().unwrap(), &device, device.all_attributes());
    for (filter, expected) in [
        ("count eq 300", true),
        ("count eq 3e2", true),
        ("count gt -1", true),
        ("count lt 300.0", false),
        ("weight eq 2.0", true),
        ("weight ge 1.5 and weight le 2", true),
        (r#"tags eq "B""#, true),
        (r#"tags ne "a""#, true),
        ("tags pr", true),
    ] {
        assert_eq!(
            filter::matches(&bind(filter).unwrap(), &device, &resource),
            expected,
            "{filter}"
        );
    }
    for filter in [
        "count eq 2.5",
        "count eq 9223372036854775808",
        r#"count eq "3""#,
        "weight co 2",
        r#"tags[value eq "a"]"#,
    ] {
        assert!(bind(filter).is_err(), "{filter}");
    }
}
