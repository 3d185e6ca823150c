//! Policies (product §8), which are kept and never in force.

use crate::{
    api::{Api, broken},
    support::TestServer,
};
use serde_json::json;

const CEDAR: &str =
    "forbid (principal, action, resource)\r\nwhen { resource.tags.contains(\"sensitive\") };\n";

#[tokio::test]
async fn a_policy_is_made_read_changed_and_deleted() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let new = json!({"name": "Sensitive", "language": "cedar", "text": CEDAR});
    let made = api.make("/policies", new.clone()).await;
    assert_eq!(made["text"], CEDAR, "as it was given");
    assert_eq!(made["active"], false);
    let path = format!("/policies/{}", made["id"].as_str().unwrap());
    assert_eq!(api.get(&path).await.expect(200).json(), made);
    let patch = json!({"language": "xacml", "text": "<Policy/>", "active": false});
    let patched = api.patch(&path, patch).await.expect(200).json();
    assert_eq!(patched["language"], "xacml");
    assert_eq!(patched["name"], "Sensitive", "what is not named stays");
    assert_eq!(
        api.post(
            "/policies",
            json!({"name": "sENSITIVE", "language": "cedar", "text": "x"})
        )
        .await
        .code(409),
        "duplicate"
    );
    let listed = api
        .get("/policies?filter=language%20eq%20%22xacml%22")
        .await;
    assert_eq!(listed.expect(200).json()["items"], json!([patched]));
    api.delete(&path).await.expect(204);
    api.get(&path).await.expect(404);
}

/// Nothing evaluates policies yet: nobody is to believe that one is in force.
#[tokio::test]
async fn no_policy_can_be_active() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let mut new = json!({"name": "A", "language": "cedar", "text": CEDAR, "active": true});
    let refused = api.post("/policies", new.clone()).await;
    assert_eq!(refused.field(), broken("active", "invalid"));
    assert!(
        refused.text().contains("not evaluated yet"),
        "{}",
        refused.text()
    );
    new["active"] = false.into();
    let made = api.make("/policies", new).await;
    let path = format!("/policies/{}", made["id"].as_str().unwrap());
    let refused = api.patch(&path, json!({"active": true})).await;
    assert_eq!(refused.field(), broken("active", "invalid"));
    assert_eq!(api.get(&path).await.json(), made);
}

#[tokio::test]
async fn an_error_names_the_field() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    for (change, field, rule) in [
        (json!({"name": null}), "name", "required"),
        (json!({"language": null}), "language", "required"),
        (json!({"language": "rego"}), "language", "invalid"),
        (json!({"text": null}), "text", "required"),
        (json!({"text": " \n"}), "text", "invalid"),
        (json!({"text": 1}), "text", "invalid"),
        (
            json!({"text": "x".repeat(64 * 1024 + 1)}),
            "text",
            "invalid",
        ),
        (json!({"active": "no"}), "active", "invalid"),
        (json!({"priority": 1}), "priority", "unknown"),
    ] {
        let mut body = json!({"name": "A", "language": "cedar", "text": "x".repeat(64 * 1024)});
        body.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        let refused = api.post("/policies", body).await;
        assert_eq!(refused.status, 400, "{field} {rule}: {}", refused.text());
        assert_eq!(refused.field(), broken(field, rule), "{field}");
    }
}
