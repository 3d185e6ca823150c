//! REG-10, B11: the ways in, pushed requests, passwords and identity providers, with everything that can be switched off
//! between one step and the next. (What else a grant leads to is in `disabled.rs`.)

use crate::{
    elsewhere::{app_in, change_in, person_in, set_state},
    provider::Provider,
    support::{
        Answer, Browser, CALLBACK, CHALLENGE, Client, PASSWORD, Page, Person, TestServer, answered,
    },
};
use serde_json::{Value, json};
use std::sync::Arc;

/// A way in, or what comes of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Pushes a request.
    Push,
    /// Goes on with a pushed one.
    Pushed,
    /// Types a password on a page that is open already.
    Password,
    /// Presses the button of a provider on such a page.
    ToProvider,
    /// Comes back from the provider.
    FromProvider,
    /// Gets another code in a session that a provider vouches for.
    Silent,
    /// Redeems a code of such a session.
    Redemption,
    /// Refreshes a token of such a session.
    Refresh,
}

const WAYS: [Way; 8] = [
    Way::Push,
    Way::Pushed,
    Way::Password,
    Way::ToProvider,
    Way::FromProvider,
    Way::Silent,
    Way::Redemption,
    Way::Refresh,
];

/// What is switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Off {
    Nothing,
    Provider,
    ProviderDeleted,
    PeopleInactive,
    PeopleDeleted,
    AccountsDisabled,
    ClientInactive,
    ClientHasNoGrantTypes,
    ScopesUnassigned,
    /// A realm is active as long as its tenant is.
    Tenant,
}

/// A browser at a page.
struct At {
    browser: Browser,
    page: Answer,
}

struct World {
    op: Arc<Provider>,
    server: TestServer,
    admin: Client,
    app: Client,
    /// Who signs in with a password, and who by the provider.
    people: [Person; 2],
    /// The provider's id.
    provider: String,
    /// Signed in by the provider.
    browser: Browser,
    pushed: String,
    password: At,
    to_provider: At,
    /// Where the provider sends a browser.
    from_provider: (Browser, String),
    code: String,
    refresh: String,
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap().to_owned()
}

fn has_code(answer: &Answer) -> bool {
    let location = answer.header("location");
    location.starts_with(CALLBACK) && answered(answer).contains_key("code")
}

async fn open(server: &TestServer, app: &Client) -> At {
    let browser = Browser::new();
    let page = browser.go(server, &app.authorize("openid", &[])).await;
    At {
        browser,
        page: page.expect(200),
    }
}

async fn push(server: &TestServer, app: &Client) -> Answer {
    let form = [
        ("client_id", app.id.as_str()),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid"),
        ("prompt", "none"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    app.post(server, "/par", &form).await
}

impl World {
    async fn new() -> Self {
        let op = Provider::new();
        let server = TestServer::start_asking(op.clone()).await;
        let admin = server.add_realm("acme", "main").await;
        let ada = person_in(&server, &admin, "ada").await;
        let provider = op.register_in("Corporate", &server, &admin, true).await;
        let provider = text(&provider, "id");
        let app = app_in(&server, &admin.realm, &["openid"], |app| {
            app.assigned[0].consent_required = false;
        })
        .await;
        let browser = Browser::new();
        let back = op.sign_in(&server, &browser, &app, &provider, &[]).await;
        let code = answered(&browser.go(&server, &back).await.expect(303))["code"].clone();
        let tokens = app.redeem(&server, &code).await.expect(200).json();
        let known = crate::support::claims(&text(&tokens, "id_token"));
        let silent = app.authorize("openid", &[("prompt", "none")]);
        let code = answered(&browser.get(&server, &silent).await)["code"].clone();
        let returning = Browser::new();
        let back = op.sign_in(&server, &returning, &app, &provider, &[]).await;
        let pushed = push(&server, &app).await.expect(201).json();
        let world = Self {
            people: [
                ada,
                Person {
                    id: text(&known, "sub"),
                    user_name: String::new(),
                },
            ],
            pushed: text(&pushed, "request_uri"),
            password: open(&server, &app).await,
            to_provider: open(&server, &app).await,
            from_provider: (returning, back),
            refresh: text(&tokens, "refresh_token"),
            op,
            server,
            admin,
            app,
            provider,
            browser,
            code,
        };
        // Whoever is deleted does not come back as somebody new.
        world
            .set_provider(json!({"creates_identities": false}))
            .await;
        world
    }

    async fn administer(&self, method: &str, path: &str, body: Option<Value>) {
        let token = self.admin.token(&self.server, None).await;
        let path = self.admin.path(path);
        let answer = self.server.call(method, &path, &token, body).await;
        assert!(answer.status.is_success(), "{}", answer.text());
    }

    async fn set_provider(&self, body: Value) {
        let path = format!("/identity-providers/{}", self.provider);
        self.administer("PATCH", &path, Some(body)).await;
    }

    async fn switch(&self, off: Off) {
        let (server, app) = (&self.server, &self.app);
        let users = self
            .people
            .iter()
            .map(|person| format!("/scim/v2/Users/{}", person.id));
        match off {
            Off::Nothing => {}
            Off::Provider => self.set_provider(json!({"active": false})).await,
            Off::ProviderDeleted => {
                let path = format!("/identity-providers/{}", self.provider);
                self.administer("DELETE", &path, None).await;
            }
            Off::PeopleInactive => {
                for path in users {
                    let body = json!({
                        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                        "Operations": [{"op": "replace", "path": "active", "value": false}],
                    });
                    self.administer("PATCH", &path, Some(body)).await;
                }
            }
            Off::PeopleDeleted => {
                for path in users {
                    self.administer("DELETE", &path, None).await;
                }
            }
            Off::AccountsDisabled => {
                for person in &self.people {
                    set_state(server, &self.admin.realm, person, "disabled", json!(true)).await;
                }
            }
            Off::ClientInactive => change_in(server, app, |app| app.active = false).await,
            Off::ClientHasNoGrantTypes => {
                change_in(server, app, |app| app.grant_types.clear()).await
            }
            Off::ScopesUnassigned => change_in(server, app, |app| app.assigned.clear()).await,
            Off::Tenant => {
                let (token, body) = (server.admin_token().await, json!({"active": false}));
                let path = "/v1/tenants/acme";
                server
                    .call("PATCH", path, &token, Some(body))
                    .await
                    .expect(200);
            }
        }
    }

    /// Whether a way leads to something.
    async fn is_open(&self, way: Way) -> bool {
        let (server, app, browser) = (&self.server, &self.app, &self.browser);
        let silent = |more: &[(&str, &str)]| {
            let all: Vec<_> = [("prompt", "none")].iter().chain(more).copied().collect();
            app.authorize("openid", &all)
        };
        match way {
            Way::Push => push(server, app).await.status == 201,
            Way::Pushed => {
                let query = silent(&[("request_uri", &self.pushed)]);
                has_code(&browser.get(server, &query).await)
            }
            Way::Password => {
                let At { browser, page } = &self.password;
                has_code(&browser.sign_in(server, page, "ada", PASSWORD).await)
            }
            Way::ToProvider => {
                let At { browser, page } = &self.to_provider;
                let action = format!("provider:{}", self.provider);
                let onward = browser.press(server, &Page::of(page), &action, &[]).await;
                onward.status == 200 && onward.text().contains(crate::provider::ISSUER)
            }
            Way::FromProvider => {
                let (browser, back) = &self.from_provider;
                let tokens = self.op.count("/token");
                let answer = browser.go(server, back).await;
                let redeemed = self.op.count("/token") > tokens;
                assert!(redeemed || !has_code(&answer));
                has_code(&answer)
            }
            Way::Silent => has_code(&browser.get(server, &silent(&[])).await),
            Way::Redemption => app.redeem(server, &self.code).await.status == 200,
            Way::Refresh => app.refresh(server, &self.refresh).await.status == 200,
        }
    }
}

/// Whether a way stays open where something is switched off: each that does has its reason.
fn stays_open(off: Off, way: Way) -> bool {
    match (off, way) {
        (Off::Nothing, _) => true,
        // Passwords are ours.
        (Off::Provider | Off::ProviderDeleted, Way::Push | Way::Password) => true,
        // Nobody is known yet.
        (
            Off::PeopleInactive | Off::PeopleDeleted | Off::AccountsDisabled,
            Way::Push | Way::ToProvider,
        ) => true,
        // What a request asks for is judged when somebody goes on with it.
        (Off::ScopesUnassigned, Way::Push | Way::ToProvider) => true,
        // What was begun is finished; the code is worth nothing, as the redemption shows.
        (Off::ClientHasNoGrantTypes, Way::Password | Way::ToProvider | Way::FromProvider) => true,
        _ => false,
    }
}

macro_rules! matrix {
    ($($name:ident: $off:ident),* $(,)?) => {
        $(#[tokio::test]
        async fn $name() {
            let world = World::new().await;
            world.switch(Off::$off).await;
            let mut unlike = Vec::new();
            for way in WAYS {
                let (open, expected) = (world.is_open(way).await, stays_open(Off::$off, way));
                unlike.extend((open != expected).then_some((way, open)));
            }
            assert!(unlike.is_empty(), "with {:?} off: {unlike:?}", Off::$off);
        })*
    };
}

matrix![
    b11_nothing_is_off_on_the_ways_in: Nothing,
    b11_no_way_in_by_a_provider_that_is_inactive: Provider,
    b11_no_way_in_by_a_provider_that_is_gone: ProviderDeleted,
    b11_no_way_in_for_people_who_are_inactive: PeopleInactive,
    b11_no_way_in_for_people_who_are_gone: PeopleDeleted,
    b11_no_way_in_for_disabled_accounts: AccountsDisabled,
    b11_no_way_in_to_an_inactive_client: ClientInactive,
    b11_no_way_in_to_a_client_without_grants: ClientHasNoGrantTypes,
    b11_no_way_in_without_scopes: ScopesUnassigned,
    b11_no_way_in_to_a_tenant_that_is_inactive: Tenant,
];
