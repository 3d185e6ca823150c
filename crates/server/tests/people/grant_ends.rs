//! What ends, or narrows, a grant that nobody revoked (B6, B11, A11; product §2.4).

use crate::support::{Browser, CALLBACK, Client, PASSWORD, Page, Person, TestServer, answered};
use domain::{config::Application, people::SESSION_LIFETIME};
use serde_json::{Value, json};

struct World {
    server: TestServer,
    ada: Person,
    app: Client,
}

impl World {
    async fn new(scopes: &[&str], change: impl FnOnce(&mut Application)) -> Self {
        let server = TestServer::start().await;
        let ada = server.add_person("ada").await;
        let app = server.add_app(scopes, change).await;
        Self { server, ada, app }
    }

    async fn tokens(&self, scope: &str) -> Tokens {
        Tokens(self.app.tokens(&self.server, &self.ada, scope).await)
    }

    async fn tokens_in(&self, browser: &Browser, scope: &str) -> Tokens {
        let code = self
            .app
            .code_in(&self.server, browser, &self.ada, scope)
            .await;
        Tokens(
            self.app
                .redeem(&self.server, &code)
                .await
                .expect(200)
                .json(),
        )
    }

    async fn refresh(&self, tokens: &Tokens) -> Tokens {
        let refresh = self.app.refresh(&self.server, tokens.text("refresh_token"));
        Tokens(refresh.await.expect(200).json())
    }

    async fn is_active(&self, tokens: &Tokens) -> bool {
        let token = tokens.text("access_token");
        let told = self.app.introspect(&self.server, token).await.expect(200);
        told.json()["active"] == true
    }

    /// Neither its tokens nor its refresh tokens do anything.
    async fn is_over(&self, tokens: &Tokens) {
        assert!(!self.is_active(tokens).await);
        let refused = self.app.refresh(&self.server, tokens.text("refresh_token"));
        assert_eq!(refused.await.expect(400).error(), "invalid_grant");
    }

    async fn change_app(&self, change: impl FnOnce(&mut Application)) {
        self.server.change_client(&self.app, change).await;
    }
}

struct Tokens(Value);

impl Tokens {
    fn text(&self, name: &str) -> &str {
        self.0[name].as_str().unwrap()
    }

    fn expires_in(&self) -> u64 {
        self.0["expires_in"].as_u64().unwrap()
    }
}

#[tokio::test]
async fn b6_what_hangs_from_a_session_ends_with_it() {
    let world = World::new(&["openid", "offline_access"], |_| {}).await;
    let tokens = world.tokens("openid").await;
    let lasting = world.tokens("openid offline_access").await;
    let left = 60;
    world.server.advance(SESSION_LIFETIME.as_secs() - left);
    let tokens = world.refresh(&tokens).await;
    assert!((1..=left).contains(&tokens.expires_in()), "{}", tokens.0);
    assert!(world.is_active(&tokens).await);
    let lasting = world.refresh(&lasting).await;
    assert!(lasting.expires_in() > left, "{}", lasting.0);
    world.server.advance(left + 1);
    world.is_over(&tokens).await;
    assert!(world.is_active(&lasting).await);
    world.refresh(&lasting).await;
}

#[tokio::test]
async fn b6_who_may_not_outlast_a_session_any_more_does_not() {
    let world = World::new(&["openid", "offline_access"], |_| {}).await;
    let tokens = world.tokens("openid offline_access").await;
    let tokens = world.refresh(&tokens).await;
    let offline = world.server.scope("offline_access").id;
    world
        .change_app(|app| app.assigned.retain(|assigned| assigned.scope != offline))
        .await;
    let refused = world
        .app
        .refresh(&world.server, tokens.text("refresh_token"));
    assert_eq!(refused.await.expect(400).error(), "invalid_grant");
}

/// RFC 9470: what now needs a stronger sign-in than the grant had is in no new token of it.
#[tokio::test]
async fn a_scope_that_needs_more_now_is_not_issued_for_less() {
    let world = World::new(&["openid", "email"], |_| {}).await;
    let tokens = world.tokens("openid email").await;
    let email = world.server.scope("email").id;
    let needs = async |acr: &str| {
        world
            .change_app(|app| {
                let mut all = app.assigned.iter_mut();
                let one = all.find(|assigned| assigned.scope == email).unwrap();
                one.required_acr = Some(acr.to_owned());
            })
            .await;
    };
    needs("1").await;
    let tokens = world.refresh(&tokens).await;
    assert_eq!(tokens.text("scope"), "email openid");
    needs("2").await;
    let tokens = world.refresh(&tokens).await;
    assert_eq!(tokens.text("scope"), "openid");
}

/// Presses the button on the consent page of a request, with these optional scopes.
async fn answer_consent(
    world: &World,
    browser: &Browser,
    page: &Page,
    (action, chosen): (&str, &[(&str, &str)]),
) -> std::collections::BTreeMap<String, String> {
    let back = browser.press(&world.server, page, action, chosen).await;
    answered(&back.expect(303))
}

#[tokio::test]
async fn b6_what_was_allowed_and_now_is_not_ends_in_earlier_grants() {
    let world = World::new(&["openid", "email"], |app| {
        app.assigned.iter_mut().for_each(|one| one.optional = true);
    })
    .await;
    let browser = Browser::new();
    let before = world.tokens_in(&browser, "openid email").await;
    assert_eq!(before.text("scope"), "email openid");
    let again = async |chosen: &[(&str, &str)]| {
        let more = [("prompt", "consent")];
        let request = world.app.authorize("openid email", &more);
        let page = browser.go(&world.server, &request).await.expect(200);
        let page = Page::of(&page);
        let back = answer_consent(&world, &browser, &page, ("allow", chosen)).await;
        let tokens = world.app.redeem(&world.server, &back["code"]).await;
        Tokens(tokens.expect(200).json())
    };
    // The same again takes nothing away.
    let same = again(&[("scope", "openid"), ("scope", "email")]).await;
    assert!(world.is_active(&before).await);
    let less = again(&[("scope", "openid")]).await;
    assert_eq!(less.text("scope"), "openid");
    world.is_over(&before).await;
    world.is_over(&same).await;
    assert!(world.is_active(&less).await);
    world.refresh(&less).await;
}

#[tokio::test]
async fn a11_a_client_that_answers_elsewhere_was_allowed_nothing() {
    let world = World::new(&["openid", "email"], |_| {}).await;
    let browser = Browser::new();
    world.tokens_in(&browser, "openid email").await;
    let elsewhere = "https://elsewhere.example.com/callback";
    world
        .change_app(|app| app.redirect_uris.push(elsewhere.to_owned()))
        .await;
    // Who allows it one scope has not allowed it the other that it had before.
    world.tokens_in(&browser, "openid").await;
    let silent = [("prompt", "none")];
    let silent = async |scope: &str| {
        let request = world.app.authorize(scope, &silent);
        answered(&browser.go(&world.server, &request).await.expect(303))
    };
    assert!(silent("openid").await.contains_key("code"));
    assert_eq!(silent("openid email").await["error"], "consent_required");
}

/// What was allowed to the client as it was ends, too, when it is not allowed to what it is now.
#[tokio::test]
async fn b6_a11_less_for_a_client_that_changed_ends_what_it_had() {
    let world = World::new(&["openid", "email"], |app| {
        app.assigned.iter_mut().for_each(|one| one.optional = true);
    })
    .await;
    let browser = Browser::new();
    let before = world.tokens_in(&browser, "openid email").await;
    let elsewhere = "https://elsewhere.example.com/callback";
    world
        .change_app(|app| app.redirect_uris.push(elsewhere.to_owned()))
        .await;
    assert!(world.is_active(&before).await);
    let request = world.app.authorize("openid email", &[]);
    let page = browser.go(&world.server, &request).await.expect(200);
    let less = ("allow", [("scope", "openid")].as_slice());
    let back = answer_consent(&world, &browser, &Page::of(&page), less).await;
    world.is_over(&before).await;
    let tokens = world.app.redeem(&world.server, &back["code"]).await;
    let tokens = Tokens(tokens.expect(200).json());
    assert_eq!(tokens.text("scope"), "openid");
}

/// An answer is to the client that the page showed.
#[tokio::test]
async fn a11_a_client_that_changed_while_the_page_was_open_is_asked_about_again() {
    let world = World::new(&["openid"], |_| {}).await;
    let browser = Browser::new();
    let request = world.app.authorize("openid", &[]);
    let page = browser.go(&world.server, &request).await;
    let page = browser
        .sign_in(&world.server, &page, "ada", PASSWORD)
        .await
        .expect(200);
    let elsewhere = "https://elsewhere.example.com/callback";
    world
        .change_app(|app| app.redirect_uris.push(elsewhere.to_owned()))
        .await;
    let answer = browser
        .press(&world.server, &Page::of(&page), "allow", &[])
        .await;
    assert!(
        answer.text().contains("value=\"allow\""),
        "{}",
        answer.text()
    );
    let back = browser
        .press(&world.server, &Page::of(&answer), "allow", &[])
        .await;
    assert!(answered(&back.expect(303)).contains_key("code"));
}

/// R8: a grant that is too large to be kept at hand is redeemed as well.
#[tokio::test]
async fn r8_a_code_of_a_large_request_is_redeemed_once() {
    let world = World::new(&["openid", "email"], |_| {}).await;
    let browser = Browser::new();
    world.tokens_in(&browser, "openid email").await;
    let names: Vec<String> = (0..60).map(|number| format!("claim_of_{number}")).collect();
    let mut wanted = serde_json::Map::new();
    wanted.insert("email".to_owned(), Value::Null);
    wanted.extend(names.into_iter().map(|name| (name, Value::Null)));
    let wanted = json!({"id_token": wanted}).to_string();
    let request = world.app.authorize("openid email", &[("claims", &wanted)]);
    let back = answered(&browser.go(&world.server, &request).await.expect(303));
    let redeem = async || world.app.redeem(&world.server, &back["code"]).await;
    let tokens = Tokens(redeem().await.expect(200).json());
    let id = crate::support::claims(tokens.text("id_token"));
    assert_eq!(id["email"], "ada@example.com", "{id}");
    assert_eq!(redeem().await.expect(400).error(), "invalid_grant");
}

/// Whoever allowed a scope of one API did not allow it for another.
#[tokio::test]
async fn a_generic_scope_that_moved_to_another_resource_server_gives_nothing() {
    let world = World::new(&["openid"], |_| {}).await;
    let server = &world.server;
    let one = server.add_resource_server("https://one.example.com").await;
    let two = server.add_resource_server("https://two.example.com").await;
    let scope = json!({"name": "read", "type": "generic", "resource_server": one.to_string()});
    server.add_scope(scope).await;
    let app = server.add_app(&["openid", "read"], |_| {}).await;
    let token = app.token_of(server, &world.ada, "openid read").await;
    let told = async || app.introspect(server, &token).await.expect(200).json();
    assert_eq!(told().await["scope"], "openid read");
    let edit = json!({"description": "The same API"});
    server.edit_scope("read", edit).await;
    assert_eq!(told().await["scope"], "openid read");
    let edit = json!({"resource_server": two.to_string()});
    server.edit_scope("read", edit).await;
    let after = told().await;
    assert_eq!(after["scope"], "openid", "{after}");
    assert!(
        !after["aud"].to_string().contains("two.example.com"),
        "{after}"
    );
}

/// RFC 8252 §8.6: which program of a device asks can't be known, so people are asked each time.
#[tokio::test]
async fn rfc8252_8_6_a_program_without_a_secret_is_asked_about_again() {
    const OWN: &str = "com.example.app:/callback";
    let native = |app: &mut Application| {
        app.kind = domain::config::ApplicationKind::Public;
        app.redirect_uris = vec![OWN.to_owned(), CALLBACK.to_owned()];
    };
    let world = World::new(&["openid"], native).await;
    let browser = Browser::new();
    let asks = async |more: &[(&str, &str)]| {
        let request = world.app.authorize("openid", more);
        browser.go(&world.server, &request).await
    };
    let page = asks(&[("redirect_uri", OWN)]).await;
    let consent = browser.sign_in(&world.server, &page, "ada", PASSWORD).await;
    let allow = Page::of(&consent.expect(200));
    let back = answer_consent(&world, &browser, &allow, ("allow", &[])).await;
    assert!(back.contains_key("code"));
    world.server.advance(1);
    let again = asks(&[("redirect_uri", OWN)]).await.expect(200);
    assert!(again.text().contains("Know who you are"));
    let silent = asks(&[("redirect_uri", OWN), ("prompt", "none")]).await;
    assert_eq!(answered(&silent.expect(303))["error"], "consent_required");
    // An address of the client's own is answered as ever.
    assert!(answered(&asks(&[]).await.expect(303)).contains_key("code"));
}

#[tokio::test]
async fn who_refuses_is_heard_whatever_another_page_allowed() {
    let world = World::new(&["openid"], |_| {}).await;
    let browser = Browser::new();
    let request = world.app.authorize("openid", &[]);
    let page = browser.go(&world.server, &request).await;
    let one = browser
        .sign_in(&world.server, &page, "ada", PASSWORD)
        .await
        .expect(200);
    let other = browser.go(&world.server, &request).await.expect(200);
    let allow = ("allow", [].as_slice());
    let back = answer_consent(&world, &browser, &Page::of(&other), allow).await;
    assert!(back.contains_key("code"));
    let deny = ("deny", [].as_slice());
    let back = answer_consent(&world, &browser, &Page::of(&one), deny).await;
    assert_eq!(back["error"], "access_denied");
}

/// S15: what was issued while the account was to last does not outlive it.
#[tokio::test]
async fn s15_an_account_that_ends_sooner_takes_its_tokens_with_it() {
    let world = World::new(&["openid"], |_| {}).await;
    let properties = json!({
        "scim_resource_type": "User", "resource_attributes": ["title"],
        "resource_operations": ["create"],
        "account_operations": ["retrieve-account-state", "replace-account-state"],
    });
    let any = world.server.any("any:account", properties).await;
    let ends_in = async |seconds: u64| {
        let end = std::time::Duration::from_secs(seconds);
        let end = world.server.core.now().plus(end).to_rfc3339();
        let path = format!("/Users/{}/account", world.ada.id);
        let body = Some(json!({"expires": end}));
        any.ask(&world.server, "PUT", &path, body).await.expect(200);
    };
    let browser = Browser::new();
    let tokens = world.tokens_in(&browser, "openid").await;
    // No token lasts so long.
    ends_in(30 * 24 * 3600).await;
    assert!(world.is_active(&tokens).await);
    ends_in(60).await;
    world.is_over(&tokens).await;
    // The session goes on: the account is usable till then.
    let request = world.app.authorize("openid", &[("prompt", "none")]);
    let back = answered(&browser.go(&world.server, &request).await.expect(303));
    let tokens = world.app.redeem(&world.server, &back["code"]).await;
    let tokens = Tokens(tokens.expect(200).json());
    assert!(tokens.expires_in() <= 60, "{}", tokens.0);
    world.server.advance(61);
    world.is_over(&tokens).await;
}
