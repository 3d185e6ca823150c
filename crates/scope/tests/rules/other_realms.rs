//! Realms that lack what most have: people, groups, one half of a reference.

use crate::fixture::{self, GROUP, USER, grant, input, leaves, paths, person};
use scope::{
    Action, Catalogue, CatalogueInput, Operation, Subject, TypeEntry, smallest_sufficient,
};
use serde_json::{Value, json};

const DEVICE: &str = "urn:example:Device";

fn users(operations: &[&str], attributes: &[&str]) -> Value {
    json!({"name": "users", "type": "resource", "scim_resource_type": "User",
        "resource_operations": operations, "resource_attributes": attributes})
}

/// The types but for one.
fn without(name: &str) -> Vec<TypeEntry> {
    let mut types = fixture::types(&fixture::schemas());
    types.retain(|entry| entry.name() != name);
    types
}

/// The types, after an edit of one schema's attributes.
fn edited(schema: &str, edit: impl FnOnce(&mut Vec<Value>)) -> Vec<TypeEntry> {
    let mut schemas = fixture::schemas();
    let found = schemas.iter_mut().find(|s| s["id"] == schema).unwrap();
    edit(found["attributes"].as_array_mut().unwrap());
    fixture::types(&schemas)
}

fn of(types: Vec<TypeEntry>, scopes: &[Value]) -> CatalogueInput {
    let mut realm = input(scopes);
    realm.types = types;
    realm
}

/// Without people there is nothing that an authenticated-identity scope could reach.
#[test]
fn without_people_no_scope_speaks_of_their_attributes() {
    let compile = |more: Value| {
        let mut scope = json!({"name": "own", "type": "authenticated-identity",
            "consent_prompt_text": "x"});
        scope.as_object_mut().unwrap().extend(fixture::object(more));
        Catalogue::compile(of(without("User"), &[scope]))
            .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    let refusal = "scope `own`: `resource_attributes` names the resource type `User`, \
        which does not exist";
    for more in [
        json!({"resource_operations": ["retrieve"]}),
        json!({"resource_attributes": ["userName"]}),
        json!({"resource_operations": ["retrieve"], "resource_attributes": ["userName"]}),
    ] {
        assert_eq!(compile(more.clone()).unwrap_err(), [refusal], "{more}");
    }
    let realm = compile(json!({"consent_operations": ["revoke-consent"]})).unwrap();
    assert!(realm.identity_type().is_none());
    let nobody = grant(&realm, person(), [1]);
    assert!(nobody.me_attributes(&realm, Operation::Retrieve).is_none());
}

/// S5: each of the two keeps an attribute out of what is read and searched, without the other.
#[test]
fn s5_never_returned_or_only_written_each_hides() {
    let types = edited(DEVICE, |attributes| {
        *attributes = vec![
            json!({"name": "serial"}),
            json!({"name": "pin", "returned": "never"}),
            json!({"name": "puk", "mutability": "writeOnly", "returned": "default"}),
        ];
    });
    let all = json!({"name": "devices", "type": "resource", "scim_resource_type": "Device",
        "resource_operations": ["retrieve", "search", "modify"], "resource_attributes": ["*"]});
    let realm = Catalogue::compile(of(types, &[all])).unwrap();
    let device = realm.type_named("Device").unwrap();
    let grant = grant(&realm, Subject::Client, [1]);
    for operation in [Operation::Retrieve, Operation::Search, Operation::Modify] {
        let reached = paths(&realm, "Device", grant.attributes(device, operation));
        let writes = operation == Operation::Modify;
        assert!(reached.contains(&"serial".to_owned()));
        for secret in ["pin", "puk"] {
            let reached = reached.contains(&secret.to_owned());
            assert_eq!(reached, writes, "{secret} {operation:?}");
        }
    }
}

/// S3, where a schema has one half of a reference only.
#[test]
fn s3_half_a_reference_hides_what_it_shows() {
    let groups = |sub: &'static str| {
        edited(USER, move |attributes| {
            let groups = attributes
                .iter_mut()
                .find(|a| a["name"] == "groups")
                .unwrap();
            groups["subAttributes"] = json!([{"name": sub}]);
        })
    };
    let seen = |types, operation: Operation, path: &str, also: &[Value]| {
        let mut scopes = vec![users(&["retrieve", "search"], &["*"])];
        scopes.extend_from_slice(also);
        let realm = Catalogue::compile(of(types, &scopes)).unwrap();
        let grant = grant(&realm, Subject::Client, 1..=scopes.len() as u128);
        let user = realm.type_named("User").unwrap();
        paths(&realm, "User", grant.attributes(user, operation)).contains(&path.to_owned())
    };
    let names = json!({"name": "names", "type": "resource", "scim_resource_type": "Group",
        "resource_operations": ["retrieve"], "resource_attributes": ["displayName"]});
    let also = [names];
    let display = "groups.display";
    assert!(!seen(groups("display"), Operation::Retrieve, display, &[]));
    assert!(seen(groups("display"), Operation::Retrieve, display, &also));
    let value = "groups.value";
    assert!(seen(groups("value"), Operation::Retrieve, value, &[]));
    assert!(!seen(groups("value"), Operation::Search, value, &[]));
    assert!(seen(groups("value"), Operation::Search, value, &also));
}

/// S3, where nothing is there to refer to: nobody is shown it, and no scope would help.
#[test]
fn s3_what_refers_to_nothing_is_shown_to_nobody() {
    let scopes = [users(&["retrieve", "search"], &["groups"])];
    for types in [
        without("Group"),
        edited(GROUP, |attributes| {
            attributes.retain(|a| a["name"] != "displayName")
        }),
    ] {
        let realm = Catalogue::compile(of(types, &scopes)).unwrap();
        let resource_type = realm.type_named("User").unwrap();
        let [holder, nobody] = [vec![1], vec![]].map(|ids| grant(&realm, Subject::Client, ids));
        for (operation, path, shown) in [
            (Operation::Retrieve, "groups.value", true),
            (Operation::Retrieve, "groups.display", false),
            (Operation::Search, "groups.value", false),
            (Operation::Search, "groups.display", false),
        ] {
            let reached = paths(&realm, "User", holder.attributes(resource_type, operation));
            assert_eq!(
                reached.contains(&path.to_owned()),
                shown,
                "{operation:?} {path}"
            );
            let needed = leaves(&realm, "User", &[path]);
            let action = Action::Scim {
                resource_type,
                operation,
                attributes: Some(&needed),
            };
            let suggested = smallest_sufficient(&realm, &nobody, &action).to_string();
            assert_eq!(
                suggested,
                if shown { "users" } else { "" },
                "{operation:?} {path}"
            );
        }
    }
}
