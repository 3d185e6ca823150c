//! DELETE (RFC 7644 §3.6).

use crate::world::{ENTERPRISE, World, user};
use serde_json::json;

#[tokio::test]
async fn what_is_deleted_is_gone() {
    let world = World::start().await;
    let path = format!("/Users/{}", world.user("bjensen", json!({})).await);
    let done = world.delete(&world.full, &path).await.expect(204);
    assert!(done.body.is_empty());
    world.get(&world.full, &path).await.expect_error(404, "");
    world.delete(&world.full, &path).await.expect_error(404, "");
    world
        .put(&world.full, &path, &user("bjensen", json!({})))
        .await
        .expect_error(404, "");
    assert_eq!(world.seen("/Users").await["totalResults"], 0);
}

#[tokio::test]
async fn deleting_is_a_right_of_its_own() {
    let world = World::start().await;
    let path = format!("/Users/{}", world.user("bjensen", json!({})).await);
    let nowhere = format!("/Users/{}", uuid::Uuid::new_v4());
    let others = ["retrieve", "search", "create", "modify"];
    let editor = world.limited("User", &others, &["*"]).await;
    // The same whether or not it exists.
    let refused = world
        .delete(&editor, &path)
        .await
        .expect_error(403, "insufficient_scope");
    let unknown = world
        .delete(&editor, &nowhere)
        .await
        .expect_error(403, "insufficient_scope");
    assert_eq!(refused.text(), unknown.text());
    let deleter = world.limited("User", &["delete"], &["userName"]).await;
    world.delete(&deleter, &nowhere).await.expect_error(404, "");
    world.delete(&deleter, &path).await.expect(204);
    // A right on users is none on groups.
    let group = format!("/Groups/{}", world.group("Guides", &[]).await);
    world
        .delete(&deleter, &group)
        .await
        .expect_error(403, "insufficient_scope");
}

#[tokio::test]
async fn who_is_deleted_leaves_groups_and_is_nobodys_manager() {
    let world = World::start().await;
    let gone = world.user("gone", json!({})).await;
    let stays = world.user("stays", json!({})).await;
    let report = world
        .user(
            "report",
            json!({ ENTERPRISE: { "manager": { "value": gone } } }),
        )
        .await;
    let department = json!({ "department": "Tours", "manager": { "value": gone } });
    let tourist = world
        .user("tourist", json!({ ENTERPRISE: department }))
        .await;
    let alone = world.group("alone", &[&gone]).await;
    let both = world.group("both", &[&gone, &stays]).await;
    let other = world.group("other", &[&stays]).await;
    let mut before = Vec::new();
    let paths = [
        format!("/Users/{report}"),
        format!("/Users/{tourist}"),
        format!("/Groups/{alone}"),
        format!("/Groups/{both}"),
    ];
    for path in &paths {
        before.push(world.seen(path).await["meta"]["version"].clone());
    }
    let untouched = world.seen(&format!("/Groups/{other}")).await;
    world.server.advance(60);
    world
        .delete(&world.full, &format!("/Users/{gone}"))
        .await
        .expect(204);
    for (path, before) in paths.iter().zip(before) {
        let after = world.seen(path).await;
        assert!(!after.to_string().contains(&gone), "{after}");
        assert_ne!(after["meta"]["version"], before, "{path}");
        assert_eq!(
            after["meta"]["lastModified"], "2027-01-15T08:01:00Z",
            "{path}"
        );
    }
    assert_eq!(world.seen(&format!("/Groups/{other}")).await, untouched);
    let report = world.seen(&format!("/Users/{report}")).await;
    assert_eq!(report["schemas"].as_array().unwrap().len(), 1, "{report}");
    assert_eq!(report.get(ENTERPRISE), None);
    let tourist = world.seen(&format!("/Users/{tourist}")).await;
    assert_eq!(tourist[ENTERPRISE], json!({ "department": "Tours" }));
    assert_eq!(
        world.seen(&format!("/Groups/{alone}")).await.get("members"),
        None
    );
    for filter in [
        format!("members.value eq \"{gone}\""),
        format!("members eq \"{gone}\""),
    ] {
        assert_eq!(world.found(&world.full, "/Groups", &filter).await, [""; 0]);
    }
}

#[tokio::test]
async fn what_names_itself_can_be_deleted() {
    let world = World::start().await;
    let user = world.user("boss", json!({})).await;
    let path = format!("/Users/{user}");
    let own = json!([{ "op": "add", "path": format!("{ENTERPRISE}:manager"), "value": { "value": user } }]);
    world.patch(&world.full, &path, &own).await.expect(200);
    world.delete(&world.full, &path).await.expect(204);
    let group = world.group("all", &[]).await;
    let path = format!("/Groups/{group}");
    let own = json!([{ "op": "add", "path": "members", "value": [{ "value": group }] }]);
    world.patch(&world.full, &path, &own).await.expect(200);
    world.delete(&world.full, &path).await.expect(204);
}
