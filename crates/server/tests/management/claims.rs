//! Claims about people (product §4).

use crate::{
    api::{Api, broken},
    support::TestServer,
};
use domain::{Edit, store::Kind};
use serde_json::{Value, json};

async fn named(api: &Api<'_>, name: &str) -> Value {
    let path = format!("/claims?filter=name%20eq%20%22{name}%22");
    api.get(&path).await.expect(200).json()["items"][0].clone()
}

fn path_of(claim: &Value) -> String {
    format!("/claims/{}", claim["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_claim_is_made_read_changed_and_deleted() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let paths = json!(["emails[type eq \"work\"].value", "emails.value"]);
    let made = api
        .make("/claims", json!({"name": "work_email", "paths": paths}))
        .await;
    assert_eq!((&made["built_in"], &made["paths"]), (&false.into(), &paths));
    let path = path_of(&made);
    assert_eq!(api.get(&path).await.expect(200).json(), made);
    let change = json!({"name": "https://example.com/title", "paths": ["title"]});
    let patched = api.patch(&path, change.clone()).await.expect(200).json();
    assert_eq!(
        (&patched["name"], &patched["paths"]),
        (&change["name"], &change["paths"])
    );
    let patched = api
        .patch(&path, json!({"paths": ["userType"]}))
        .await
        .expect(200);
    assert_eq!(
        patched.json()["name"],
        change["name"],
        "what is not named stays"
    );
    api.delete(&path).await.expect(204);
    api.get(&path).await.expect(404);
}

/// OpenID Connect Core §5.1.
#[tokio::test]
async fn the_standard_claims_are_built_in() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let list = api
        .get("/claims?filter=built_in%20eq%20true")
        .await
        .expect(200);
    let list = list.json();
    let names: Vec<_> = list["items"].as_array().unwrap().iter().collect();
    assert_eq!(names.len(), 13);
    let email = named(&api, "email").await;
    assert_eq!(email["paths"][0], "emails[primary eq true].value");
    let path = path_of(&email);
    let paths = json!(["emails[type eq \"work\"].value"]);
    let patched = api.patch(&path, json!({"paths": paths})).await.expect(200);
    assert_eq!(patched.json()["paths"], paths);
    // The whole object can be sent back.
    let same = json!({"name": "email", "paths": paths});
    api.patch(&path, same).await.expect(200);
    assert_eq!(
        api.patch(&path, json!({"name": "mail"})).await.field(),
        broken("name", "built_in")
    );
    assert_eq!(api.delete(&path).await.code(409), "built_in");
    for missing in ["email_verified", "sub", "updated_at"] {
        assert_eq!(named(&api, missing).await, Value::Null, "{missing}");
    }
}

#[tokio::test]
async fn names_are_unique_and_none_of_the_protocols() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let twice = json!({"name": "email", "paths": ["emails.value"]});
    assert_eq!(api.post("/claims", twice).await.code(409), "duplicate");
    // RFC 7519 §4: names are case-sensitive.
    api.make(
        "/claims",
        json!({"name": "Email", "paths": ["emails.value"]}),
    )
    .await;
    let protocol = [
        "sub",
        "iss",
        "aud",
        "exp",
        "iat",
        "auth_time",
        "nonce",
        "acr",
        "amr",
        "azp",
        "sid",
        "at_hash",
        "c_hash",
        "jti",
        "SUB",
        "Iss",
    ];
    for name in protocol {
        let refused = api
            .post("/claims", json!({"name": name, "paths": ["title"]}))
            .await;
        assert_eq!(refused.field(), broken("name", "invalid"), "{name}");
    }
}

#[tokio::test]
async fn an_error_names_the_field() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let title = named(&api, "name").await;
    let cases = [
        (json!({"name": null}), "name", "required"),
        (json!({"name": "a b"}), "name", "invalid"),
        (json!({"name": "a\nb"}), "name", "invalid"),
        (json!({"name": "x".repeat(201)}), "name", "invalid"),
        (json!({"paths": null}), "paths", "required"),
        (json!({"paths": []}), "paths", "invalid"),
        (json!({"paths": "title"}), "paths", "invalid"),
        (json!({"paths": ["noSuch"]}), "paths", "invalid"),
        (
            json!({"paths": ["title", "emails[primary eq \"x\"].value"]}),
            "paths",
            "invalid",
        ),
        (
            json!({"paths": ["emails[primary eq true"]}),
            "paths",
            "invalid",
        ),
        // S5: no path leads to a secret.
        (json!({"paths": ["password"]}), "paths", "invalid"),
        (json!({"built_in": true}), "built_in", "server_set"),
        (json!({"path": "title"}), "path", "unknown"),
    ];
    for (change, field, rule) in cases {
        let mut body = json!({"name": "a", "paths": ["title"]});
        body.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        let refused = api.post("/claims", body).await;
        assert_eq!(refused.field(), broken(field, rule), "{change}");
        let refused = api.patch(&path_of(&title), change.clone()).await;
        assert_eq!(refused.field(), broken(field, rule), "{change}");
    }
    assert_eq!(named(&api, "name").await, title);
}

/// A store that an earlier version wrote gets what newer ones bring.
#[tokio::test]
async fn realms_made_before_get_the_built_in_claims() {
    let server = TestServer::start().await;
    let all: Vec<_> = server.snapshot().config().claims.keys().copied().collect();
    let bare = all
        .iter()
        .fold(Edit::none(()), |edit, id| edit.delete(Kind::Claim, id));
    server.edit(bare).await;
    let api = Api::admin(&server).await;
    let own = json!({"name": "nickname", "paths": ["title"]});
    let own = api.make("/claims", own).await;
    server.core.maintain().await.unwrap();
    assert_eq!(server.snapshot().config().claims.len(), 13);
    assert_eq!(named(&api, "nickname").await, own, "what was there stays");
    assert_eq!(named(&api, "email").await["built_in"], true);
    let revision = server.snapshot().revision();
    server.core.maintain().await.unwrap();
    assert_eq!(server.snapshot().revision(), revision, "once only");
}
