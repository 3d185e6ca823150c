//! Authenticator applications (RFC 6238) and recovery codes.

use super::own_pages::{change, signed_in};
use crate::support::{Answer, Browser, PASSWORD, Page, Person, TestServer, answered, claims};
use aws_lc_rs::hmac;

const ACCOUNT: &str = "/v1/tenants/default/realms/default/account";

/// An authenticator application (RFC 4226 §5.3), written down once more.
pub(crate) struct App(Vec<u8>);

impl App {
    /// By the secret that the page shows.
    fn of(page: &Answer) -> Self {
        let text = page.text();
        let (_, rest) = text.split_once("?secret=").unwrap();
        let base32: String = rest
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
        for character in base32.bytes() {
            let value = match character {
                b'A'..=b'Z' => character - b'A',
                _ => character - b'2' + 26,
            };
            bits = (bits << 5) | u32::from(value);
            held += 5;
            if held >= 8 {
                held -= 8;
                bytes.push(u8::try_from((bits >> held) & 0xff).unwrap());
            }
        }
        assert_eq!(bytes.len(), 20);
        Self(bytes)
    }

    /// The code at the server's time.
    pub(crate) fn code(&self, server: &TestServer) -> String {
        let step = u64::try_from(server.core.now().seconds()).unwrap() / 30;
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let at = usize::from(tag[19] & 0xf);
        let number = u32::from_be_bytes(tag[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }
}

/// Turns an authenticator application on.
pub(crate) async fn enrolled(server: &TestServer, browser: &Browser) -> App {
    let page = change(server, browser, "add-totp", &[]).await.expect(200);
    let app = App::of(&page);
    let code = app.code(server);
    let wrong = change(server, browser, "totp", &[("code", "000000")]).await;
    assert!(wrong.expect(400).text().contains("not right"));
    let on = change(server, browser, "totp", &[("code", &code)]).await;
    assert!(on.expect(200).text().contains("is turned on"));
    app
}

/// A browser in which the password was given.
async fn half_signed_in(server: &TestServer, person: &Person) -> (Browser, Answer) {
    let browser = Browser::new();
    let page = browser.go(server, ACCOUNT).await.expect(200);
    let page = browser
        .sign_in(server, &page, &person.user_name, PASSWORD)
        .await;
    (browser, page.expect(200))
}

#[tokio::test]
async fn rfc6238_a_code_is_asked_for_and_is_good_once() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let browser = signed_in(&server, &ada).await;
    let app = enrolled(&server, &browser).await;

    let (other, page) = half_signed_in(&server, &ada).await;
    let text = page.text();
    assert!(text.contains("One more step"), "{text}");
    assert!(!text.contains("recovery_code"), "there are none: {text}");
    assert!(other.cookie("session").is_none(), "not signed in yet");
    let give = async |browser: &Browser, page: &Answer, code: &str| {
        browser
            .press(&server, &Page::of(page), "totp", &[("code", code)])
            .await
    };
    // The code that turned it on is used up.
    let used = give(&other, &page, &app.code(&server)).await.expect(400);
    assert!(used.text().contains("used already"));
    server.advance(30);
    let code = app.code(&server);
    let inside = give(&other, &page, &code).await.expect(200);
    assert!(inside.text().contains("Signed in as"));
    let (third, page) = half_signed_in(&server, &ada).await;
    give(&third, &page, &code).await.expect(400);
    server.advance(30);
    give(&third, &page, &app.code(&server)).await.expect(200);
}

#[tokio::test]
async fn two_factors_are_told_to_the_client() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let browser = signed_in(&server, &ada).await;
    let totp = enrolled(&server, &browser).await;
    server.advance(30);
    let client = server.add_app(&["openid"], |_| {}).await;
    let browser = Browser::new();
    let page = browser.go(&server, &client.authorize("openid", &[])).await;
    let page = browser.sign_in(&server, &page, "ada", PASSWORD).await;
    let code = totp.code(&server);
    let page = browser
        .press(&server, &Page::of(&page), "totp", &[("code", &code)])
        .await;
    let back = browser.press(&server, &Page::of(&page), "allow", &[]).await;
    let tokens = client.redeem(&server, &answered(&back)["code"]).await;
    let tokens = tokens.expect(200).json();
    let id = claims(tokens["id_token"].as_str().unwrap());
    assert_eq!(id["acr"], "2");
    assert_eq!(id["amr"], serde_json::json!(["pwd", "otp", "mfa"]));
}

/// U3, CVE-2025-64102: second factors have a count of their own, which no browser escapes.
#[tokio::test]
async fn u3_second_factors_are_not_guessed() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let browser = signed_in(&server, &ada).await;
    let app = enrolled(&server, &browser).await;
    server.advance(30);
    let mut last = 400;
    for _ in 0..6 {
        let (browser, page) = half_signed_in(&server, &ada).await;
        let fields = [("code", "123456")];
        let answer = browser
            .press(&server, &Page::of(&page), "totp", &fields)
            .await;
        last = answer.status.as_u16();
    }
    assert_eq!(last, 429, "the sixth");
    let (browser, page) = half_signed_in(&server, &ada).await;
    let code = app.code(&server);
    let fields = [("code", code.as_str())];
    let waits = browser
        .press(&server, &Page::of(&page), "totp", &fields)
        .await;
    assert!(waits.expect(429).text().contains("Too many attempts"));
    let fields = [("recovery_code", "01234-56789-ABCDE-FGHJK")];
    let answer = browser
        .press(&server, &Page::of(&page), "recovery-code", &fields)
        .await;
    answer.expect(429);
    // Nobody is kept out for good.
    server.advance(60);
    let code = app.code(&server);
    let fields = [("code", code.as_str())];
    let inside = browser
        .press(&server, &Page::of(&page), "totp", &fields)
        .await;
    assert!(inside.expect(200).text().contains("Signed in as"));
}

/// U3: whoever has the password gets to try one code a day in the end, and keeps nobody out of the browser that they use.
#[tokio::test]
async fn u3_the_wait_for_codes_grows_to_a_day() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let own = signed_in(&server, &ada).await;
    let app = enrolled(&server, &own).await;
    let guess = async |action: &str| {
        let (browser, page) = half_signed_in(&server, &ada).await;
        let fields = [
            ("code", "123456"),
            ("recovery_code", "01234-56789-ABCDE-FGHJK"),
        ];
        let page = Page::of(&page);
        browser.press(&server, &page, action, &fields).await.status
    };
    for _ in 0..5 {
        assert_eq!(guess("totp").await, 400);
    }
    let mut wait = 30;
    while wait < 24 * 60 * 60 {
        assert_eq!(guess("recovery-code").await, 429, "{wait}");
        server.advance(wait);
        assert_eq!(guess("totp").await, 400, "{wait}");
        wait *= 2;
    }
    server.advance(24 * 60 * 60 - 1);
    assert_eq!(guess("totp").await, 429, "not for a day");
    server.advance(1);
    assert_eq!(guess("totp").await, 400, "and it is not forgotten");
    assert_eq!(guess("totp").await, 429);

    let page = own.go(&server, ACCOUNT).await.expect(200);
    let page = own.sign_in(&server, &page, "ada", PASSWORD).await;
    let code = app.code(&server);
    let fields = [("code", code.as_str())];
    let inside = own.press(&server, &Page::of(&page), "totp", &fields).await;
    assert!(inside.expect(200).text().contains("Signed in as"));
}

/// The codes on a page.
fn codes(page: &Answer) -> Vec<String> {
    let text = page.text();
    let (_, list) = text.split_once("<ol class=\"codes\">").unwrap();
    let parts = list.split("<code>").skip(1);
    parts
        .map(|part| part.split_once('<').unwrap().0.to_owned())
        .collect()
}

/// U6: single use, and kept as hashes.
#[tokio::test]
async fn u6_a_recovery_code_is_good_once() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let browser = signed_in(&server, &ada).await;
    enrolled(&server, &browser).await;
    let old = codes(&change(&server, &browser, "make-recovery-codes", &[]).await);
    let made = codes(&change(&server, &browser, "make-recovery-codes", &[]).await);
    assert_eq!((old.len(), made.len()), (10, 10));
    for code in &made {
        assert!(!server.is_stored(code) && !server.is_stored(&code.replace('-', "")));
    }
    let give = async |code: &str| {
        let (browser, page) = half_signed_in(&server, &ada).await;
        assert!(page.text().contains("recovery_code"));
        let fields = [("recovery_code", code)];
        browser
            .press(&server, &Page::of(&page), "recovery-code", &fields)
            .await
    };
    let refused = give(&old[0]).await.expect(400);
    assert!(refused.text().contains("recovery code is not right"));
    let typed = made[3].to_lowercase().replace('-', " ");
    assert!(
        give(&typed)
            .await
            .expect(200)
            .text()
            .contains("Signed in as")
    );
    give(&made[3]).await.expect(400);
    let page = browser
        .go(&server, &format!("{ACCOUNT}/sign-in-methods"))
        .await;
    let text = page.expect(200).text();
    let (before, _) = text.split_once(" codes are left").unwrap();
    let left = before.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    assert!(left.ends_with('9'), "{left}");
}

#[tokio::test]
async fn it_can_be_turned_off_again() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let browser = signed_in(&server, &ada).await;
    enrolled(&server, &browser).await;
    let off = change(&server, &browser, "remove-totp", &[]).await;
    assert!(off.expect(200).text().contains("is turned off"));
    let (_, page) = half_signed_in(&server, &ada).await;
    assert!(page.text().contains("Signed in as"));
}

/// REG-05: what was begun in one session is not finished in another.
#[tokio::test]
async fn reg05_a_secret_is_proven_in_the_session_that_made_it() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let (one, other) = (
        signed_in(&server, &ada).await,
        signed_in(&server, &ada).await,
    );
    let page = change(&server, &one, "add-totp", &[]).await.expect(200);
    let code = App::of(&page).code(&server);
    change(&server, &other, "totp", &[("code", &code)])
        .await
        .expect(409);
    let (_, page) = half_signed_in(&server, &ada).await;
    assert!(
        page.text().contains("Signed in as"),
        "nothing was turned on"
    );
}
