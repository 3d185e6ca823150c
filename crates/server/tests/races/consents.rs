//! Consents that are given and taken back at once.

use crate::{
    arena::{Arena, both_ends, handicap},
    people::{code, text, works},
    support::{Answer, Browser, Client, Page, answered},
};

/// What somebody asks for whose consent is needed.
struct Asked {
    app: Client,
    browser: Browser,
    refresh: String,
    /// A code that is not redeemed yet.
    code: String,
    /// Pages that ask for consent once more.
    pages: Vec<Page>,
}

impl Asked {
    async fn new(arena: &Arena, round: u32) -> Self {
        let app = arena.server.add_app(&["openid"], |_| {}).await;
        let person = arena.server.add_person(&format!("person {round}")).await;
        let browser = Browser::new();
        let first = app.code_in(&arena.server, &browser, &person, "openid");
        let tokens = app.redeem(&arena.server, &first.await).await.expect(200);
        let anew = app.authorize("openid", &[("prompt", "consent")]);
        let mut pages = Vec::new();
        for _ in 0..6 {
            let page = browser.go(&arena.server, &anew).await.expect(200);
            pages.push(Page::of(&page));
        }
        Self {
            code: code(arena, &app, &browser).await,
            refresh: text(&tokens.json(), "refresh_token"),
            app,
            browser,
            pages,
        }
    }
}

/// What a racer got: a token, or a code.
enum Got {
    Nothing,
    Token(String),
    Code(String),
}

impl Got {
    fn token(answer: &Answer) -> Self {
        match answer.status.as_u16() {
            200 => Self::Token(text(&answer.json(), "access_token")),
            status => {
                assert!(matches!(status, 400 | 503), "{}", answer.text());
                Self::Nothing
            }
        }
    }

    fn code(answer: &Answer) -> Self {
        let location = answer.header("location");
        match location.contains("code=") {
            true => Self::Code(answered(answer)["code"].clone()),
            false => Self::Nothing,
        }
    }
}

/// B6, S15, product §4: what rests on a consent that is taken back is over, however close it was; and what comes of one that
/// is given after that is good.
pub(crate) async fn a_consent_is_given_or_taken_back(arena: Arena) {
    both_ends("a consent is there at the end, or not", async |round| {
        let asked = Asked::new(&arena, round).await;
        let (app, browser) = (&asked.app, &asked.browser);
        let outcome = arena.race(|arena, racer| {
            let (app, cookies) = (app.clone(), browser.cookies());
            let (refresh, code) = (asked.refresh.clone(), asked.code.clone());
            let page = asked.pages[racer % asked.pages.len()].clone();
            async move {
                let server = &arena.server;
                let headers = [("cookie", cookies.as_str())];
                handicap(round, racer == 0).await;
                match racer {
                    0 => {
                        let form = [("action", "revoke"), ("id", app.id.as_str())];
                        let apps = app.path("/account/apps");
                        server.post_form(&apps, &headers, &form).await.expect(303);
                        Got::Nothing
                    }
                    1..=4 => Got::token(&app.refresh(server, &refresh).await),
                    5 => Got::token(&app.redeem(server, &code).await),
                    6..=9 => {
                        let silent = app.authorize("openid", &[("prompt", "none")]);
                        let request = http::Request::get(silent).header("cookie", &cookies);
                        let request = request.body(axum::body::Body::empty()).unwrap();
                        Got::code(&server.send(request).await)
                    }
                    _ => {
                        let hidden = page.hidden.iter();
                        let mut form: Vec<(&str, &str)> =
                            hidden.map(|(n, v)| (n.as_str(), v.as_str())).collect();
                        form.push(("action", "allow"));
                        Got::code(&server.post_form(&page.action, &headers, &form).await)
                    }
                }
            }
        });
        let (mut codes, mut good) = (Vec::new(), 0);
        for got in outcome.await {
            match got {
                Got::Nothing => {}
                // It came of what was allowed before.
                Got::Token(token) => assert!(!works(&arena, app, &token).await, "round {round}"),
                Got::Code(code) => codes.push(code),
            }
        }
        app.refresh(&arena.server, &asked.refresh).await.expect(400);
        app.redeem(&arena.server, &asked.code).await.expect(400);
        for code in codes {
            let answer = app.redeem(&arena.server, &code).await;
            if let Got::Token(token) = Got::token(&answer) {
                assert!(works(&arena, app, &token).await, "round {round}");
                good += 1;
            }
        }
        let silent = app.authorize("openid", &[("prompt", "none")]);
        let told = answered(&browser.get(&arena.server, &silent).await);
        let there = told.contains_key("code");
        assert_eq!(there, good > 0, "round {round}: {good} {told:?}");
        there
    })
    .await;
}
