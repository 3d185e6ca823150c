//! REG-10, B11, S15: whatever is switched off is off on every way to a token, and in every use of one; and what was
//! only switched off, and not ended, goes on when it is on again.

use crate::{
    elsewhere::{app_in, change_in, person_in, set_state},
    support::{Answer, Browser, Client, Page, Person, TestServer, answered},
};
use oauth::GrantType;
use serde_json::{Value, json};

/// A way to a token, or a use of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    CodeIssue,
    CodeRedemption,
    Refresh,
    DeviceRequest,
    DeviceApproval,
    DevicePolling,
    ClientCredentials,
    Introspect,
    UserInfo,
    Me,
}

const WAYS: [Way; 10] = [
    Way::CodeIssue,
    Way::CodeRedemption,
    Way::Refresh,
    Way::DeviceRequest,
    Way::DeviceApproval,
    Way::DevicePolling,
    Way::ClientCredentials,
    Way::Introspect,
    Way::UserInfo,
    Way::Me,
];

/// What is switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Off {
    Nothing,
    PersonInactive,
    PersonDeleted,
    AccountDisabled,
    AccountExpired,
    ClientInactive,
    ClientHasNoGrantTypes,
    ScopesUnassigned,
    /// A realm is active as long as its tenant is.
    Tenant,
}

/// A realm with everything ready to be used: each way is tried once.
struct World {
    server: TestServer,
    admin: Client,
    ada: Person,
    app: Client,
    browser: Browser,
    code: String,
    token: String,
    refresh: String,
    approved: String,
    waiting: String,
    /// The page that asks about the device that waits.
    page: Page,
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap().to_owned()
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let admin = server.add_realm("acme", "main").await;
        let ada = person_in(&server, &admin, "ada").await;
        let scopes = ["openid", "email", "scim:read"];
        let app = app_in(&server, &admin.realm, &scopes, |app| {
            app.service_account = true;
            app.grant_types.push(GrantType::ClientCredentials);
            app.assigned[2].optional = true;
        })
        .await;
        let browser = Browser::new();
        let scope = "openid email";
        let code = app.code_in(&server, &browser, &ada, scope).await;
        let tokens = app.redeem(&server, &code).await.expect(200).json();
        let code = app.code_in(&server, &browser, &ada, scope).await;
        let device = || async {
            let answer = app
                .post(&server, "/device_authorization", &[("scope", scope)])
                .await;
            answer.expect(200).json()
        };
        let approved = device().await;
        let page = typed(&server, &browser, &app, &text(&approved, "user_code")).await;
        let page = browser
            .press(&server, &page, "confirm", &[])
            .await
            .expect(200);
        browser
            .press(&server, &Page::of(&page), "allow", &[])
            .await
            .expect(200);
        let waiting = device().await;
        let page = typed(&server, &browser, &app, &text(&waiting, "user_code")).await;
        let page = browser
            .press(&server, &page, "confirm", &[])
            .await
            .expect(200);
        Self {
            token: text(&tokens, "access_token"),
            refresh: text(&tokens, "refresh_token"),
            approved: text(&approved, "device_code"),
            waiting: text(&waiting, "device_code"),
            page: Page::of(&page),
            server,
            admin,
            ada,
            app,
            browser,
            code,
        }
    }

    async fn switch(&self, off: Off) {
        let Self {
            server,
            admin,
            ada,
            app,
            ..
        } = self;
        let person = admin.path(&format!("/scim/v2/Users/{}", ada.id));
        match off {
            Off::Nothing => {}
            Off::PersonInactive => {
                let body = json!({
                    "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                    "Operations": [{"op": "replace", "path": "active", "value": false}],
                });
                let token = admin.token(server, None).await;
                let patched = server.call("PATCH", &person, &token, Some(body)).await;
                assert!(patched.status.is_success());
            }
            Off::PersonDeleted => {
                let token = admin.token(server, None).await;
                server
                    .call("DELETE", &person, &token, None)
                    .await
                    .expect(204);
            }
            Off::AccountDisabled => {
                set_state(server, &admin.realm, ada, "disabled", json!(true)).await
            }
            Off::AccountExpired => {
                let now = serde_json::to_value(server.core.now()).unwrap();
                set_state(server, &admin.realm, ada, "expires", now).await;
            }
            Off::ClientInactive => change_in(server, app, |app| app.active = false).await,
            Off::ClientHasNoGrantTypes => {
                change_in(server, app, |app| app.grant_types.clear()).await
            }
            Off::ScopesUnassigned => change_in(server, app, |app| app.assigned.clear()).await,
            Off::Tenant => self.activate(false).await,
        }
    }

    async fn activate(&self, active: bool) {
        let token = self.server.admin_token().await;
        let (path, body) = ("/v1/tenants/acme", Some(json!({ "active": active })));
        self.server
            .call("PATCH", path, &token, body)
            .await
            .expect(200);
    }

    async fn poll(&self, device_code: &str) -> Answer {
        let form = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("device_code", device_code),
        ];
        self.app.post(&self.server, "/token", &form).await
    }

    /// Whether a way leads to something.
    async fn is_open(&self, way: Way) -> bool {
        let Self {
            server,
            app,
            browser,
            ..
        } = self;
        let ok = |answer: Answer| answer.status == 200;
        match way {
            Way::CodeIssue => {
                let silent = app.authorize("openid email", &[("prompt", "none")]);
                let answer = browser.get(server, &silent).await;
                answer.header("location").contains('?') && answered(&answer).contains_key("code")
            }
            Way::CodeRedemption => ok(app.redeem(server, &self.code).await),
            Way::Refresh => ok(app.refresh(server, &self.refresh).await),
            Way::DeviceRequest => ok(app
                .post(server, "/device_authorization", &[("scope", "openid")])
                .await),
            Way::DeviceApproval => {
                browser.press(server, &self.page, "allow", &[]).await;
                ok(self.poll(&self.waiting).await)
            }
            Way::DevicePolling => ok(self.poll(&self.approved).await),
            Way::ClientCredentials => ok(app.ask(server, Some("scim:read")).await),
            Way::Introspect => {
                let answer = app.introspect(server, &self.token).await;
                answer.status == 200 && answer.json()["active"] == true
            }
            Way::UserInfo => ok(server
                .call("GET", &app.path("/userinfo"), &self.token, None)
                .await),
            Way::Me => ok(server
                .call("GET", &app.path("/scim/v2/Me"), &self.token, None)
                .await),
        }
    }
}

async fn typed(server: &TestServer, browser: &Browser, app: &Client, user_code: &str) -> Page {
    let typed = [("user_code", user_code)];
    let answer = browser
        .post(server, &app.path("/device"), &typed)
        .await
        .expect(303);
    let page = browser
        .go(server, answer.header("location"))
        .await
        .expect(200);
    Page::of(&page)
}

/// Whether a way stays open where something is switched off: each that does has its reason.
fn stays_open(off: Off, way: Way) -> bool {
    match (off, way) {
        (Off::Nothing, _) => true,
        // A client is itself, whoever is gone; and a device does not know yet who it will ask.
        (
            Off::PersonInactive | Off::PersonDeleted | Off::AccountDisabled | Off::AccountExpired,
            Way::ClientCredentials | Way::DeviceRequest,
        ) => true,
        // The state alone, without what ends with it: nothing new comes, and what is out lasts ten minutes.
        (Off::AccountDisabled | Off::AccountExpired, Way::Introspect | Way::UserInfo | Way::Me) => {
            true
        }
        // What it has it keeps; it gets nothing more.
        (Off::ClientHasNoGrantTypes, Way::Introspect | Way::UserInfo | Way::Me) => true,
        // RFC 7662: the token is good, for nothing.
        (Off::ScopesUnassigned, Way::Introspect) => true,
        _ => false,
    }
}

async fn matrix(off: Off) {
    let world = World::new().await;
    world.switch(off).await;
    for way in WAYS {
        let (open, expected) = (world.is_open(way).await, stays_open(off, way));
        assert_eq!(open, expected, "{way:?} with {off:?} off");
    }
}

#[tokio::test]
async fn b11_nothing_is_off() {
    matrix(Off::Nothing).await;
}

#[tokio::test]
async fn b11_the_person_is_inactive() {
    matrix(Off::PersonInactive).await;
}

#[tokio::test]
async fn b11_the_person_is_gone() {
    matrix(Off::PersonDeleted).await;
}

#[tokio::test]
async fn b11_the_account_is_disabled() {
    matrix(Off::AccountDisabled).await;
}

#[tokio::test]
async fn b11_the_account_has_expired() {
    matrix(Off::AccountExpired).await;
}

#[tokio::test]
async fn b11_the_client_is_inactive() {
    matrix(Off::ClientInactive).await;
}

#[tokio::test]
async fn b11_the_client_may_use_no_grant() {
    matrix(Off::ClientHasNoGrantTypes).await;
}

#[tokio::test]
async fn b11_the_scopes_were_taken_off_the_client() {
    matrix(Off::ScopesUnassigned).await;
}

#[tokio::test]
async fn b11_the_tenant_is_inactive() {
    matrix(Off::Tenant).await;
}

/// What was off is on again, and nothing of it is lost but time.
#[tokio::test]
async fn a_tenant_that_is_on_again_goes_on() {
    let world = World::new().await;
    world.switch(Off::Tenant).await;
    let tried = [
        Way::CodeRedemption,
        Way::Refresh,
        Way::DevicePolling,
        Way::DeviceApproval,
    ];
    for way in tried {
        assert!(!world.is_open(way).await, "{way:?}");
    }
    world.activate(true).await;
    for way in WAYS {
        assert!(world.is_open(way).await, "{way:?} when it is on again");
    }
}

/// An account that ends at a time known before: tokens end with it, in every use.
#[tokio::test]
async fn b11_no_token_outlasts_its_account() {
    let world = World::new().await;
    let (server, app) = (&world.server, &world.app);
    let end =
        serde_json::to_value(server.core.now().plus(std::time::Duration::from_secs(45))).unwrap();
    set_state(server, &world.admin.realm, &world.ada, "expires", end).await;
    let tokens = app.redeem(server, &world.code).await.expect(200).json();
    assert!(tokens["expires_in"].as_u64().unwrap() <= 45, "{tokens}");
    let token = text(&tokens, "access_token");
    let userinfo = app.path("/userinfo");
    server
        .call("GET", &userinfo, &token, None)
        .await
        .expect(200);
    server.advance(46);
    server
        .call("GET", &userinfo, &token, None)
        .await
        .expect(401);
    assert_eq!(
        app.introspect(server, &token).await.json(),
        json!({"active": false})
    );
    app.refresh(server, &text(&tokens, "refresh_token"))
        .await
        .expect(400);
    assert!(!world.is_open(Way::CodeIssue).await);
}

/// Product §2.4, B7: a token that comes later names no scope that was taken off its client meanwhile, for its readers
/// may not ask us.
#[tokio::test]
async fn b7_a_later_token_has_no_scope_that_was_taken_off() {
    let world = World::new().await;
    let (server, app) = (&world.server, &world.app);
    change_in(server, app, |app| drop(app.assigned.remove(1))).await;
    let refreshed = app.refresh(server, &world.refresh).await.expect(200).json();
    let redeemed = app.redeem(server, &world.code).await.expect(200).json();
    let polled = world.poll(&world.approved).await.expect(200).json();
    for tokens in [refreshed, redeemed, polled] {
        assert_eq!(tokens["scope"], "openid");
        let claims = crate::support::claims(&text(&tokens, "access_token"));
        assert_eq!(claims["scope"], "openid");
    }
}
