//! The scopes that would do, for a refusal's challenge (product §6.2).

use crate::fixture::{ENTERPRISE, client, grant, id, input, leaves, person, realm};
use scope::{
    Action, Catalogue, Decision, EffectiveGrant, Operation, ServiceId, Subject, built_in_scopes,
    decide, smallest_sufficient,
};
use serde_json::{Value, json};

fn resource(name: &str, resource_type: &str, operations: &[&str], attributes: &[&str]) -> Value {
    json!({"name": name, "type": "resource", "scim_resource_type": resource_type,
        "resource_operations": operations, "resource_attributes": attributes})
}

fn suggestion(realm: &Catalogue, grant: &EffectiveGrant, action: &Action<'_>) -> String {
    assert!(matches!(
        decide(realm, grant, action),
        Decision::Denied { .. }
    ));
    smallest_sufficient(realm, grant, action).to_string()
}

fn read(realm: &Catalogue, operation: Operation, paths: &[&str]) -> String {
    let needed = leaves(realm, "User", paths);
    let resource_type = realm.type_named("User").unwrap();
    let action = Action::Scim {
        resource_type,
        operation,
        attributes: Some(&needed),
    };
    suggestion(realm, &grant(realm, Subject::Client, []), &action)
}

#[test]
fn one_scope_is_better_than_two() {
    let realm = realm(&[
        resource("a:names", "User", &["retrieve"], &["name"]),
        resource("a:titles", "User", &["retrieve"], &["title"]),
        resource("z:all", "User", &["retrieve"], &["*"]),
    ]);
    assert_eq!(
        read(&realm, Operation::Retrieve, &["title", "name"]),
        "z:all"
    );
    assert_eq!(read(&realm, Operation::Retrieve, &["title"]), "a:titles");
}

#[test]
fn several_scopes_that_add_up_are_found() {
    let realm = realm(&[
        resource("names", "User", &["modify"], &["name"]),
        resource("titles", "User", &["modify"], &["title"]),
        resource("locales", "User", &["modify"], &["locale"]),
        resource("other", "Group", &["modify"], &["*"]),
    ]);
    assert_eq!(
        read(&realm, Operation::Modify, &["title", "name"]),
        "names titles"
    );
    let all = ["title", "name.givenName", "locale"];
    assert_eq!(
        read(&realm, Operation::Modify, &all),
        "locales names titles"
    );
    assert_eq!(read(&realm, Operation::Modify, &["title", "active"]), "");
    assert_eq!(read(&realm, Operation::Create, &["title"]), "");
}

/// Of equally many: what the client is assigned first, then the least extra, then by name.
#[test]
fn ties_are_broken_in_the_products_order() {
    let scopes = [
        resource("c:wide", "User", &["retrieve", "search"], &["*"]),
        resource("b:narrow", "User", &["retrieve"], &["title"]),
        resource("a:narrow", "User", &["retrieve"], &["title"]),
    ];
    let mut with = input(&scopes);
    with.clients = vec![client([])];
    let none = Catalogue::compile(with.clone()).unwrap();
    assert_eq!(read(&none, Operation::Retrieve, &["title"]), "a:narrow");
    with.clients = vec![client([1])];
    let wide = Catalogue::compile(with).unwrap();
    assert_eq!(read(&wide, Operation::Retrieve, &["title"]), "c:wide");
}

/// What comes from another resource needs a scope there too (S3).
#[test]
fn s3_a_shown_name_needs_both_scopes() {
    let manager = format!("{ENTERPRISE}:manager.displayName");
    let realm = realm(&[
        resource("groups", "Group", &["retrieve"], &["displayName"]),
        resource(
            "users",
            "User",
            &["retrieve", "search"],
            &["groups", &manager],
        ),
        resource("names", "User", &["retrieve"], &["displayName"]),
    ]);
    assert_eq!(
        read(&realm, Operation::Retrieve, &["groups.value"]),
        "users"
    );
    assert_eq!(
        read(&realm, Operation::Retrieve, &["groups.display"]),
        "groups users"
    );
    assert_eq!(
        read(&realm, Operation::Search, &["groups.value"]),
        "groups users"
    );
    assert_eq!(read(&realm, Operation::Search, &["groups.display"]), "");
    assert_eq!(
        read(&realm, Operation::Retrieve, &[&manager]),
        "names users"
    );
}

#[test]
fn other_actions_name_their_scopes_too() {
    let mut scopes: Vec<_> = built_in_scopes()
        .iter()
        .map(|scope| Value::Object(scope.to_json()))
        .collect();
    let service = ServiceId(id(500)).to_string();
    scopes.push(json!({"name": "orders", "type": "service", "services": [service]}));
    scopes.push(json!({"name": "consents", "type": "authenticated-identity",
        "consent_prompt_text": "x", "consent_operations": ["revoke-consent"]}));
    let realm = realm(&scopes);
    let person = grant(&realm, person(), []);
    let rights = ["applications:update", "scopes:read"].map(|text| text.parse().unwrap());
    let revoke = scope::SubResourceOperation::Consent(scope::ConsentOperation::RevokeConsent);
    let email = leaves(&realm, "User", &["emails"]);
    for (action, expected) in [
        (
            Action::Management { rights: &rights },
            "applications:update scopes:read",
        ),
        (Action::Management { rights: &[] }, ""),
        (
            Action::Service {
                method: "GET",
                path: "/integration/orders",
            },
            "orders",
        ),
        (
            Action::Service {
                method: "GET",
                path: "/integration/nothing",
            },
            "",
        ),
        (
            Action::Service {
                method: "GET",
                path: "/integration//orders",
            },
            "",
        ),
        (Action::UserInfo, "openid"),
        (
            Action::Me {
                operation: Operation::Retrieve,
                attributes: Some(&email),
            },
            "email",
        ),
        (
            Action::Me {
                operation: Operation::Delete,
                attributes: None,
            },
            "",
        ),
        (
            Action::SubResource {
                target: scope::Target::Own,
                operation: revoke,
            },
            "consents",
        ),
    ] {
        assert_eq!(suggestion(&realm, &person, &action), expected, "{action:?}");
    }
    // No scope makes a person of a client, writes a password at `/Me`, or wakes an inactive client.
    let own = grant(&realm, Subject::Client, []);
    assert_eq!(suggestion(&realm, &own, &Action::UserInfo), "");
    let password = leaves(&realm, "User", &["password"]);
    let write = Action::Me {
        operation: Operation::Modify,
        attributes: Some(&password),
    };
    assert_eq!(suggestion(&realm, &person, &write), "");
    let mut inactive = client([]);
    inactive.active = false;
    let stopped = realm
        .changed(8, vec![scope::Change::PutClient(inactive)])
        .unwrap();
    let nobody = grant(&stopped, crate::fixture::person(), []);
    assert_eq!(suggestion(&stopped, &nobody, &Action::UserInfo), "");
}
