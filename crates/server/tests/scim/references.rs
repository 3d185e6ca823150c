//! Groups, members and managers, seen from both ends (RFC 7643 §4.1.2, §4.2, §4.3; S3).

use crate::world::{ENTERPRISE, GROUP, World, keys};
use serde_json::json;

#[tokio::test]
async fn a_member_has_the_group_and_the_group_the_member() {
    let world = World::start().await;
    let user = world
        .user("bjensen", json!({ "displayName": "Barbara" }))
        .await;
    let inner = world.group("Guides", &[&user]).await;
    let outer = world.group("Everyone", &[&inner]).await;
    let group = world.seen(&format!("/Groups/{inner}")).await;
    let reference = world.full.url(&format!("/Users/{user}"));
    assert_eq!(
        group["members"],
        json!([{ "value": user, "$ref": reference, "type": "User" }])
    );
    let group = world
        .seen(&format!("/Groups/{outer}?attributes=members.type"))
        .await;
    assert_eq!(group["members"], json!([{ "type": "Group" }]));
    let seen = world.seen(&format!("/Users/{user}")).await;
    let reference = world.full.url(&format!("/Groups/{inner}"));
    assert_eq!(
        seen["groups"],
        json!([{ "value": inner, "$ref": reference, "display": "Guides", "type": "direct" }])
    );
    for filter in [
        format!("groups.value eq \"{inner}\""),
        format!("groups eq \"{inner}\""),
        "groups pr".to_owned(),
        "groups.display sw \"gui\"".to_owned(),
        "groups[display eq \"Guides\" and type eq \"direct\"]".to_owned(),
    ] {
        assert_eq!(
            world.found(&world.full, "/Users", &filter).await,
            ["bjensen"],
            "{filter}"
        );
    }
    for filter in [
        format!("members.value eq \"{user}\""),
        "members.display eq \"barbara\"".to_owned(),
    ] {
        assert_eq!(
            world.found(&world.full, "/Groups", &filter).await,
            ["Guides"],
            "{filter}"
        );
    }
    // Out of the group again.
    let remove = json!([{ "op": "remove", "path": format!("members[value eq \"{user}\"]") }]);
    world
        .patch(&world.full, &format!("/Groups/{inner}"), &remove)
        .await
        .expect(200);
    assert_eq!(
        world.seen(&format!("/Users/{user}")).await.get("groups"),
        None
    );
}

#[tokio::test]
async fn members_come_back_as_they_were_sent_and_their_names_on_request() {
    let world = World::start().await;
    let user = world
        .user("bjensen", json!({ "displayName": "Barbara" }))
        .await;
    let sent = json!([
        { "value": user, "$ref": "https://elsewhere.example/x", "type": "User", "display": "ignored" },
        { "value": "fake-member-id" },
    ]);
    let body = json!({ "schemas": [GROUP], "displayName": "Guides", "members": sent });
    let path = format!("/Groups/{}", world.make("/Groups", &body).await);
    let reference = world.full.url(&format!("/Users/{user}"));
    let kept = json!([
        { "value": user, "$ref": reference, "type": "User" },
        { "value": "fake-member-id" },
    ]);
    let seen = world.seen(&path).await;
    assert_eq!(seen["members"], kept);
    // What GET shows, PUT leaves as it is.
    let same = world
        .put(&world.full, &path, &seen)
        .await
        .expect(200)
        .json();
    assert_eq!(same, seen);
    let named = world
        .seen(&format!("{path}?attributes=members.value,members.display"))
        .await;
    assert_eq!(
        named["members"],
        json!([{ "value": user, "display": "Barbara" }, { "value": "fake-member-id" }])
    );
    // What is read from other resources can be selected by, and is not stored.
    let add = json!([{ "op": "remove", "path": "members[display eq \"Barbara\"]" }]);
    let after = world
        .patch(&world.full, &path, &add)
        .await
        .expect(200)
        .json();
    assert_eq!(after["members"], json!([{ "value": "fake-member-id" }]));
    let remove = json!([{ "op": "remove", "path": "members" }]);
    let after = world
        .patch(&world.full, &path, &remove)
        .await
        .expect(200)
        .json();
    assert_eq!(after.get("members"), None);
}

#[tokio::test]
async fn a_manager_has_the_name_that_it_gives_itself() {
    let world = World::start().await;
    let boss = world
        .user("boss", json!({ "displayName": "The Boss" }))
        .await;
    let nameless = world
        .user("nameless", json!({ "name": { "formatted": "X" } }))
        .await;
    let manager = json!({ "value": boss, "displayName": "ignored" });
    let path = format!(
        "/Users/{}",
        world
            .user("report", json!({ ENTERPRISE: { "manager": manager } }))
            .await
    );
    let reference = world.full.url(&format!("/Users/{boss}"));
    assert_eq!(
        world.seen(&path).await[ENTERPRISE]["manager"],
        json!({ "value": boss, "$ref": reference, "displayName": "The Boss" })
    );
    // What GET shows, PUT leaves as it is.
    let seen = world.seen(&path).await;
    let same = world.put(&world.full, &path, &seen).await.expect(200);
    assert_eq!(same.json(), seen);
    for filter in [
        format!("{ENTERPRISE}:manager.value eq \"{boss}\""),
        format!("{ENTERPRISE}:manager.displayName co \"boss\""),
    ] {
        assert_eq!(
            world.found(&world.full, "/Users", &filter).await,
            ["report"],
            "{filter}"
        );
    }
    for unnamed in [&nameless, "no-such-person"] {
        let change = json!([
            { "op": "replace", "path": format!("{ENTERPRISE}:manager.value"), "value": unnamed },
        ]);
        let after = world
            .patch(&world.full, &path, &change)
            .await
            .expect(200)
            .json();
        assert_eq!(keys(&after[ENTERPRISE]["manager"]), ["$ref", "value"]);
    }
    let display = json!([{ "op": "replace", "path": format!("{ENTERPRISE}:manager.displayName"), "value": "x" }]);
    world
        .patch(&world.full, &path, &display)
        .await
        .expect_error(400, "mutability");
}

#[tokio::test]
async fn what_an_answer_shows_of_another_resource_gives_it_another_version() {
    let world = World::start().await;
    let user = world
        .user("bjensen", json!({ "displayName": "Barbara" }))
        .await;
    let report = json!({ ENTERPRISE: { "manager": { "value": user } } });
    let report = format!("/Users/{}", world.user("report", report).await);
    let group_id = world.group("Guides", &[]).await;
    let (user, group) = (format!("/Users/{user}"), format!("/Groups/{group_id}"));
    let version = async |path: &str| world.seen(path).await["meta"]["version"].clone();
    let change = async |path: &str, operation: serde_json::Value| {
        world
            .patch(&world.full, path, &json!([operation]))
            .await
            .expect(200);
    };
    let member = json!({ "value": user.trim_start_matches("/Users/") });
    let before = version(&user).await;
    change(
        &group,
        json!({ "op": "add", "path": "members", "value": [member] }),
    )
    .await;
    let joined = version(&user).await;
    assert_ne!(joined, before, "the user has a group");
    change(
        &group,
        json!({ "op": "replace", "path": "displayName", "value": "Drivers" }),
    )
    .await;
    let renamed = version(&user).await;
    assert_ne!(renamed, joined, "the user's group has another name");
    let (of_report, of_group) = (version(&report).await, version(&group).await);
    change(
        &user,
        json!({ "op": "replace", "path": "displayName", "value": "Babs" }),
    )
    .await;
    assert_ne!(
        version(&report).await,
        of_report,
        "the manager has another name"
    );
    assert_ne!(
        version(&group).await,
        of_group,
        "the member has another name"
    );
    let before = version(&user).await;
    world.delete(&world.full, &group).await.expect(204);
    assert_ne!(version(&user).await, before, "the user's group is gone");
}

#[tokio::test]
async fn s3_names_of_others_need_the_right_to_read_them_there() {
    let world = World::start().await;
    let boss = world
        .user("boss", json!({ "displayName": "The Boss" }))
        .await;
    let manager = json!({ ENTERPRISE: { "manager": { "value": boss } } });
    let user = world.user("report", manager).await;
    let group = world.group("Guides", &[&user, &boss]).await;
    let users = world
        .limited(
            "User",
            &["retrieve", "search"],
            &["userName", "groups", &format!("{ENTERPRISE}:manager")],
        )
        .await;
    let seen = world
        .get(&users, &format!("/Users/{user}"))
        .await
        .expect(200)
        .json();
    assert_eq!(keys(&seen["groups"][0]), ["$ref", "type", "value"]);
    assert_eq!(keys(&seen[ENTERPRISE]["manager"]), ["$ref", "value"]);
    for filter in [
        "groups.display eq \"Guides\"".to_owned(),
        format!("groups.value eq \"{group}\""),
        format!("{ENTERPRISE}:manager.displayName pr"),
    ] {
        let answer = world.list(&users, "/Users", &[("filter", &filter)]).await;
        answer.expect_error(400, "invalidFilter");
    }
    let groups = world
        .limited("Group", &["retrieve", "search"], &["*"])
        .await;
    let path = format!("/Groups/{group}?attributes=members.value,members.display");
    let seen = world.get(&groups, &path).await.expect(200).json();
    assert_eq!(keys(&seen["members"][0]), ["value"]);
    for filter in [
        format!("members.value eq \"{boss}\""),
        "members.display pr".to_owned(),
    ] {
        let answer = world.list(&groups, "/Groups", &[("filter", &filter)]).await;
        answer.expect_error(400, "invalidFilter");
    }
    let both = world
        .with_scopes(&[
            ("Group", &["retrieve", "search"], &["*"]),
            ("User", &["retrieve", "search"], &["displayName"]),
        ])
        .await;
    let seen = world.get(&both, &path).await.expect(200).json();
    assert_eq!(seen["members"][1]["display"], "The Boss");
    let filter = "members.display eq \"The Boss\"";
    assert_eq!(world.found(&both, "/Groups", filter).await, ["Guides"]);
}

#[tokio::test]
async fn s2_whether_a_hidden_person_exists_is_not_told_to_who_writes_groups() {
    let world = World::start().await;
    let user = world
        .user("hidden", json!({ "displayName": "Hidden" }))
        .await;
    let nobody = uuid::Uuid::new_v4().to_string();
    let everything = ["create", "retrieve", "search", "modify", "delete"];
    let groups = world.limited("Group", &everything, &["*"]).await;
    let mut answers = Vec::new();
    for id in [&user, &nobody] {
        let body =
            json!({ "schemas": [GROUP], "displayName": "probe", "members": [{ "value": id }] });
        let made = world
            .post(&groups, "/Groups?excludedAttributes=id,meta", &body)
            .await
            .expect(201);
        let path = world
            .post(&groups, "/Groups", &body)
            .await
            .expect(201)
            .json()["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let path = format!("/Groups/{path}?attributes=members");
        let again = json!([{ "op": "add", "path": "members", "value": [{ "value": id }, { "value": "x" }] }]);
        let patched = world.patch(&groups, &path, &again).await.expect(200).json();
        let mut seen = made.json();
        seen.as_object_mut().unwrap().remove("id");
        answers.push((
            seen.to_string().replace(id.as_str(), "ID"),
            patched["members"].to_string().replace(id.as_str(), "ID"),
        ));
    }
    assert_eq!(answers[0], answers[1]);
}
