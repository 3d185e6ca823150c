//! Limits that hold for many together, since a browser's cookie is thrown away for nothing (U3, U8, C6; RFC 6819 §4.4.1.11).

use crate::support::{Answer, Browser, Client, PASSWORD, TestServer};
use domain::people::StrangerLimits;

const HERE: &str = "192.0.2.1";
const THERE: &str = "198.51.100.7";

async fn type_code(server: &TestServer, browser: &Browser, app: &Client, code: &str) -> Answer {
    let typed = [("user_code", code)];
    browser.post(server, &app.path("/device"), &typed).await
}

async fn waiting(server: &TestServer, app: &Client) -> String {
    let form = [("scope", "openid")];
    let device = app.post(server, "/device_authorization", &form).await;
    let code = device.expect(200).json()["user_code"].clone();
    code.as_str().unwrap().to_owned()
}

/// U8: another cookie for each guess helps for a while only, and for less where the address is known.
#[tokio::test]
async fn u8_without_cookies_user_codes_are_guessed_no_more_often() {
    let server = TestServer::start().await;
    let app = server.add_app(&["openid"], |_| {}).await;
    let ada = server.add_person("ada").await;
    let signed_in = crate::own_pages::signed_in(&server, &ada).await;
    for _ in 0..50 {
        let thief = Browser::at(HERE);
        type_code(&server, &thief, &app, "BCDF-GHJK")
            .await
            .expect(400);
    }
    let code = waiting(&server, &app).await;
    let page = type_code(&server, &Browser::at(HERE), &app, &code).await;
    assert!(page.expect(429).text().contains("Too many attempts"));
    // Whoever is elsewhere is not concerned, and a right code counts for nothing.
    for _ in 0..20 {
        type_code(&server, &Browser::at(THERE), &app, &code)
            .await
            .expect(303);
    }
    // From everywhere: 950 more, of which one browser alone uses up five.
    let one = Browser::at(THERE);
    one.get(&server, &app.path("/device")).await;
    for guess in 0..40 {
        let expected = if guess < 5 { 400 } else { 429 };
        type_code(&server, &one, &app, "BCDF-GHJK")
            .await
            .expect(expected);
    }
    for _ in 0..945 {
        type_code(&server, &Browser::new(), &app, "BCDF-GHJK")
            .await
            .expect(400);
    }
    type_code(&server, &Browser::new(), &app, &code)
        .await
        .expect(429);
    type_code(&server, &Browser::at("203.0.113.9"), &app, &code)
        .await
        .expect(429);
    // Nobody is shut out by that who is known, and nobody for long.
    type_code(&server, &signed_in, &app, &code)
        .await
        .expect(303);
    for _ in 0..5 {
        type_code(&server, &signed_in, &app, "BCDF-GHJK")
            .await
            .expect(400);
    }
    type_code(&server, &signed_in, &app, &code)
        .await
        .expect(429);
    server.advance(10 * 60);
    let code = waiting(&server, &app).await;
    type_code(&server, &Browser::new(), &app, &code)
        .await
        .expect(303);
    type_code(&server, &Browser::at(HERE), &app, &code)
        .await
        .expect(303);
}

async fn try_as(server: &TestServer, browser: &Browser, request: &str, name: &str) -> Answer {
    let page = browser.go(server, request).await.expect(200);
    let password = if name == "ada" {
        PASSWORD
    } else {
        "wrong guess"
    };
    browser.sign_in(server, &page, name, password).await
}

/// U3: one password for many names is counted where it comes from; V15: whoever is known there still gets in.
#[tokio::test]
async fn u3_a_network_guesses_no_more_often_whatever_the_names() {
    let server = TestServer::start().await;
    server.add_person("ada").await;
    let app = server.add_app(&["openid"], |app| app.assigned[0].consent_required = false);
    let request = app.await.authorize("openid", &[]);
    let own = Browser::at("2001:db8::1");
    try_as(&server, &own, &request, "ada").await.expect(303);
    // What was right counts for nothing.
    for guess in 0..100 {
        let thief = Browser::at(&format!("2001:db8::{guess:x}"));
        try_as(&server, &thief, &request, &format!("name {guess}"))
            .await
            .expect(400);
    }
    for name in ["name 0", "another", "ada"] {
        let thief = Browser::at("2001:db8::ffff:1");
        let page = try_as(&server, &thief, &request, name).await;
        assert!(
            page.expect(429).text().contains("Too many attempts"),
            "{name}"
        );
    }
    own.forget("session");
    try_as(&server, &own, &request, "ada").await.expect(303);
    for address in ["2001:db8:0:1::1", THERE] {
        try_as(&server, &Browser::at(address), &request, "ada")
            .await
            .expect(303);
    }
    // Where nobody knows whence a request comes, nothing is counted for all.
    try_as(&server, &Browser::new(), &request, "ada")
        .await
        .expect(303);
    server.advance(10 * 60);
    try_as(&server, &Browser::at("2001:db8::2"), &request, "ada")
        .await
        .expect(303);
}

/// C6: what a header says of an address is anybody's claim.
#[tokio::test]
async fn c6_a_header_moves_nobody_elsewhere() {
    let server = TestServer::start().await;
    let app = server.add_app(&["openid"], |_| {}).await;
    for _ in 0..50 {
        type_code(&server, &Browser::at(HERE), &app, "BCDF-GHJK")
            .await
            .expect(400);
    }
    for name in [
        "x-forwarded-for",
        "forwarded",
        "x-real-ip",
        "true-client-ip",
    ] {
        let value = if name == "forwarded" {
            "for=198.51.100.7"
        } else {
            THERE
        };
        let request = http::Request::post(app.path("/device"))
            .header("content-type", "application/x-www-form-urlencoded")
            .header(name, value)
            .extension(server::Peer(HERE.parse().unwrap()));
        let body = axum::body::Body::from("user_code=BCDF-GHJK");
        server.send(request.body(body).unwrap()).await.expect(429);
    }
}

/// RFC 6819 §4.4.1.11: what anybody can have kept is bounded; the latest goes on.
#[tokio::test]
async fn flows_that_anybody_begins_are_bounded() {
    let limits = StrangerLimits {
        entries: 3,
        ..StrangerLimits::default()
    };
    let server = TestServer::start_as(|core| core.with_stranger_limits(limits)).await;
    server.add_person("ada").await;
    let app = server.add_app(&["openid"], |app| app.assigned[0].consent_required = false);
    let app = app.await;
    let mut begun = Vec::new();
    for _ in 0..5 {
        let browser = Browser::new();
        let page = browser
            .go(&server, &app.authorize("openid", &[]))
            .await
            .expect(200);
        begun.push((browser, page));
    }
    for (number, (browser, page)) in begun.iter().enumerate() {
        let answer = browser.sign_in(&server, page, "ada", PASSWORD).await;
        let expected = if number < 2 { 410 } else { 303 };
        assert_eq!(answer.status, expected, "{number}");
    }
    // Public clients ask without showing anything either.
    let public = server.add_app(&["openid"], crate::signer::public).await;
    let user_code = waiting_of(&server, &public).await;
    for _ in 0..2 {
        waiting_of(&server, &public).await;
    }
    type_code(&server, &Browser::new(), &public, &user_code)
        .await
        .expect(400);
    let latest = waiting_of(&server, &public).await;
    type_code(&server, &Browser::new(), &public, &latest)
        .await
        .expect(303);
}

async fn waiting_of(server: &TestServer, app: &Client) -> String {
    let form = [("client_id", app.id.as_str()), ("scope", "openid")];
    let path = app.path("/device_authorization");
    let device = server.post_form(&path, &[], &form).await.expect(200);
    device.json()["user_code"].as_str().unwrap().to_owned()
}
