#![allow(clippy::unwrap_used)]
use super::*;
use crate::{
    Timestamp,
    store::{ScopeSet, TokenStatus},
};
use scope::ClientId;
use std::{
    convert::Infallible,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};
use tokio::sync::oneshot;
use uuid::Uuid;

fn record(key: TokenKey, status: TokenStatus) -> TokenRecord {
    TokenRecord {
        key,
        scope_set: Arc::new(ScopeSet::new(ClientId(Uuid::nil()), Vec::new())),
        subject: "client".into(),
        audience: vec!["https://id.example".into()],
        issued_at: Timestamp::from_seconds(0),
        expires_at: Timestamp::from_seconds(60),
        status,
        grant: None,
    }
}

fn realm(name: &str) -> RealmKey {
    RealmKey::from_store("t", name)
}

const KEY: TokenKey = TokenKey([1; 32]);
const REVOKED: TokenStatus = TokenStatus::Revoked(Timestamp::from_seconds(1));

async fn look(cache: &LiveTokens, realm: &RealmKey, status: TokenStatus) -> Arc<TokenRecord> {
    let read = async { Ok::<_, Infallible>(Some(record(KEY, status))) };
    cache.record(realm, KEY, read).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_token_is_read_once_until_it_is_forgotten() {
    let (cache, here) = (LiveTokens::default(), realm("a"));
    assert_eq!(
        look(&cache, &here, TokenStatus::Issued).await.status,
        TokenStatus::Issued
    );
    assert_eq!(
        look(&cache, &here, REVOKED).await.status,
        TokenStatus::Issued,
        "remembered"
    );
    cache.forget(&here, KEY);
    assert_eq!(
        look(&cache, &here, REVOKED).await.status,
        REVOKED,
        "read again"
    );
}

#[tokio::test]
async fn g6_another_realm_has_its_own() {
    let cache = LiveTokens::default();
    look(&cache, &realm("a"), TokenStatus::Issued).await;
    assert_eq!(look(&cache, &realm("b"), REVOKED).await.status, REVOKED);
    cache.forget(&realm("b"), KEY);
    assert_eq!(
        look(&cache, &realm("a"), REVOKED).await.status,
        TokenStatus::Issued
    );
}

#[tokio::test]
async fn a_failure_or_an_unknown_token_is_not_remembered() {
    let (cache, here) = (LiveTokens::default(), realm("a"));
    let failed = cache
        .record(&here, KEY, async { Err("the store failed") })
        .await;
    assert_eq!(failed, Err("the store failed"));
    let unknown = cache
        .record(&here, KEY, async { Ok::<_, Infallible>(None) })
        .await;
    assert_eq!(unknown, Ok(None));
    assert_eq!(look(&cache, &here, REVOKED).await.status, REVOKED);
}

/// REG-11: the reader has read, the revocation is acknowledged, the reader goes on.
#[tokio::test]
async fn a_racing_reader_does_not_undo_a_revocation() {
    let (cache, here) = (Arc::new(LiveTokens::default()), realm("a"));
    let (has_read, wait_read) = oneshot::channel::<()>();
    let (go_on, wait_go_on) = oneshot::channel::<()>();
    let reader = {
        let (cache, here) = (cache.clone(), here.clone());
        tokio::spawn(async move {
            let read = async {
                let before = record(KEY, TokenStatus::Issued);
                has_read.send(()).unwrap();
                wait_go_on.await.unwrap();
                Ok::<_, Infallible>(Some(before))
            };
            cache.record(&here, KEY, read).await
        })
    };
    wait_read.await.unwrap();
    cache.forget(&here, KEY);
    // Acknowledged. One who asks now does not wait for the old reader, and sees it.
    assert_eq!(look(&cache, &here, REVOKED).await.status, REVOKED);
    go_on.send(()).unwrap();
    reader.await.unwrap().unwrap();
    let status = look(&cache, &here, TokenStatus::Issued).await.status;
    assert_eq!(
        status, REVOKED,
        "what the old reader read is not remembered"
    );
}

/// The same without a script: the store says `Issued` until the commit; whoever asks after the
/// acknowledgement must see `Revoked`.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readers_and_a_revocation_in_every_order() {
    for round in 0..300 {
        let cache = Arc::new(LiveTokens::default());
        let committed = Arc::new(AtomicBool::new(false));
        let acknowledged = Arc::new(AtomicBool::new(false));
        let late = Arc::new(AtomicU64::new(0));
        let readers: Vec<_> = (0..4)
            .map(|_| {
                let (cache, committed) = (cache.clone(), committed.clone());
                let (acknowledged, late) = (acknowledged.clone(), late.clone());
                tokio::spawn(async move {
                    let here = realm("a");
                    while late.load(Ordering::SeqCst) < 8 {
                        let after = acknowledged.load(Ordering::SeqCst);
                        let read = async {
                            let revoked = committed.load(Ordering::SeqCst);
                            tokio::task::yield_now().await;
                            let status = if revoked {
                                REVOKED
                            } else {
                                TokenStatus::Issued
                            };
                            Ok::<_, Infallible>(Some(record(KEY, status)))
                        };
                        let seen = cache.record(&here, KEY, read).await.unwrap().unwrap();
                        if after {
                            late.fetch_add(1, Ordering::SeqCst);
                            assert_eq!(seen.status, REVOKED, "round {round}");
                        }
                        tokio::task::yield_now().await;
                    }
                })
            })
            .collect();
        for _ in 0..round % 7 {
            tokio::task::yield_now().await;
        }
        committed.store(true, Ordering::SeqCst);
        cache.forget(&realm("a"), KEY);
        acknowledged.store(true, Ordering::SeqCst);
        for reader in readers {
            reader.await.unwrap();
        }
    }
}
