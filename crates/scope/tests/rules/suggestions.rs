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

/// The least extra, whatever kind of right is extra; the wider one would be first by name.
#[test]
fn of_two_scopes_that_do_the_one_that_allows_less_is_named() {
    let with = |mut scope: Value, name: &str, field: &str, value: Value| {
        scope["name"] = name.into();
        scope[field] = value;
        scope
    };
    let titles = resource("b", "User", &["retrieve"], &["title"]);
    let own = json!({"name": "b", "type": "authenticated-identity", "consent_prompt_text": "x",
        "resource_operations": ["retrieve"], "resource_attributes": ["title"]});
    let keys = json!({"name": "b", "type": "management", "built_in": true,
        "management_operations": ["keys:read"]});
    let service = |n: u128| ServiceId(id(n)).to_string();
    let orders = json!({"name": "b", "type": "service", "services": [service(500)]});
    let base = realm(&[]);
    let title = leaves(&base, "User", &["title"]);
    let user = base.type_named("User").unwrap();
    let scim = Action::Scim {
        resource_type: user,
        operation: Operation::Retrieve,
        attributes: Some(&title),
    };
    let me = Action::Me {
        operation: Operation::Retrieve,
        attributes: Some(&title),
    };
    let management = Action::Management {
        rights: &["keys:read".parse().unwrap()],
    };
    let call = Action::Service {
        method: "GET",
        path: "/integration/orders",
    };
    let operations = "resource_operations";
    for (narrow, field, wider, action) in [
        // An operation that reaches no attribute is one right, too.
        (&titles, operations, json!(["retrieve", "delete"]), &scim),
        (
            &titles,
            "resource_attributes",
            json!(["title", "locale"]),
            &scim,
        ),
        (
            &titles,
            "consent_operations",
            json!(["revoke-consent"]),
            &scim,
        ),
        (&own, operations, json!(["retrieve", "modify"]), &me),
        (&own, "resource_attributes", json!(["title", "locale"]), &me),
        (&own, "account_operations", json!(["reset-password"]), &me),
        (
            &keys,
            "management_operations",
            json!(["keys:read", "scopes:read"]),
            &management,
        ),
        (
            &orders,
            "services",
            json!([service(500), service(503)]),
            &call,
        ),
    ] {
        let wide = with(narrow.clone(), "a", field, wider);
        let realm = realm(&[wide.clone(), narrow.clone()]);
        let nobody = grant(&realm, person(), []);
        assert_eq!(suggestion(&realm, &nobody, action), "b", "{wide}");
    }
}

/// At `/Me` a person's scopes help, and a client that acts for itself has no identity (S14).
#[test]
fn at_me_only_a_person_is_told_of_scopes() {
    let own = |name: &str, attributes: &[&str]| {
        json!({"name": name, "type": "authenticated-identity", "consent_prompt_text": "x",
            "resource_operations": ["retrieve", "modify"], "resource_attributes": attributes,
            "consent_operations": ["revoke-consent"]})
    };
    let realm = realm(&[
        own("titles", &["title"]),
        own("passwords", &["password", "locale"]),
    ]);
    let [title, password] = ["title", "password"].map(|path| leaves(&realm, "User", &[path]));
    let me = |operation, attributes| Action::Me {
        operation,
        attributes: Some(attributes),
    };
    let revoke = Action::SubResource {
        target: scope::Target::Own,
        operation: scope::SubResourceOperation::Consent(scope::ConsentOperation::RevokeConsent),
    };
    let nobody = grant(&realm, person(), []);
    let client = grant(&realm, Subject::Client, []);
    for (action, of_person) in [
        (me(Operation::Retrieve, &title), "titles"),
        (me(Operation::Modify, &title), "titles"),
        (me(Operation::Search, &title), ""),
        // Not even a scope that names it (product §2.2).
        (me(Operation::Modify, &password), ""),
        (revoke, "titles"),
    ] {
        assert_eq!(
            suggestion(&realm, &nobody, &action),
            of_person,
            "{action:?}"
        );
        assert_eq!(suggestion(&realm, &client, &action), "", "{action:?}");
    }
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
