//! Opening, owning, closing.

use crate::{
    cases,
    support::{Place, things::*},
};
use domain::store::Change;
use store::OpenError;

cases![
    what_was_acknowledged_is_there_after_reopening,
    one_process_owns_a_store
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
        let user = find(&store, &here, "User", "u").await;
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
