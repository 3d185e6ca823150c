//! What a person grants (product §2.4, §3, §4): asked ∩ assigned ∩ delegable ∩ consented.

use crate::fixture::{CLIENT, client, input, scope_id};
use oauth::{ErrorCode, Scope};
use scope::{
    AskedScope, Catalogue, ClientEntry, ConsentNeed, ConsentState, ConsentedScope, RoleRights,
    ScopeDefinition, ScopeRefusal, asked_of_person,
};
use serde_json::{Value, json};

/// Two scopes on the identity, one on people, one of management's (generic here can't be), one generic.
fn definitions() -> Vec<Value> {
    vec![
        json!({"name": "me:name", "type": "authenticated-identity", "consent_prompt_text": "Your name",
            "resource_operations": ["retrieve"], "resource_attributes": ["name", "displayName"]}),
        json!({"name": "me:mail", "type": "authenticated-identity", "consent_prompt_text": "Your mail",
            "resource_operations": ["retrieve"], "resource_attributes": ["emails"]}),
        json!({"name": "people:read", "type": "resource", "scim_resource_type": "User",
            "resource_operations": ["retrieve"], "resource_attributes": ["displayName"]}),
        json!({"name": "crm:read", "type": "generic", "description": "Read the CRM"}),
    ]
}

fn realm(edit: impl FnOnce(&mut ClientEntry)) -> Catalogue {
    let mut realm = input(&definitions());
    let mut entry = client([1, 2, 3, 4]);
    for assigned in &mut entry.assigned {
        assigned.consent_required = true;
    }
    edit(&mut entry);
    realm.clients = vec![entry];
    Catalogue::compile(realm).unwrap()
}

fn ask(realm: &Catalogue, scope: &str, roles: RoleRights) -> Result<Vec<AskedScope>, ScopeRefusal> {
    let scope: Scope = scope.parse().unwrap();
    asked_of_person(realm, CLIENT, Some(&scope), roles)
}

fn names(asked: &[AskedScope]) -> Vec<&str> {
    asked.iter().map(|scope| scope.name().as_str()).collect()
}

#[test]
fn anybody_delegates_what_is_theirs_and_roles_delegate_the_rest() {
    let realm = realm(|_| {});
    let everything = "me:name people:read crm:read";
    let own = ask(&realm, everything, RoleRights::default()).unwrap();
    assert_eq!(names(&own), ["me:name", "crm:read"]);
    let capabilities = RoleRights {
        delegates_capabilities: true,
        ..RoleRights::default()
    };
    let all = ask(&realm, everything, capabilities).unwrap();
    assert_eq!(names(&all), ["me:name", "people:read", "crm:read"]);
    let refused = ask(&realm, "people:read", RoleRights::default()).unwrap_err();
    assert_eq!(refused, ScopeRefusal::NotDelegable);
    assert_eq!(refused.error_code(), ErrorCode::AccessDenied);
    let only_management = RoleRights {
        delegates_capabilities: false,
        ..RoleRights::everything()
    };
    assert!(ask(&realm, "people:read", only_management).is_err());
}

#[test]
fn what_is_not_assigned_or_whose_client_is_inactive_is_not_asked_for() {
    let narrow = realm(|entry| entry.assigned.truncate(1));
    let refused = ask(&narrow, "me:mail", RoleRights::default()).unwrap_err();
    assert_eq!(refused.error_code(), ErrorCode::InvalidScope);
    let refused = ask(&narrow, "unknown", RoleRights::default()).unwrap_err();
    assert!(matches!(refused, ScopeRefusal::Unknown(_)));
    let inactive = realm(|entry| entry.active = false);
    let refused = ask(&inactive, "me:name", RoleRights::default()).unwrap_err();
    assert_eq!(refused, ScopeRefusal::ClientInactive, "B11");
    // A client that can't act for itself may ask people.
    let no_service = realm(|entry| entry.service_account = false);
    assert!(ask(&no_service, "me:name", RoleRights::default()).is_ok());
}

#[test]
fn a_prompt_is_the_scopes_own_or_what_else_is_known_of_it() {
    let realm = realm(|_| {});
    let asked = ask(&realm, "me:name crm:read", RoleRights::default()).unwrap();
    assert_eq!(asked[0].prompt(), "Your name");
    assert_eq!(asked[1].prompt(), "Read the CRM");
}

#[test]
fn who_is_asked_and_why() {
    let plain = realm(|_| {});
    let asked = ask(&plain, "me:name", RoleRights::default()).unwrap();
    let said = |state| ConsentedScope {
        scope: scope_id(1),
        version: 1,
        state,
    };
    let need = |state: Option<ConsentState>, again| asked[0].need(state.map(said).as_ref(), again);
    assert_eq!(need(None, false), ConsentNeed::New);
    assert_eq!(
        need(Some(ConsentState::Granted), false),
        ConsentNeed::Granted
    );
    assert_eq!(need(Some(ConsentState::Granted), true), ConsentNeed::Again);
    assert_eq!(need(Some(ConsentState::Revoked), false), ConsentNeed::New);
    // What can't be left out is asked for again; what can stays left out.
    assert_eq!(need(Some(ConsentState::Denied), false), ConsentNeed::New);
    let optional = realm(|entry| entry.assigned[0].optional = true);
    let left_out = ask(&optional, "me:name", RoleRights::default()).unwrap();
    let denied = said(ConsentState::Denied);
    assert_eq!(left_out[0].need(Some(&denied), false), ConsentNeed::Denied);
    assert_eq!(left_out[0].need(Some(&denied), true), ConsentNeed::Again);
    let trusted = realm(|entry| entry.assigned[0].consent_required = false);
    let exempt = ask(&trusted, "me:name", RoleRights::default()).unwrap();
    assert_eq!(exempt[0].need(None, true), ConsentNeed::Granted);
}

/// Product §2.4: "widening never gives … an old consent more than was granted"; narrowing asks nobody.
#[test]
fn a_widened_scope_is_asked_for_again_and_a_narrowed_one_is_not() {
    let with = |attributes: Value| {
        let mut realm = input(&definitions());
        let mut entry = client([1]);
        entry.assigned[0].consent_required = true;
        realm.clients = vec![entry];
        let before = realm.scopes[0].definition.clone();
        let patch = json!({"resource_attributes": attributes});
        let after: ScopeDefinition = before.updated(patch.as_object().unwrap()).unwrap();
        let scope = &mut realm.scopes[0];
        scope.earlier = vec![(1, before)];
        scope.version = 2;
        scope.definition = after;
        Catalogue::compile(realm).unwrap()
    };
    let consented = |version| ConsentedScope {
        scope: scope_id(1),
        version,
        state: ConsentState::Granted,
    };
    for (attributes, need) in [
        (
            json!(["name", "displayName", "title"]),
            ConsentNeed::Widened,
        ),
        (json!(["*"]), ConsentNeed::Widened),
        (json!(["title"]), ConsentNeed::Widened),
        (json!(["name"]), ConsentNeed::Granted),
        (json!(["displayName", "name"]), ConsentNeed::Granted),
    ] {
        let realm = with(attributes.clone());
        let asked = ask(&realm, "me:name", RoleRights::default()).unwrap();
        assert_eq!(
            asked[0].need(Some(&consented(1)), false),
            need,
            "{attributes}"
        );
        assert_eq!(asked[0].granted().version, 2);
        let now = asked[0].need(Some(&consented(2)), false);
        assert_eq!(now, ConsentNeed::Granted);
        // A version that is not kept any more allowed nobody knows what.
        let lost = asked[0].need(Some(&consented(9)), false);
        assert_eq!(lost, ConsentNeed::Widened);
    }
}
