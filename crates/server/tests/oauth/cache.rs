//! REG-15: what is remembered never changes an answer. A server that has seen everything and one
//! that has just started are asked the same at every step of a random history.

use crate::support::{Client, TestServer, assignment};
use domain::{Core, config::AccessTokenFormat, tokens::AuthenticateError};
use oauth::IntrospectionRequest;
use proptest::{prelude::*, test_runner::TestRng};
use serde_json::{Value, json};

const SCOPES: [&str; 3] = ["a", "b", "scim:read"];

/// What a server says of a token: at the endpoints that are for it, and to its client.
async fn said(core: &Core, client: &Client, token: &str) -> Value {
    let snapshot = core.realm_by_key(&client.realm).unwrap();
    let header = format!("Bearer {token}");
    let bearer = oauth::bearer::extract(&[&header]).unwrap().unwrap();
    let caller = match core.authenticate(&snapshot, &bearer.into()).await {
        Ok(caller) => json!(caller.grant().scope_names()),
        // Expired or purged: the reason may differ, the answer may not.
        Err(AuthenticateError::Invalid(_)) => json!("refused"),
        Err(AuthenticateError::Store(error)) => panic!("{error}"),
    };
    let form = format!("client_id={}&client_secret={}", client.id, client.secret);
    let form = oauth::form::Parameters::parse(form.as_bytes()).unwrap();
    let presented = oauth::PresentedClient::from_parts(&[], &form).unwrap();
    let endpoint = domain::tokens::Endpoint::Introspection;
    let introspected = match core
        .authenticate_client(&snapshot, &presented, endpoint)
        .await
    {
        Ok(client) => {
            let request = IntrospectionRequest {
                token,
                token_type_hint: None,
            };
            let said = core.introspect(&client, &request).await.unwrap();
            serde_json::from_slice(&said.json()).unwrap()
        }
        Err(error) => json!(error.to_string()),
    };
    json!([caller, introspected])
}

async fn add_client(server: &TestServer, format: AccessTokenFormat) -> Client {
    let change = move |c: &mut domain::config::Application| {
        c.access_token_format = format;
        c.auth_method = oauth::TokenEndpointAuthMethod::ClientSecretPost;
    };
    server.add_client(&SCOPES, change).await
}

async fn ask(server: &TestServer, client: &Client, scope: &str) -> Option<String> {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", &client.id),
        ("client_secret", &client.secret),
        ("scope", scope),
    ];
    let answer = server.post_form(&client.path("/token"), &[], &form).await;
    (answer.status == 200).then(|| answer.json()["access_token"].as_str().unwrap().to_owned())
}

async fn revoke(server: &TestServer, client: &Client, token: &str) {
    let form = [
        ("client_id", client.id.as_str()),
        ("client_secret", &client.secret),
        ("token", token),
    ];
    server.post_form(&client.path("/revoke"), &[], &form).await;
}

#[tokio::test]
async fn reg_15_a_warm_server_and_a_cold_one_agree() {
    let server = TestServer::start().await;
    for name in &SCOPES[..2] {
        server
            .add_scope(json!({"name": name, "type": "generic"}))
            .await;
    }
    let clients = [
        add_client(&server, AccessTokenFormat::Jwt).await,
        add_client(&server, AccessTokenFormat::Opaque).await,
    ];
    let mut tokens: Vec<(usize, String)> = Vec::new();
    let mut random = TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha);
    let (mut alive, mut dead) = (0, 0);
    for step in 0..120 {
        let which = random.random_range(0..2);
        let client = &clients[which];
        match random.random_range(0..10) {
            0..=3 => {
                let scope = SCOPES[random.random_range(0..3)];
                tokens.extend(
                    ask(&server, client, scope)
                        .await
                        .map(|token| (which, token)),
                );
            }
            4 => {
                if let Some((which, token)) =
                    tokens.get(random.random_range(0..tokens.len().max(1)))
                {
                    revoke(&server, &clients[*which], token).await;
                }
            }
            5 => server.change_client(client, |c| c.active = !c.active).await,
            6 => {
                let id = server.scope(SCOPES[random.random_range(0..3)]).id;
                let toggle = |c: &mut domain::config::Application| match c
                    .assigned
                    .iter()
                    .position(|assigned| assigned.scope == id)
                {
                    Some(at) => drop(c.assigned.remove(at)),
                    None => c.assigned.push(assignment(id)),
                };
                server.change_client(client, toggle).await;
            }
            7 => {
                server
                    .edit_scope("a", json!({"tags": [step.to_string()]}))
                    .await
            }
            8 => server.advance(random.random_range(0..120)),
            _ => server.core.maintain().await.unwrap(),
        }
        let cold = server.cold().await;
        for (which, token) in &tokens {
            let client = &clients[*which];
            let warm = said(&server.core, client, token).await;
            assert_eq!(warm, said(&cold, client, token).await, "step {step}");
            if warm[1]["active"] == true {
                alive += 1
            } else {
                dead += 1
            }
        }
    }
    assert!(
        alive > 200 && dead > 200,
        "the history shows both: {alive} alive, {dead} dead"
    );
}
