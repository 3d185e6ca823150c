//! Logout by the client's wish, and telling others of it (OpenID Connect RP-Initiated Logout 1.0,
//! Back-Channel Logout 1.0).

use crate::support::{Browser, Client, Page, Person, TestServer, claims};
use async_trait::async_trait;
use domain::{
    Outbound, OutboundAnswer, OutboundError, OutboundMethod, OutboundRefusal, OutboundRequest,
};
use jose::{Expect, JwkSet, VerifyingKeys};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

const BYE: &str = "https://client.example.com/bye?from=ambit";
const TOLD: &str = "https://client.example.com/backchannel";

/// Applications elsewhere: what each was told, by its address.
#[derive(Default)]
pub(crate) struct Applications {
    told: Mutex<Vec<(String, String)>>,
    /// How many answers are lost first.
    lost: Mutex<u32>,
}

#[async_trait]
impl Outbound for Applications {
    async fn send(&self, request: OutboundRequest) -> Result<OutboundAnswer, OutboundError> {
        let mut lost = self.lost.lock().unwrap();
        if let Some(less) = lost.checked_sub(1) {
            *lost = less;
            return Err(OutboundError::new(OutboundRefusal::Timeout, "too slow"));
        }
        let OutboundMethod::PostForm(form) = request.method else {
            panic!("§2.5: a POST");
        };
        assert_eq!(form.len(), 1);
        assert_eq!(form[0].0, "logout_token");
        self.told
            .lock()
            .unwrap()
            .push((request.url, form[0].1.clone()));
        Ok(OutboundAnswer {
            status: 200,
            content_type: None,
            body: Vec::new(),
        })
    }
}

impl Applications {
    /// What was told, once that much was.
    pub(crate) async fn told(&self, count: usize) -> Vec<(String, String)> {
        for _ in 0..500 {
            let told = self.told.lock().unwrap().clone();
            if told.len() >= count {
                return told;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it was told too little");
    }
}

pub(crate) struct World {
    pub(crate) server: TestServer,
    pub(crate) applications: Arc<Applications>,
    pub(crate) ada: Person,
    pub(crate) app: Client,
    pub(crate) browser: Browser,
    pub(crate) id_token: String,
    tokens: serde_json::Value,
}

impl World {
    pub(crate) async fn start() -> Self {
        let applications = Arc::new(Applications::default());
        let server = TestServer::start_asking(applications.clone()).await;
        let ada = server.add_person("ada").await;
        let app = server
            .add_app(&["openid", "profile", "offline_access"], |app| {
                app.openid.post_logout_redirect_uris = vec![BYE.to_owned()];
                app.openid.backchannel_logout_uri = Some(TOLD.to_owned());
            })
            .await;
        let browser = Browser::new();
        let code = app.code_in(&server, &browser, &ada, "openid profile").await;
        let tokens = app.redeem(&server, &code).await.expect(200).json();
        Self {
            id_token: tokens["id_token"].as_str().unwrap().to_owned(),
            server,
            applications,
            ada,
            app,
            browser,
            tokens,
        }
    }

    fn path(&self, parameters: &[(&str, &str)]) -> String {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish();
        self.app.path(&format!("/logout?{query}"))
    }

    pub(crate) async fn is_signed_in(&self) -> bool {
        let silent = self.app.authorize("openid", &[("prompt", "none")]);
        let answer = self.browser.get(&self.server, &silent).await.expect(303);
        answer.header("location").contains("code=")
    }

    fn token(&self, name: &str) -> &str {
        self.tokens[name].as_str().unwrap()
    }
}

#[tokio::test]
async fn an_id_token_of_the_session_ends_it_and_all_that_hangs_from_it() {
    let world = World::start().await;
    let (server, app) = (&world.server, &world.app);
    // What is to outlive the session does so.
    let code = app
        .code_in(server, &world.browser, &world.ada, "openid offline_access")
        .await;
    let offline = app.redeem(server, &code).await.expect(200).json();
    *world.applications.lost.lock().unwrap() = 1;
    let path = world.path(&[
        ("id_token_hint", &world.id_token),
        ("post_logout_redirect_uri", BYE),
        ("state", "a b"),
    ]);
    let answer = world.browser.get(server, &path).await.expect(303);
    assert_eq!(answer.header("location"), format!("{BYE}&state=a+b"));
    assert!(
        world.browser.cookie("session").is_none(),
        "the cookie is taken away"
    );
    assert!(!world.is_signed_in().await);
    let userinfo = app.path("/userinfo");
    let access = world.token("access_token");
    server
        .call("GET", &userinfo, access, None)
        .await
        .expect(401);
    app.refresh(server, world.token("refresh_token"))
        .await
        .expect(400);
    let outlives = offline["refresh_token"].as_str().unwrap();
    app.refresh(server, outlives).await.expect(200);

    // Back-Channel Logout §2.4: told once, though the first time nobody heard it.
    let told = world.applications.told(1).await;
    assert_eq!(told.len(), 1);
    let (address, token) = &told[0];
    assert_eq!(address, TOLD);
    let jwks = server.get(&app.path("/jwks")).await.expect(200);
    let set = JwkSet::from_json(&jwks.body).unwrap();
    let algs = &[jose::Algorithm::Es256];
    let keys = VerifyingKeys::from_jwk_set(&set, algs).unwrap();
    let expect = Expect {
        algs,
        typ: &["logout+jwt"],
        untyped: false,
    };
    let said = jose::verify_compact(token, &keys, &expect).unwrap().claims;
    let id_token = claims(&world.id_token);
    assert_eq!(said["sub"], world.ada.id.as_str());
    assert_eq!(said["sid"], id_token["sid"]);
    assert_eq!(said["aud"], app.id.as_str());
    assert_eq!(said["iss"], id_token["iss"]);
    assert!(said.get("nonce").is_none() && said["jti"].is_string());
    let event = &said["events"]["http://schemas.openid.net/event/backchannel-logout"];
    assert_eq!(*event, serde_json::json!({}));
    // J7: what tells of a logout is no ID token, and no access token.
    let hint = world.path(&[("id_token_hint", token)]);
    world.browser.get(server, &hint).await.expect(400);
    server.call("GET", &userinfo, token, None).await.expect(401);
}

#[tokio::test]
async fn u2_whoever_proves_nothing_makes_people_asked() {
    let world = World::start().await;
    let (server, browser) = (&world.server, &world.browser);
    let other = world.app.tokens(server, &world.ada, "openid").await;
    let other = other["id_token"].as_str().unwrap();
    let named = [
        ("client_id", world.app.id.as_str()),
        ("post_logout_redirect_uri", BYE),
    ];
    for parameters in [&[][..], &named, &[("id_token_hint", other)]] {
        let page = browser
            .get(server, &world.path(parameters))
            .await
            .expect(200);
        assert!(page.text().contains("value=\"sign-out\""), "{parameters:?}");
        assert!(world.is_signed_in().await, "{parameters:?}");
    }
    // A POST of another site comes without cookies, and is sent again with them.
    let posted = server
        .post_form(&world.app.path("/logout"), &[], &named)
        .await
        .expect(303);
    assert_eq!(posted.header("location"), world.path(&named));
    assert_eq!(
        posted.header("set-cookie"),
        "",
        "U1: the browser's own cookies stay"
    );
    let page = Page::of(&browser.get(server, &world.path(&named)).await.expect(200));
    // A form of another site does not do.
    let mut form: Vec<(&str, &str)> = vec![("action", "sign-out")];
    form.extend(
        page.hidden
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    );
    let cookie = format!(
        "__Host-ambit-session={}",
        browser.cookie("session").unwrap()
    );
    let headers = [
        ("origin", "https://evil.example"),
        ("cookie", cookie.as_str()),
    ];
    server
        .post_form(&page.action, &headers, &form)
        .await
        .expect(403);
    assert!(world.is_signed_in().await);
    let answer = browser.post(server, &page.action, &form).await.expect(303);
    assert_eq!(answer.header("location"), BYE);
    assert!(!world.is_signed_in().await);
    assert_eq!(world.applications.told(1).await.len(), 1);
    // Nobody is signed in any more: no redirect for whoever shows nothing, but a link.
    let page = browser.get(server, &world.path(&named)).await.expect(200);
    assert!(page.text().contains("client.example.com/bye"));
}

#[tokio::test]
async fn a10_nobody_is_sent_where_the_application_did_not_say() {
    let world = World::start().await;
    let (server, browser) = (&world.server, &world.browser);
    let other = server.add_app(&["openid"], |_| {}).await;
    let hint = ("id_token_hint", world.id_token.as_str());
    for uri in [
        "https://client.example.com/bye",
        "https://client.example.com/bye?from=ambit&x=1",
        "https://client.example.com/BYE?from=ambit",
        "https://evil.example/",
        "//evil.example",
        "javascript:alert(1)",
    ] {
        let uri = ("post_logout_redirect_uri", uri);
        let answer = browser.get(server, &world.path(&[hint, uri])).await;
        assert_eq!(answer.status, 400, "{uri:?}");
        assert_eq!(answer.header("location"), "", "{uri:?}");
        assert!(world.is_signed_in().await, "{uri:?}");
        let without = browser.get(server, &world.path(&[uri])).await;
        without.expect(400);
    }
    let uri = ("post_logout_redirect_uri", BYE);
    for parameters in [
        &[uri][..],
        &[uri, ("client_id", &other.id)],
        &[uri, hint, ("client_id", &other.id)],
        &[uri, ("client_id", "nobody")],
        &[uri, ("id_token_hint", "e30.e30.e30")],
        &[uri, ("id_token_hint", world.token("access_token"))],
    ] {
        let answer = browser
            .get(server, &world.path(parameters))
            .await
            .expect(400);
        assert_eq!(answer.header("location"), "", "{parameters:?}");
        assert!(world.is_signed_in().await, "{parameters:?}");
    }
}
