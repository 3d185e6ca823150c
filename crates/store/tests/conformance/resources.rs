//! SCIM resources: versions, uniqueness, what is kept.

use crate::{
    cases,
    support::{Place, things::*},
};
use domain::store::{Change, Conflict, IndexRow, ResourceWrite};

cases![
    a_resource_is_created_once_and_read_as_written,
    a_write_expects_a_version,
    a_deletion_may_expect_a_version,
    unique_values_are_unique_in_the_type,
    types_in_use_are_known,
    thousands_of_values_of_any_length_are_indexed,
];

async fn a_resource_is_created_once_and_read_as_written(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let mut write = resource("User", "u");
    write.resource.document = format!("{{\"name\":\"🦀 ' ? $1 {}\"}}", "x".repeat(100_000));
    assert_eq!(apply(&store, &here, [create(write.clone())]).await, [1]);
    assert_eq!(
        find(&store, &here, "User", "u").await,
        Some(write.resource.clone())
    );
    assert_eq!(find(&store, &here, "Group", "u").await, None);
    assert_eq!(
        conflict(&store, &here, [create(write)]).await,
        Conflict::Exists
    );
    // An id is one resource's, of whatever type.
    assert_eq!(
        conflict(&store, &here, [create(resource("Group", "u"))]).await,
        Conflict::Exists
    );
}

async fn a_write_expects_a_version(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    apply(&store, &here, [create(resource("User", "u"))]).await;
    let mut write = resource("User", "u");
    write.resource.modified = at(20);
    write.resource.document = "{}".into();
    assert_eq!(
        conflict(&store, &here, [replace(2, write.clone())]).await,
        Conflict::Version
    );
    assert_eq!(apply(&store, &here, [replace(1, write.clone())]).await, [1]);
    let found = find(&store, &here, "User", "u").await.unwrap();
    assert_eq!(
        (found.version, found.created, found.modified),
        (2, at(10), at(20))
    );
    assert_eq!(found.document, "{}");
    assert_eq!(
        conflict(&store, &here, [replace(1, write)]).await,
        Conflict::Version
    );
    let absent = replace(1, resource("User", "nobody"));
    assert_eq!(conflict(&store, &here, [absent]).await, Conflict::Missing);
    let mistyped = replace(2, resource("Group", "u"));
    assert_eq!(conflict(&store, &here, [mistyped]).await, Conflict::Missing);
}

async fn a_deletion_may_expect_a_version(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    apply(
        &store,
        &here,
        [create(resource("User", "u")), create(resource("User", "v"))],
    )
    .await;
    assert_eq!(
        conflict(&store, &here, [delete("User", "u", Some(2))]).await,
        Conflict::Version
    );
    assert_eq!(
        conflict(&store, &here, [delete("Group", "u", None)]).await,
        Conflict::Missing
    );
    assert_eq!(
        apply(&store, &here, [delete("User", "u", Some(1))]).await,
        [1]
    );
    assert_eq!(
        conflict(&store, &here, [delete("User", "u", Some(1))]).await,
        Conflict::Missing
    );
    assert_eq!(
        conflict(&store, &here, [delete("User", "u", None)]).await,
        Conflict::Missing
    );
    assert_eq!(apply(&store, &here, [delete("User", "v", None)]).await, [1]);
    assert_eq!(find(&store, &here, "User", "v").await, None);
}

/// S6.
async fn unique_values_are_unique_in_the_type(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let named = |id: &str, name: &str| ResourceWrite {
        unique: vec![
            ("userName".into(), name.into()),
            ("number".into(), format!("n{id}")),
        ],
        ..resource("User", id)
    };
    let long = "é".repeat(20_000);
    apply(
        &store,
        &here,
        [create(named("1", "ann")), create(named("2", &long))],
    )
    .await;
    for name in ["ann", &long] {
        let taken = conflict(&store, &here, [create(named("3", name))]).await;
        assert_eq!(
            taken,
            Conflict::Unique {
                path: "userName".into()
            }
        );
        assert_eq!(find(&store, &here, "User", "3").await, None);
    }
    let number = ResourceWrite {
        unique: vec![
            ("userName".into(), "new".into()),
            ("number".into(), "n1".into()),
        ],
        ..resource("User", "3")
    };
    let taken = conflict(&store, &here, [create(number)]).await;
    assert_eq!(
        taken,
        Conflict::Unique {
            path: "number".into()
        }
    );
    // Its own value is no obstacle, and what it gives up is free.
    let keep = Change::clone(&replace(1, named("1", "ann")));
    assert_eq!(apply(&store, &here, [keep]).await, [1]);
    let taken = conflict(&store, &here, [replace(2, named("1", &long))]).await;
    assert_eq!(
        taken,
        Conflict::Unique {
            path: "userName".into()
        }
    );
    let handed_on = [replace(2, named("1", "bob")), create(named("3", "ann"))];
    assert_eq!(apply(&store, &here, handed_on).await, [1, 1]);
    let after_deletion = [delete("User", "3", None), create(named("4", "ann"))];
    assert_eq!(apply(&store, &here, after_deletion).await, [1, 1]);
    let other_type = ResourceWrite {
        resource_type: "Person".into(),
        ..named("5", "bob")
    };
    assert_eq!(apply(&store, &here, [create(other_type)]).await, [1]);
}

async fn types_in_use_are_known(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let used = async |kind: &str| store.has_resources(&here, &kind.into()).await.unwrap();
    assert!(!used("User").await);
    apply(&store, &here, [create(resource("User", "u"))]).await;
    assert!(used("User").await && !used("Group").await);
    apply(&store, &here, [delete("User", "u", None)]).await;
    assert!(!used("User").await);
}

async fn thousands_of_values_of_any_length_are_indexed(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let index = |count: u32| -> Vec<IndexRow> {
        let row = |element| IndexRow {
            path: "tags".into(),
            element,
            primary: false,
            // Alike in their first thousands of bytes.
            value: format!("{}{}", "🦀".repeat(1_000), element % 7),
        };
        (0..count).map(row).collect()
    };
    let write = |count| ResourceWrite {
        index: index(count),
        ..resource("Thing", "x")
    };
    apply(&store, &here, [create(write(3_000))]).await;
    for (version, count) in [(1, 0), (2, 1), (3, 85), (4, 2_000)] {
        assert_eq!(
            apply(&store, &here, [replace(version, write(count))]).await,
            [1]
        );
    }
    assert_eq!(
        apply(&store, &here, [delete("Thing", "x", Some(5))]).await,
        [1]
    );
}
