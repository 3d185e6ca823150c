//! OpenID providers at which people may sign in (product §4).

use crate::{
    api::{Api, broken},
    support::{TestServer, secrets},
};
use domain::{RealmKey, config::IdentityProvider};
use serde_json::{Value, json};

const SECRET: &str = "s3cret-at-the-provider";

fn new() -> Value {
    json!({
        "name": "Corporate", "issuer": "https://idp.example.com", "client_id": "ambit",
        "client_secret": SECRET, "scopes": ["email", "profile"], "creates_identities": true,
        "attributes": {"email": "emails.value", "given_name": "name.givenName"},
    })
}

fn path_of(provider: &Value) -> String {
    format!("/identity-providers/{}", provider["id"].as_str().unwrap())
}

/// The secret as the server would use it.
fn secret(server: &TestServer, provider: &Value) -> Option<String> {
    let record = record(server, provider);
    let secret = record.secret(&RealmKey::system(), &secrets()).unwrap();
    secret.map(|secret| secret.expose().to_owned())
}

fn record(server: &TestServer, provider: &Value) -> IdentityProvider {
    let id = provider["id"].as_str().unwrap().parse().unwrap();
    let snapshot = server.snapshot();
    IdentityProvider::clone(&snapshot.config().identity_providers[&id])
}

#[tokio::test]
async fn a_provider_is_made_read_changed_and_deleted() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let made = api.make("/identity-providers", new()).await;
    assert_eq!(made["scopes"], json!(["openid", "email", "profile"]));
    assert_eq!(made["active"], true);
    assert_eq!(made["attributes"], new()["attributes"]);
    let path = path_of(&made);
    assert_eq!(api.get(&path).await.expect(200).json(), made);
    let patch = json!({"name": "Staff", "attributes": {"email": null, "locale": "locale"}});
    let patched = api.patch(&path, patch).await.expect(200).json();
    assert_eq!(patched["name"], "Staff");
    assert_eq!(
        patched["attributes"],
        json!({"given_name": "name.givenName", "locale": "locale"})
    );
    assert_eq!(patched["issuer"], made["issuer"], "what is not named stays");
    let twice = json!({"name": "sTAFF", "issuer": "https://other.example", "client_id": "x"});
    assert_eq!(
        api.post("/identity-providers", twice).await.code(409),
        "duplicate"
    );
    api.delete(&path).await.expect(204);
    api.get(&path).await.expect(404);
}

#[tokio::test]
async fn what_is_not_said_is_modest() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let new = json!({"name": "A", "issuer": "http://127.0.0.1:8080/realm", "client_id": "a"});
    let made = api.make("/identity-providers", new).await;
    assert_eq!(made["scopes"], json!(["openid"]));
    assert_eq!(made["creates_identities"], false);
    assert_eq!(made["has_client_secret"], false);
    assert_eq!(made["attributes"], json!({}));
}

/// REG-26, V17: the secret is shown to nobody, and is in no file as it is.
#[tokio::test]
async fn reg_26_the_secret_is_written_only() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let made = api.post("/identity-providers", new()).await.expect(201);
    assert!(!made.text().contains(SECRET));
    let made = made.json();
    assert_eq!(made["has_client_secret"], true);
    let path = path_of(&made);
    for shown in [path.as_str(), "/identity-providers"] {
        let text = api.get(shown).await.expect(200).text();
        assert!(!text.contains(SECRET) && !text.contains("sealed"), "{text}");
    }
    assert!(!server.is_stored(SECRET));
    assert_eq!(secret(&server, &made).as_deref(), Some(SECRET));
    // It is good in its one place only.
    let record = record(&server, &made);
    let elsewhere = RealmKey::new(&"other".parse().unwrap(), &"realm".parse().unwrap());
    assert!(record.secret(&elsewhere, &secrets()).is_err());
    let moved = IdentityProvider {
        id: uuid::Uuid::new_v4(),
        ..record
    };
    assert!(moved.secret(&RealmKey::system(), &secrets()).is_err());
    // Nor can it be looked for.
    let filter = "/identity-providers?filter=client_secret%20pr";
    assert_eq!(api.get(filter).await.field(), broken("filter", "invalid"));
}

/// REG-26: whoever may name another issuer does not get the secret sent there.
#[tokio::test]
async fn reg_26_the_secret_goes_with_its_issuer() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let made = api.make("/identity-providers", new()).await;
    let path = path_of(&made);
    api.patch(&path, json!({"name": "B", "client_id": "b"}))
        .await
        .expect(200);
    assert_eq!(secret(&server, &made).as_deref(), Some(SECRET), "kept");
    let other = json!({"issuer": "https://attacker.example"});
    let patched = api.patch(&path, other).await.expect(200).json();
    assert_eq!(patched["has_client_secret"], false);
    assert_eq!(secret(&server, &made), None);
    let back = json!({"issuer": "https://idp.example.com"});
    let patched = api.patch(&path, back).await.expect(200).json();
    assert_eq!(patched["has_client_secret"], false, "it is gone for good");
    let both = json!({"issuer": "https://idp2.example.com", "client_secret": "another"});
    api.patch(&path, both).await.expect(200);
    assert_eq!(secret(&server, &made).as_deref(), Some("another"));
    api.patch(&path, json!({"client_secret": "newer"}))
        .await
        .expect(200);
    assert_eq!(secret(&server, &made).as_deref(), Some("newer"));
    let patched = api.patch(&path, json!({"client_secret": null})).await;
    assert_eq!(patched.expect(200).json()["has_client_secret"], false);
    assert_eq!(secret(&server, &made), None);
}

#[tokio::test]
async fn an_error_names_the_field() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let made = api.make("/identity-providers", new()).await;
    let path = path_of(&made);
    let claim = |path: &str| json!({"attributes": {"x": path}});
    let cases = [
        (json!({"name": null}), "name", "required"),
        (json!({"issuer": null}), "issuer", "required"),
        (
            json!({"issuer": "http://idp.example.com"}),
            "issuer",
            "invalid",
        ),
        (json!({"issuer": "http://localhost"}), "issuer", "invalid"),
        (
            json!({"issuer": "https://idp.example.com/?a"}),
            "issuer",
            "invalid",
        ),
        (
            json!({"issuer": "https://u@idp.example.com"}),
            "issuer",
            "invalid",
        ),
        (json!({"issuer": "idp"}), "issuer", "invalid"),
        (json!({"client_id": null}), "client_id", "required"),
        (json!({"client_secret": ""}), "client_secret", "invalid"),
        (json!({"client_secret": 1}), "client_secret", "invalid"),
        (
            json!({"has_client_secret": true}),
            "has_client_secret",
            "server_set",
        ),
        (json!({"sealed_secret": "x"}), "sealed_secret", "unknown"),
        (json!({"scopes": ["a b"]}), "scopes", "invalid"),
        (
            json!({"creates_identities": "yes"}),
            "creates_identities",
            "invalid",
        ),
        (json!({"attributes": []}), "attributes", "invalid"),
        (json!({"attributes": {"x": 1}}), "attributes", "invalid"),
        (claim("noSuch"), "attributes", "invalid"),
        (claim("name"), "attributes", "invalid"),
        (
            claim("emails[primary eq true].value"),
            "attributes",
            "invalid",
        ),
        // U7, S5: what the server sets, and secrets, are no provider's.
        (claim("id"), "attributes", "invalid"),
        (claim("externalId"), "attributes", "invalid"),
        (claim("meta.created"), "attributes", "invalid"),
        (claim("groups.value"), "attributes", "invalid"),
        (claim("password"), "attributes", "invalid"),
        // T4: nor what says whether, or as what, somebody gets in.
        (claim("active"), "attributes", "invalid"),
        (claim("roles.value"), "attributes", "invalid"),
        (claim("entitlements.value"), "attributes", "invalid"),
        (claim("x509Certificates.value"), "attributes", "invalid"),
        (json!({"active": 1}), "active", "invalid"),
    ];
    for (change, field, rule) in cases {
        let mut body = new();
        body["name"] = "Another".into();
        body.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        let refused = api.post("/identity-providers", body).await;
        assert_eq!(refused.field(), broken(field, rule), "{change}");
        if change != json!({"attributes": []}) {
            let refused = api.patch(&path, change.clone()).await;
            assert_eq!(refused.field(), broken(field, rule), "{change}");
        }
    }
    assert_eq!(api.get(&path).await.json(), made);
}
