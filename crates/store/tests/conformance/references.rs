//! Groups, members and managers, both ways.

use crate::{
    cases,
    support::{Place, things::*},
};
use domain::store::ResourceWrite;

cases![
    memberships_are_found_from_the_member,
    references_are_resolved,
    a_write_touches_whom_it_names,
    a_deleted_member_leaves_its_groups,
    a_deleted_group_leaves_its_members,
    a_deleted_manager_is_nobodys_manager,
];

const MANAGER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value";

fn managed(id: &str, manager: &str) -> ResourceWrite {
    ResourceWrite {
        index: vec![row(MANAGER, manager)],
        ..resource("User", id)
    }
}

async fn memberships_are_found_from_the_member(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let users = ["a", "b", "c"].map(|id| create(resource("User", id)));
    apply(&store, &here, users).await;
    let groups = [
        group("g2", &["b", "a", "nobody"]),
        group("g1", &["a", "a"]),
        ResourceWrite {
            resource_type: "Team".into(),
            ..group("t1", &["a"])
        },
    ];
    apply(&store, &here, groups.map(create)).await;
    let asked = ["c", "b", "a", "nobody"].map(resource_id);
    let found = store.memberships(&here, &asked[..3]).await.unwrap();
    let found: Vec<_> = found
        .iter()
        .map(|m| {
            (
                &*m.member.0,
                &*m.group.0,
                &*m.group_type,
                m.display.as_deref().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("a", "g1", "Group", "Group g1"),
        ("a", "g2", "Group", "Group g2"),
        ("b", "g2", "Group", "Group g2"),
    ];
    assert_eq!(found, expected);
    assert_eq!(store.memberships(&here, &[]).await.unwrap(), []);
}

async fn references_are_resolved(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let ids: Vec<String> = (0..1_100).map(|number| format!("u{number:04}")).collect();
    let users = ids.iter().map(|id| create(resource("User", id)));
    apply(&store, &here, users).await;
    apply(&store, &here, [create(group("g", &[]))]).await;
    for count in [0, 1, 2, 8, 9, 64, 65, 512, 513, 1_100] {
        let mut asked: Vec<_> = ids[..count].iter().map(|id| resource_id(id)).collect();
        asked.extend(["nobody", "g"].map(resource_id));
        let mut found = store.resolve_references(&here, &asked).await.unwrap();
        found.sort();
        assert_eq!(found.len(), count + 1);
        assert_eq!(
            found[0],
            (resource_id("g"), "Group".into(), Some("Group g".into()))
        );
        let users = found[1..]
            .iter()
            .map(|(id, kind, display)| (&*id.0, &**kind, display));
        assert!(users.eq(ids[..count].iter().map(|id| (&**id, "User", &None))));
    }
}

async fn a_write_touches_whom_it_names(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    apply(
        &store,
        &here,
        ["a", "b"].map(|id| create(resource("User", id))),
    )
    .await;
    let mut write = group("g", &["b", "a", "g", "nobody"]);
    apply(&store, &here, [create(write.clone())]).await;
    assert_eq!(version(&store, &here, "User", "a").await, 2);
    assert_eq!(version(&store, &here, "User", "b").await, 2);
    // A resource that names itself has the version that was written.
    assert_eq!(version(&store, &here, "Group", "g").await, 1);
    let touched = find(&store, &here, "User", "a").await.unwrap();
    assert_eq!((touched.created, touched.modified), (at(10), at(10)));
    write.touches = vec![resource_id("a"), resource_id("a")];
    write.replaced = write.index.clone();
    apply(&store, &here, [replace(1, write)]).await;
    assert_eq!(version(&store, &here, "User", "a").await, 3);
    assert_eq!(version(&store, &here, "User", "b").await, 2);
}

async fn a_deleted_member_leaves_its_groups(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    apply(
        &store,
        &here,
        ["a", "b"].map(|id| create(resource("User", id))),
    )
    .await;
    let team = ResourceWrite {
        resource_type: "Team".into(),
        ..group("t1", &["a"])
    };
    let groups = [group("g1", &["a", "b"]), group("g2", &["b"]), team];
    apply(&store, &here, groups.map(create)).await;
    apply(&store, &here, [delete("User", "a", None)]).await;
    let left = find(&store, &here, "Group", "g1").await.unwrap();
    assert_eq!((left.version, left.modified), (2, at(77)));
    let untouched = find(&store, &here, "Group", "g2").await.unwrap();
    assert_eq!((untouched.version, untouched.modified), (1, at(10)));
    // Only groups have members.
    assert_eq!(version(&store, &here, "Team", "t1").await, 1);
    assert_eq!(
        store.memberships(&here, &[resource_id("a")]).await.unwrap(),
        []
    );
    assert_eq!(
        store
            .memberships(&here, &[resource_id("b")])
            .await
            .unwrap()
            .len(),
        2
    );
}

async fn a_deleted_group_leaves_its_members(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    apply(
        &store,
        &here,
        [
            create(resource("User", "a")),
            create(group("inner", &["a"])),
        ],
    )
    .await;
    apply(&store, &here, [create(group("outer", &["inner"]))]).await;
    assert_eq!(version(&store, &here, "User", "a").await, 2);
    apply(&store, &here, [delete("Group", "inner", None)]).await;
    let member = find(&store, &here, "User", "a").await.unwrap();
    assert_eq!((member.version, member.modified), (3, at(10)));
    assert_eq!(version(&store, &here, "Group", "outer").await, 2);
    assert_eq!(
        store.memberships(&here, &[resource_id("a")]).await.unwrap(),
        []
    );
}

async fn a_deleted_manager_is_nobodys_manager(place: Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    configured(&store, &here).await;
    let person = ResourceWrite {
        resource_type: "Person".into(),
        ..managed("p", "m")
    };
    let users = [
        resource("User", "m"),
        managed("a", "m"),
        managed("b", "a"),
        person,
    ];
    apply(&store, &here, users.map(create)).await;
    apply(&store, &here, [delete("User", "m", None)]).await;
    assert_eq!(version(&store, &here, "User", "a").await, 2);
    assert_eq!(version(&store, &here, "User", "b").await, 1);
    assert_eq!(version(&store, &here, "Person", "p").await, 2);
}
