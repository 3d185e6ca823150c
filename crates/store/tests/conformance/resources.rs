//! SCIM resources: versions, uniqueness, what is kept.

use crate::{
    cases,
    support::{Place, things::*},
};
use domain::store::{Conflict, IndexRow, ResourceWrite};

cases![
    a_resource_is_created_once_and_read_as_written,
    a_write_expects_a_version,
    a_number_stands_for_its_own_resource_only,
    a_deletion_may_expect_a_version,
    unique_values_are_unique_in_the_type,
    types_in_use_are_known,
    the_ids_of_a_type_are_listed_in_order,
    thousands_of_values_of_any_length_are_indexed,
];

async fn a_resource_is_created_once_and_read_as_written(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let mut write = resource("User", "u");
    write.resource.document = format!("{{\"name\":\"🦀 ' ? $1 {}\"}}", "x".repeat(100_000));
    assert_eq!(apply(&store, &here, [create(write.clone())]).await, [1]);
    assert_eq!(
        find_as_written(&store, &here, "User", "u").await,
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

/// What was read of a resource names it when it is written, and never another.
async fn a_number_stands_for_its_own_resource_only(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let titled = |id: &str, title: &str| ResourceWrite {
        index: vec![row("title", title)],
        ..resource("User", id)
    };
    let both = [create(titled("u", "a")), create(titled("v", "a"))];
    apply(&store, &here, both).await;
    let number = async |id: &str| find(&store, &here, "User", id).await.unwrap().number;
    let (u, v) = (number("u").await, number("v").await);
    assert_ne!(u, v);
    let retitled = |number| {
        let mut write = titled("u", "b");
        write.replaced = vec![row("title", "a")];
        write.resource.number = number;
        write
    };
    let mistaken = conflict(&store, &here, [replace(1, retitled(v))]).await;
    assert_eq!(mistaken, Conflict::Version);
    assert_eq!(apply(&store, &here, [replace(1, retitled(u))]).await, [1]);
    assert_eq!(found(&store, &here, r#"title eq "a""#).await, ["v"]);
    assert_eq!(found(&store, &here, r#"title eq "b""#).await, ["u"]);
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
        index: vec![
            unique("userName", name),
            unique("number", &format!("n{id}")),
            unique("number", &format!("n{id}")),
        ],
        ..resource("User", id)
    };
    let taken = |path: &str| Conflict::Unique { path: path.into() };
    // Alike in what a key holds of them.
    let (full, long, longer) = ("é".repeat(128), "é".repeat(129), "é".repeat(20_000));
    let names = ["ann", &full, &long, &longer];
    for (id, name) in (1..).zip(names) {
        apply(&store, &here, [create(named(&id.to_string(), name))]).await;
    }
    for name in names {
        let refused = conflict(&store, &here, [create(named("9", name))]).await;
        assert_eq!(refused, taken("userName"));
        assert_eq!(find(&store, &here, "User", "9").await, None);
    }
    let number = ResourceWrite {
        index: vec![unique("userName", "new"), unique("number", "n1")],
        ..resource("User", "9")
    };
    assert_eq!(
        conflict(&store, &here, [create(number)]).await,
        taken("number")
    );
    // Its own value is no obstacle, and what it gives up is free.
    let renamed = |id: &str, from: &str, to: &str| ResourceWrite {
        replaced: named(id, from).index,
        ..named(id, to)
    };
    let keep = replace(1, renamed("1", "ann", "ann"));
    assert_eq!(apply(&store, &here, [keep]).await, [1]);
    for name in &names[1..] {
        let refused = conflict(&store, &here, [replace(2, renamed("1", "ann", name))]).await;
        assert_eq!(refused, taken("userName"));
    }
    let handed_on = [
        replace(2, renamed("1", "ann", "bob")),
        create(named("5", "ann")),
    ];
    assert_eq!(apply(&store, &here, handed_on).await, [1, 1]);
    let shortened = [
        replace(1, renamed("4", &longer, "eve")),
        create(named("6", &longer)),
    ];
    assert_eq!(apply(&store, &here, shortened).await, [1, 1]);
    for (gone, name) in [("5", "ann"), ("6", &*longer)] {
        let after_deletion = [
            delete("User", gone, None),
            create(named(&format!("{gone}0"), name)),
        ];
        assert_eq!(apply(&store, &here, after_deletion).await, [1, 1]);
    }
    let other_type = ResourceWrite {
        resource_type: "Person".into(),
        ..named("7", "bob")
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

/// T1: of this realm and type only, in the order in which pages follow one another.
async fn the_ids_of_a_type_are_listed_in_order(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let there = realm("t", "other");
    configured(&store, &there).await;
    for id in ["b", "a-1", "B", "a1", "a"] {
        apply(&store, &here, [create(resource("User", id))]).await;
    }
    apply(&store, &here, [create(resource("Group", "g"))]).await;
    apply(&store, &there, [create(resource("User", "x"))]).await;
    let listed = async |kind: &str, most| -> Vec<String> {
        let listed = store.list_resources(&here, &kind.into(), most).await;
        listed.unwrap().iter().map(ToString::to_string).collect()
    };
    assert_eq!(listed("User", 9).await, ["B", "a", "a-1", "a1", "b"]);
    assert_eq!(listed("User", 2).await, ["B", "a"]);
    assert_eq!(listed("Group", 9).await, ["g"]);
    apply(&store, &here, [delete("User", "a-1", None)]).await;
    assert_eq!(listed("User", 9).await, ["B", "a", "a1", "b"]);
    assert!(listed("Person", 9).await.is_empty());
}

async fn thousands_of_values_of_any_length_are_indexed(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let index = |count: u32| -> Vec<IndexRow> {
        // Alike in their first thousands of bytes.
        let value = |element| format!("{}{}", "🦀".repeat(1_000), element % 7);
        (0..count)
            .map(|element| IndexRow {
                element,
                ..row("tags", &value(element))
            })
            .collect()
    };
    let write = |before, after| ResourceWrite {
        replaced: index(before),
        index: index(after),
        ..resource("Thing", "x")
    };
    apply(&store, &here, [create(write(0, 3_000))]).await;
    let counts = [3_000, 0, 1, 85, 2_000];
    for (version, pair) in (1..).zip(counts.windows(2)) {
        let next = replace(version, write(pair[0], pair[1]));
        assert_eq!(apply(&store, &here, [next]).await, [1]);
    }
    assert_eq!(
        apply(&store, &here, [delete("Thing", "x", Some(5))]).await,
        [1]
    );
}
