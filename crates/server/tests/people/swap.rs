//! REG-05, B1, B3, T1: nothing that is handed out is good for another client, in another realm, in another browser or
//! as another thing; and whoever it belongs to can go on after others have tried.

use crate::{
    elsewhere::app_in,
    support::{
        Answer, Browser, CALLBACK, CHALLENGE, Client, PASSWORD, Page, TestServer, VERIFIER,
        answered,
    },
};
use domain::config::AccessTokenFormat;
use serde_json::Value;

/// Where something can be presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Code,
    Refresh,
    Device,
    RequestUri,
    Flow,
    Session,
    Bearer,
    UserCode,
    IdTokenHint,
}

const PLACES: [Place; 9] = [
    Place::Code,
    Place::Refresh,
    Place::Device,
    Place::RequestUri,
    Place::Flow,
    Place::Session,
    Place::Bearer,
    Place::UserCode,
    Place::IdTokenHint,
];

/// A client with someone signed in, and all that can be had there.
struct World {
    server: TestServer,
    browser: Browser,
    app: Client,
    /// What there is: what it is called, where it is good, and itself.
    things: Vec<(&'static str, Option<Place>, String)>,
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap().to_owned()
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let ada = server.add_person("ada").await;
        let app = server.add_app(&["openid"], |_| {}).await;
        let browser = Browser::new();
        let code = app.code_in(&server, &browser, &ada, "openid").await;
        let tokens = app.redeem(&server, &code).await.expect(200).json();
        let code = app.code_in(&server, &browser, &ada, "openid").await;
        let change = |app: &mut domain::config::Application| {
            app.access_token_format = AccessTokenFormat::Opaque;
        };
        server.change_client(&app, change).await;
        let opaque = app.code_in(&server, &browser, &ada, "openid").await;
        let opaque = app.redeem(&server, &opaque).await.expect(200).json();
        let pushed = app
            .post(&server, "/par", &request(&app))
            .await
            .expect(201)
            .json();
        let waiting = app
            .post(&server, "/device_authorization", &[("scope", "openid")])
            .await
            .expect(200)
            .json();
        let approved = app
            .post(&server, "/device_authorization", &[("scope", "openid")])
            .await
            .expect(200)
            .json();
        approve(&server, &browser, &app, &text(&approved, "user_code")).await;
        let begun = browser
            .get(&server, &app.authorize("openid", &[("prompt", "consent")]))
            .await;
        let flow = begun
            .header("location")
            .rsplit("id=")
            .next()
            .unwrap()
            .to_owned();
        let things = vec![
            ("code", Some(Place::Code), code),
            (
                "refresh token",
                Some(Place::Refresh),
                text(&tokens, "refresh_token"),
            ),
            (
                "device code",
                Some(Place::Device),
                text(&approved, "device_code"),
            ),
            (
                "request_uri",
                Some(Place::RequestUri),
                text(&pushed, "request_uri"),
            ),
            (
                "user code",
                Some(Place::UserCode),
                text(&waiting, "user_code"),
            ),
            ("flow handle", Some(Place::Flow), flow),
            (
                "session cookie",
                Some(Place::Session),
                browser.cookie("session").unwrap(),
            ),
            ("browser cookie", None, browser.cookie("browser").unwrap()),
            (
                "JWT access token",
                Some(Place::Bearer),
                text(&tokens, "access_token"),
            ),
            (
                "opaque access token",
                Some(Place::Bearer),
                text(&opaque, "access_token"),
            ),
            (
                "ID token",
                Some(Place::IdTokenHint),
                text(&tokens, "id_token"),
            ),
            ("client secret", None, app.secret.clone()),
            ("person's id", None, ada.id.clone()),
        ];
        Self {
            server,
            browser,
            app,
            things,
        }
    }

    /// Whether something opens a place, to `client` in `browser`.
    async fn opens(&self, client: &Client, browser: &Browser, place: Place, thing: &str) -> bool {
        let server = &self.server;
        let silent = |more: &[(&str, &str)]| {
            let mut parameters = vec![("prompt", "none")];
            parameters.extend(more);
            client.authorize("openid", &parameters)
        };
        let has_code = |answer: Answer| answer.header("location").contains("code=");
        match place {
            Place::Code => client.redeem(server, thing).await.status == 200,
            Place::Refresh => client.refresh(server, thing).await.status == 200,
            Place::Device => poll(server, client, thing).await.status == 200,
            Place::RequestUri => {
                let answer = browser
                    .get(server, &silent(&[("request_uri", thing)]))
                    .await;
                answer.status == 303
            }
            Place::Flow => {
                let answer = browser
                    .get(server, &client.path(&format!("/flow?id={thing}")))
                    .await;
                answer.status != 410
            }
            Place::Session => {
                let thief = Browser::new();
                thief.get(server, &client.path("/device")).await;
                thief.add_cookie(&session_name(client), thing);
                has_code(thief.get(server, &silent(&[])).await)
            }
            Place::Bearer => {
                server
                    .call("GET", &client.path("/userinfo"), thing, None)
                    .await
                    .status
                    == 200
            }
            Place::UserCode => {
                let fresh = Browser::new();
                let typed = [("user_code", thing)];
                fresh
                    .post(server, &client.path("/device"), &typed)
                    .await
                    .status
                    == 303
            }
            Place::IdTokenHint => has_code(
                browser
                    .get(server, &silent(&[("id_token_hint", thing)]))
                    .await,
            ),
        }
    }
}

fn session_name(client: &Client) -> String {
    format!("__Host-ambit-session-{}", client.realm.short_name())
}

fn request(app: &Client) -> [(&'static str, &str); 6] {
    [
        ("client_id", &app.id),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
}

async fn poll(server: &TestServer, client: &Client, device_code: &str) -> Answer {
    let form = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", device_code),
    ];
    client.post(server, "/token", &form).await
}

async fn approve(server: &TestServer, browser: &Browser, app: &Client, user_code: &str) {
    let typed = [("user_code", user_code)];
    let answer = browser
        .post(server, &app.path("/device"), &typed)
        .await
        .expect(303);
    let page = browser
        .go(server, answer.header("location"))
        .await
        .expect(200);
    let page = browser
        .press(server, &Page::of(&page), "confirm", &[])
        .await
        .expect(200);
    browser
        .press(server, &Page::of(&page), "allow", &[])
        .await
        .expect(200);
}

/// As another thing: every thing at every place but its own; and then at its own.
#[tokio::test]
async fn reg_05_a_thing_is_good_as_itself_only() {
    let world = World::new().await;
    let (app, browser) = (&world.app, &world.browser);
    for (what, own, thing) in &world.things {
        for place in PLACES.into_iter().filter(|place| Some(*place) != *own) {
            assert!(
                !world.opens(app, browser, place, thing).await,
                "{what} as {place:?}"
            );
            // Nor with what another kind begins with.
            if let Some(random) = thing.strip_prefix("ambit_").and_then(|rest| rest.get(3..)) {
                for prefix in [
                    "ambit_ac_",
                    "ambit_se_",
                    "ambit_fl_",
                    "ambit_dc_",
                    "ambit_rt_",
                    "ambit_at_",
                ] {
                    let made = format!("{prefix}{random}");
                    let is_own = Some(place) == *own || made == *thing;
                    assert!(
                        is_own || !world.opens(app, browser, place, &made).await,
                        "{what} as {made}"
                    );
                }
            }
        }
    }
    for (what, own, thing) in &world.things {
        if let Some(own) = own {
            assert!(
                world.opens(app, browser, *own, thing).await,
                "{what} as itself"
            );
        }
    }
}

/// For another client, which is as good as the first; but for the person's own session.
#[tokio::test]
async fn reg_05_a_thing_is_good_for_its_client_only() {
    let world = World::new().await;
    let other = world
        .server
        .add_app(&["openid"], |app| app.assigned[0].consent_required = false)
        .await;
    let browser = &world.browser;
    for (what, own, thing) in &world.things {
        let bound = own.filter(|place| {
            !matches!(
                place,
                Place::Session | Place::Flow | Place::Bearer | Place::UserCode
            )
        });
        if let Some(own) = bound {
            assert!(!world.opens(&other, browser, own, thing).await, "{what}");
            assert!(
                world.opens(&world.app, browser, own, thing).await,
                "{what} of its client"
            );
        }
    }
}

/// In another realm, even for a client of the same id and secret and with the same cookies.
#[tokio::test]
async fn t1_reg_05_a_thing_is_good_in_its_realm_only() {
    let world = World::new().await;
    let acme = world.server.add_realm("acme", "main").await;
    let here: uuid::Uuid = world.app.id.parse().unwrap();
    let secrets = world
        .server
        .snapshot()
        .client(&world.app.id)
        .unwrap()
        .secrets
        .clone();
    let mut twin = app_in(&world.server, &acme.realm, &["openid"], |app| {
        app.id = scope::ClientId(here);
        app.secrets = secrets;
        app.assigned[0].consent_required = false;
    })
    .await;
    twin.id.clone_from(&world.app.id);
    twin.secret.clone_from(&world.app.secret);
    twin.post(&world.server, "/par", &request(&twin))
        .await
        .expect(201);
    let both = Browser::new();
    both.get(&world.server, &twin.path("/device")).await;
    for (name, value) in [("session", "session"), ("browser", "browser")] {
        let name = format!("__Host-ambit-{name}-{}", twin.realm.short_name());
        both.add_cookie(&name, &world.browser.cookie(value).unwrap());
    }
    for (what, own, thing) in &world.things {
        for place in PLACES {
            assert!(
                !world.opens(&twin, &both, place, thing).await,
                "{what} as {place:?} elsewhere"
            );
        }
        if let Some(own) = own {
            assert!(
                world.opens(&world.app, &world.browser, *own, thing).await,
                "{what} at home"
            );
        }
    }
}

/// In another browser: neither looked at nor acted on, even by someone who is signed in there.
#[tokio::test]
async fn reg_05_a_flow_belongs_to_its_browser() {
    let server = TestServer::start().await;
    let (ada, eve) = (
        server.add_person("ada").await,
        server.add_person("eve").await,
    );
    let app = server.add_app(&["openid"], |_| {}).await;
    let own = Browser::new();
    let page = own
        .go(&server, &app.authorize("openid", &[]))
        .await
        .expect(200);
    let thief = Browser::new();
    app.code_in(&server, &thief, &eve, "openid").await;
    let flow = Page::of(&page);
    let address = app.path(&format!("/flow?id={}", flow.hidden[0].1));
    let acts: [(&str, &[(&str, &str)]); 4] = [
        ("sign-in", &[("username", "eve"), ("password", PASSWORD)]),
        ("allow", &[("shown", "x")]),
        ("deny", &[]),
        ("switch-account", &[]),
    ];
    for stranger in [&thief, &Browser::new()] {
        stranger.get(&server, &address).await.expect(410);
        for (action, fields) in acts {
            stranger
                .press(&server, &flow, action, fields)
                .await
                .expect(410);
        }
        // Whoever has no cookie at all is not anybody's browser.
        let bare = [("flow", flow.hidden[0].1.as_str()), ("action", "deny")];
        server
            .post_form(&app.path("/flow"), &[], &bare)
            .await
            .expect(410);
    }
    let consent = own
        .sign_in(&server, &page, &ada.user_name, PASSWORD)
        .await
        .expect(200);
    let allowed = Page::of(&consent);
    thief
        .press(&server, &allowed, "allow", &[])
        .await
        .expect(410);
    let code =
        answered(&own.press(&server, &allowed, "allow", &[]).await.expect(303))["code"].clone();
    // It is over for its own browser too.
    own.press(&server, &allowed, "allow", &[]).await.expect(410);
    own.get(&server, &address).await.expect(410);
    let tokens = app.redeem(&server, &code).await.expect(200).json();
    let id = crate::support::claims(tokens["id_token"].as_str().unwrap());
    assert_eq!(id["sub"], ada.id.as_str());
}

/// A13: a pushed request is opened as often as someone reloads, and used up by whoever finishes first.
#[tokio::test]
async fn a13_a_pushed_request_is_done_with_once() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let app = server.add_app(&["openid"], |_| {}).await;
    let pushed = app
        .post(&server, "/par", &request(&app))
        .await
        .expect(201)
        .json();
    let query = app.authorize(
        "openid",
        &[("request_uri", pushed["request_uri"].as_str().unwrap())],
    );
    let (first, second) = (Browser::new(), Browser::new());
    let mut pages = Vec::new();
    for browser in [&first, &second] {
        browser.go(&server, &query).await.expect(200);
        let page = browser.go(&server, &query).await.expect(200);
        let consent = browser
            .sign_in(&server, &page, &ada.user_name, PASSWORD)
            .await
            .expect(200);
        pages.push(Page::of(&consent));
    }
    // Reading takes its time: what has begun may end when none can begin with it any more (and it was purged).
    server.advance(120);
    server.core.purge().await.unwrap();
    Browser::new().get(&server, &query).await.expect(400);
    let done = first
        .press(&server, &pages[0], "allow", &[])
        .await
        .expect(303);
    let code = answered(&done)["code"].clone();
    second
        .press(&server, &pages[1], "allow", &[])
        .await
        .expect(410);
    for browser in [&first, &second] {
        browser.get(&server, &query).await.expect(400);
    }
    app.redeem(&server, &code).await.expect(200);
    // A verifier is of no use without its code.
    assert_eq!(
        app.redeem(&server, VERIFIER).await.expect(400).error(),
        "invalid_grant"
    );
}

/// A11: what one person was asked is not what another allows who signed in meanwhile.
#[tokio::test]
async fn a11_a_consent_form_is_of_one_session() {
    let server = TestServer::start().await;
    for name in ["ada", "bob"] {
        server.add_person(name).await;
    }
    let app = server.add_app(&["openid"], |_| {}).await;
    let browser = Browser::new();
    let mut forms = Vec::new();
    for name in ["ada", "bob"] {
        browser.forget("session");
        let page = browser.go(&server, &app.authorize("openid", &[])).await;
        let consent = browser.sign_in(&server, &page, name, PASSWORD).await;
        forms.push(Page::of(&consent.expect(200)));
    }
    let refused = browser.press(&server, &forms[0], "allow", &[]).await;
    let refused = refused.expect(400);
    assert!(refused.text().contains("bob"), "{}", refused.text());
    for form in [Page::of(&refused), forms[1].clone()] {
        let allowed = browser.press(&server, &form, "allow", &[]).await;
        assert!(answered(&allowed).contains_key("code"));
    }
}
