//! How often someone may guess, and what that tells (U3, U5, U8, REG-24, REG-25, V15).

use crate::support::{Answer, Browser, PASSWORD, Page, TestServer};

/// How often is free (product §8's default): the next one waits.
const FREE: usize = 5;

/// A browser at the page that asks who one is.
struct Door<'a> {
    server: &'a TestServer,
    browser: Browser,
    page: Answer,
}

impl<'a> Door<'a> {
    async fn of(server: &'a TestServer, request: &str) -> Self {
        let browser = Browser::new();
        let page = browser.go(server, request).await.expect(200);
        Self {
            server,
            browser,
            page,
        }
    }

    async fn try_as(&self, name: &str, password: &str) -> Answer {
        let Self {
            server,
            browser,
            page,
        } = self;
        browser.sign_in(server, page, name, password).await
    }
}

async fn request(server: &TestServer) -> String {
    let app = server.add_app(&["openid"], |app| app.assigned[0].consent_required = false);
    app.await.authorize("openid", &[])
}

/// REG-24: whatever a name is written like, it is one name, and its guesses are counted together.
#[tokio::test]
async fn reg_24_spellings_share_a_counter() {
    let spellings = [
        [
            "zoë",
            "ZOË",
            "zoe\u{308}",
            " zoë",
            "zoë\t",
            "\u{2007}ZOE\u{308} ",
        ],
        [
            "adamant",
            "ADAMANT",
            "\u{ff41}damant",
            " adamant ",
            "ADAM\u{ad}ANT",
            "adaMant\n",
        ],
    ];
    for (nobody, spellings) in [
        (false, spellings[0]),
        (true, spellings[0]),
        (false, spellings[1]),
        (true, spellings[1]),
    ] {
        let server = TestServer::start().await;
        let request = request(&server).await;
        if !nobody {
            server.add_person(spellings[0]).await;
        }
        for name in spellings.iter().cycle().take(FREE) {
            let door = Door::of(&server, &request).await;
            door.try_as(name, "wrong guess").await.expect(400);
        }
        for name in spellings {
            let door = Door::of(&server, &request).await;
            let answer = door.try_as(name, PASSWORD).await;
            assert_eq!(answer.status, 429, "{name:?}, nobody {nobody}");
        }
        // Another name is another's.
        let door = Door::of(&server, &request).await;
        door.try_as("somebody else", "wrong guess")
            .await
            .expect(400);
        // U3: it ends.
        server.advance(31);
        let door = Door::of(&server, &request).await;
        let status = if nobody { 400 } else { 303 };
        door.try_as(spellings[3], PASSWORD).await.expect(status);
    }
}

/// V15: guesses that come at once are counted one by one.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn v15_guesses_at_once_are_counted_one_by_one() {
    let server = TestServer::start().await;
    let request = request(&server).await;
    server.add_person("ada").await;
    for name in ["ada", "nobody"] {
        let mut doors = Vec::new();
        for _ in 0..16 {
            doors.push(Door::of(&server, &request).await);
        }
        let guesses = doors.iter().map(|door| door.try_as(name, "wrong guess"));
        let answers = futures_util::future::join_all(guesses).await;
        let looked_at = answers.iter().filter(|answer| answer.status == 400).count();
        let refused = answers.iter().filter(|answer| answer.status == 429).count();
        assert_eq!((looked_at, refused), (FREE, 16 - FREE), "{name}");
    }
}

/// U5, REG-25: what a name that nobody has is answered is what every name is answered.
#[tokio::test]
async fn u5_known_and_unknown_names_are_answered_alike() {
    let server = TestServer::start().await;
    let request = request(&server).await;
    server.add_person("abcd").await;
    let inactive = server.add_person("wxyz").await;
    server
        .patch_person(&inactive, "active", serde_json::json!(false))
        .await;
    let seen = |answer: &Answer, name: &str, door: &Door<'_>| {
        let mut text = answer.text().replace(name, "NAME");
        for (_, hidden) in Page::of(&door.page).hidden {
            text = text.replace(&hidden, "HANDLE");
        }
        // Each flow has a challenge for passkeys of its own.
        if let Some((before, rest)) = text.split_once("data-options=\"") {
            let (_, after) = rest.split_once('"').unwrap();
            text = format!("{before}{after}");
        }
        let mut headers: Vec<(String, String)> = answer
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        headers.sort();
        (answer.status, headers, text)
    };
    let names = ["abcd", "efgh", "wxyz"];
    for password in ["wrong guess", "", &"x".repeat(2_000)] {
        for attempt in 0..=FREE + 1 {
            let mut answers = Vec::new();
            for name in names {
                let door = Door::of(&server, &request).await;
                let answer = door.try_as(name, password).await;
                answers.push(seen(&answer, name, &door));
            }
            assert_eq!(answers[0], answers[1], "attempt {attempt}");
            assert_eq!(answers[1], answers[2], "attempt {attempt}: an inactive one");
        }
        server.advance(48 * 60 * 60);
    }
    // The right password of whoever is inactive says nothing either.
    let doors = [
        Door::of(&server, &request).await,
        Door::of(&server, &request).await,
    ];
    let right = doors[0].try_as("wxyz", PASSWORD).await;
    let unknown = doors[1].try_as("efgh", PASSWORD).await;
    assert_eq!(
        seen(&right, "wxyz", &doors[0]),
        seen(&unknown, "efgh", &doors[1])
    );
}

/// U3, GHSA-cq42-vhv7-xr7p: whoever guesses keeps the owner out of nothing but unknown browsers, and that for a
/// while only.
#[tokio::test]
async fn u3_others_do_not_lock_the_owner_out() {
    let server = TestServer::start().await;
    let request = request(&server).await;
    server.add_person("ada").await;
    let own = Door::of(&server, &request).await;
    own.try_as("ada", PASSWORD).await.expect(303);
    for round in 0..3 {
        let mut refused = 0;
        for _ in 0..20 {
            let thief = Door::of(&server, &request).await;
            refused += u32::from(thief.try_as("ada", "wrong guess").await.status == 429);
        }
        assert!(refused >= 15, "round {round}: {refused}");
        // Even the right password is of no use to them now.
        let thief = Door::of(&server, &request).await;
        thief.try_as("ada", PASSWORD).await.expect(429);
        own.browser.forget("session");
        let page = own.browser.go(&server, &request).await.expect(200);
        let own = own.browser.sign_in(&server, &page, "ada", PASSWORD).await;
        own.expect(303);
        server.advance(901);
    }
    // The longest wait is a quarter of an hour.
    let elsewhere = Door::of(&server, &request).await;
    elsewhere.try_as("ada", PASSWORD).await.expect(303);
}

/// U3: a known browser is no free try either, and what one knows of a browser can't be made up.
#[tokio::test]
async fn u3_a_known_browser_guesses_no_more_often() {
    let server = TestServer::start().await;
    let request = request(&server).await;
    server.add_person("ada").await;
    let own = Door::of(&server, &request).await;
    own.try_as("ada", PASSWORD).await.expect(303);
    own.browser.forget("session");
    for _ in 0..FREE {
        let page = own.browser.go(&server, &request).await.expect(200);
        own.browser
            .sign_in(&server, &page, "ada", "wrong guess")
            .await
            .expect(400);
    }
    let page = own.browser.go(&server, &request).await.expect(200);
    own.browser
        .sign_in(&server, &page, "ada", PASSWORD)
        .await
        .expect(429);
}

/// U8: user codes are guessed as little, in turn or at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn u8_user_codes_are_counted_one_by_one() {
    let server = TestServer::start().await;
    let app = server.add_app(&["openid"], |_| {}).await;
    let path = app.path("/device");
    let browser = Browser::new();
    browser.get(&server, &path).await.expect(200);
    let codes: Vec<String> = (0..16_u8)
        .map(|n| format!("BCDF-GHJ{}", char::from(b'K' + n % 4)))
        .collect();
    let guesses = codes.iter().map(|code| {
        let (browser, server, path) = (&browser, &server, &path);
        async move { browser.post(server, path, &[("user_code", code)]).await }
    });
    let answers = futures_util::future::join_all(guesses).await;
    let looked_at = answers.iter().filter(|answer| answer.status == 400).count();
    let refused = answers.iter().filter(|answer| answer.status == 429).count();
    assert_eq!((looked_at, refused), (FREE, 16 - FREE));
    let device = app
        .post(&server, "/device_authorization", &[("scope", "openid")])
        .await;
    let code = device.expect(200).json()["user_code"]
        .as_str()
        .unwrap()
        .to_owned();
    browser
        .post(&server, &path, &[("user_code", &code)])
        .await
        .expect(429);
    // What was counted a day ago counts no more, purged or not.
    server.advance(25 * 60 * 60);
    let device = app
        .post(&server, "/device_authorization", &[("scope", "openid")])
        .await;
    let code = device.expect(200).json()["user_code"]
        .as_str()
        .unwrap()
        .to_owned();
    browser
        .post(&server, &path, &[("user_code", "BCDF-GHJK")])
        .await
        .expect(400);
    // A right one takes no wrong one away.
    for _ in 0..FREE - 1 {
        browser
            .post(&server, &path, &[("user_code", &code)])
            .await
            .expect(303);
        browser
            .post(&server, &path, &[("user_code", "BCDF-GHJK")])
            .await
            .expect(400);
    }
    browser
        .post(&server, &path, &[("user_code", &code)])
        .await
        .expect(429);
}
