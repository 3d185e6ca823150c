//! Unlinking an identity at a provider.

use crate::{
    own_pages::signed_in,
    provider::{Provider, is_signed_in},
    support::{Browser, Page, TestServer, answered, attribute},
    totp::enrolled,
    upstream::{offered, press},
};
use serde_json::json;

/// B11: whoever unlinks an identity ends what came by it, at once and everywhere, and nothing else; also where the provider
/// is switched off.
#[tokio::test]
async fn b11_what_came_by_an_identity_ends_with_it() {
    for (own_page, active) in [(true, true), (true, false), (false, true), (false, false)] {
        let op = Provider::new();
        let server = TestServer::start_asking(op.clone()).await;
        let ada = server.add_person("ada").await;
        let id = op.register(&server, false).await;
        let scope = "openid offline_access";
        let app = server.add_app(&["openid", "offline_access"], |_| {}).await;
        let by_password = Browser::new();
        let code = app.code_in(&server, &by_password, &ada, scope).await;
        let theirs = app.redeem(&server, &code).await.expect(200).json();
        let page = Page::of(&offered(&server, &op, &by_password, &id).await);
        press(&server, &by_password, &page, "link").await;
        let mut tokens = Vec::new();
        let by_provider = Browser::new();
        for scope in ["openid", scope] {
            let more = [("scope", scope), ("prompt", "consent")];
            let back = match by_provider.cookie("session") {
                None => op.sign_in(&server, &by_provider, &app, &id, &more).await,
                Some(_) => app.authorize(scope, &more),
            };
            let consent = by_provider.go(&server, &back).await;
            let page = Page::of(&consent);
            let done = by_provider.press(&server, &page, "allow", &[]).await;
            let made = app.redeem(&server, &answered(&done)["code"]).await;
            tokens.push(made.expect(200).json());
        }
        let set_active = async |active: bool| {
            let path = server.admin.path(&format!("/identity-providers/{id}"));
            let (token, set) = (server.admin_token().await, json!({ "active": active }));
            let set = server.call("PATCH", &path, &token, Some(set)).await;
            set.expect(200);
        };
        set_active(active).await;
        let unlinked = match own_page {
            true => {
                let path = "/v1/tenants/default/realms/default/account/identities";
                let page = by_password.go(&server, path).await.expect(200);
                let linked = attribute(
                    page.text()
                        .split("<input")
                        .find(|tag| tag.contains("name=\"id\""))
                        .unwrap(),
                    "value",
                );
                let page = Page::of(&page);
                let fields = [("id", linked.as_deref().unwrap())];
                by_password.press(&server, &page, "unlink", &fields).await
            }
            false => {
                let any = json!({
                            "scim_resource_type": "User", "resource_attributes": ["title"],
                "resource_operations": ["create"],
                            "external_identity_operations": ["unlink-external-identity"],
                        });
                let any = server.any("any:identity", any).await;
                let path = format!("/Users/{}/externalIdentities/{id}", ada.id);
                any.ask(&server, "DELETE", &path, None).await
            }
        };
        assert!(unlinked.status.is_success(), "{}", unlinked.text());
        set_active(true).await;
        let userinfo = app.path("/userinfo");
        for tokens in &tokens {
            let token = tokens["access_token"].as_str().unwrap();
            let answer = server.call("GET", &userinfo, token, None).await;
            answer.expect(401);
            let refresh = tokens["refresh_token"].as_str().unwrap();
            app.refresh(&server, refresh).await.expect(400);
        }
        let page = by_provider.go(&server, &app.authorize("openid", &[])).await;
        assert!(!is_signed_in(&page), "{own_page} {active}");
        let token = theirs["access_token"].as_str().unwrap();
        let answer = server.call("GET", &userinfo, token, None).await;
        answer.expect(200);
        let page = by_password.go(&server, &app.authorize("openid", &[])).await;
        assert!(is_signed_in(&page), "{own_page} {active}");
    }
}

/// B11: a first factor that an identity gave is none any more when the identity is unlinked before the second.
#[tokio::test]
async fn b11_half_a_sign_in_ends_with_the_identity() {
    let (op, server, ada, id) = Provider::beside_ada(false).await;
    let own = signed_in(&server, &ada).await;
    let totp = enrolled(&server, &own).await;
    let page = Page::of(&offered(&server, &op, &own, &id).await);
    press(&server, &own, &page, "link").await;
    let app = server.add_app(&["openid"], |_| {}).await;
    let any = json!({
        "scim_resource_type": "User", "resource_attributes": ["title"],
        "resource_operations": ["create"],
        "external_identity_operations": ["unlink-external-identity"],
    });
    let any = server.any("any:identity", any).await;
    for unlinks in [false, true] {
        let browser = Browser::new();
        let back = op.sign_in(&server, &browser, &app, &id, &[]).await;
        let page = browser.go(&server, &back).await.expect(200);
        assert!(page.text().contains("One more step"), "{}", page.text());
        if unlinks {
            let path = format!("/Users/{}/externalIdentities/{id}", ada.id);
            let gone = any.ask(&server, "DELETE", &path, None).await;
            gone.expect(204);
        }
        server.advance(30);
        let code = totp.code(&server);
        let fields = [("code", code.as_str())];
        let page = Page::of(&page);
        let answer = browser.press(&server, &page, "totp", &fields).await;
        assert_eq!(is_signed_in(&answer), !unlinks, "{}", answer.text());
        assert_eq!(browser.cookie("session").is_some(), !unlinks);
    }
}
