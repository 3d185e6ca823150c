//! REG-13 (CVE-2026-15572, CVE-2026-9705, CVE-2026-22752): random sequences of registrations,
//! updates and edits of the ceiling; after every step, the policy holds for every client.

use crate::support::{CALLBACK, Dice, Registered, TestServer, metadata};
use domain::config::{Application, ApplicationKind};
use oauth::{GrantType, TokenEndpointAuthMethod};
use scope::ScopeKind;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What a ceiling may have, or a client ask for; the last is never had.
const SCOPES: [&str; 5] = [
    "openid",
    "profile",
    "email",
    "scim:read",
    "applications:create",
];

const METHODS: [&str; 6] = [
    "client_secret_basic",
    "client_secret_post",
    "none",
    "private_key_jwt",
    "tls_client_auth",
    "client_secret_jwt",
];

const GRANTS: [&str; 5] = [
    "authorization_code",
    "refresh_token",
    "urn:ietf:params:oauth:grant-type:device_code",
    "client_credentials",
    "implicit",
];

const URIS: [&str; 5] = [
    CALLBACK,
    "http://127.0.0.1/cb",
    "http://attacker.example.com/cb",
    "https://attacker.example.com/cb#x",
    "javascript:alert(1)",
];

/// Each with one chance in three; mostly the first alone.
fn some(dice: &mut Dice, of: &[&'static str]) -> Vec<&'static str> {
    match dice.below(3) {
        0 => of.iter().copied().filter(|_| dice.below(3) == 0).collect(),
        _ => of.iter().copied().take(1).collect(),
    }
}

fn random_metadata(dice: &mut Dice) -> Value {
    let mut said = metadata(json!({}));
    if dice.below(2) == 0 {
        said["scope"] = json!(some(dice, &SCOPES).join(" "));
    }
    if dice.below(2) == 0 {
        let method = METHODS[dice.below(METHODS.len())];
        said["token_endpoint_auth_method"] = json!(method);
    }
    if dice.below(2) == 0 {
        said["grant_types"] = json!(some(dice, &GRANTS));
    }
    if dice.below(3) == 0 {
        said["redirect_uris"] = json!(some(dice, &URIS));
    }
    for (name, value) in [
        ("active", json!(true)),
        ("service_account", json!(true)),
        ("subject_type", json!("pairwise")),
        ("client_name", json!("Another")),
    ] {
        if dice.below(8) == 0 {
            said[name] = value;
        }
    }
    said
}

/// What holds of every client that registered itself, whatever it and others did.
fn check(server: &TestServer, disabled: &BTreeSet<String>, most: usize, said: &str) {
    let snapshot = server.snapshot();
    let config = snapshot.config();
    let ceiling = &config.realm.settings.registration.scopes;
    let clients = config.applications.values();
    let own: Vec<&Application> = clients
        .map(AsRef::as_ref)
        .filter(|c| c.registered_itself())
        .collect();
    assert!(own.len() <= most, "{said}");
    for client in own {
        let entry = snapshot.catalogue().client(client.id).unwrap();
        for (id, scope) in &config.scopes {
            let had = entry.assignment(*id).is_some();
            assert!(!had || ceiling.contains(id), "{said}: above the ceiling");
            let manages = matches!(scope.definition.kind, ScopeKind::Management(_));
            assert!(!had || !manages, "{said}: manages");
        }
        let assigned = &client.assigned;
        assert!(
            assigned.iter().all(|a| a.consent_required),
            "{said}: first party"
        );
        assert!(!client.service_account, "{said}");
        assert!(
            !client.grant_types.contains(&GrantType::ClientCredentials),
            "{said}"
        );
        assert!(
            client.auth_method != TokenEndpointAuthMethod::TlsClientAuth,
            "{said}"
        );
        let public = client.auth_method == TokenEndpointAuthMethod::None;
        assert_eq!(public, client.kind == ApplicationKind::Public, "{said}");
        assert!(!public || client.openid.require_pkce, "{said}");
        let known = |uri: &String| URIS[..2].contains(&uri.as_str());
        assert!(
            client.redirect_uris.iter().all(known),
            "{said}: {:?}",
            client.redirect_uris
        );
        let uses_secret = client.auth_method.uses_secret();
        assert_eq!(client.secrets.len(), usize::from(uses_secret), "{said}");
        let id = client.id.to_string();
        assert_eq!(client.active, !disabled.contains(&id), "{said}: H5");
    }
}

#[tokio::test]
async fn reg13_the_policy_holds_after_every_step() {
    const MOST: usize = 6;
    let (mut done, mut refused) = (0, 0);
    for seed in 0..12 {
        let server = TestServer::start().await;
        let ceiling = |scopes: &[&str]| {
            let mut scopes = scopes.to_vec();
            scopes.retain(|scope| ![SCOPES[0], SCOPES[4]].contains(scope));
            scopes.push(SCOPES[0]);
            json!({"open": true, "scopes": scopes, "max_clients": MOST})
        };
        let first = server.set_registration(ceiling(&SCOPES[..2])).await;
        first.expect(200);
        let mut dice = Dice::new(seed);
        let mut clients: Vec<Registered> = Vec::new();
        let mut disabled = BTreeSet::new();
        for step in 0..30 {
            let which = (!clients.is_empty()).then(|| dice.below(clients.len()));
            let (what, answer) = match (dice.below(8), which) {
                (0, _) => {
                    let scopes: Vec<&str> = some(&mut dice, &SCOPES);
                    let answer = server.set_registration(ceiling(&scopes)).await.expect(200);
                    (format!("ceiling {scopes:?}"), answer)
                }
                (1, Some(which)) => {
                    let client = clients[which].client.clone();
                    disabled.insert(client.id.clone());
                    server
                        .change_client(&client, |client| client.active = false)
                        .await;
                    continue;
                }
                (2, Some(which)) => {
                    let answer = clients[which].delete(&server).await;
                    let what = format!("delete {which}");
                    if answer.status == 204 {
                        clients.remove(which);
                    }
                    (what, answer)
                }
                (3..=5, Some(which)) => {
                    let mut said = random_metadata(&mut dice);
                    let one = &clients[which];
                    said["client_id"] = one.client.id.as_str().into();
                    let what = format!("update {which} {said}");
                    let answer = server.call("PUT", &one.path, &one.token, Some(said)).await;
                    if answer.status == 200 {
                        clients[which] = one.updated(&answer);
                    }
                    (what, answer)
                }
                _ => {
                    let said = random_metadata(&mut dice);
                    let answer = server.register(&said).await;
                    if answer.status == 201 {
                        clients.push(Registered::of(&answer.json()));
                    }
                    (format!("register {said}"), answer)
                }
            };
            let said = format!("seed {seed}, step {step}: {what}: {}", answer.text());
            match answer.status.as_u16() {
                200 | 201 | 204 => done += 1,
                400 | 401 | 403 => refused += 1,
                _ => panic!("{said}"),
            }
            check(&server, &disabled, MOST, &said);
        }
    }
    assert!(done > 100 && refused > 50, "{done} done, {refused} refused");
}
