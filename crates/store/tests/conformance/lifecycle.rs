//! Opening, owning, closing.

use crate::{
    cases,
    support::{Place, things::*},
};
use domain::store::{Change, StoreError};
use std::time::Duration;
use store::{OpenError, OpenOptions};

cases![
    what_was_acknowledged_is_there_after_reopening,
    one_process_owns_a_store,
    a_search_that_takes_too_long_is_given_up,
];

async fn what_was_acknowledged_is_there_after_reopening(place: Place) {
    let here = realm("t", "r");
    let set = scope_set(1, &[1]);
    let store = place.open().await;
    configured(&store, &here).await;
    apply(&store, &here, issue(1, &set)).await;
    apply(&store, &here, [create(resource("User", "u"))]).await;
    apply(&store, &here, [Change::AdvanceRevision { expected: 0 }]).await;
    let configuration = store.load_configuration().await.unwrap();
    drop(store);
    for _ in 0..2 {
        let store = place.reopen().await;
        store.check().await.unwrap();
        assert_eq!(store.load_configuration().await.unwrap(), configuration);
        assert_eq!(store.revision(&here).await.unwrap(), 1);
        assert_eq!(
            store.find_token(&here, &key(1)).await.unwrap(),
            Some(token(1, &set))
        );
        let user = find_as_written(&store, &here, "User", "u").await;
        assert_eq!(user, Some(resource("User", "u").resource));
    }
}

async fn one_process_owns_a_store(place: Place) {
    let store = place.open().await;
    let refused = place.try_open().await.err().unwrap();
    assert!(matches!(refused, OpenError::Owned(_)), "{refused}");
    assert!(
        refused.to_string().contains("in use by another process"),
        "{refused}"
    );
    // The refused one left nothing behind, and took nothing away.
    store.check().await.unwrap();
    configured(&store, &realm("t", "r")).await;
    drop(store);
    place.reopen().await.check().await.unwrap();
}

/// S9.
async fn a_search_that_takes_too_long_is_given_up(place: Place) {
    let hurried = OpenOptions {
        search_timeout: Duration::from_millis(1),
        ..Default::default()
    };
    let store = store::open(&place.address, hurried).await.unwrap();
    let here = realm("t", "r");
    configured(&store, &here).await;
    let query = slow_search(&store, &here).await;
    let outcome = store.search(&here, &query).await;
    assert!(
        matches!(outcome, Err(StoreError::TooExpensive)),
        "{outcome:?}"
    );
    // The connection is as good as before.
    apply(&store, &here, [delete("User", "u1", None)]).await;
    drop(store);
    let patient = place.reopen().await;
    assert_eq!(patient.search(&here, &query).await.unwrap().total, Some(0));
}
