//! A JWT that was seen before costs a hash and a lookup: its signature is not checked again, and
//! the store is not asked, and yet nothing that happened since is missed.

use crate::support::TestServer;
use serde_json::json;

/// Presents the token at every kind of place that takes one.
async fn present(server: &TestServer, token: &str, status: u16) {
    let path = server.admin.path("/scopes");
    for _ in 0..10 {
        let answer = server.call("GET", &path, token, None).await;
        answer.expect(status);
        let said = server.admin.introspect(server, token).await.json();
        assert_eq!(said["active"], status == 200);
    }
}

#[tokio::test]
async fn one_signature_is_checked_for_each_token() {
    let server = TestServer::start().await;
    let checked = || server.core.signatures_checked();
    let before = checked();
    let tokens = [server.admin_token().await, server.admin_token().await];
    for (count, token) in (1..).zip(&tokens) {
        present(&server, token, 200).await;
        assert_eq!(checked() - before, count);
    }
    // The store is not asked either.
    server.store.fail_reads(true);
    present(&server, &tokens[0], 200).await;
    server.store.fail_reads(false);

    // Another revision of the realm measures the grant anew, and checks no signature.
    server
        .add_scope(json!({"name": "more", "type": "generic"}))
        .await;
    present(&server, &tokens[0], 200).await;
    // A revocation is seen at once, by a token that stays known.
    server.admin.revoke(&server, &tokens[0]).await.expect(200);
    present(&server, &tokens[0], 401).await;
    present(&server, &tokens[1], 200).await;
    assert_eq!(checked() - before, 2);

    let metrics = server.get("/metrics").await.expect(200).text();
    let line = format!("ambit_access_token_signatures_checked_total {}", checked());
    assert!(metrics.contains(&line), "{metrics}");
}

/// What is no token of the realm is not remembered, and so costs its check each time.
#[tokio::test]
async fn a_forged_token_is_checked_each_time() {
    let server = TestServer::start().await;
    let token = server.admin_token().await;
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let forged = format!("{signed}.{}A{}", &signature[..8], &signature[9..]);
    let forged = if forged == token {
        format!("{signed}.{}B{}", &signature[..8], &signature[9..])
    } else {
        forged
    };
    let before = server.core.signatures_checked();
    present(&server, &forged, 401).await;
    assert_eq!(server.core.signatures_checked() - before, 20);
}
