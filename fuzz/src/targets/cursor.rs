//! A cursor (RFC 9865), sent to a server: as a client might write it; or, where the input begins with
//! `{`, as what the server's own key has sealed, which nobody else can make (T8, REG-21).

use crate::world::{Answer, NOW, WORLD};
use jose::base64url;
use scim::query::MAX_CURSOR;
use serde_json::{Value, json};
use std::sync::LazyLock;

const QUERY: &str = "/scim/v2/Users?count=2&sortBy=userName";

/// The answer to whatever is no cursor.
static REFUSAL: LazyLock<Answer> = LazyLock::new(|| {
    let answer = ask("A");
    assert_eq!(answer.json()["scimType"], "invalidCursor");
    answer
});

/// A cursor of this server for this query.
static GOOD: LazyLock<String> = LazyLock::new(|| {
    let page = WORLD.get(&format!("{QUERY}&cursor="));
    let cursor = page.json()["nextCursor"].as_str().map(str::to_owned);
    let cursor = cursor.expect("there are more people than fit a page");
    assert_eq!(ask(&cursor).status, 200);
    cursor
});

/// What the server did not seal is refused, always in the same words (S10). What it seals is at most a
/// page or a refusal, whatever is in it: contents are hostile still.
pub fn run(data: &[u8]) {
    match data {
        [b'{', ..] => sealed(data),
        [] => {} // RFC 9865 §2: without a value, it asks for the first page.
        [first, rest @ ..] if *first < 128 => altered(usize::from(*first), rest),
        _ => refused(&String::from_utf8_lossy(data)),
    }
}

fn refused(cursor: &str) {
    let answer = ask(cursor);
    if cursor.len() <= MAX_CURSOR {
        assert_eq!(answer, *REFUSAL);
    } else {
        assert_eq!(
            (answer.status, &answer.json()["scimType"]),
            (400, &json!("invalidCursor"))
        );
    }
}

/// The cursor with some of it in other letters.
fn altered(at: usize, by: &[u8]) {
    let mut bytes = base64url::decode(&*GOOD).expect("a cursor is base64url");
    for (byte, change) in bytes.iter_mut().skip(at).zip(by) {
        *byte ^= change;
    }
    let cursor = base64url::encode(bytes);
    if cursor != *GOOD {
        refused(&cursor);
    }
}

fn sealed(contents: &[u8]) {
    let cursor = seal(contents);
    if cursor.len() > MAX_CURSOR {
        return;
    }
    let answer = ask(&cursor);
    let good = serde_json::from_slice::<Value>(contents).ok();
    let expires = good.as_ref().and_then(|value| value["e"].as_i64());
    match answer.status {
        200 => assert!(expires.is_some_and(|seconds| seconds > NOW), "{answer:?}"),
        400 => assert!(
            ["invalidCursor", "expiredCursor"]
                .map(Value::from)
                .contains(&answer.json()["scimType"])
        ),
        _ => panic!("{answer:?}"),
    }
}

/// Seals as the server does for this client and query: the length of each part before it (G6).
fn seal(contents: &[u8]) -> String {
    let parts = [
        "scim cursor",
        "default",
        "default",
        &WORLD.reader,
        "",
        "User",
        "",
        "userName",
        "ascending",
    ];
    let purpose: String = parts
        .iter()
        .map(|part| format!("{}:{part}", part.len()))
        .collect();
    let sealed = WORLD.cursors().seal(purpose.as_bytes(), contents);
    base64url::encode(sealed.expect("the key seals"))
}

fn ask(cursor: &str) -> Answer {
    let encoded: String = form_urlencoded::byte_serialize(cursor.as_bytes()).collect();
    WORLD.get(&format!("{QUERY}&cursor={encoded}"))
}

/// That [`seal`] is still how the server does it; else what it makes would be refused unread.
pub fn control() {
    let contents = format!(r#"{{"e":{},"n":2}}"#, NOW + 60);
    assert_eq!(ask(&seal(contents.as_bytes())).status, 200);
}
