//! Nobody gives, or takes over, more than they have (product §2.4, T4).

use crate::{api::Api, support::TestServer};
use serde_json::json;

const ASSIGNING: [&str; 3] = [
    "assigned-scopes:create",
    "applications:create",
    "applications:update",
];

#[tokio::test]
async fn t4_management_scopes_are_assigned_only_by_who_holds_them() {
    let server = TestServer::start().await;
    let api = Api::with(&server, &["assigned-scopes:create", "scopes:read"]).await;
    let other = server.add_client(&[], |_| ()).await;
    let path = format!("/applications/{}/assigned-scopes", other.id);
    api.post(&path, json!({"scope": "scopes:read"}))
        .await
        .expect(201);
    for beyond in ["scopes:delete", "tenants:create", "connector:write"] {
        let refused = api.post(&path, json!({"scope": beyond})).await;
        assert_eq!(refused.code(403), "beyond_own_rights", "{beyond}");
        assert!(refused.text().contains(beyond));
    }
    // What is no management scope may be delegated by who may assign scopes.
    api.post(&path, json!({"scope": "scim:write"}))
        .await
        .expect(201);
}

/// `connector:read` is the right `connectors:read` under another name.
#[tokio::test]
async fn a_right_held_under_another_name_is_held() {
    let server = TestServer::start().await;
    let api = Api::with(&server, &["assigned-scopes:create", "connector:read"]).await;
    let other = server.add_client(&[], |_| ()).await;
    let path = format!("/applications/{}/assigned-scopes", other.id);
    api.post(&path, json!({"scope": "connectors:read"}))
        .await
        .expect(201);
}

#[tokio::test]
async fn t4_a_client_gives_itself_nothing_that_it_does_not_hold() {
    let server = TestServer::start().await;
    let client = server
        .add_client(&["assigned-scopes:create", "scopes:update"], |_| ())
        .await;
    let scopes = Some("assigned-scopes:create scopes:update");
    let token = client.token(&server, scopes).await;
    let path = client.path(&format!("/applications/{}/assigned-scopes", client.id));
    for beyond in ["scim:read", "scopes:create", "profile"] {
        let body = json!({"scope": beyond});
        let refused = server.call("POST", &path, &token, Some(body)).await;
        assert_eq!(refused.code(403), "beyond_own_rights", "{beyond}");
    }
}

#[tokio::test]
async fn t4_a_scope_of_the_callers_own_client_is_not_widened_by_it() {
    let server = TestServer::start().await;
    let admin = Api::admin(&server).await;
    let made = admin
        .make(
            "/scopes",
            json!({
                "name": "staff:read", "type": "resource", "scim_resource_type": "User",
                "resource_operations": ["retrieve"], "resource_attributes": ["userName", "title"],
            }),
        )
        .await;
    let id = made["id"].as_str().unwrap();
    let client = server
        .add_client(&["staff:read", "scopes:update"], |_| ())
        .await;
    let token = client.token(&server, Some("scopes:update")).await;
    let path = client.path(&format!("/scopes/{id}"));
    let patch = async |body| server.call("PATCH", &path, &token, Some(body)).await;
    for wider in [
        json!({"resource_attributes": ["*"]}),
        json!({"resource_operations": ["retrieve", "search"]}),
        json!({"scim_resource_type": "Group", "resource_attributes": ["displayName"]}),
    ] {
        assert_eq!(
            patch(wider.clone()).await.code(403),
            "beyond_own_rights",
            "{wider}"
        );
    }
    patch(json!({"resource_attributes": ["userName"], "tags": ["t"]}))
        .await
        .expect(200);
    // Of other clients it may.
    admin
        .delete(&format!("/applications/{}/assigned-scopes/{id}", client.id))
        .await
        .expect(204);
    patch(json!({"resource_attributes": ["*"]}))
        .await
        .expect(200);
}

/// What an assignment demands protects its scope: to demand less is to assign it anew.
#[tokio::test]
async fn t4_an_assignment_demands_no_less_by_who_could_not_make_it() {
    let server = TestServer::start().await;
    let admin = Api::admin(&server).await;
    let own = ["assigned-scopes:update", "applications:update"];
    let updater = server.add_client(&own, |_| ()).await;
    let other = server.add_client(&[], |_| ()).await;
    let token = updater.token(&server, Some(&own.join(" "))).await;
    let updating = Api::as_client(&server, &updater, token);
    for client in [&updater, &other] {
        let path = format!("/applications/{}/assigned-scopes", client.id);
        let body = json!({"scope": "email", "required_acr": "2"});
        let id = admin.make(&path, body).await["id"].clone();
        let one = format!("{path}/{}", id.as_str().unwrap());
        for weaker in [
            json!({"required_acr": null}),
            json!({"required_acr": "1"}),
            json!({"consent_required": false}),
            json!({"consent_required": false, "optional": true}),
        ] {
            let refused = updating.patch(&one, weaker.clone()).await;
            assert_eq!(refused.code(403), "beyond_own_rights", "{weaker}");
        }
        updating
            .patch(&one, json!({"optional": true, "required_acr": "2"}))
            .await
            .expect(200);
        admin
            .patch(
                &one,
                json!({"consent_required": false, "required_acr": null}),
            )
            .await
            .expect(200);
        updating
            .patch(&one, json!({"consent_required": true, "required_acr": "2"}))
            .await
            .expect(200);
        let refused = updating.patch(&one, json!({"required_acr": null})).await;
        assert_eq!(refused.code(403), "beyond_own_rights");
    }
}

/// A new secret of another client would be its rights.
#[tokio::test]
async fn t4_nobody_takes_over_a_client_with_more_rights() {
    let server = TestServer::start().await;
    let api = Api::with(&server, &ASSIGNING).await;
    let admin = format!("/applications/{}", server.admin.id);
    let secrets = format!("{admin}/secrets");
    assert_eq!(
        api.post(&secrets, json!({})).await.code(403),
        "beyond_own_rights"
    );
    for patch in [
        json!({"active": false}),
        json!({"redirect_uris": ["https://evil.example/cb"]}),
        json!({"name": "Mine"}),
    ] {
        assert_eq!(
            api.patch(&admin, patch.clone()).await.code(403),
            "beyond_own_rights",
            "{patch}"
        );
    }
    let deleting = Api::with(&server, &["applications:delete"]).await;
    assert_eq!(deleting.delete(&admin).await.code(403), "beyond_own_rights");

    // With data scopes only who may delegate them takes a client over; anyone may rename it.
    let plain = server.add_client(&["scim:read"], |_| ()).await;
    let path = format!("/applications/{}", plain.id);
    api.patch(&path, json!({"active": false})).await.expect(200);
    let updating = Api::with(&server, &["applications:update"]).await;
    let secrets = format!("{path}/secrets");
    assert_eq!(
        updating.post(&secrets, json!({})).await.code(403),
        "beyond_own_rights"
    );
    assert_eq!(
        updating
            .patch(&path, json!({"active": true}))
            .await
            .code(403),
        "beyond_own_rights"
    );
    // Product §8: policies examine tags.
    let tagged = updating.patch(&path, json!({"tags": ["approved"]})).await;
    assert_eq!(tagged.code(403), "beyond_own_rights");
    updating
        .patch(&path, json!({"description": "d"}))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_preset_needs_the_right_to_assign_and_the_rights_assigned() {
    let server = TestServer::start().await;
    let preset = |preset: &str| json!({"name": preset, "preset": preset});
    let api = Api::with(&server, &["applications:create"]).await;
    let refused = api
        .post("/applications", preset("reporting"))
        .await
        .expect(403);
    assert!(
        refused
            .header("www-authenticate")
            .contains("assigned-scopes:create")
    );
    api.post("/applications", json!({"name": "plain"}))
        .await
        .expect(201);

    let api = Api::with(&server, &ASSIGNING).await;
    api.post("/applications", preset("reporting"))
        .await
        .expect(201);
    let refused = api
        .post("/applications", preset("directory_sync_connector"))
        .await;
    assert_eq!(refused.code(403), "beyond_own_rights");
}

/// T6: what was permitted must still be when it is done.
#[tokio::test]
async fn t6_a_right_that_is_gone_permits_no_change() {
    use domain::management::{Creatable, ManagementError, Target, table::Scopes};
    let server = TestServer::start().await;
    let client = server.add_client(&["scopes:create"], |_| ()).await;
    let token = client.token(&server, Some("scopes:create")).await;
    let permit = server.caller(&token).await.permit_operation().unwrap();
    server
        .change_client(&client, |client| client.assigned.clear())
        .await;
    let body = json!({"name": "a:b", "type": "generic"})
        .as_object()
        .unwrap()
        .clone();
    let made = Scopes::create(&server.core, &permit, &Target::default(), &body).await;
    assert!(matches!(made, Err(ManagementError::Refused(_))), "{made:?}");
    assert!(server.snapshot().config().scope_by_name("a:b").is_none());
}

/// T6: so is the token that it was permitted for.
#[tokio::test]
async fn t6_a_token_that_is_no_longer_good_permits_no_change() {
    use domain::{
        management::{Creatable, ManagementError, Target, table},
        tokens::InvalidToken,
    };
    let server = TestServer::start().await;
    let client = server
        .add_client(&["scopes:create", "tenants:create"], |_| ())
        .await;
    let body = json!({"name": "somewhere", "type": "generic"});
    let body = body.as_object().unwrap();
    let nowhere = Target::default();
    for (reason, seconds) in [(InvalidToken::Revoked, 0), (InvalidToken::Expired, 3600)] {
        let scopes = Some("scopes:create tenants:create");
        let caller = server.caller(&client.token(&server, scopes).await).await;
        if reason == InvalidToken::Revoked {
            server.withdraw(&caller).await;
        }
        server.advance(seconds);
        let permit = caller.permit_operation().unwrap();
        let made = table::Scopes::create(&server.core, &permit, &nowhere, body).await;
        assert!(matches!(made, Err(ManagementError::Unauthenticated(why)) if why == reason));
        let permit = caller.permit_operation().unwrap();
        let name = json!({"name": "somewhere"});
        let made =
            table::Tenants::create(&server.core, &permit, &nowhere, name.as_object().unwrap())
                .await;
        assert!(matches!(made, Err(ManagementError::Unauthenticated(why)) if why == reason));
    }
}

/// T6: a body may take a while.
#[tokio::test]
async fn t6_a_right_that_goes_while_the_body_comes_permits_nothing() {
    let server = TestServer::start().await;
    let client = server.add_client(&["scopes:create"], |_| ()).await;
    let token = client.token(&server, Some("scopes:create")).await;
    let request = http::Request::post(client.path("/scopes"))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json");
    let revoked = async {
        client.revoke(&server, &token).await.expect(200);
    };
    let answer = server.send_late(request, "not JSON", revoked).await;
    answer.expect(401);
}

/// T4: a scope that a client is granted where it asks for none can take its tokens from it; whose rights are
/// management is for who has them.
#[tokio::test]
async fn t4_an_administrators_client_is_given_no_scope_by_who_may_less() {
    let server = TestServer::start().await;
    let api = Api::with(&server, &["assigned-scopes:create"]).await;
    let path = format!("/applications/{}/assigned-scopes", server.admin.id);
    let refused = api
        .post(&path, json!({"scope": "openid", "default": true}))
        .await;
    assert_eq!(refused.code(403), "beyond_own_rights");
    server.admin.ask(&server, None).await.expect(200);
}
