//! People's codes, tokens, devices and consents (REG-06, B2, B5, A13, S15).

use crate::{
    arena::{Arena, RACERS, both_ends, handicap},
    support::{Answer, Browser, CALLBACK, CHALLENGE, Client, PASSWORD, Page, Person, answered},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub(crate) fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap().to_owned()
}

/// An application that asks nothing, a person, and a browser in which they are signed in.
async fn cast(arena: &Arena, name: &str) -> (Client, Person, Browser) {
    let app = arena
        .server
        .add_app(&["openid"], |app| app.assigned[0].consent_required = false)
        .await;
    let person = arena.server.add_person(name).await;
    let browser = Browser::new();
    app.code_in(&arena.server, &browser, &person, "openid")
        .await;
    (app, person, browser)
}

/// Whether a token tells of its person.
pub(crate) async fn works(arena: &Arena, app: &Client, token: &str) -> bool {
    let answer = arena
        .server
        .call("GET", &app.path("/userinfo"), token, None)
        .await;
    answer.status == 200
}

/// A code that needs no question.
pub(crate) async fn code(arena: &Arena, app: &Client, browser: &Browser) -> String {
    let silent = app.authorize("openid", &[("prompt", "none")]);
    answered(&browser.get(&arena.server, &silent).await)["code"].clone()
}

/// B2, RFC 6749 §4.1.2: a code is redeemed once; that it came again ends what came of it.
pub(crate) async fn a_code_is_redeemed_once(arena: Arena) {
    let (app, _, browser) = cast(&arena, "ada").await;
    for round in 0..6 {
        let code = code(&arena, &app, &browser).await;
        let answers = arena.race(|arena, _| {
            let (app, code) = (app.clone(), code.clone());
            async move { app.redeem(&arena.server, &code).await }
        });
        let mut tokens = Vec::new();
        for answer in answers.await {
            match answer.status.as_u16() {
                200 => tokens.push(answer.json()),
                400 => assert_eq!(answer.error(), "invalid_grant"),
                other => panic!("round {round}: {other} {}", answer.text()),
            }
        }
        assert_eq!(tokens.len(), 1, "round {round}");
        assert!(!works(&arena, &app, &text(&tokens[0], "access_token")).await);
        let refresh = text(&tokens[0], "refresh_token");
        app.refresh(&arena.server, &refresh).await.expect(400);
    }
}

/// B5: within the time of grace all get the one successor; after it one family ends.
pub(crate) async fn a_refresh_token_has_one_successor(arena: Arena) {
    let (app, _, browser) = cast(&arena, "ada").await;
    let code = code(&arena, &app, &browser).await;
    let tokens = app.redeem(&arena.server, &code).await.expect(200).json();
    let mut refresh = text(&tokens, "refresh_token");
    for round in 0..6 {
        let answers = arena.race(|arena, _| {
            let (app, refresh) = (app.clone(), refresh.clone());
            async move {
                app.refresh(&arena.server, &refresh)
                    .await
                    .expect(200)
                    .json()
            }
        });
        let answers = answers.await;
        let successors: BTreeSet<String> = answers
            .iter()
            .map(|answer| text(answer, "refresh_token"))
            .collect();
        assert_eq!(successors.len(), 1, "round {round}");
        let access: BTreeSet<String> = answers
            .iter()
            .map(|answer| text(answer, "access_token"))
            .collect();
        assert_eq!(access.len(), RACERS);
        let before = refresh.clone();
        refresh = successors.into_iter().next().unwrap();
        if round == 5 {
            arena.server.advance(31);
            let late = arena.race(|arena, _| {
                let (app, before) = (app.clone(), before.clone());
                async move { app.refresh(&arena.server, &before).await.status.as_u16() }
            });
            assert!(late.await.iter().all(|status| *status == 400));
            app.refresh(&arena.server, &refresh).await.expect(400);
            for answer in &answers {
                assert!(!works(&arena, &app, &text(answer, "access_token")).await);
            }
        }
    }
}

/// A13: whoever finishes first uses a pushed request up, also where nothing is asked.
pub(crate) async fn a_pushed_request_is_finished_once(arena: Arena) {
    let (app, _, browser) = cast(&arena, "ada").await;
    for round in 0..6 {
        let form = [
            ("client_id", app.id.as_str()),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", "openid"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        let pushed = app
            .post(&arena.server, "/par", &form)
            .await
            .expect(201)
            .json();
        let query = app.authorize("openid", &[("request_uri", &text(&pushed, "request_uri"))]);
        let cookies = browser.cookies();
        let answers = arena.race(|arena, _| {
            let (query, cookies) = (query.clone(), cookies.clone());
            async move {
                let request = http::Request::get(query).header("cookie", cookies);
                arena
                    .server
                    .send(request.body(axum::body::Body::empty()).unwrap())
                    .await
            }
        });
        let mut codes = 0;
        for answer in answers.await {
            match answer.status.as_u16() {
                303 => codes += usize::from(answer.header("location").contains("code=")),
                400 => {}
                other => panic!("round {round}: {other} {}", answer.text()),
            }
        }
        assert_eq!(codes, 1, "round {round}");
    }
}

async fn device(arena: &Arena, app: &Client) -> Value {
    let form = [("scope", "openid")];
    let answer = app
        .post(&arena.server, "/device_authorization", &form)
        .await;
    answer.expect(200).json()
}

/// The consent page of a device, in a browser where its person is signed in.
async fn device_page(arena: &Arena, app: &Client, browser: &Browser, device: &Value) -> Page {
    let code = text(device, "user_code");
    let path = app.path("/device");
    let typed = browser
        .post(&arena.server, &path, &[("user_code", &code)])
        .await
        .expect(303);
    let page = browser
        .go(&arena.server, typed.header("location"))
        .await
        .expect(200);
    let page = browser
        .press(&arena.server, &Page::of(&page), "confirm", &[])
        .await;
    Page::of(&page.expect(200))
}

async fn poll(arena: &Arena, app: &Client, device: &Value) -> Answer {
    let code = text(device, "device_code");
    let form = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", code.as_str()),
    ];
    app.post(&arena.server, "/token", &form).await
}

/// RFC 8628: one answer counts, and one question gets the token.
pub(crate) async fn a_device_is_answered_and_served_once(arena: Arena) {
    let app = arena.server.add_app(&["openid"], |_| {}).await;
    let mut people = Vec::new();
    for racer in 0..4 {
        let person = arena.server.add_person(&format!("person {racer}")).await;
        let browser = Browser::new();
        app.code_in(&arena.server, &browser, &person, "openid")
            .await;
        people.push((person, browser));
    }
    for round in 0..4 {
        let device = device(&arena, &app).await;
        let mut forms = Vec::new();
        for (_, browser) in &people {
            forms.push((
                device_page(&arena, &app, browser, &device).await,
                browser.cookies(),
            ));
        }
        let answers = arena.race(|arena, racer| {
            let (page, cookies) = forms[racer % forms.len()].clone();
            let action = if racer < 12 { "allow" } else { "deny" };
            async move {
                let mut form: Vec<(&str, &str)> = page
                    .hidden
                    .iter()
                    .map(|(n, v)| (n.as_str(), v.as_str()))
                    .collect();
                form.push(("action", action));
                let headers = [("cookie", cookies.as_str())];
                arena
                    .server
                    .post_form(&page.action, &headers, &form)
                    .await
                    .status
                    .as_u16()
            }
        });
        let done = answers
            .await
            .into_iter()
            .filter(|status| *status == 200)
            .count();
        assert_eq!(done, 1, "round {round}: one answer counts");
        let polled = arena.race(|arena, _| {
            let (app, device) = (app.clone(), device.clone());
            async move { poll(&arena, &app, &device).await }
        });
        let polled = polled.await;
        let tokens = polled.iter().filter(|answer| answer.status == 200).count();
        let denied = polled
            .iter()
            .filter(|answer| answer.status == 400 && answer.error() == "access_denied")
            .count();
        assert!(
            (tokens, denied) == (1, 0) || (tokens, denied) == (0, RACERS),
            "round {round}: {tokens} {denied}"
        );
    }
}

/// S15: who is deactivated has nothing afterwards that they had not before: no token works, no session, no code.
pub(crate) async fn who_is_deactivated_keeps_nothing(arena: Arena) {
    let (app, _, _) = cast(&arena, "somebody").await;
    both_ends("someone got something meanwhile, or not", async |round| {
        let person = arena.server.add_person(&format!("person {round}")).await;
        let browser = Browser::new();
        let first = app
            .code_in(&arena.server, &browser, &person, "openid")
            .await;
        let tokens = app.redeem(&arena.server, &first).await.expect(200).json();
        let refresh = text(&tokens, "refresh_token");
        let fresh = code(&arena, &app, &browser).await;
        let page = Browser::new();
        let sign_in = page.go(&arena.server, &app.authorize("openid", &[])).await;
        let sign_in = (Page::of(&sign_in), page.cookies());
        let outcome = arena.race(|arena, racer| {
            let (app, person, refresh, fresh) =
                (app.clone(), person.clone(), refresh.clone(), fresh.clone());
            let cookies = browser.cookies();
            let (page, anew) = sign_in.clone();
            async move {
                let server = &arena.server;
                handicap(round, racer == 0).await;
                match racer {
                    0 => {
                        server.patch_person(&person, "active", json!(false)).await;
                        None
                    }
                    1..=5 => {
                        let answer = app.refresh(server, &refresh).await;
                        (answer.status == 200).then(|| text(&answer.json(), "access_token"))
                    }
                    6 => {
                        let answer = app.redeem(server, &fresh).await;
                        (answer.status == 200).then(|| text(&answer.json(), "access_token"))
                    }
                    7 => {
                        let mut form: Vec<(&str, &str)> = page
                            .hidden
                            .iter()
                            .map(|(n, v)| (n.as_str(), v.as_str()))
                            .collect();
                        form.extend([
                            ("username", person.user_name.as_str()),
                            ("password", PASSWORD),
                        ]);
                        form.push(("action", "sign-in"));
                        let headers = [("cookie", anew.as_str())];
                        let answer = server.post_form(&page.action, &headers, &form).await;
                        let location = answer.header("location");
                        location
                            .contains("code=")
                            .then(|| answered(&answer)["code"].clone())
                    }
                    _ => {
                        let silent = app.authorize("openid", &[("prompt", "none")]);
                        let request = http::Request::get(silent).header("cookie", cookies);
                        let answer = server
                            .send(request.body(axum::body::Body::empty()).unwrap())
                            .await;
                        let location = answer.header("location");
                        location
                            .contains("code=")
                            .then(|| answered(&answer)["code"].clone())
                    }
                }
            }
        });
        let got: Vec<String> = outcome.await.into_iter().flatten().collect();
        for thing in &got {
            assert!(!works(&arena, &app, thing).await, "round {round}");
            let userinfo = app.path("/userinfo");
            arena
                .server
                .call("GET", &userinfo, thing, None)
                .await
                .expect(401);
            app.redeem(&arena.server, thing).await.expect(400);
        }
        app.refresh(&arena.server, &refresh).await.expect(400);
        let silent = app.authorize("openid", &[("prompt", "none")]);
        let told = answered(&browser.get(&arena.server, &silent).await);
        assert_eq!(told["error"], "login_required", "round {round}");
        got.len() > 5
    })
    .await;
}

/// Product §2.4: no token and no code appears for a scope that is gone, and one that is granted does not go.
pub(crate) async fn a_scope_goes_without_grants_or_stays(arena: Arena) {
    let person = arena.server.add_person("ada").await;
    let (signed, _, browser) = cast(&arena, "bob").await;
    drop((person, signed));
    both_ends("delete a scope or grant it", async |round| {
        let name = format!("race:{round}");
        let body = json!({"name": name, "type": "generic"});
        let scope = arena.make("/scopes", body).await;
        let id = scope.rsplit('/').next().unwrap().to_owned();
        let app = arena
            .server
            .add_app(&["openid", &name], |app| {
                app.assigned
                    .iter_mut()
                    .for_each(|assigned| assigned.consent_required = false);
            })
            .await;
        let assigned = format!("/applications/{}/assigned-scopes/{id}", app.id);
        let answers = arena.race(|arena, racer| {
            let (scope, assigned, name) = (scope.clone(), assigned.clone(), name.clone());
            let (app, cookies) = (app.clone(), browser.cookies());
            async move {
                let deletes = racer % 2 == 0;
                handicap(round, deletes).await;
                if deletes {
                    arena.call("DELETE", &assigned, None).await;
                    let answer = arena.call("DELETE", &scope, None).await;
                    let status = answer.status.as_u16();
                    assert!(matches!(status, 204 | 404 | 409), "{}", answer.text());
                    return None;
                }
                let silent = app.authorize(&format!("openid {name}"), &[("prompt", "none")]);
                let request = http::Request::get(silent).header("cookie", cookies);
                let answer = arena
                    .server
                    .send(request.body(axum::body::Body::empty()).unwrap())
                    .await;
                // The edit is written, and is not known everywhere yet: later.
                if answer.status == 503 {
                    return None;
                }
                let told = answered(&answer.expect(303));
                told.get("code").cloned()
            }
        });
        let codes: Vec<String> = answers.await.into_iter().flatten().collect();
        let gone = arena.call("GET", &scope, None).await.status == 404;
        assert!(
            !gone || codes.is_empty(),
            "round {round}: {} codes",
            codes.len()
        );
        for code in &codes {
            let tokens = app.redeem(&arena.server, code).await.expect(200).json();
            // It is there still, and was taken off the client.
            assert_eq!(tokens["scope"], "openid", "round {round}");
        }
        gone
    })
    .await;
}
