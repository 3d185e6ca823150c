//! REG-18, REG-13: random sequences of an administrator's actions. What it can act as never allows
//! more than it began with or may delegate, and no application ever breaks a rule.

use crate::{
    api::Api,
    support::{Dice, TestServer},
};
use domain::config::{Application, ApplicationKind, Assignment, SubjectType};
use oauth::{GrantType, TokenEndpointAuthMethod};
use scope::{ManagementRights, ScopeKind};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Scopes that actions are tried with.
const SCOPES: [&str; 9] = [
    "scopes:update",
    "scopes:delete",
    "applications:update",
    "assigned-scopes:create",
    "assigned-scopes:update",
    "tenants:create",
    "connector:read",
    "scim:read",
    "profile",
];

/// The management rights, and the names of the data scopes, that clients could be granted.
fn reach(server: &TestServer, clients: &BTreeSet<String>) -> (ManagementRights, BTreeSet<String>) {
    let snapshot = server.snapshot();
    let (mut rights, mut data) = (ManagementRights::default(), BTreeSet::new());
    let assigned = clients
        .iter()
        .filter_map(|id| snapshot.client(id))
        .flat_map(|c| &c.assigned);
    for scope in assigned.filter_map(|assigned| snapshot.config().scopes.get(&assigned.scope)) {
        match &scope.definition.kind {
            ScopeKind::Management(more) => rights = rights.union(*more),
            _ => drop(data.insert(scope.definition.name.to_string())),
        }
    }
    (rights, data)
}

/// The scopes of a client that ask for no consent, or for no authentication.
fn relaxed(server: &TestServer, client: &str) -> BTreeSet<String> {
    let snapshot = server.snapshot();
    let name = |id| snapshot.config().scopes[&id].definition.name.to_string();
    let assigned = snapshot.client(client).unwrap().assigned.iter();
    assigned
        .filter(|a| !a.consent_required || a.required_acr.is_none())
        .map(|a| name(a.scope))
        .collect()
}

#[tokio::test]
async fn reg18_nobody_grows_by_its_own_actions() {
    let server = TestServer::start().await;
    let (mut done, mut refused) = (0, 0);
    for seed in 0..24 {
        let mut dice = Dice::new(seed);
        let mut own = BTreeSet::from(["applications:create"]);
        for _ in 0..4 {
            own.insert(*dice.one(&SCOPES[..8]));
        }
        let own: Vec<&str> = own.into_iter().collect();
        let actor = server.add_client(&own, |_| ()).await;
        let token = actor.token(&server, Some(&own.join(" "))).await;
        let victim = server.add_client(&[*dice.one(&SCOPES)], |_| ()).await;
        let api = Api::as_client(&server, &actor, token);
        // What it is assigned besides, but can't be granted as it is.
        let email = server.scope("email").id;
        let guarded = Assignment {
            required_acr: Some("2".into()),
            ..Assignment::new(email)
        };
        let guard = |client: &mut Application| client.assigned.push(guarded.clone());
        server.change_client(&actor, guard).await;
        // Whom the actor has credentials of, and whom it knows.
        let mut controlled = BTreeSet::from([actor.id.clone()]);
        let mut known = vec![actor.id.clone(), victim.id, server.admin.id.clone()];
        let (first, held) = reach(&server, &controlled);
        let delegates = own.contains(&"assigned-scopes:create");
        for step in 0..25 {
            let (client, scope) = (dice.one(&known).clone(), *dice.one(&SCOPES));
            let path = format!("/applications/{client}");
            let answer = match dice.below(6) {
                0 => {
                    let body = json!({"name": format!("{seed} {step}"), "service_account": true});
                    let answer = api.post("/applications", body).await;
                    if answer.status == 201 {
                        let id = answer.json()["id"].as_str().unwrap().to_owned();
                        controlled.insert(id.clone());
                        known.push(id);
                    }
                    answer
                }
                1 => {
                    let preset = *dice.one(&["reporting", "directory_sync_connector"]);
                    let body = json!({"name": format!("{seed} {step}"), "preset": preset});
                    let answer = api.post("/applications", body).await;
                    if answer.status == 201 {
                        controlled.insert(answer.json()["id"].as_str().unwrap().to_owned());
                    }
                    answer
                }
                2 => {
                    api.post(&format!("{path}/assigned-scopes"), json!({"scope": scope}))
                        .await
                }
                3 => {
                    let answer = api.post(&format!("{path}/secrets"), json!({})).await;
                    if answer.status == 201 {
                        controlled.insert(client);
                    }
                    answer
                }
                4 => {
                    let weaker = *dice.one(&["required_acr", "consent_required"]);
                    let weaker = match weaker {
                        "required_acr" => json!({ weaker: null }),
                        _ => json!({ weaker: false }),
                    };
                    api.patch(&format!("{path}/assigned-scopes/{email}"), weaker)
                        .await
                }
                _ => {
                    api.patch(
                        &path,
                        json!({"active": true, "unassigned_scopes": "intersect"}),
                    )
                    .await
                }
            };
            match answer.status.as_u16() {
                200 | 201 => done += 1,
                403 => refused += 1,
                404 => {}
                other => assert_eq!(other, 409, "{}", answer.text()),
            }
            let (rights, data) = reach(&server, &controlled);
            assert!(
                rights.is_subset(first),
                "seed {seed}, step {step}: {rights:?} beyond {first:?}"
            );
            assert!(
                delegates || data.is_subset(&held),
                "seed {seed}, step {step}: {data:?}"
            );
            // To itself it gives nothing in any case.
            let (_, mine) = reach(&server, &BTreeSet::from([actor.id.clone()]));
            assert!(mine.is_subset(&held), "seed {seed}, step {step}: {mine:?}");
            assert!(
                !relaxed(&server, &actor.id).contains("email"),
                "seed {seed}, step {step}"
            );
        }
    }
    assert!(
        done > 100 && refused > 100,
        "{done} done, {refused} refused"
    );
}

#[tokio::test]
async fn reg13_no_sequence_of_changes_breaks_a_rule() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let jwks = json!({"keys": [{
        "kty": "EC", "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    }]});
    let changes = [
        json!({"service_account": true}),
        json!({"service_account": false}),
        json!({"service_account": null, "grant_types": null}),
        json!({"grant_types": ["client_credentials"]}),
        json!({"grant_types": ["authorization_code", "refresh_token"]}),
        json!({"service_account": true, "grant_types": ["client_credentials"]}),
        json!({"service_account": false, "grant_types": ["authorization_code"]}),
        json!({"token_endpoint_auth_method": "none"}),
        json!({"token_endpoint_auth_method": "private_key_jwt"}),
        json!({"token_endpoint_auth_method": "client_secret_post"}),
        json!({"token_endpoint_auth_method": "private_key_jwt", "jwks": jwks}),
        json!({"token_endpoint_auth_method": "client_secret_basic", "jwks": null}),
        json!({"jwks": jwks}),
        json!({"jwks": null}),
        json!({"redirect_uris": ["https://x.example/cb", "javascript:alert(1)"]}),
        json!({"redirect_uris": ["https://x.example/cb"]}),
        json!({"redirect_uris": null, "sector": null}),
        json!({"subject_type": "pairwise"}),
        json!({"subject_type": "public"}),
        json!({"sector": "x.example"}),
        json!({"require_pkce": false}),
        json!({"require_pkce": null}),
        json!({"require_signed_request_object": true}),
        json!({"require_signed_request_object": false}),
    ];
    let (mut done, mut refused) = (0, 0);
    for seed in 0..6 {
        let mut dice = Dice::new(100 + seed);
        let kind = *dice.one(&["confidential", "public"]);
        let made = api
            .make(
                "/applications",
                json!({"name": format!("fuzz {seed}"), "type": kind}),
            )
            .await;
        let id = made["id"].as_str().unwrap().to_owned();
        for _ in 0..40 {
            let mut patch: Value = dice.one(&changes).clone();
            let more = dice.one(&changes).as_object().unwrap().clone();
            patch.as_object_mut().unwrap().extend(more);
            match api
                .patch(&format!("/applications/{id}"), patch)
                .await
                .status
                .as_u16()
            {
                200 => done += 1,
                other => {
                    assert_eq!(other, 400);
                    refused += 1;
                }
            }
            keeps_the_rules(server.snapshot().client(&id).unwrap());
        }
    }
    assert!(done > 30 && refused > 30, "{done} done, {refused} refused");
}

fn keeps_the_rules(client: &Application) {
    let public = client.kind == ApplicationKind::Public;
    let method = client.auth_method;
    assert_eq!(
        public,
        method == TokenEndpointAuthMethod::None,
        "{client:?}"
    );
    assert!(!(public && client.service_account), "{client:?}");
    let may_act = client.grant_types.contains(&GrantType::ClientCredentials);
    assert_eq!(may_act, client.service_account, "{client:?}");
    let needs_keys = method == TokenEndpointAuthMethod::PrivateKeyJwt
        || client.openid.require_signed_request_object;
    assert!(client.jwks.is_some() || !needs_keys, "{client:?}");
    assert!(client.openid.require_pkce || !public, "A4: {client:?}");
    let pairwise = client.openid.subject_type == SubjectType::Pairwise;
    assert!(client.sector().is_some() || !pairwise, "{client:?}");
    let secret = matches!(
        method,
        TokenEndpointAuthMethod::ClientSecretBasic | TokenEndpointAuthMethod::ClientSecretPost
    );
    assert!(secret || client.secrets.is_empty(), "{client:?}");
    assert!(
        client
            .redirect_uris
            .iter()
            .all(|uri| uri.starts_with("https://")),
        "{client:?}"
    );
}
