//! A decision allocates nothing, whether it allows or denies: a counting allocator watches.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "../fixture/mod.rs"]
mod fixture;

use allocation_counter::measure;
use fixture::{TYPES, grant, id, leaves, person, realm};
use scim::AttributeSet;
use scope::{
    AccountOperation, Action, Catalogue, ConsentOperation, ManagementRight, Operation,
    SubResourceOperation, Subject, Target, built_in_scopes, decide,
};
use serde_json::{Value, json};

const OPERATIONS: [Operation; 5] = [
    Operation::Retrieve,
    Operation::Search,
    Operation::Create,
    Operation::Modify,
    Operation::Delete,
];

/// Every built-in scope, and some that allow a part of something.
fn scopes() -> Vec<Value> {
    let built_in = built_in_scopes().into_iter();
    let mut scopes: Vec<Value> = built_in.map(|s| Value::Object(s.to_json())).collect();
    for (name, attributes) in [
        ("names", ["userName", "name"]),
        ("titles", ["title", "emails"]),
    ] {
        scopes.push(json!({
            "name": name, "type": "resource", "scim_resource_type": "User",
            "resource_operations": ["retrieve", "search", "modify"],
            "resource_attributes": attributes,
        }));
    }
    scopes.push(json!({"name": "orders", "type": "service", "services": [id(500)]}));
    scopes
}

/// Decides, and answers whether it was allowed. Allocating is a failure.
fn without_allocating(
    realm: &Catalogue,
    grant: &scope::EffectiveGrant,
    action: &Action<'_>,
) -> bool {
    let mut allowed = false;
    let counted = measure(|| allowed = decide(realm, grant, action).is_allowed());
    assert_eq!(counted.count_total, 0, "{action:?}");
    allowed
}

#[test]
fn the_counter_counts() {
    assert!(measure(|| drop(vec![1_u8; 100])).count_total > 0);
}

#[test]
fn no_decision_allocates() {
    let scopes = scopes();
    let realm = realm(&scopes);
    let all = 1..=scopes.len() as u128;
    let last_three = scopes.len() as u128 - 2..=scopes.len() as u128;
    let grants: Vec<_> = [Subject::Client, person()]
        .into_iter()
        .flat_map(|subject| {
            [
                grant(&realm, subject.clone(), all.clone()),
                grant(&realm, subject.clone(), last_three.clone()),
                grant(&realm, subject, []),
            ]
        })
        .collect();
    let needs = [
        AttributeSet::new(),
        leaves(&realm, "User", &["userName"]),
        leaves(&realm, "User", &["userName", "title", "emails"]),
        leaves(&realm, "User", &["userName", "name", "addresses", "roles"]),
    ];
    let (mut allowed, mut denied) = (0, 0);
    let mut count = |grant, action: Action<'_>| match without_allocating(&realm, grant, &action) {
        true => allowed += 1,
        false => denied += 1,
    };
    for grant in &grants {
        for attributes in std::iter::once(None).chain(needs.iter().map(Some)) {
            for operation in OPERATIONS {
                for (name, ..) in TYPES {
                    let resource_type = realm.type_named(name).unwrap();
                    count(
                        grant,
                        Action::Scim {
                            resource_type,
                            operation,
                            attributes,
                        },
                    );
                }
                count(
                    grant,
                    Action::Me {
                        operation,
                        attributes,
                    },
                );
            }
        }
        let users = realm.type_named("User").unwrap();
        for target in [Target::Own, Target::Any(users)] {
            for operation in [
                SubResourceOperation::Consent(ConsentOperation::RetrieveConsent),
                SubResourceOperation::Account(AccountOperation::ResetPassword),
            ] {
                count(grant, Action::SubResource { target, operation });
            }
        }
        count(grant, Action::UserInfo);
        let right = |text: &str| -> ManagementRight { text.parse().unwrap() };
        let (read, write) = (right("scopes:read"), right("applications:update"));
        for rights in [&[][..], &[read], &[read, write]] {
            count(grant, Action::Management { rights });
        }
        for path in [
            "/integration/orders",
            "/integration/reports/2026/total",
            "/other",
            "//",
        ] {
            count(
                grant,
                Action::Service {
                    method: "GET",
                    path,
                },
            );
        }
    }
    assert!(allowed > 100 && denied > 100, "{allowed} and {denied}");
}
