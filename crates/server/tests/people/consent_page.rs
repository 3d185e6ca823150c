//! A11, REG-05: a consent is for one person, one client as it is registered, and what its page showed.

use crate::support::{Answer, Browser, CALLBACK, Client, PASSWORD, Page, TestServer, answered};
use serde_json::json;

const OTHER: &str = "https://client.example.com/other";

/// Ada, at the page on which a client asks for `things`.
struct World {
    server: TestServer,
    browser: Browser,
    app: Client,
    page: Answer,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        server.add_person("ada").await;
        let scope = json!({
            "name": "things", "type": "authenticated-identity",
            "consent_operations": ["retrieve-consent"],
            "consent_prompt_text": "Look at your things",
        });
        server.add_scope(scope).await;
        let app = server.add_app(&["things"], |_| {}).await;
        let browser = Browser::new();
        let page = browser.go(&server, &app.authorize("things", &[])).await;
        let page = browser.sign_in(&server, &page, "ada", PASSWORD).await;
        assert!(page.text().contains("Look at your things"));
        Self {
            server,
            browser,
            app,
            page,
        }
    }

    async fn allow(&self, page: &Answer) -> Answer {
        let page = Page::of(page);
        self.browser.press(&self.server, &page, "allow", &[]).await
    }

    async fn silently(&self) -> std::collections::BTreeMap<String, String> {
        let silent = self.app.authorize("things", &[("prompt", "none")]);
        answered(&self.browser.get(&self.server, &silent).await.expect(303))
    }
}

#[tokio::test]
async fn a11_an_answer_counts_for_the_page_that_was_shown() {
    let world = World::new().await;
    let (server, browser) = (&world.server, &world.browser);
    let wider = json!({"consent_prompt_text": "Look at your things and sell them"});
    server.edit_scope("things", wider).await;
    let again = world.allow(&world.page).await;
    let text = again.text();
    assert_eq!(again.header("location"), "");
    assert!(text.contains("sell them"), "{text}");
    assert_eq!(world.silently().await["error"], "consent_required");
    // Nor does the answer to another page do, nor none.
    let shown = |page: &Page| {
        let shown = page.hidden.iter().find(|(name, _)| name == "shown");
        shown.unwrap().1.clone()
    };
    let (old, page) = (Page::of(&world.page), Page::of(&again));
    assert_ne!(shown(&old), shown(&page));
    for other in [Some(shown(&old)), Some(String::new()), None] {
        let mut forged = page.clone();
        forged.hidden.retain(|(name, _)| name != "shown");
        forged
            .hidden
            .extend(other.map(|other| ("shown".to_owned(), other)));
        let answer = browser.press(server, &forged, "allow", &[]).await;
        assert_eq!(answer.header("location"), "");
    }
    assert_eq!(world.silently().await["error"], "consent_required");
    world.allow(&again).await.expect(303);
    assert!(world.silently().await.contains_key("code"));
}

#[tokio::test]
async fn a11_a_client_with_other_addresses_is_asked_for_anew() {
    let world = World::new().await;
    world.allow(&world.page).await.expect(303);
    assert!(world.silently().await.contains_key("code"));
    let more = |app: &mut domain::config::Application| app.redirect_uris.push(OTHER.to_owned());
    world.server.change_client(&world.app, more).await;
    assert_eq!(world.silently().await["error"], "consent_required");
    let page = world.app.authorize("things", &[]);
    let page = world.browser.go(&world.server, &page).await.expect(200);
    world.allow(&page).await.expect(303);
    assert!(world.silently().await.contains_key("code"));
}

/// A2, A10: an address that is not the client's any more gets neither a code nor an error.
#[tokio::test]
async fn a11_an_address_that_went_while_the_page_was_shown_gets_nothing() {
    for action in ["allow", "deny"] {
        let world = World::new().await;
        let other = |app: &mut domain::config::Application| {
            app.redirect_uris = vec![OTHER.to_owned()];
        };
        world.server.change_client(&world.app, other).await;
        let page = Page::of(&world.page);
        let browser = &world.browser;
        let answer = browser.press(&world.server, &page, action, &[]).await;
        let location = answer.header("location");
        assert!(!location.starts_with(CALLBACK), "{action}: {location}");
    }
}

/// What one person allowed, another has not.
#[tokio::test]
async fn a11_a_consent_is_of_one_person_and_one_client() {
    let world = World::new().await;
    world.allow(&world.page).await.expect(303);
    let server = &world.server;
    let twin = server.add_app(&["things"], |_| {}).await;
    let silent = twin.authorize("things", &[("prompt", "none")]);
    let answer = world.browser.get(server, &silent).await.expect(303);
    assert_eq!(answered(&answer)["error"], "consent_required");
    let bob = server.add_person("bob").await;
    let bobs = crate::own_pages::signed_in(server, &bob).await;
    let silent = world.app.authorize("things", &[("prompt", "none")]);
    let answer = bobs.get(server, &silent).await.expect(303);
    assert_eq!(answered(&answer)["error"], "consent_required");
}
