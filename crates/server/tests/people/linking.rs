//! Linking an identity at a provider on the account pages: both accounts are proven, in one session, a short while after a
//! sign-in (REG-05, REG-22, REG-29).

use crate::{
    own_pages::{press, signed_in},
    provider::{Provider, is_signed_in},
    support::{Answer, Browser, Client, PASSWORD, Page, Person, TestServer, claims},
};
use serde_json::json;
use std::sync::Arc;

const IDENTITIES: &str = "/v1/tenants/default/realms/default/account/identities";

struct World {
    op: Arc<Provider>,
    server: TestServer,
    ada: Person,
    bob: Person,
    app: Client,
    /// The provider's id.
    id: String,
}

impl World {
    async fn new() -> Self {
        let op = Provider::new();
        let server = TestServer::start_asking(op.clone()).await;
        let ada = server.add_person("ada").await;
        let bob = server.add_person("bob").await;
        let id = op.register(&server, false).await;
        let app = server.add_app(&["openid"], |app| app.assigned[0].consent_required = false);
        let app = app.await;
        Self {
            op,
            server,
            ada,
            bob,
            app,
            id,
        }
    }

    /// Presses the button that leads to the provider, and signs in there; answers where the browser is sent.
    async fn leave(&self, browser: &Browser) -> String {
        let fields = [("id", self.id.as_str())];
        let onward = press(&self.server, browser, IDENTITIES, "link", &fields).await;
        self.op.answer(&onward.expect(200))
    }

    /// The same, up to the question whether to link.
    async fn asked(&self, browser: &Browser) -> Page {
        let back = self.leave(browser).await;
        Page::of(&browser.go(&self.server, &back).await.expect(200))
    }

    async fn say(&self, browser: &Browser, page: &Page, action: &str) -> Answer {
        let mut form: Vec<(&str, &str)> = vec![("action", action)];
        let hidden = page.hidden.iter();
        form.extend(hidden.map(|(name, value)| (name.as_str(), value.as_str())));
        browser.post(&self.server, &page.action, &form).await
    }

    /// Whom the identity signs in, in a new browser.
    async fn signs_in(&self) -> Option<String> {
        let browser = Browser::new();
        let back = self
            .op
            .sign_in(&self.server, &browser, &self.app, &self.id, &[]);
        let answer = browser.go(&self.server, &back.await).await;
        if !is_signed_in(&answer) {
            return None;
        }
        let code = crate::support::answered(&answer)["code"].clone();
        let tokens = self
            .app
            .redeem(&self.server, &code)
            .await
            .expect(200)
            .json();
        let sub = claims(tokens["id_token"].as_str().unwrap())["sub"].clone();
        Some(sub.as_str().unwrap().to_owned())
    }

    /// The page of one's identities.
    async fn shown(&self, browser: &Browser) -> String {
        browser
            .go(&self.server, IDENTITIES)
            .await
            .expect(200)
            .text()
    }
}

#[tokio::test]
async fn an_identity_is_linked_shown_and_unlinked() {
    let world = World::new().await;
    let browser = signed_in(&world.server, &world.ada).await;
    let before = world.shown(&browser).await;
    assert!(before.contains("Corporate") && before.contains("value=\"link\""));
    assert_eq!(world.signs_in().await, None);
    let page = world.asked(&browser).await;
    world.say(&browser, &page, "cancel").await.expect(303);
    assert_eq!(world.signs_in().await, None, "nothing was linked");
    let page = world.asked(&browser).await;
    let linked = world.say(&browser, &page, "link").await.expect(303);
    let shown = format!("{IDENTITIES}?done=identity-linked");
    assert_eq!(linked.header("location"), shown);
    assert_eq!(world.signs_in().await, Some(world.ada.id.clone()));
    let text = world.shown(&browser).await;
    assert!(text.contains("value=\"unlink\""), "{text}");
    let unlink = text
        .split("<form")
        .find(|form| form.contains("value=\"unlink\""))
        .unwrap();
    let (_, id) = unlink.split_once("name=\"id\" value=\"").unwrap();
    let (id, _) = id.split_once('"').unwrap();
    press(&world.server, &browser, IDENTITIES, "unlink", &[("id", id)])
        .await
        .expect(200);
    assert_eq!(world.signs_in().await, None);
}

/// REG-05, REG-22: what was begun in one session is not gone on with in another, nor in another browser.
#[tokio::test]
async fn reg_22_the_attempt_of_another_session_links_nothing() {
    let world = World::new().await;
    let (adas, bobs) = (
        signed_in(&world.server, &world.ada).await,
        signed_in(&world.server, &world.bob).await,
    );
    // The provider's answer to Ada, in Bob's browser.
    let back = world.leave(&adas).await;
    bobs.go(&world.server, &back).await.expect(410);
    // In Ada's browser, where Bob has signed in meanwhile.
    let adas_cookie = adas.cookie("session").unwrap();
    adas.set_cookie("session", &bobs.cookie("session").unwrap());
    adas.go(&world.server, &back).await.expect(410);
    adas.set_cookie("session", &adas_cookie);
    // And after the question.
    let page = world.asked(&adas).await;
    world.say(&bobs, &page, "link").await.expect(410);
    adas.set_cookie("session", &bobs.cookie("session").unwrap());
    world.say(&adas, &page, "link").await.expect(410);
    assert_eq!(world.signs_in().await, None);
    // Ada's session under a new cookie is still Ada's.
    adas.set_cookie("session", &adas_cookie);
    world.say(&adas, &page, "link").await.expect(303);
    assert_eq!(world.signs_in().await, Some(world.ada.id.clone()));
    world.say(&adas, &page, "link").await.expect(410);
}

/// Another session of the same person's, and one that is over.
#[tokio::test]
async fn reg_22_a_session_that_is_over_links_nothing() {
    let world = World::new().await;
    let browser = signed_in(&world.server, &world.ada).await;
    let page = world.asked(&browser).await;
    let other = signed_in(&world.server, &world.ada).await;
    let cookie = browser.cookie("session").unwrap();
    browser.set_cookie("session", &other.cookie("session").unwrap());
    world.say(&browser, &page, "link").await.expect(410);
    browser.set_cookie("session", &cookie);
    press(&world.server, &browser, IDENTITIES, "sign-out", &[])
        .await
        .expect(200);
    browser.add_cookie(&session_name(&world.server), &cookie);
    world.say(&browser, &page, "link").await.expect(410);
    assert_eq!(world.signs_in().await, None);
}

fn session_name(server: &TestServer) -> String {
    let realm = server.snapshot().key().short_name();
    format!("__Host-ambit-session-{realm}")
}

/// REG-29: what signs somebody else in stays theirs, whoever proves it.
#[tokio::test]
async fn reg_29_an_identity_of_somebody_else_is_not_linked() {
    let world = World::new().await;
    let adas = signed_in(&world.server, &world.ada).await;
    let page = world.asked(&adas).await;
    world.say(&adas, &page, "link").await.expect(303);
    let bobs = signed_in(&world.server, &world.bob).await;
    let page = world.asked(&bobs).await;
    world.say(&bobs, &page, "link").await.expect(409);
    assert_eq!(world.signs_in().await, Some(world.ada.id.clone()));
    assert!(world.shown(&bobs).await.contains("value=\"link\""));
    // Nor does Ada get a second one of the same provider.
    *world.op.claims.lock().unwrap() = Box::new(|claims| {
        claims.insert("sub".to_owned(), json!("another"));
    });
    world.op.userinfo.lock().unwrap()["sub"] = json!("another");
    let text = world.shown(&adas).await;
    assert!(
        !text.contains("value=\"link\""),
        "there is no button: {text}"
    );
    let form = [("action", "link"), ("id", world.id.as_str())];
    let onward = adas
        .post(&world.server, IDENTITIES, &form)
        .await
        .expect(200);
    let back = world.op.answer(&onward);
    let page = Page::of(&adas.go(&world.server, &back).await.expect(200));
    world.say(&adas, &page, "link").await.expect(409);
    assert_eq!(
        world.signs_in().await,
        None,
        "the other one signs nobody in"
    );
}

/// A browser that was left alone links nothing.
#[tokio::test]
async fn linking_wants_a_fresh_sign_in() {
    let world = World::new().await;
    let browser = signed_in(&world.server, &world.ada).await;
    world.server.advance(15 * 60);
    let fields = [("id", world.id.as_str())];
    let page = press(&world.server, &browser, IDENTITIES, "link", &fields).await;
    let page = page.expect(200);
    assert!(page.text().contains("Confirm it is you"), "{}", page.text());
    let back = browser.sign_in(&world.server, &page, "ada", PASSWORD).await;
    assert!(
        back.expect(200).text().contains("Corporate"),
        "back on the page"
    );
    // The provider in the test signs its tokens at the time at which the test began.
    assert_eq!(world.op.count("/token"), 0);
}
