//! Compiling a realm: references between objects, names, hashes, versions.

use crate::fixture::{
    API, CLIENT, administrators, assigned, client, definition, input, realm, role_id, scope,
    scope_id, services,
};
use scope::{
    Catalogue, CatalogueInput, Change, ClientId, CompileError, Enforcement, ResourceServerId,
    RoleEntry, ScopeEntry, UnassignedScopes, built_in_scopes,
};
use serde_json::{Value, json};
use uuid::Uuid;

fn problems(input: CatalogueInput) -> Vec<String> {
    let errors = Catalogue::compile(input).unwrap_err();
    errors.iter().map(ToString::to_string).collect()
}

fn resource(name: &str, resource_type: &str, attributes: &[&str]) -> Value {
    json!({"name": name, "type": "resource", "scim_resource_type": resource_type,
        "resource_operations": ["retrieve"], "resource_attributes": attributes})
}

#[test]
fn every_built_in_scope_compiles() {
    let mut realm = input(&[]);
    realm.scopes = built_in_scopes()
        .into_iter()
        .zip(1..)
        .map(|(definition, n)| ScopeEntry {
            id: scope_id(n),
            version: 1,
            definition,
            earlier: vec![],
        })
        .collect();
    let count = realm.scopes.len();
    assert_eq!(Catalogue::compile(realm).unwrap().scopes().count(), count);
}

#[test]
fn a_catalogue_lists_its_types_and_services() {
    let realm = realm(&[]);
    let types: Vec<_> = realm.types().map(|(_, entry)| entry.name()).collect();
    let known: Vec<_> = crate::fixture::TYPES
        .iter()
        .map(|(name, ..)| *name)
        .collect();
    assert_eq!(types, known);
    let listed: Vec<_> = realm.services().map(|service| service.id).collect();
    let given: Vec<_> = services().iter().map(|service| service.id).collect();
    assert_eq!(listed, given);
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let unknown = "00000000-0000-0000-0000-000000000009";
    assert_eq!(
        problems(input(&[
            resource("a", "Printer", &["*"]),
            resource("b", "user", &["userName", "shoeSize", "name.middle"]),
            json!({"name": "c", "type": "authenticated-identity", "consent_prompt_text": "x",
                "resource_attributes": ["serial"]}),
            json!({"name": "d", "type": "service", "services": [unknown]}),
            json!({"name": "e", "type": "generic", "resource_server": unknown}),
        ])),
        [
            "scope `a`: `scim_resource_type` names the resource type `Printer`, which does not exist",
            "scope `b`: `resource_attributes` names `shoeSize`, which is no attribute of `User`",
            "scope `b`: `resource_attributes` names `name.middle`, which is no attribute of `User`",
            "scope `c`: `resource_attributes` names `serial`, which is no attribute of `User`",
            &format!("scope `d`: `services` names the service {unknown}, which does not exist"),
            &format!(
                "scope `e`: `resource_server` names the resource server {unknown}, which does not exist"
            ),
        ]
    );
}

/// Names are unique ignoring ASCII case, and found so, and answered in their stored spelling.
#[test]
fn names_ignore_case() {
    let generic = |name| json!({"name": name, "type": "generic"});
    assert_eq!(
        problems(input(&[generic("Hr:Read"), generic("hr:read")])),
        ["two scopes are named `hr:read` (letter case makes no difference)"]
    );
    let realm = realm(&[generic("Hr:Read")]);
    assert_eq!(
        realm
            .scope_named("hR:rEAD")
            .unwrap()
            .definition()
            .name
            .as_str(),
        "Hr:Read"
    );
    assert!(realm.scope_named("hr:reads").is_none());
}

#[test]
fn duplicates_and_dangling_references_are_refused() {
    let generic = json!({"name": "a", "type": "generic"});
    let mut twice = input(std::slice::from_ref(&generic));
    twice
        .scopes
        .push(scope(1, json!({"name": "b", "type": "generic"})));
    twice.clients.push(client([]));
    twice.resource_servers.push(API);
    twice.types.push(twice.types[0].clone());
    twice.services.push(services().remove(0));
    let said = problems(twice).join("\n");
    for expected in [
        "two scopes have the id",
        "two clients have the id",
        "two resource servers",
        "two resource types are named `User`",
        "two services have the id",
        "two services are named",
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    let mut dangling = input(&[generic]);
    dangling.clients[0].assigned = assigned([1, 9, 1]);
    let errors = Catalogue::compile(dangling.clone()).unwrap_err();
    let duplicate = CompileError::DuplicateAssignedScope {
        client: CLIENT,
        scope: scope_id(1),
    };
    assert_eq!(errors, [duplicate]);
    dangling.clients[0].assigned = assigned([1, 9]);
    let errors = Catalogue::compile(dangling).unwrap_err();
    assert_eq!(
        errors,
        [CompileError::UnknownAssignedScope {
            client: CLIENT,
            scope: scope_id(9)
        }]
    );
}

#[test]
fn service_urls_lie_below_the_prefix() {
    let mut realm = input(&[]);
    realm.service_prefix = Some("/api".to_owned());
    assert_eq!(problems(realm.clone()).len(), services().len());
    realm.services.truncate(1);
    realm.services[0].url = "/apis/orders".parse().unwrap();
    realm.services[0].methods = vec!["G T".to_owned()];
    assert_eq!(
        problems(realm),
        [
            "service `service-0`: `url` must begin with `/api`",
            "service `service-0`: `methods` has `G T`, which is no HTTP method"
        ]
    );
}

/// The hash is of the content: not of the version, nor of the order of input, and of all that
/// decides (G6, REG-15).
#[test]
fn the_hash_is_of_the_content() {
    let scopes = [
        resource("a", "User", &["*"]),
        resource("b", "Group", &["*"]),
    ];
    let base = input(&scopes);
    let hash = |input: CatalogueInput| *Catalogue::compile(input).unwrap().hash();
    let mut same = base.clone();
    same.version += 1;
    same.scopes.reverse();
    same.service_prefix = Some("/integration".to_owned());
    assert_eq!(hash(same), hash(base.clone()));
    let edits: [fn(&mut CatalogueInput); 18] = [
        |i| i.scopes[0].version = 2,
        |i| i.scopes[0].id = scope_id(44),
        |i| i.scopes[0].definition.tags.push("x".to_owned()),
        |i| i.scopes[0].definition = definition(resource("a", "User", &["userName"])),
        |i| i.scopes[0].earlier = vec![(0, i.scopes[0].definition.clone())],
        |i| i.clients[0].active = false,
        |i| i.clients[0].id = ClientId(Uuid::from_u128(2)),
        |i| i.clients[0].service_account = false,
        |i| i.clients[0].unassigned = UnassignedScopes::Intersect,
        |i| i.clients[0].assigned[0].default = true,
        |i| i.clients[0].assigned[0].optional = true,
        |i| i.clients[0].assigned[0].consent_required = false,
        |i| i.clients[0].assigned[0].required_acr = Some(String::new()),
        |i| {
            i.resource_servers
                .push(ResourceServerId(Uuid::from_u128(901)))
        },
        |i| i.services[0].methods.clear(),
        |i| i.services[0].enforcement = Enforcement::Report,
        |i| i.types[2].sub_resource = true,
        |i| i.service_prefix = Some(String::new()),
    ];
    let mut seen = Vec::new();
    for (n, edit) in edits.into_iter().enumerate() {
        let mut edited = base.clone();
        edited.clients[0].assigned = assigned([2]);
        let before = hash(edited.clone());
        edit(&mut edited);
        let after = hash(edited);
        assert_ne!(before, after, "edit {n}");
        assert!(!seen.contains(&after), "edit {n}");
        seen.push(after);
    }
}

/// An edit compiles only what it touches, to the same as compiling all anew.
#[test]
fn changing_a_catalogue_equals_compiling_it_anew() {
    let before = realm(&[
        resource("a", "User", &["*"]),
        resource("b", "Group", &["*"]),
    ]);
    let edited = ScopeEntry {
        id: scope_id(1),
        version: 2,
        definition: definition(resource("a", "User", &["name"])),
        earlier: vec![(1, definition(resource("a", "User", &["*"])))],
    };
    let added = scope(3, resource("c", "Device", &["*"]));
    let auditors = RoleEntry {
        id: role_id(2),
        ..administrators()
    };
    let after = before
        .changed(
            8,
            vec![
                Change::RemoveScope(scope_id(2)),
                Change::PutScope(edited.clone()),
                Change::PutScope(added.clone()),
                Change::PutClient(client([1, 3])),
                Change::RemoveRole(role_id(1)),
                Change::PutRole(auditors.clone()),
            ],
        )
        .unwrap();
    let mut anew = input(&[]);
    anew.scopes = vec![edited, added];
    anew.clients = vec![client([1, 3])];
    anew.roles = vec![auditors];
    assert_eq!(after.hash(), Catalogue::compile(anew).unwrap().hash());
    assert_eq!(after.version(), 8);
    assert!(after.scope_named("b").is_none());
    // The one before is untouched, and what is untouched is shared.
    assert!(before.scope_named("b").is_some());
    let removed = after
        .changed(9, vec![Change::RemoveClient(CLIENT)])
        .unwrap();
    assert!(removed.client(CLIENT).is_none());
    let shared = (
        removed.scope(scope_id(3)).unwrap(),
        after.scope(scope_id(3)).unwrap(),
    );
    assert!(std::sync::Arc::ptr_eq(shared.0, shared.1));
}

#[test]
fn a_change_that_breaks_a_rule_changes_nothing() {
    let before = realm(&[resource("a", "User", &["*"])]);
    let taken = scope(2, resource("A", "User", &["*"]));
    for change in [
        Change::RemoveScope(scope_id(1)),
        Change::PutScope(taken),
        Change::PutClient(client([1, 5])),
    ] {
        assert!(before.changed(8, vec![change]).is_err());
    }
    assert!(before.scope_named("a").is_some());
}

/// The name of a removed scope is free for a new one, which is another scope (T7).
#[test]
fn a_name_can_be_used_again_and_an_id_means_another_scope() {
    let before = realm(&[resource("a", "User", &["*"])]);
    let changes = vec![
        Change::PutClient(client([])),
        Change::RemoveScope(scope_id(1)),
        Change::PutScope(scope(2, resource("a", "Group", &["*"]))),
    ];
    let after = before.changed(8, changes).unwrap();
    assert_eq!(after.scope_named("a").unwrap().id(), scope_id(2));
    assert!(after.scope(scope_id(1)).is_none());
}

/// What a definition would allow is known before it is in force (T4: to compare with one's own).
#[test]
fn a_preview_compiles_without_changing() {
    let realm = realm(&[resource("a", "User", &["*"])]);
    let narrow = realm
        .preview(&definition(resource("n", "User", &["name"])))
        .unwrap();
    let wide = realm.scope(scope_id(1)).unwrap().rights(1).unwrap();
    assert!(narrow.is_subset(wide) && !wide.is_subset(&narrow));
    assert!(
        realm
            .preview(&definition(resource("n", "User", &["shoeSize"])))
            .is_err()
    );
    let generic = realm
        .preview(&definition(json!({"name": "g", "type": "generic"})))
        .unwrap();
    assert!(generic.is_empty());
}

/// Rights of every kind are compared and added up.
#[test]
fn rights_of_every_kind_are_compared() {
    let realm = realm(&[]);
    let identity = |more: Value| {
        let mut scope = json!({"name": "i", "type": "authenticated-identity", "consent_prompt_text": "x",
            "resource_operations": ["retrieve"]});
        scope
            .as_object_mut()
            .unwrap()
            .extend(crate::fixture::object(more));
        scope
    };
    let with = |mut scope: Value, field: &str, value: Value| {
        scope[field] = value;
        scope
    };
    let services: Vec<_> = services().iter().map(|s| s.id.to_string()).collect();
    let management = |rights: &[&str]| json!({"name": "m", "type": "management", "built_in": true, "management_operations": rights});
    let users = || resource("r", "User", &["title"]);
    for (narrow, wide) in [
        (users(), resource("r", "User", &["title", "name"])),
        (
            users(),
            with(
                users(),
                "resource_operations",
                json!(["retrieve", "delete"]),
            ),
        ),
        (
            users(),
            with(users(), "consent_operations", json!(["revoke-consent"])),
        ),
        (
            identity(json!({})),
            identity(json!({"resource_attributes": ["title"]})),
        ),
        (
            identity(json!({})),
            identity(json!({"resource_operations": ["retrieve", "modify"]})),
        ),
        (
            identity(json!({})),
            identity(json!({"account_operations": ["reset-password"]})),
        ),
        (
            management(&["scopes:read"]),
            management(&["scopes:read", "keys:read"]),
        ),
        (
            json!({"name": "s", "type": "service", "services": [services[3]]}),
            json!({"name": "s", "type": "service", "services": [services[4], services[3]]}),
        ),
    ] {
        let [less, more] = [narrow, wide].map(|scope| realm.preview(&definition(scope)).unwrap());
        assert!(less.is_subset(&more) && less.is_subset(&less), "{less:?}");
        assert!(!more.is_subset(&less), "{more:?}");
        let mut sum = less.clone();
        sum.union_with(&more);
        assert_eq!(sum, more);
    }
    let own = realm
        .preview(&definition(identity(
            json!({"resource_attributes": ["title"]}),
        )))
        .unwrap();
    let any = realm.preview(&definition(users())).unwrap();
    assert!(!own.is_subset(&any) && !any.is_subset(&own));
}

mod guards {
    use super::*;
    use scope::{NAMED_USERS, ServiceId};

    /// Product §2.4: what uses a scope, by count with the first few ids.
    #[test]
    fn clients_that_are_assigned_a_scope_are_named() {
        let mut realm = input(&[resource("a", "User", &["*"])]);
        realm.clients = (1..=8)
            .map(|n| {
                let mut entry = client([1]);
                // An inactive client counts too.
                (entry.id, entry.active) = (ClientId(Uuid::from_u128(n)), n % 2 == 0);
                entry
            })
            .collect();
        let realm = Catalogue::compile(realm).unwrap();
        let uses = realm.clients_assigned(scope_id(1));
        assert_eq!(
            (uses.count, uses.first.len(), uses.first[0]),
            (8, NAMED_USERS, CLIENT)
        );
        assert!(!uses.is_empty());
        assert!(realm.clients_assigned(scope_id(2)).is_empty());
    }

    #[test]
    fn scopes_that_name_a_thing_are_named() {
        let service = ServiceId(Uuid::from_u128(500));
        let realm = realm(&[
            resource("b", "USER", &["*"]),
            resource("a", "User", &["*"]),
            json!({"name": "every", "type": "resource", "built_in": true, "scim_resource_type": "*",
                "resource_operations": ["search"], "resource_attributes": ["*"]}),
            json!({"name": "s", "type": "service", "services": [service.to_string()]}),
            json!({"name": "g", "type": "generic", "resource_server": API.to_string()}),
        ]);
        let names = |uses: scope::Uses<oauth::ScopeToken>| {
            uses.first
                .iter()
                .map(|name| name.as_str().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(realm.scopes_naming_type("user")), ["a", "b"]);
        assert!(realm.scopes_naming_type("Group").is_empty());
        assert_eq!(names(realm.scopes_naming_service(service)), ["s"]);
        assert_eq!(names(realm.scopes_naming_resource_server(API)), ["g"]);
    }
}
