//! Whoever has to change their password does that before anything else on the account pages (product §4, §5).

use crate::{
    elsewhere::set_state,
    own_pages::signed_in,
    support::{Answer, Browser, PASSWORD, Page, Person, TestServer},
};
use domain::{
    Edit,
    config::{ConfigObject, Realm},
};
use serde_json::json;
use std::{convert::Infallible, sync::Arc};

const ACCOUNT: &str = "/v1/tenants/default/realms/default/account";
const METHODS: &str = "/v1/tenants/default/realms/default/account/sign-in-methods";
const IDENTITIES: &str = "/v1/tenants/default/realms/default/account/identities";
const APPS: &str = "/v1/tenants/default/realms/default/account/apps";
const SESSIONS: &str = "/v1/tenants/default/realms/default/account/sessions";
const NEW: &str = "quite another sentence";

/// Everything that the pages can be asked to do.
const FORMS: [(&str, &[(&str, &str)]); 14] = [
    (
        ACCOUNT,
        &[
            ("action", "save"),
            ("version", "1"),
            ("displayName", "Changed"),
        ],
    ),
    (METHODS, &[("action", "change-password")]),
    (METHODS, &[("action", "add-passkey")]),
    (METHODS, &[("action", "passkey"), ("credential", "{}")]),
    (
        METHODS,
        &[("action", "rename-passkey"), ("id", "x"), ("name", "x")],
    ),
    (METHODS, &[("action", "remove-passkey"), ("id", "x")]),
    (METHODS, &[("action", "add-totp")]),
    (METHODS, &[("action", "totp"), ("code", "000000")]),
    (METHODS, &[("action", "remove-totp")]),
    (METHODS, &[("action", "make-recovery-codes")]),
    (IDENTITIES, &[("action", "unlink"), ("id", "x")]),
    (IDENTITIES, &[("action", "link"), ("id", "x")]),
    (APPS, &[("action", "revoke"), ("id", "x")]),
    (SESSIONS, &[("action", "end-others")]),
];

struct World {
    server: TestServer,
    ada: Person,
    browser: Browser,
    other: Browser,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let ada = server.add_person("ada").await;
        let browser = signed_in(&server, &ada).await;
        let other = signed_in(&server, &ada).await;
        Self {
            server,
            ada,
            browser,
            other,
        }
    }

    async fn must_change(&self) {
        let realm = self.server.admin.realm.clone();
        let must = json!(true);
        set_state(
            &self.server,
            &realm,
            &self.ada,
            "must_change_password",
            must,
        )
        .await;
    }

    /// Nothing is shown or done but the change of the password.
    async fn is_held(&self) {
        let Self {
            server, browser, ..
        } = self;
        for path in [ACCOUNT, METHODS, IDENTITIES, APPS, SESSIONS] {
            let page = browser.go(server, path).await;
            assert!(is_change(&page), "{path}: {}", page.text());
        }
        for (path, form) in FORMS {
            let answer = browser.post(server, path, form).await.expect(303);
            let location = answer.header("location");
            assert!(location.contains("/flow?id="), "{form:?}: {location}");
            assert!(is_change(&browser.go(server, location).await), "{form:?}");
        }
    }

    async fn goes_on_after_a_change(&self) {
        let page = self.browser.go(&self.server, SESSIONS).await;
        let fields = [
            ("current_password", PASSWORD),
            ("new_password", NEW),
            ("new_password_again", NEW),
        ];
        let page = self
            .browser
            .press(&self.server, &Page::of(&page), "change", &fields)
            .await;
        assert!(
            page.expect(200).text().contains("this one"),
            "the page that was asked for"
        );
        let other = self.other.go(&self.server, ACCOUNT).await;
        assert!(other.text().contains("name=\"password\""), "B6");
    }
}

fn is_change(page: &Answer) -> bool {
    let text = page.text();
    text.contains("name=\"new_password\"") && text.contains("name=\"current_password\"")
}

#[tokio::test]
async fn whoever_has_to_change_their_password_does_nothing_else() {
    let world = World::new().await;
    world.must_change().await;
    world.is_held().await;
    world.goes_on_after_a_change().await;
}

#[tokio::test]
async fn whoever_has_to_change_their_password_may_sign_out() {
    for path in [ACCOUNT, METHODS, IDENTITIES, APPS, SESSIONS] {
        let world = World::new().await;
        world.must_change().await;
        let form = [("action", "sign-out")];
        let page = world.browser.post(&world.server, path, &form).await;
        assert!(page.expect(200).text().contains("You are signed out"));
        assert!(world.browser.cookie("session").is_none());
        let page = world.browser.go(&world.server, ACCOUNT).await;
        assert!(page.text().contains("name=\"password\""), "{path}");
    }
}

/// A password that becomes too old while its owner is signed in.
#[tokio::test]
async fn a_password_that_expires_meanwhile_is_changed_first() {
    let world = World::new().await;
    let max_age = 60 * 60;
    let edited = world
        .server
        .core
        .edit(&world.server.admin.realm, |snapshot, _| {
            let mut realm = Realm::clone(&snapshot.config().realm);
            realm.settings.password_policy.max_age_seconds = Some(max_age);
            Ok::<_, Infallible>(Edit::none(()).put(ConfigObject::Realm(Arc::new(realm))))
        });
    edited.await.unwrap();
    world.server.advance(max_age - 1);
    let page = world.browser.go(&world.server, ACCOUNT).await.expect(200);
    assert!(page.text().contains("Signed in as"));
    world.server.advance(1);
    world.is_held().await;
    // An application gets nothing before that either.
    let app = world.server.add_app(&["openid"], |_| {}).await;
    let request = app.authorize("openid", &[]);
    let page = world.browser.go(&world.server, &request).await;
    assert!(is_change(&page));
    world.goes_on_after_a_change().await;
}
