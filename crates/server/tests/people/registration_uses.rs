//! What a client that registered itself said of itself, where it counts (RFC 7591; A10, J2).

use crate::{
    signer::request_claims,
    support::{Answer, Browser, Client, TestServer},
};
use jose::{Algorithm, JwkSet, SigningKey};
use oauth::CLIENT_ASSERTION_TYPE_JWT;
use serde_json::{Value, json};

const BYE: &str = "https://client.example.com/bye";

/// A10: whoever registers a client has ID tokens of it, and could send anybody on with our name on the
/// address.
#[tokio::test]
async fn a10_logout_sends_nobody_to_a_stranger_unasked() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    server.open_registration(&["openid"]).await;
    let stranger = server
        .registered(json!({"post_logout_redirect_uris": [BYE]}))
        .await
        .client;
    let ours = server
        .add_app(&["openid"], |app| {
            app.openid.post_logout_redirect_uris = vec![BYE.to_owned()];
        })
        .await;
    for (client, status) in [(&ours, 303), (&stranger, 200)] {
        let tokens = client.tokens(&server, &ada, "openid").await;
        let hint = tokens["id_token"].as_str().unwrap();
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("id_token_hint", hint)
            .append_pair("post_logout_redirect_uri", BYE)
            .finish();
        let path = client.path(&format!("/logout?{query}"));
        let nobody = Browser::new().get(&server, &path).await.expect(status);
        assert_eq!(nobody.header("location").starts_with(BYE), status == 303);
    }
}

/// Two keys of a client, of which it says that it signs with the second only.
struct Keys {
    other: SigningKey,
    said: SigningKey,
}

impl Keys {
    fn new() -> Self {
        Self {
            other: SigningKey::generate(Algorithm::Es256).unwrap(),
            said: SigningKey::generate(Algorithm::EdDsa).unwrap(),
        }
    }

    fn metadata(&self, algorithm_of: &str, more: Value) -> Value {
        let keys = [&self.other, &self.said].map(SigningKey::public_jwk);
        let mut said = more;
        said["jwks"] = serde_json::to_value(JwkSet::from_iter(keys)).unwrap();
        said[algorithm_of] = json!("EdDSA");
        said
    }
}

#[tokio::test]
async fn j2_assertions_are_of_the_algorithm_that_was_registered() {
    let server = TestServer::start().await;
    server.open_registration(&["openid"]).await;
    let keys = Keys::new();
    let method = json!({"token_endpoint_auth_method": "private_key_jwt"});
    let said = keys.metadata("token_endpoint_auth_signing_alg", method);
    let one = server.registered(said).await;
    assert_eq!(one.told["token_endpoint_auth_signing_alg"], "EdDSA");
    let introspect = async |key: &SigningKey, jti: &str| {
        let now = server.core.now().seconds();
        let claims = json!({
            "iss": one.client.id, "sub": one.client.id, "jti": jti, "iat": now, "exp": now + 60,
            "aud": server.snapshot().issuer().as_str(),
        });
        let assertion = key.sign_compact("JWT", claims.to_string().as_bytes());
        let form = [
            ("client_assertion_type", CLIENT_ASSERTION_TYPE_JWT),
            ("client_assertion", &assertion.unwrap()),
            ("token", "x"),
        ];
        let path = one.client.path("/introspect");
        server.post_form(&path, &[], &form).await
    };
    introspect(&keys.said, "one").await.expect(200);
    let refused = introspect(&keys.other, "two").await.expect(401);
    assert_eq!(refused.error(), "invalid_client");
}

#[tokio::test]
async fn j2_requests_are_of_the_algorithm_that_was_registered() {
    let server = TestServer::start().await;
    server.open_registration(&["openid"]).await;
    let keys = Keys::new();
    let signed = json!({"require_signed_request_object": true});
    let said = keys.metadata("request_object_signing_alg", signed);
    let client = server.registered(said).await.client;
    let browser = Browser::new();
    let good = ask(&server, &browser, &client, &keys.said).await;
    assert!(good.expect(200).text().contains("name=\"username\""));
    ask(&server, &browser, &client, &keys.other)
        .await
        .expect(400);
    let unsigned = client.authorize("openid", &[]);
    let page = browser.go(&server, &unsigned).await;
    assert!(!page.text().contains("name=\"username\""), "REG-03");
}

async fn ask(server: &TestServer, browser: &Browser, client: &Client, key: &SigningKey) -> Answer {
    let claims = request_claims(server, client).to_string();
    let object = key.sign_compact("oauth-authz-req+jwt", claims.as_bytes());
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", &client.id)
        .append_pair("request", &object.unwrap())
        .finish();
    let path = client.path(&format!("/authorize?{query}"));
    browser.go(server, &path).await
}
