//! `consents` and `consentHistory` (product §4, §5, §6.3; B6, T1).

use crate::support::{Browser, Own, Page, TestServer};
use serde_json::{Value, json};

const ALL: [&str; 3] = [
    "retrieve-consent",
    "revoke-consent",
    "retrieve-consent-history",
];

async fn reader(server: &TestServer, person: &str) -> Own {
    let properties = json!({"consent_operations": ALL});
    server.own("own:consents", person, properties).await
}

#[tokio::test]
async fn b6_a_revoked_consent_ends_all_that_it_allowed() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let scope = "openid profile offline_access";
    let app = server
        .add_app(&["openid", "profile", "offline_access"], |_| {})
        .await;
    let tokens = app.tokens(&server, &ada, scope).await;
    let [access, refresh] =
        ["access_token", "refresh_token"].map(|name| tokens[name].as_str().unwrap());
    let userinfo = app.path("/userinfo");
    server
        .call("GET", &userinfo, access, None)
        .await
        .expect(200);

    let own = reader(&server, &ada.id).await;
    let list = own.get(&server, "/Me/consents").await.expect(200).json();
    assert_eq!(list["totalResults"], 1);
    let consent = &list["Resources"][0];
    assert_eq!(consent["client"]["value"], app.id.as_str());
    let scopes = consent["scopes"].as_array().unwrap();
    assert_eq!(scopes.len(), 3);
    assert!(
        scopes
            .iter()
            .all(|scope| scope["state"] == "granted" && scope["version"] == 1)
    );
    let id = consent["id"].as_str().unwrap();
    let path = format!("/Me/consents/{id}");
    assert_eq!(own.get(&server, &path).await.expect(200).json(), *consent);

    server.advance(1);
    own.ask(&server, "DELETE", &path, None).await.expect(204);
    server
        .call("GET", &userinfo, access, None)
        .await
        .expect(401);
    let over = app.refresh(&server, refresh).await.expect(400);
    assert_eq!(over.error(), "invalid_grant");
    let list = own.get(&server, "/Me/consents").await.expect(200).json();
    assert_eq!(
        (&list["totalResults"], &list["Resources"]),
        (&json!(0), &json!([]))
    );
    own.get(&server, &path).await.expect(404);
    own.ask(&server, "DELETE", &path, None).await.expect(404);

    let history = own
        .get(&server, "/Me/consentHistory?sortBy=time")
        .await
        .expect(200)
        .json();
    let actions: Vec<&Value> = history["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| &e["action"])
        .collect();
    assert_eq!(actions, ["given", "revoked"]);
    let revoked = &history["Resources"][1];
    assert_eq!(revoked["consent"], id);
    assert!(
        revoked["scopes"]
            .as_array()
            .unwrap()
            .iter()
            .all(|scope| scope["state"] == "revoked")
    );

    // It is asked anew.
    let browser = Browser::new();
    let page = browser.go(&server, &app.authorize(scope, &[])).await;
    let page = browser
        .sign_in(&server, &page, "ada", crate::support::PASSWORD)
        .await;
    assert!(page.text().contains("value=\"allow\""), "{}", page.text());
    let _ = Page::of(&page);
}

#[tokio::test]
async fn consents_are_searched_sorted_and_paged() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let own = reader(&server, &ada.id).await;
    for scope in ["scim:read", "scim:write", "openid"] {
        server.add_consent(&server.admin, scope, &ada.id).await;
        server.advance(60);
    }
    let names = |list: &Value| -> Vec<String> {
        let consents = list["Resources"].as_array().unwrap().iter();
        consents
            .map(|one| one["scopes"][0]["value"].as_str().unwrap().to_owned())
            .collect()
    };
    let path = "/Me/consents?sortBy=meta.created&sortOrder=descending&count=2";
    let first = own.get(&server, path).await.expect(200).json();
    assert_eq!(names(&first), ["openid", "scim:write"]);
    assert_eq!(first["totalResults"], 3);
    let rest = own
        .get(&server, &format!("{path}&startIndex=3"))
        .await
        .expect(200)
        .json();
    assert_eq!(names(&rest), ["scim:read"]);
    let paged = own
        .get(&server, &format!("{path}&cursor"))
        .await
        .expect(200)
        .json();
    let cursor = paged["nextCursor"].as_str().unwrap();
    let last = own
        .get(&server, &format!("{path}&cursor={cursor}"))
        .await
        .expect(200)
        .json();
    assert_eq!(
        (names(&last), &last["nextCursor"]),
        (vec!["scim:read".to_owned()], &Value::Null)
    );

    let filter = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "filter": "scopes[value eq \"openid\" and state eq \"granted\"]",
        "attributes": ["client.value"],
    });
    let found = own
        .ask(&server, "POST", "/Me/consents/.search", Some(filter))
        .await;
    let found = found.expect(200).json();
    assert_eq!(found["totalResults"], 1);
    let one = found["Resources"][0].as_object().unwrap();
    assert!(
        one.contains_key("client") && !one.contains_key("scopes"),
        "{one:?}"
    );
    let unknown = own
        .get(&server, "/Me/consents?filter=nothing%20pr")
        .await
        .expect(400);
    assert_eq!(unknown.json()["scimType"], "invalidFilter");
}

/// Product §6.2: what a scope does not reach is neither shown nor searched by.
#[tokio::test]
async fn s2_a_scope_on_consents_reaches_the_attributes_that_it_names() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let [id, _] = server
        .add_consent(&server.admin, "scim:read", &ada.id)
        .await;
    let some = json!({
        "scim_resource_type": "Consent", "resource_attributes": ["client"],
        "resource_operations": ["retrieve", "search"],
    });
    let some = server.any("consents:clients", some).await;
    let path = format!("/Users/{}/consents", ada.id);
    let list = some.get(&server, &path).await.expect(200).json();
    let one = list["Resources"][0].as_object().unwrap();
    let members: Vec<&String> = one.keys().collect();
    assert_eq!(members, ["schemas", "id", "client", "meta"]);
    assert_eq!(one["meta"]["resourceType"], "Consent");
    let location = one["meta"]["location"].as_str().unwrap();
    assert!(
        location.ends_with(&format!("/scim/v2{path}/{id}")),
        "{location}"
    );
    let hidden = some
        .get(&server, &format!("{path}?filter=scopes%20pr"))
        .await
        .expect(400);
    let unknown = some
        .get(&server, &format!("{path}?filter=scopex%20pr"))
        .await
        .expect(400);
    assert_eq!(hidden.text().replace("scopes", "scopex"), unknown.text());

    let counts = json!({
        "scim_resource_type": "Consent", "resource_attributes": ["*"],
        "resource_operations": ["search"],
    });
    let counts = server.any("consents:count", counts).await;
    let list = counts.get(&server, &path).await.expect(200).json();
    assert_eq!(
        (&list["totalResults"], &list["Resources"]),
        (&json!(1), &json!([]))
    );
}

#[tokio::test]
async fn t1_another_persons_consent_is_none() {
    let server = TestServer::start().await;
    let (ada, bob) = (
        server.add_person("ada").await,
        server.add_person("bob").await,
    );
    let [of_bob, event] = server
        .add_consent(&server.admin, "scim:read", &bob.id)
        .await;
    let own = reader(&server, &ada.id).await;
    for path in [
        format!("/Me/consents/{of_bob}"),
        format!("/Me/consentHistory/{event}"),
    ] {
        let foreign = own.get(&server, &path).await.expect(404);
        let unknown = own.get(&server, "/Me/consents/none").await.expect(404);
        assert_eq!(foreign.text(), unknown.text());
    }
    let path = format!("/Me/consents/{of_bob}");
    own.ask(&server, "DELETE", &path, None).await.expect(404);
    let any = json!({
        "scim_resource_type": "User", "resource_attributes": ["title"],
        "resource_operations": ["create"], "consent_operations": ALL,
    });
    let any = server.any("any:consents", any).await;
    any.get(&server, &format!("/Users/{}/consents/{of_bob}", ada.id))
        .await
        .expect(404);
    any.get(&server, &format!("/Users/{}/consents/{of_bob}", bob.id))
        .await
        .expect(200);
    any.get(&server, &format!("/Groups/{}/consents", bob.id))
        .await
        .expect(404);
    any.get(&server, "/Users/none/consents").await.expect(404);
}

#[tokio::test]
async fn a_consent_that_changed_meanwhile_is_not_revoked() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let [id, _] = server
        .add_consent(&server.admin, "scim:read", &ada.id)
        .await;
    let own = reader(&server, &ada.id).await;
    let path = own.client.path(&format!("/scim/v2/Me/consents/{id}"));
    let read = server
        .call("GET", &path, &own.token, None)
        .await
        .expect(200);
    let tag = read.header("etag").to_owned();
    let with = async |method: &str, name: &str, tag: &str| {
        let request = http::Request::builder()
            .method(method)
            .uri(&path)
            .header("authorization", format!("Bearer {}", own.token))
            .header(name, tag);
        server
            .send(request.body(axum::body::Body::empty()).unwrap())
            .await
    };
    with("GET", "if-none-match", &tag).await.expect(304);
    with("DELETE", "if-match", "W/\"another\"")
        .await
        .expect(412);
    with("DELETE", "if-match", &tag).await.expect(204);
}

/// The refusal names what would do, by whichever of the two doors is the smaller.
#[tokio::test]
async fn a_refusal_names_a_scope_that_would_do() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    server.let_delegate(&ada.id).await;
    let nothing = server.own("own:nothing", &ada.id, json!({})).await;
    let challenge = async |path: &str| {
        let refused = nothing.get(&server, path).await.expect(403);
        assert_eq!(refused.json()["scimType"], "insufficient_scope");
        refused.header("www-authenticate").to_owned()
    };
    let before = challenge("/Me/consents").await;
    assert!(!before.contains("scope=\""), "there is none: {before}");
    let type_scope = json!({
        "scim_resource_type": "Consent", "resource_attributes": ["*"],
        "resource_operations": ["search"],
    });
    server.any("by:type", type_scope).await;
    assert!(
        challenge("/Me/consents")
            .await
            .contains("scope=\"by:type\"")
    );
    let own = json!({"consent_operations": ["retrieve-consent"]});
    server.own("by:operation", &ada.id, own).await;
    assert!(
        challenge("/Me/consents")
            .await
            .contains("scope=\"by:operation\"")
    );
    let path = format!("/Users/{}/consents", ada.id);
    assert!(challenge(&path).await.contains("scope=\"by:type\""));
}
