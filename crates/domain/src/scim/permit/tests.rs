#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! `/Me` as the engine decides it (product §6.2, S14).

use super::*;
use crate::{
    Secrets, Slug, Timestamp,
    config::{
        Application, Assignment, ConfigObject, Realm, RealmConfig, RealmSettings, RoleRecord,
        ScopeRecord,
    },
    keys::NewPair,
    setup::realm_with,
    snapshot::Surroundings,
    store::{ResourceId, ScopeSet, ScopeSetId, TokenKey, TokenRecord, TokenStatus},
};
use scope::{EffectiveGrant, GrantedScope, ScopeDefinition, ScopeId};
use serde_json::{Value, json};
use uuid::Uuid;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// A caller with scopes of these definitions, who speaks for `subject`.
fn caller(subject: Subject, definitions: &[Value]) -> Caller {
    let secrets = Secrets::derive(&[7; 32]).unwrap();
    let realm = Realm {
        tenant: Slug::system(),
        name: Slug::system(),
        display_name: None,
        active: true,
        settings: RealmSettings::default(),
        created: NOW,
        updated: NOW,
    };
    let keys = NewPair::generate(realm.settings.signing_algorithm).unwrap();
    let (objects, _) = realm_with(&realm, &keys, &secrets, NOW).unwrap();
    let mut config = RealmConfig::new(Arc::new(realm));
    objects.iter().for_each(|object| config.put(object));
    let mut client = Application::clone(config.applications.values().next().unwrap());
    client.assigned.clear();
    let mut granted = Vec::new();
    for definition in definitions {
        let definition = ScopeDefinition::from_request(definition.as_object().unwrap()).unwrap();
        let id = ScopeId(Uuid::new_v4());
        let record = ScopeRecord {
            id,
            version: 1,
            definition,
            created: NOW,
            updated: NOW,
        };
        config.put(&ConfigObject::Scope(Arc::new(record)));
        granted.push(GrantedScope {
            scope: id,
            version: 1,
        });
        client.assigned.push(Assignment {
            scope: id,
            optional: false,
            default: false,
            consent_required: false,
            required_acr: None,
        });
    }
    let client_id = client.id;
    config.put(&ConfigObject::Application(Arc::new(client)));
    let mut administrators = RoleRecord::clone(config.administrators().unwrap());
    administrators.members.insert(ResourceId("person-1".into()));
    config.put(&ConfigObject::Role(Arc::new(administrators)));
    let around = Surroundings {
        base_url: "https://id.example.com",
        secrets: &secrets,
        tenant_active: true,
    };
    let snapshot = RealmSnapshot::compile(RealmKey::system(), config, 1, around, None).unwrap();
    let grant = EffectiveGrant::new(snapshot.catalogue(), client_id, subject, &granted);
    let token = TokenRecord {
        key: TokenKey([1; 32]),
        scope_set: Arc::new(ScopeSet {
            id: ScopeSetId([0; 16]),
            client: client_id,
            scopes: granted,
        }),
        subject: "whoever".to_owned(),
        audience: Vec::new(),
        issued_at: NOW,
        expires_at: NOW,
        status: TokenStatus::Issued,
        grant: None,
    };
    Caller::new(Arc::new(snapshot), Arc::new(token), Arc::new(grant))
}

fn person() -> Subject {
    Subject::Person {
        user: "person-1".to_owned(),
    }
}

fn own(operations: &[&str], attributes: &[&str]) -> Value {
    json!({
        "name": format!("own:{}", Uuid::new_v4()),
        "type": "authenticated-identity",
        "consent_prompt_text": "Your identity",
        "resource_operations": operations,
        "resource_attributes": attributes,
    })
}

fn any(operations: &[&str], attributes: &[&str]) -> Value {
    json!({
        "name": format!("any:{}", Uuid::new_v4()),
        "type": "resource",
        "scim_resource_type": "User",
        "resource_operations": operations,
        "resource_attributes": attributes,
    })
}

fn leaves(permit: &ScimPermit<impl Kind>, paths: &[&str]) -> AttributeSet {
    let leaf = |path: &&str| permit.schema().lookup(path).unwrap().id;
    paths.iter().map(leaf).collect()
}

#[test]
fn me_is_the_person_whatever_the_path_says() {
    let caller = caller(person(), &[own(&["retrieve"], &["userName"])]);
    let me = Place::me(caller.snapshot()).unwrap();
    let permit = caller.permit_scim::<Retrieve>(&me).unwrap();
    assert_eq!(permit.target("person-2").unwrap().to_string(), "person-1");
    assert_eq!(&**permit.type_name(), "User");
    let read = permit.readable().unwrap();
    assert!(leaves(&permit, &["userName", "id"]).is_subset(read));
    assert!(!read.contains(permit.schema().lookup("title").unwrap().id));
}

#[test]
fn an_own_identity_scope_does_not_reach_the_same_person_by_id() {
    let caller = caller(person(), &[own(&["retrieve", "modify"], &["*"])]);
    let users = Place::at(caller.snapshot(), "Users").unwrap();
    caller.permit_scim::<Retrieve>(&users).unwrap_err();
    caller.permit_scim::<Modify>(&users).unwrap_err();
    caller.permit_scim::<Search>(&users).unwrap_err();
}

#[test]
fn at_me_own_identity_and_resource_scopes_add_up() {
    let scopes = [
        own(&["retrieve"], &["userName"]),
        any(&["retrieve", "search"], &["title"]),
    ];
    let caller = caller(person(), &scopes);
    let me = Place::me(caller.snapshot()).unwrap();
    let permit = caller.permit_scim::<Retrieve>(&me).unwrap();
    assert!(leaves(&permit, &["userName", "title"]).is_subset(permit.attributes()));
    let users = Place::at(caller.snapshot(), "Users").unwrap();
    let permit = caller.permit_scim::<Retrieve>(&users).unwrap();
    assert_eq!(permit.target("person-2").unwrap().to_string(), "person-2");
    permit.require(&leaves(&permit, &["title"])).unwrap();
    permit.require(&leaves(&permit, &["userName"])).unwrap_err();
}

/// What a PATCH may test is what may be retrieved or searched, here, and nothing else (S2).
#[test]
fn s2_what_is_retrieved_or_searched_is_visible_to_a_patch() {
    let scopes = [
        any(&["modify"], &["*"]),
        any(&["retrieve"], &["title"]),
        any(&["search"], &["userName"]),
        own(&["retrieve", "modify"], &["displayName"]),
    ];
    let caller = caller(person(), &scopes);
    for (place, own) in [
        (Place::at(caller.snapshot(), "Users").unwrap(), false),
        (Place::me(caller.snapshot()).unwrap(), true),
    ] {
        let permit = caller.permit_scim::<Modify>(&place).unwrap();
        let sees = |path: &str| {
            permit
                .visible()
                .contains(permit.schema().lookup(path).unwrap().id)
        };
        let seen = ["title", "userName", "displayName", "nickName"].map(sees);
        assert_eq!(seen, [true, true, own, false]);
    }
}

#[test]
fn nobody_deletes_creates_or_searches_at_me() {
    let all = ["retrieve", "search", "create", "modify", "delete"];
    let caller = caller(
        person(),
        &[own(&["retrieve", "modify"], &["*"]), any(&all, &["*"])],
    );
    let me = Place::me(caller.snapshot()).unwrap();
    for refusal in [
        caller.permit_scim::<Delete>(&me).unwrap_err(),
        caller.permit_scim::<Create>(&me).unwrap_err(),
        caller.permit_scim::<Search>(&me).unwrap_err(),
    ] {
        assert!(refusal.sufficient.is_empty(), "{}", refusal.sentence);
    }
}

#[test]
fn what_a_person_may_not_change_of_itself_needs_to_be_named() {
    let star = caller(person(), &[own(&["retrieve", "modify"], &["*"])]);
    let me = Place::me(star.snapshot()).unwrap();
    let permit = star.permit_scim::<Modify>(&me).unwrap();
    permit
        .require(&leaves(&permit, &["displayName", "emails.value"]))
        .unwrap();
    for path in ["password", "active", "roles.value", "entitlements.value"] {
        permit.require(&leaves(&permit, &[path])).unwrap_err();
    }
    let named = caller(person(), &[own(&["modify"], &["active", "password"])]);
    let permit = named
        .permit_scim::<Modify>(&Place::me(named.snapshot()).unwrap())
        .unwrap();
    permit.require(&leaves(&permit, &["active"])).unwrap();
    // A password is never written as an attribute at `/Me` (product §2.2).
    permit.require(&leaves(&permit, &["password"])).unwrap_err();
}

#[test]
fn s14_a_client_has_no_me() {
    let caller = caller(Subject::Client, &[any(&["retrieve", "modify"], &["*"])]);
    let me = Place::me(caller.snapshot()).unwrap();
    let refusal = caller.permit_scim::<Retrieve>(&me).unwrap_err();
    assert!(refusal.sentence.contains("person") && refusal.sufficient.is_empty());
    caller.permit_scim::<Modify>(&me).unwrap_err();
    caller.permit_scim::<Delete>(&me).unwrap_err();
}

#[test]
fn an_id_is_short_and_plain() {
    let caller = caller(Subject::Client, &[any(&["retrieve"], &["*"])]);
    let users = Place::at(caller.snapshot(), "Users").unwrap();
    let permit = caller.permit_scim::<Retrieve>(&users).unwrap();
    for id in ["", "a b", "a\0", "ä", "\u{202e}", &"x".repeat(65)] {
        assert_eq!(permit.target(id), None, "{id:?}");
    }
    assert!(permit.target(&"x".repeat(64)).is_some());
}
