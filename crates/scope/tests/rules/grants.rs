//! What a token gives as the realm changes (product §2.4).

use crate::fixture::{
    CLIENT, client, definition, grant, input, paths, person, realm, scope_id, services,
};
use scope::{
    Action, Catalogue, Change, ClientId, DenialReason, EffectiveGrant, GrantedScope, Operation,
    Subject, decide,
};
use serde_json::{Value, json};
use uuid::Uuid;

fn users(attributes: &[&str]) -> Value {
    json!({"name": "users", "type": "resource", "scim_resource_type": "User",
        "resource_operations": ["modify"], "resource_attributes": attributes})
}

/// A realm whose scope 1 had the definitions given, the last of which is in force.
fn edited(definitions: &[Value]) -> Catalogue {
    let mut realm = input(&definitions[..1]);
    let scope = &mut realm.scopes[0];
    for (value, version) in definitions.iter().zip(1..) {
        if version > 1 {
            scope.earlier.push((version - 1, scope.definition.clone()));
        }
        (scope.version, scope.definition) = (version, definition(value.clone()));
    }
    Catalogue::compile(realm).unwrap()
}

fn modifiable(realm: &Catalogue, version: u32) -> Vec<String> {
    let granted = [GrantedScope {
        scope: scope_id(1),
        version,
    }];
    let grant = EffectiveGrant::new(realm, CLIENT, Subject::Client, &granted);
    let user = realm.type_named("User").unwrap();
    paths(realm, "User", grant.attributes(user, Operation::Modify))
}

#[test]
fn narrowing_bites_at_once() {
    let realm = edited(&[users(&["userName", "title"]), users(&["title"])]);
    assert_eq!(modifiable(&realm, 1), ["title"]);
}

#[test]
fn widening_gives_an_old_grant_no_more() {
    let realm = edited(&[
        users(&["title"]),
        users(&["title", "userName"]),
        users(&["*"]),
    ]);
    assert_eq!(modifiable(&realm, 1), ["title"]);
    assert_eq!(modifiable(&realm, 2), ["userName", "title"]);
    assert!(modifiable(&realm, 3).len() > 20);
}

/// What a narrowing took away and a widening gave back is what was granted again.
#[test]
fn a_grant_is_measured_by_its_own_version_and_the_one_in_force() {
    let realm = edited(&[
        users(&["title", "locale"]),
        users(&["title"]),
        users(&["locale", "timezone"]),
    ]);
    assert_eq!(modifiable(&realm, 1), ["locale"]);
    assert!(modifiable(&realm, 2).is_empty());
}

/// Rights of every kind are measured by both versions, and only what both have is given.
#[test]
fn of_every_kind_an_old_grant_gives_what_both_versions_allow() {
    let with = |base: &Value, field: &str, values: &[&str]| {
        let mut scope = base.clone();
        scope[field] = json!(values);
        scope
    };
    let title = users(&["title"]);
    let own = json!({"name": "own", "type": "authenticated-identity", "consent_prompt_text": "x",
        "resource_operations": ["retrieve"], "resource_attributes": ["title"]});
    let management = json!({"name": "m", "type": "management", "built_in": true});
    let service = json!({"name": "s", "type": "service"});
    let services: Vec<_> = services().iter().map(|s| s.id.to_string()).collect();
    for (base, field, [common, then, now]) in [
        (
            &title,
            "resource_operations",
            ["search", "modify", "delete"],
        ),
        (
            &title,
            "resource_attributes",
            ["title", "locale", "userName"],
        ),
        (&own, "resource_attributes", ["title", "locale", "userName"]),
        (
            &own,
            "account_operations",
            [
                "reset-password",
                "retrieve-account-state",
                "replace-account-state",
            ],
        ),
        (
            &title,
            "consent_operations",
            [
                "revoke-consent",
                "retrieve-consent",
                "retrieve-consent-history",
            ],
        ),
        (
            &management,
            "management_operations",
            ["keys:read", "scopes:read", "scopes:create"],
        ),
        (
            &service,
            "services",
            [0, 1, 2].map(|n| services[n].as_str()),
        ),
    ] {
        let realm = edited(&[
            with(base, field, &[common, then]),
            with(base, field, &[common, now]),
        ]);
        let of_the_first = grant(&realm, person(), [1]);
        let both = definition(with(base, field, &[common]));
        assert_eq!(
            *of_the_first.rights(),
            realm.preview(&both).unwrap(),
            "{field}"
        );
        assert!(!of_the_first.rights().is_empty());
    }
}

/// A scope that was turned to another type of resource gives an old grant nothing.
#[test]
fn another_resource_type_is_another_thing() {
    let mut devices = users(&["*"]);
    devices["scim_resource_type"] = json!("Device");
    let realm = edited(&[users(&["*"]), devices]);
    let granted = [GrantedScope {
        scope: scope_id(1),
        version: 1,
    }];
    let grant = EffectiveGrant::new(&realm, CLIENT, Subject::Client, &granted);
    assert!(grant.rights().is_empty());
    // The token still has the scope; it just gives nothing now.
    assert_eq!(grant.scope_names().to_string(), "users");
}

/// A version that is not kept, or was never made, gives nothing (G3).
#[test]
fn an_unknown_version_gives_nothing() {
    let realm = edited(&[users(&["title"]), users(&["*"])]);
    for version in [0, 3] {
        let granted = [GrantedScope {
            scope: scope_id(1),
            version,
        }];
        let grant = EffectiveGrant::new(&realm, CLIENT, Subject::Client, &granted);
        assert!(grant.scope_names().is_empty() && grant.rights().is_empty());
    }
}

/// `*` means today's schema; an earlier version that names what is gone gives nothing for it.
#[test]
fn star_includes_attributes_added_later() {
    let with_badges = edited(&[users(&["*"])]);
    let mut without = input(&[users(&["*"])]);
    let badges = crate::fixture::BADGE;
    let schemas = crate::fixture::schemas();
    let schemas: Vec<_> = schemas
        .into_iter()
        .map(|mut schema| {
            if schema["id"] == badges {
                schema["attributes"] = json!([{"name": "number"}]);
            }
            schema
        })
        .collect();
    without.types = crate::fixture::types(&schemas);
    let definition = definition(users(&[&format!("{badges}:emailVerified"), "title"]));
    without.scopes[0].earlier.push((0, definition));
    let without = Catalogue::compile(without).unwrap();
    let verified = format!("{badges}:emailVerified");
    assert!(modifiable(&with_badges, 1).contains(&verified));
    assert!(!modifiable(&without, 1).contains(&verified));
    assert_eq!(modifiable(&without, 0), ["title"]);
}

#[test]
fn a_scope_taken_off_the_client_leaves_its_live_tokens() {
    let before = realm(&[users(&["*"]), json!({"name": "g", "type": "generic"})]);
    assert_eq!(
        grant(&before, Subject::Client, [1, 2])
            .scope_names()
            .to_string(),
        "users g"
    );
    let after = before
        .changed(8, vec![Change::PutClient(client([2]))])
        .unwrap();
    let grant = grant(&after, Subject::Client, [1, 2]);
    assert_eq!(grant.scope_names().to_string(), "g");
    assert_eq!(grant.scope_ids().collect::<Vec<_>>(), [scope_id(2)]);
    assert!(grant.rights().is_empty());
}

/// B11: tokens of an inactive or deleted client are invalid, and say so.
#[test]
fn b11_a_client_that_may_do_nothing_gives_nothing() {
    let before = realm(&[users(&["*"])]);
    let user = before.type_named("User").unwrap();
    let action = Action::Scim {
        resource_type: user,
        operation: Operation::Modify,
        attributes: None,
    };
    let mut inactive = client([1]);
    inactive.active = false;
    let after = before
        .changed(8, vec![Change::PutClient(inactive)])
        .unwrap();
    let stopped = grant(&after, person(), [1]);
    assert!(!stopped.is_live() && stopped.scope_names().is_empty());
    let decision = decide(&after, &stopped, &action);
    assert!(matches!(
        decision,
        scope::Decision::Denied {
            reason: DenialReason::ClientInactive,
            ..
        }
    ));

    let nobody = ClientId(Uuid::from_u128(99));
    let granted = [GrantedScope {
        scope: scope_id(1),
        version: 1,
    }];
    let gone = EffectiveGrant::new(&before, nobody, person(), &granted);
    assert!(!gone.is_live() && gone.scope_names().is_empty());
    let decision = decide(&before, &gone, &action);
    assert!(matches!(
        decision,
        scope::Decision::Denied {
            reason: DenialReason::ClientUnknown,
            ..
        }
    ));
}

/// RFC 6749 §4.4: a client acts for itself only as long as it is a service account.
#[test]
fn a_client_that_is_no_service_account_any_more_acts_for_no_one_but_people() {
    let before = realm(&[users(&["*"])]);
    let mut changed = client([1]);
    changed.service_account = false;
    let after = before.changed(8, vec![Change::PutClient(changed)]).unwrap();
    let action = Action::Scim {
        resource_type: before.type_named("User").unwrap(),
        operation: Operation::Modify,
        attributes: None,
    };
    let own = grant(&after, Subject::Client, [1]);
    assert!(!own.is_live() && own.rights().is_empty() && own.scope_names().is_empty());
    let scope::Decision::Denied { reason, .. } = decide(&after, &own, &action) else {
        panic!("it is allowed")
    };
    assert_eq!(reason, DenialReason::NoServiceAccount);
    assert!(reason.sentence(&after).contains("no service account"));
    assert!(decide(&after, &grant(&after, person(), [1]), &action).is_allowed());
}

/// No decision mixes two catalogues, though only the version or only the content differ.
#[test]
fn a_grant_is_of_one_catalogue() {
    let before = realm(&[users(&["*"])]);
    let user = before.type_named("User").unwrap();
    let action = Action::Scim {
        resource_type: user,
        operation: Operation::Modify,
        attributes: None,
    };
    let grant = grant(&before, Subject::Client, [1]);
    assert!(decide(&before, &grant, &action).is_allowed());
    for after in [
        before.changed(8, vec![]).unwrap(),
        before
            .changed(7, vec![Change::PutClient(client([]))])
            .unwrap(),
    ] {
        let decision = decide(&after, &grant, &action);
        assert!(matches!(
            decision,
            scope::Decision::Denied {
                reason: DenialReason::StaleGrant,
                ..
            }
        ));
    }
}
