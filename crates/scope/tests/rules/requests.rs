//! The scopes of a client credentials request (product §3; B7).

use crate::fixture::{CLIENT, client, input, scope_id};
use oauth::{ErrorCode, Scope};
use scope::{
    Catalogue, CatalogueInput, ClientEntry, ClientId, Granted, GrantedScope, ScopeRefusal,
    UnassignedScopes, grant_for_client_credentials,
};
use serde_json::json;
use uuid::Uuid;

/// Scopes 1 to 3 are assigned, 4 is not, 5 needs a person and is.
fn realm_with(edit: impl FnOnce(&mut ClientEntry)) -> Catalogue {
    let generic = |name| json!({"name": name, "type": "generic"});
    let mut realm: CatalogueInput = input(&[
        generic("Hr:Read"),
        generic("hr:write"),
        generic("crm:read"),
        generic("crm:write"),
        json!({"name": "profile", "type": "authenticated-identity", "consent_prompt_text": "x"}),
    ]);
    let mut entry = client([1, 2, 3, 5]);
    edit(&mut entry);
    realm.clients = vec![entry];
    Catalogue::compile(realm).unwrap()
}

fn ask(realm: &Catalogue, scope: Option<&str>) -> Result<Granted, ScopeRefusal> {
    let scope: Option<Scope> = scope.map(|text| text.parse().unwrap());
    grant_for_client_credentials(realm, CLIENT, scope.as_ref())
}

fn names(granted: Result<Granted, ScopeRefusal>) -> String {
    granted.unwrap().names.to_string()
}

#[test]
fn what_is_asked_and_assigned_is_granted_in_stored_spelling() {
    let realm = realm_with(|_| {});
    let granted = ask(&realm, Some("crm:read HR:READ")).unwrap();
    assert_eq!(granted.names.to_string(), "crm:read Hr:Read");
    let [crm, hr] = [3, 1].map(|n| GrantedScope {
        scope: scope_id(n),
        version: 1,
    });
    assert_eq!(granted.scopes, [crm, hr]);
    assert!(granted.dropped.is_empty());
}

/// Two spellings of one name are one scope, granted once.
#[test]
fn spellings_of_one_name_are_one_scope() {
    let granted = ask(
        &realm_with(|_| {}),
        Some("hr:read Hr:Read HR:READ hr:write"),
    )
    .unwrap();
    assert_eq!(granted.names.to_string(), "Hr:Read hr:write");
    assert_eq!(granted.scopes.len(), 2);
}

/// G9: names are compared whole, never by prefix.
#[test]
fn g9_a_prefix_is_another_name() {
    for name in ["hr:rea", "hr:read:", "hr:readx", "hr"] {
        let refusal = ask(&realm_with(|_| {}), Some(name)).unwrap_err();
        assert_eq!(refusal, ScopeRefusal::Unknown(name.parse().unwrap()));
    }
}

#[test]
fn an_unassigned_scope_is_refused_or_dropped_by_the_clients_setting() {
    let reject = realm_with(|_| {});
    let refusal = ask(&reject, Some("hr:read CRM:write")).unwrap_err();
    assert_eq!(
        refusal,
        ScopeRefusal::Unassigned("crm:write".parse().unwrap())
    );
    assert_eq!(
        refusal.to_string(),
        "the scope `crm:write` is not assigned to the client"
    );
    let intersect = realm_with(|c| c.unassigned = UnassignedScopes::Intersect);
    let granted = ask(&intersect, Some("CRM:write hr:read crm:WRITE")).unwrap();
    assert_eq!(granted.names.to_string(), "Hr:Read");
    assert_eq!(granted.dropped, ["crm:write".parse().unwrap()]);
    // Nothing left is a refusal, and an unknown scope always is.
    assert_eq!(ask(&intersect, Some("crm:write")), Err(ScopeRefusal::Empty));
    let unknown = ScopeRefusal::Unknown("nope".parse().unwrap());
    assert_eq!(ask(&intersect, Some("hr:read nope")), Err(unknown));
}

#[test]
fn without_scope_the_defaults_are_granted_or_nothing_is() {
    let realm = realm_with(|c| (c.assigned[2].default, c.assigned[0].default) = (true, true));
    assert_eq!(names(ask(&realm, None)), "Hr:Read crm:read");
    assert_eq!(names(ask(&realm, Some("hr:write"))), "hr:write");
    assert_eq!(ask(&realm_with(|_| {}), None), Err(ScopeRefusal::NoDefault));
}

/// A scope that needs a person is refused, by name, also as a default.
#[test]
fn a_scope_that_needs_a_person_is_refused() {
    let refusal = ScopeRefusal::NeedsPerson("profile".parse().unwrap());
    assert_eq!(
        ask(&realm_with(|_| {}), Some("hr:read profile")),
        Err(refusal.clone())
    );
    let default = realm_with(|c| c.assigned[3].default = true);
    assert_eq!(ask(&default, None), Err(refusal));
    let acr = realm_with(|c| c.assigned[0].required_acr = Some("phr".to_owned()));
    let refusal = ScopeRefusal::NeedsAuthentication("Hr:Read".parse().unwrap(), "phr".to_owned());
    assert_eq!(ask(&acr, Some("hr:read")), Err(refusal));
    assert_eq!(names(ask(&acr, Some("hr:write"))), "hr:write");
}

/// B11: a client that may not act for itself, or at all, gets nothing.
#[test]
fn b11_the_client_must_be_an_active_service_account() {
    let inactive = realm_with(|c| c.active = false);
    assert_eq!(
        ask(&inactive, Some("hr:read")),
        Err(ScopeRefusal::ClientInactive)
    );
    let interactive = realm_with(|c| c.service_account = false);
    assert_eq!(
        ask(&interactive, Some("hr:read")),
        Err(ScopeRefusal::NotAServiceAccount)
    );
    let other = ClientId(Uuid::from_u128(2));
    let refusal = grant_for_client_credentials(&inactive, other, None).unwrap_err();
    assert_eq!(refusal, ScopeRefusal::ClientUnknown);
    assert_eq!(refusal.error_code(), ErrorCode::InvalidClient);
    assert_eq!(
        ScopeRefusal::ClientInactive.error_code(),
        ErrorCode::InvalidClient
    );
    assert_eq!(
        ScopeRefusal::NotAServiceAccount.error_code(),
        ErrorCode::UnauthorizedClient
    );
    assert_eq!(
        ScopeRefusal::NoDefault.error_code(),
        ErrorCode::InvalidScope
    );
}
