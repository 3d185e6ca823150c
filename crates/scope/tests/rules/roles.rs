//! What the roles of a person allow clients to do for them (product §2.4, §3).

use crate::fixture::{
    API, CLIENT, PERSON, administrators, definition, grant, input, person, rights, role_id, scope,
};
use scope::{
    Action, Catalogue, CatalogueInput, Change, CompileError, DenialReason, EffectiveGrant,
    ManagementRights, Operation, RoleEntry, RoleRights, ScopeRefusal, Subject, asked_of_person,
    decide, smallest_sufficient,
};
use serde_json::{Value, json};

fn management(name: &str, rights: &[&str]) -> Value {
    json!({"name": name, "type": "management", "built_in": true, "management_operations": rights})
}

/// Scopes of every type; the fourth allows two rights.
fn realm() -> CatalogueInput {
    let sub_resources = json!({"name": "people", "type": "resource", "scim_resource_type": "User",
        "resource_operations": ["retrieve"], "resource_attributes": ["title"],
        "consent_operations": ["revoke-consent"]});
    let me = json!({"name": "me", "type": "authenticated-identity", "consent_prompt_text": "x",
        "resource_operations": ["retrieve"], "resource_attributes": ["title"]});
    let crm = json!({"name": "crm", "type": "generic", "resource_server": API});
    let service = crate::fixture::services()[0].id.to_string();
    input(&[
        sub_resources,
        me,
        crm,
        management("both", &["scopes:read", "scopes:update"]),
        management("keys:read", &["keys:read"]),
        json!({"name": "orders", "type": "service", "services": [service]}),
    ])
}

const ALL: std::ops::RangeInclusive<u128> = 1..=6;

fn role(holds: &[&str], delegates_capabilities: bool) -> RoleEntry {
    RoleEntry {
        holds: rights(holds),
        may_delegate: ManagementRights::default(),
        delegates_capabilities,
        ..administrators()
    }
}

fn with_roles(roles: Vec<RoleEntry>) -> Catalogue {
    let mut realm = realm();
    realm.roles = roles;
    Catalogue::compile(realm).unwrap()
}

fn names(grant: &EffectiveGrant) -> String {
    grant.scope_names().to_string()
}

fn manages(catalogue: &Catalogue, grant: &EffectiveGrant, names: &[&str]) -> bool {
    let rights: Vec<_> = rights(names).iter().collect();
    decide(catalogue, grant, &Action::Management { rights: &rights }).is_allowed()
}

#[test]
fn whoever_has_no_role_lets_a_client_do_no_more_than_with_what_is_theirs() {
    let realm = with_roles(vec![]);
    let own = grant(&realm, person(), ALL);
    assert_eq!(names(&own), "me crm orders");
    assert!(own.rights().management().is_empty());
    let user = realm.type_named("User").unwrap();
    assert!(own.attributes(user, Operation::Retrieve).is_none());
    assert!(own.me_attributes(&realm, Operation::Retrieve).is_some());
    // What a client does for itself is not asked of roles.
    let client = grant(&realm, Subject::Client, ALL);
    assert_eq!(names(&client), "people me crm both keys:read orders");
    assert!(manages(&realm, &client, &["scopes:update", "keys:read"]));
}

/// T3, T4: of a scope only what the roles hold is left, and of a role no more than it says.
#[test]
fn t4_a_token_allows_what_the_roles_of_its_person_hold_now() {
    let before = with_roles(vec![role(&["scopes:read", "scopes:update"], true)]);
    let all = grant(&before, person(), ALL);
    assert_eq!(names(&all), "people me crm both orders");
    assert!(manages(&before, &all, &["scopes:read", "scopes:update"]));
    assert!(!manages(&before, &all, &["keys:read"]));
    let user = before.type_named("User").unwrap();
    assert!(all.attributes(user, Operation::Retrieve).is_some());

    let narrower = Change::PutRole(role(&["scopes:read"], false));
    let after = before.changed(8, vec![narrower]).unwrap();
    let less = grant(&after, person(), ALL);
    assert_eq!(names(&less), "me crm both orders");
    assert!(manages(&after, &less, &["scopes:read"]));
    assert!(!manages(&after, &less, &["scopes:update"]));
    assert!(!manages(&after, &less, &["scopes:read", "scopes:update"]));
    assert!(less.attributes(user, Operation::Retrieve).is_none());

    let out = Change::PutRole(RoleEntry {
        members: vec!["another".to_owned()],
        ..role(&["scopes:read"], true)
    });
    let out = after.changed(9, vec![out]).unwrap();
    assert_eq!(names(&grant(&out, person(), ALL)), "me crm orders");
    let gone = before
        .changed(9, vec![Change::RemoveRole(role_id(1))])
        .unwrap();
    assert_eq!(names(&grant(&gone, person(), ALL)), "me crm orders");
}

/// What may be delegated is not held.
#[test]
fn t4_what_may_be_given_to_others_is_not_had() {
    let delegating = RoleEntry {
        may_delegate: rights(&["scopes:read", "scopes:update", "keys:read"]),
        ..role(&[], false)
    };
    let realm = with_roles(vec![delegating]);
    let all = grant(&realm, person(), ALL);
    assert_eq!(names(&all), "me crm orders");
    let (both, own) = ("both".parse().unwrap(), realm.rights_of_person(PERSON));
    let refused = asked_of_person(&realm, CLIENT, Some(&both), own).unwrap_err();
    assert_eq!(refused, ScopeRefusal::NotDelegable);
}

#[test]
fn roles_add_up() {
    let (one, mut other) = (
        role(&["scopes:read"], false),
        role(&["scopes:update"], true),
    );
    other.id = role_id(2);
    let realm = with_roles(vec![one.clone(), other.clone()]);
    let both = RoleRights {
        holds: rights(&["scopes:read", "scopes:update"]),
        may_delegate: ManagementRights::default(),
        delegates_capabilities: true,
    };
    assert_eq!(realm.rights_of_person(PERSON), both);
    assert_eq!(realm.rights_of_person("another"), RoleRights::default());
    let all = grant(&realm, person(), ALL);
    assert!(manages(&realm, &all, &["scopes:read", "scopes:update"]));
    // What one of them gave goes with it, and what both gave stays.
    let left = realm
        .changed(8, vec![Change::RemoveRole(other.id)])
        .unwrap();
    assert_eq!(left.rights_of_person(PERSON).holds, one.holds);
    assert!(!left.rights_of_person(PERSON).delegates_capabilities);
    let twice = CompileError::DuplicateRole(one.id);
    let mut same = super::roles::realm();
    same.roles = vec![one.clone(), one];
    assert_eq!(Catalogue::compile(same).unwrap_err(), [twice]);
}

/// A person gives a scope of management whole or not at all.
#[test]
fn t4_nobody_gives_a_scope_of_which_they_hold_a_part() {
    let realm = with_roles(vec![role(&["scopes:read"], false)]);
    let asked = |names: &str, roles| {
        let asked = asked_of_person(&realm, CLIENT, Some(&names.parse().unwrap()), roles);
        let asked = asked.into_iter().flatten();
        asked.map(|s| s.name().to_string()).collect::<Vec<_>>()
    };
    let own = realm.rights_of_person(PERSON);
    assert!(asked("both", own).is_empty());
    assert!(asked("people", own).is_empty());
    assert_eq!(
        asked("both keys:read people", RoleRights::everything()).len(),
        3
    );
}

/// No scope is suggested that would not be in effect, and none for what the person may not do at all.
#[test]
fn what_is_suggested_to_a_person_is_what_their_roles_allow() {
    let mut realm = realm();
    realm.roles = vec![role(&["scopes:read"], false)];
    let only_read = definition(management("scopes:read", &["scopes:read"]));
    realm.scopes.push(scope::ScopeEntry {
        definition: only_read,
        ..scope(7, json!({"name": "x", "type": "generic"}))
    });
    let realm = Catalogue::compile(realm).unwrap();
    let nothing = grant(&realm, person(), []);
    let suggested = |action: &Action<'_>| {
        let decision = decide(&realm, &nothing, action);
        assert!(!decision.is_allowed());
        smallest_sufficient(&realm, &nothing, action).to_string()
    };
    let rights_of = |name: &str| -> Vec<_> { rights(&[name]).iter().collect() };
    let read = rights_of("scopes:read");
    assert_eq!(suggested(&Action::Management { rights: &read }), "both");
    let update = rights_of("scopes:update");
    assert_eq!(suggested(&Action::Management { rights: &update }), "");
    let people = Action::Scim {
        resource_type: realm.type_named("User").unwrap(),
        operation: Operation::Retrieve,
        attributes: None,
    };
    assert_eq!(suggested(&people), "");
    let denied = decide(&realm, &nothing, &people);
    assert!(matches!(
        denied,
        scope::Decision::Denied {
            reason: DenialReason::Operation { .. },
            ..
        }
    ));
}

/// Product §2.4, T4: all that a role says decides, so all of it is in the hash.
#[test]
fn the_hash_covers_roles() {
    let hash = |roles| *with_roles(roles).hash();
    let one = role(&["scopes:read"], false);
    let base = hash(vec![one.clone()]);
    let edits: [fn(&mut RoleEntry); 5] = [
        |role| role.id = role_id(9),
        |role| role.holds = rights(&["scopes:update"]),
        |role| role.may_delegate = rights(&["scopes:read"]),
        |role| role.delegates_capabilities = true,
        |role| role.members.push("another".to_owned()),
    ];
    for edit in edits {
        let mut other = one.clone();
        edit(&mut other);
        assert_ne!(hash(vec![other]), base);
    }
    assert_ne!(hash(vec![]), base);
    let mut two = one.clone();
    two.id = role_id(2);
    assert_eq!(hash(vec![one.clone(), two.clone()]), hash(vec![two, one]));
}
