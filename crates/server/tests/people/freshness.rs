//! How fresh a sign-in through an upstream provider is (A14, OpenID Connect Core §3.1.2.1, §3.1.3.7).

use crate::{
    provider::{Provider, is_signed_in},
    support::{Browser, Page, TestServer, answered, claims},
};
use serde_json::json;

/// A14: how fresh a sign-in must be is asked of the provider too, whoever is signed in here or nobody; when it says that
/// they signed in there is when they did; and one that does not say makes nobody fresh.
#[tokio::test]
async fn a14_a_sign_in_is_as_fresh_as_the_provider_says() {
    let op = Provider::new();
    let server = TestServer::start_asking(op.clone()).await;
    let id = op.register(&server, true).await;
    let app = server
        .add_app(&["openid"], |app| app.assigned[0].consent_required = false)
        .await;
    let now = || server.core.now().seconds();
    let says = |auth_time: Option<i64>| {
        *op.claims.lock().unwrap() = Box::new(move |claims| {
            let said = auth_time.map(|at| ("auth_time".to_owned(), json!(at)));
            claims.extend(said);
        });
    };
    let account = "/v1/tenants/default/realms/default/account/sign-in-methods";
    for (more, max_age) in [
        (vec![("prompt", "login")], "0"),
        (vec![("max_age", "0")], "0"),
        (vec![("max_age", "100")], "100"),
        (vec![("max_age", "100"), ("prompt", "login")], "0"),
    ] {
        let most: i64 = max_age.parse().unwrap();
        for (auth_time, does) in [
            (None, false),
            (Some(now() - most - 11), false),
            (Some(now() - most / 2), true),
            // Its clock is ahead.
            (Some(now() + 9), true),
        ] {
            says(auth_time);
            let browser = Browser::new();
            let back = op.sign_in(&server, &browser, &app, &id, &more).await;
            assert_eq!(op.asked("max_age").as_deref(), Some(max_age), "{more:?}");
            let login = (most == 0).then_some("login");
            assert_eq!(op.asked("prompt").as_deref(), login, "{more:?}");
            let answer = browser.go(&server, &back).await;
            assert_eq!(is_signed_in(&answer), does, "{more:?} {auth_time:?}");
        }
    }
    // Nothing is asked for: what it says is told, and counts where something is.
    for (auth_time, recent) in [
        (None, false),
        (Some(now() - 5000), false),
        (Some(now()), true),
    ] {
        says(auth_time);
        let browser = Browser::new();
        let back = op.sign_in(&server, &browser, &app, &id, &[]).await;
        let answer = browser.go(&server, &back).await;
        assert_eq!(op.asked("max_age"), None);
        let tokens = app.redeem(&server, &answered(&answer)["code"]).await.json();
        let told = claims(tokens["id_token"].as_str().unwrap());
        assert_eq!(told["auth_time"], auth_time.unwrap_or(now()));
        let silent = [("prompt", "none"), ("max_age", "100")];
        let answer = browser
            .get(&server, &app.authorize("openid", &silent))
            .await;
        assert_eq!(answered(&answer).contains_key("code"), recent);
        let methods = browser.go(&server, account).await.expect(200);
        let page = Page::of(&methods);
        let answer = browser.press(&server, &page, "add-totp", &[]).await;
        let adds = answer.expect(200).text().contains("otpauth://");
        assert_eq!(adds, recent, "{auth_time:?}");
        if !recent {
            // Whoever must confirm that it is them does so at the provider, anew.
            let pages = Browser::new();
            pages.take_cookies(&browser);
            let page = pages.go(&server, account).await;
            let page = pages
                .press(&server, &Page::of(&page), "add-totp", &[])
                .await;
            let back = op.press(&server, &pages, &page, &id).await;
            assert_eq!(op.asked("max_age").as_deref(), Some("0"));
            pages.go(&server, &back).await.expect(400);
            says(Some(now()));
            let page = pages
                .press(&server, &Page::of(&methods), "add-totp", &[])
                .await;
            let back = op.press(&server, &pages, &page, &id).await;
            pages.go(&server, &back).await.expect(200);
            let added = pages
                .press(&server, &Page::of(&methods), "add-totp", &[])
                .await;
            assert!(added.expect(200).text().contains("otpauth://"));
        }
    }
}

/// A14: so is what the client wants where its request says nothing.
#[tokio::test]
async fn a14_the_default_max_age_of_a_client_is_asked_of_the_provider() {
    let op = Provider::new();
    let server = TestServer::start_asking(op.clone()).await;
    let id = op.register(&server, true).await;
    let app = server.add_app(&["openid"], |app| app.openid.default_max_age = Some(60));
    let app = app.await;
    let browser = Browser::new();
    let back = op.sign_in(&server, &browser, &app, &id, &[]).await;
    assert_eq!(op.asked("max_age").as_deref(), Some("60"));
    browser.go(&server, &back).await.expect(400);
    assert!(browser.cookie("session").is_none());
}
