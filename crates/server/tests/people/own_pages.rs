//! The person's own pages.

use crate::support::{Answer, BASE_URL, Browser, Client, PASSWORD, Page, Person, TestServer};
use serde_json::json;

const ACCOUNT: &str = "/v1/tenants/default/realms/default/account";
const METHODS: &str = "/v1/tenants/default/realms/default/account/sign-in-methods";
const APPS: &str = "/v1/tenants/default/realms/default/account/apps";
const SESSIONS: &str = "/v1/tenants/default/realms/default/account/sessions";

/// B6: whoever is shut out while they change the password changes nothing.
#[tokio::test]
async fn b6_a_session_that_ends_meanwhile_sets_no_password() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let (stolen, own) = (
        signed_in(&server, &ada).await,
        signed_in(&server, &ada).await,
    );
    let page = Page::of(&stolen.go(&server, METHODS).await);
    let new = "quite another password";
    let fields = [
        ("current_password", PASSWORD),
        ("new_password", new),
        ("new_password_again", new),
    ];
    let held = server.store.hold_next_answer();
    let changes = stolen.press(&server, &page, "change", &fields);
    let ends = async {
        while !server.store.holds_an_answer() {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        let ended = press(&server, &own, SESSIONS, "end-others", &[]).await;
        ended.expect(200);
        drop(held);
    };
    tokio::join!(changes, ends);
    let page = own.go(&server, ACCOUNT).await.expect(200);
    assert!(page.text().contains("Signed in as"), "the other goes on");
    signed_in(&server, &ada).await;
}

/// A browser in which somebody is signed in to their own pages.
pub(crate) async fn signed_in(server: &TestServer, person: &Person) -> Browser {
    let browser = Browser::new();
    let page = browser.go(server, ACCOUNT).await.expect(200);
    browser
        .sign_in(server, &page, &person.user_name, PASSWORD)
        .await
        .expect(200);
    browser
}

/// Presses a button of a page of one's own.
pub(crate) async fn press(
    server: &TestServer,
    browser: &Browser,
    path: &str,
    action: &str,
    fields: &[(&str, &str)],
) -> Answer {
    let page = browser.go(server, path).await.expect(200);
    browser
        .press(server, &Page::of(&page), action, fields)
        .await
}

/// Presses one of those that change the ways to sign in.
pub(crate) async fn change(
    server: &TestServer,
    browser: &Browser,
    action: &str,
    fields: &[(&str, &str)],
) -> Answer {
    press(server, browser, METHODS, action, fields).await
}

async fn resource(server: &TestServer, person: &Person) -> serde_json::Value {
    let path = server.admin.path(&format!("/scim/v2/Users/{}", person.id));
    let token = server.admin_token().await;
    let found = server.call("GET", &path, &token, None).await;
    found.expect(200).json()
}

#[tokio::test]
async fn whoever_is_not_signed_in_signs_in_and_comes_back() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let browser = Browser::new();
    for path in [ACCOUNT, METHODS, APPS, SESSIONS] {
        let page = browser.go(&server, path).await.expect(200);
        assert!(page.text().contains("name=\"password\""), "{path}");
    }
    let page = browser.go(&server, SESSIONS).await;
    let page = browser
        .sign_in(&server, &page, &ada.user_name, PASSWORD)
        .await
        .expect(200);
    let text = page.text();
    assert!(text.contains("Signed in as"), "{text}");
    assert!(text.contains("this one"), "the page of sessions: {text}");
    let page = press(&server, &browser, ACCOUNT, "sign-out", &[]).await;
    assert!(page.expect(200).text().contains("You are signed out"));
    let page = browser.go(&server, ACCOUNT).await.expect(200);
    assert!(page.text().contains("name=\"password\""));
}

/// U7, T2: what is not theirs stays as it is, whatever the form says.
#[tokio::test]
async fn u7_people_change_their_profile_and_nothing_else() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let bob = server.add_person("bob").await;
    let browser = signed_in(&server, &ada).await;
    let fields = [
        ("displayName", "Ada Lovelace"),
        ("name.givenName", "Augusta Ada"),
        ("name.familyName", ""),
        ("nickName", "Countess"),
        ("emails.0", ""),
        ("emails.1", "ada@lovelace.example"),
        ("userName", "root"),
        ("active", "false"),
        ("roles", "Administrator"),
        ("password", "another long password"),
        ("id", &bob.id),
    ];
    let saved = press(&server, &browser, ACCOUNT, "save", &fields).await;
    assert!(
        saved.expect(200).text().contains("Your changes are saved"),
        "what was done is told"
    );
    let now = resource(&server, &ada).await;
    assert_eq!(now["displayName"], "Ada Lovelace");
    assert_eq!(now["name"], json!({"givenName": "Augusta Ada"}));
    assert_eq!(now["nickName"], "Countess");
    let email = json!([{"value": "ada@lovelace.example", "type": "work", "primary": true}]);
    assert_eq!(now["emails"], email);
    assert_eq!(now["userName"], "ada");
    assert_eq!(now.get("active"), None);
    assert_eq!(now.get("roles"), None);
    assert_eq!(
        resource(&server, &bob).await["displayName"],
        "bob the Person"
    );
    let again = Browser::new();
    let page = again.go(&server, ACCOUNT).await;
    let page = again.sign_in(&server, &page, "ada", PASSWORD).await;
    assert!(page.expect(200).text().contains("Ada Lovelace"));
}

/// U7: what the page does not show of an address is not lost by changing it.
#[tokio::test]
async fn u7_the_rest_of_an_address_survives_its_change() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let emails = json!([
        {"value": "old@example.com", "type": "work", "primary": true, "display": "The office"},
        {"value": "home@example.com", "type": "home", "display": "At home"},
    ]);
    server.patch_person(&ada, "emails", emails).await;
    let browser = signed_in(&server, &ada).await;
    let fields = [("emails.0", "new@example.com"), ("emails.1", "")];
    let saved = press(&server, &browser, ACCOUNT, "save", &fields).await;
    saved.expect(200);
    let now = resource(&server, &ada).await;
    assert_eq!(
        now["emails"],
        json!([{
            "value": "new@example.com", "type": "work", "primary": true, "display": "The office",
        }])
    );
}

#[tokio::test]
async fn a_profile_that_does_not_do_stays_as_it_is() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let browser = signed_in(&server, &ada).await;
    let page = browser.go(&server, ACCOUNT).await.expect(200);
    let fields = [("displayName", "Typed"), ("emails.0", "no address")];
    let refused = browser
        .press(&server, &Page::of(&page), "save", &fields)
        .await
        .expect(400);
    assert!(refused.text().contains("not in the expected form"));
    assert!(refused.text().contains("value=\"Typed\""), "it is kept");
    // Somebody else changes it meanwhile.
    server.patch_person(&ada, "nickName", json!("Other")).await;
    let fields = [("displayName", "Typed")];
    let stale = browser
        .press(&server, &Page::of(&page), "save", &fields)
        .await;
    stale.expect(409);
    let now = resource(&server, &ada).await;
    assert_eq!(now["displayName"], "ada the Person");
    assert_eq!(now["nickName"], "Other");
}

/// U2: forms of other sites do nothing, with whatever cookies.
#[tokio::test]
async fn u2_a_form_of_another_site_does_nothing() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let browser = signed_in(&server, &ada).await;
    let cookie = format!(
        "__Host-ambit-session-{}={}",
        server.snapshot().key().short_name(),
        browser.cookie("session").unwrap()
    );
    for path in [ACCOUNT, METHODS, APPS, SESSIONS] {
        for from in [
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "cross-site"),
        ] {
            let headers = [from, ("cookie", cookie.as_str())];
            let form = [("action", "sign-out")];
            server.post_form(path, &headers, &form).await.expect(403);
        }
    }
    let page = browser.go(&server, ACCOUNT).await.expect(200);
    assert!(page.text().contains("Signed in as"));
    let headers = [("origin", BASE_URL), ("cookie", cookie.as_str())];
    let form = [("action", "sign-out")];
    server.post_form(ACCOUNT, &headers, &form).await.expect(200);
    let page = browser.go(&server, ACCOUNT).await.expect(200);
    assert!(page.text().contains("name=\"password\""));
}

struct Allowed {
    app: Client,
    token: String,
    refresh: String,
}

async fn allowed(server: &TestServer, browser: &Browser, person: &Person, scope: &str) -> Allowed {
    let scopes: Vec<&str> = scope.split(' ').collect();
    let app = server
        .add_app(&scopes, |app| app.name = format!("Photos {scope}"))
        .await;
    let code = app.code_in(server, browser, person, scope).await;
    let tokens = app.redeem(server, &code).await.expect(200).json();
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    Allowed {
        token: text("access_token"),
        refresh: text("refresh_token"),
        app,
    }
}

impl Allowed {
    async fn is_over(&self, server: &TestServer) {
        let path = self.app.path("/userinfo");
        server
            .call("GET", &path, &self.token, None)
            .await
            .expect(401);
        let refused = self.app.refresh(server, &self.refresh).await.expect(400);
        assert_eq!(refused.error(), "invalid_grant");
    }

    async fn goes_on(&self, server: &TestServer) {
        let path = self.app.path("/userinfo");
        server
            .call("GET", &path, &self.token, None)
            .await
            .expect(200);
    }
}

#[tokio::test]
async fn what_is_taken_back_ends_at_once_and_is_asked_again() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let browser = signed_in(&server, &ada).await;
    let scope = "openid profile offline_access";
    let allowed = allowed(&server, &browser, &ada, scope).await;
    let text = browser.go(&server, APPS).await.expect(200).text();
    assert!(text.contains("Photos"), "{text}");
    for prompt in ["Know who you are", "See your name and profile"] {
        assert!(text.contains(prompt), "{prompt}: {text}");
    }
    allowed.goes_on(&server).await;
    let fields = [("id", allowed.app.id.as_str())];
    let page = press(&server, &browser, APPS, "revoke", &fields)
        .await
        .expect(200);
    assert!(page.text().contains("no access any more"));
    assert!(!page.text().contains("Photos"));
    allowed.is_over(&server).await;
    let again = browser
        .go(&server, &allowed.app.authorize("openid", &[]))
        .await;
    assert!(again.expect(200).text().contains("Know who you are"));
}

/// U1: a session that was ended is over at once, with all that hangs from it.
#[tokio::test]
async fn u1_ending_a_session_ends_it_at_once() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let here = signed_in(&server, &ada).await;
    let there = signed_in(&server, &ada).await;
    let elsewhere = signed_in(&server, &ada).await;
    let bound = allowed(&server, &there, &ada, "openid").await;
    let offline = allowed(&server, &there, &ada, "openid offline_access").await;
    let own = allowed(&server, &here, &ada, "openid profile").await;
    // The id of the other session is on its own page.
    let page = there.go(&server, SESSIONS).await.expect(200).text();
    let this = page
        .split("<li>")
        .find(|li| li.contains("this one"))
        .unwrap();
    let (_, id) = this.split_once("name=\"id\" value=\"").unwrap();
    let (id, _) = id.split_once('"').unwrap();
    let ended = press(&server, &here, SESSIONS, "end", &[("id", id)]).await;
    assert!(ended.expect(200).text().contains("The session is ended"));
    let page = there.go(&server, ACCOUNT).await.expect(200);
    assert!(page.text().contains("name=\"password\""), "it is over");
    bound.is_over(&server).await;
    offline.goes_on(&server).await;
    own.goes_on(&server).await;

    let ended = press(&server, &here, SESSIONS, "end-others", &[]).await;
    assert!(
        ended
            .expect(200)
            .text()
            .contains("All other sessions are ended")
    );
    let page = elsewhere.go(&server, ACCOUNT).await.expect(200);
    assert!(page.text().contains("name=\"password\""), "it is over");
    own.goes_on(&server).await;
    // T2: a session of somebody else's is nobody's business.
    let bob = server.add_person("bob").await;
    let bobs = signed_in(&server, &bob).await;
    press(&server, &bobs, SESSIONS, "end", &[("id", id)]).await;
    let page = here.go(&server, ACCOUNT).await.expect(200);
    assert!(page.text().contains("Signed in as"));
}

/// U1, REG-22: another id at sign-in and at step-up, and the old one is worth nothing.
#[tokio::test]
async fn u1_the_ways_to_sign_in_want_a_fresh_sign_in_under_a_new_id() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let browser = signed_in(&server, &ada).await;
    let first = browser.cookie("session").unwrap();
    server.advance(14 * 60);
    let page = change(&server, &browser, "add-totp", &[]).await.expect(200);
    assert!(page.text().contains("otpauth://"), "recent enough");
    server.advance(60);
    let page = change(&server, &browser, "add-totp", &[]).await.expect(200);
    let text = page.text();
    assert!(text.contains("Confirm it is you"), "{text}");
    let back = browser
        .sign_in(&server, &page, "ada", PASSWORD)
        .await
        .expect(200);
    assert!(
        back.text().contains("Authenticator app"),
        "back on the page"
    );
    let second = browser.cookie("session").unwrap();
    assert_ne!(first, second);
    let page = change(&server, &browser, "add-totp", &[]).await.expect(200);
    assert!(page.text().contains("otpauth://"));
    for (cookie, over) in [(&first, true), (&second, false)] {
        browser.set_cookie("session", cookie);
        let page = browser.go(&server, ACCOUNT).await.expect(200);
        let asks = page.text().contains("name=\"password\"");
        assert_eq!(asks, over);
    }
}

#[tokio::test]
async fn b6_another_password_ends_the_other_sessions_and_grants() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let here = signed_in(&server, &ada).await;
    let there = signed_in(&server, &ada).await;
    let grant = allowed(&server, &here, &ada, "openid offline_access").await;
    let typed = |current: &'static str, new: &'static str, again: &'static str| {
        [
            ("current_password", current),
            ("new_password", new),
            ("new_password_again", again),
        ]
    };
    let new = "quite another sentence";
    for (fields, says) in [
        (typed("wrong", new, new), "not the current password"),
        (typed(PASSWORD, new, "different"), "not the same"),
        (typed(PASSWORD, "short", "short"), "does not meet"),
        (typed(PASSWORD, "ada", "ada"), "does not meet"),
    ] {
        let page = change(&server, &here, "change", &fields).await.expect(400);
        assert!(page.text().contains(says), "{says}: {}", page.text());
    }
    grant.goes_on(&server).await;
    let fields = typed(PASSWORD, new, new);
    let page = change(&server, &here, "change", &fields).await.expect(200);
    assert!(page.text().contains("Your password is changed"));
    grant.is_over(&server).await;
    let page = there.go(&server, ACCOUNT).await.expect(200);
    assert!(page.text().contains("name=\"password\""), "it is over");
    let page = there.sign_in(&server, &page, "ada", new).await;
    assert!(page.expect(200).text().contains("Signed in as"));
}

/// U3: whoever finds a browser signed in guesses the password no faster than whoever signs in.
#[tokio::test]
async fn u3_the_current_password_is_not_guessed_on_the_account_page() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let browser = signed_in(&server, &ada).await;
    let new = "quite another sentence";
    let typed = |current: &'static str| {
        [
            ("current_password", current),
            ("new_password", new),
            ("new_password_again", new),
        ]
    };
    for _ in 0..5 {
        change(&server, &browser, "change", &typed("wrong"))
            .await
            .expect(400);
    }
    let page = change(&server, &browser, "change", &typed(PASSWORD))
        .await
        .expect(429);
    assert!(page.text().contains("Too many attempts"), "{}", page.text());
    server.advance(60);
    let page = change(&server, &browser, "change", &typed(PASSWORD))
        .await
        .expect(200);
    assert!(page.text().contains("Your password is changed"));
}
