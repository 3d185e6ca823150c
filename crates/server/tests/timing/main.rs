//! V12, U5, REG-25: how long an answer takes does not tell who there is. Alone in its process, for passwords are hashed in turn.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/mod.rs"]
mod support;

use std::time::{Duration, Instant};
use support::{Browser, PASSWORD, TestServer};

/// How much longer one may take than the other: a twentieth.
const TOLERANCE: u32 = 20;
/// So many tries, if fewer do not show it: others use the machine as well.
const MOST_TRIES: usize = 200;

/// The time that processors have spent on this process, which does not grow while others use them; where that is not told,
/// the time.
fn spent(begun: Instant) -> Duration {
    let of = |task: std::io::Result<std::fs::DirEntry>| -> Option<u64> {
        let told = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        told.split(' ').next()?.parse().ok()
    };
    match std::fs::read_dir("/proc/self/task") {
        Ok(tasks) => Duration::from_nanos(tasks.filter_map(of).sum()),
        Err(_) => begun.elapsed(),
    }
}

/// One attempt to sign in, in a browser of its own.
async fn attempt(server: &TestServer, request: &str, (name, password): (&str, &str)) -> Duration {
    let browser = Browser::new();
    let page = browser.go(server, request).await.expect(200);
    let begun = Instant::now();
    let before = spent(begun);
    let answer = browser.sign_in(server, &page, name, password).await;
    let took = spent(begun) - before;
    answer.expect(400);
    took
}

/// The cheapest of many attempts is what it costs: a name that nobody has, one of somebody inactive, one without a
/// password, and a password that is too long to be one cost what a wrong guess costs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn v12_u5_every_attempt_that_fails_takes_as_long() {
    let server = TestServer::start().await;
    let app = server.add_app(&["openid"], |_| {}).await;
    let request = app.authorize("openid", &[]);
    server.add_person("known").await;
    let inactive = server.add_person("inactive").await;
    server
        .patch_person(&inactive, "active", serde_json::json!(false))
        .await;
    let token = server.admin_token().await;
    let bare = serde_json::json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "bare",
    });
    let users = server.admin.path("/scim/v2/Users");
    server
        .call("POST", &users, &token, Some(bare))
        .await
        .expect(201);
    let long = "x".repeat(2_000);
    let kinds = [
        ("known", "wrong guess"),
        ("unknown", "wrong guess"),
        ("inactive", PASSWORD),
        ("bare", "wrong guess"),
        ("known", &long),
    ];
    let mut least = [Duration::MAX; 5];
    for tries in 1..=MOST_TRIES {
        for (kind, least) in kinds.iter().zip(&mut least) {
            *least = attempt(&server, &request, *kind).await.min(*least);
        }
        // Nobody waits because of the attempts before.
        server.advance(25 * 60 * 60);
        let (shortest, longest) = (least.iter().min().unwrap(), least.iter().max().unwrap());
        if tries >= 10 && *longest - *shortest <= *longest / TOLERANCE {
            return;
        }
    }
    let names = kinds.iter().map(|(name, _)| name);
    panic!("{:?}", names.zip(least).collect::<Vec<_>>());
}
