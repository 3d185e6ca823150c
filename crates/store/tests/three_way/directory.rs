//! Random resources that refer to one another: as they are stored, and as they are seen, with
//! what is derived from others filled in.

use crate::support::things::*;
use domain::{
    RealmKey, Timestamp,
    store::{Change, Expect, IndexRow, ResourceWrite, Store, StoredResource},
};
use proptest::{
    prelude::*,
    sample::{Index, select},
    strategy::ValueTree,
    test_runner::TestRunner,
};
use scim::{ResourceSchema, index, parse_date_time, testing::arb_resource};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, sync::Arc};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// Ids that random filters ask for; the others are as random as the rest of a resource.
const USERS: [&str; 5] = ["Ada", "work", "zoë", "10%_off", "🦀"];
const GROUPS: [&str; 5] = ["ada", "home", "Ärzte", "O'Brien\\\"", "你好"];

/// Resources of one realm.
pub struct Directory {
    pub realm: RealmKey,
    /// For each type its resources as seen, by id.
    pub seen: BTreeMap<String, BTreeMap<String, Value>>,
}

impl Directory {
    /// Makes `count` resources of each type and stores them.
    pub async fn make(
        runner: &mut TestRunner,
        store: &[Arc<dyn Store>],
        realm: RealmKey,
        types: &[Arc<ResourceSchema>],
        count: usize,
    ) -> Self {
        let mut stored: BTreeMap<String, Value> = BTreeMap::new();
        for schema in types {
            let strategy = arb_resource(schema);
            for number in 0..count {
                let mut resource = draw(runner, &strategy);
                match schema.resource_type().name.as_str() {
                    "User" => name(&mut resource, USERS.get(number)),
                    "Group" => name(&mut resource, GROUPS.get(number)),
                    _ => {}
                }
                stored.insert(text(&resource["id"]), resource);
            }
        }
        let gone: Vec<String> = stored.keys().step_by(9).cloned().collect();
        let ids: Vec<String> = stored.keys().cloned().chain(["nobody".into()]).collect();
        for resource in stored.values_mut() {
            refer(runner, resource, &ids);
        }
        let kind = |resource: &Value| text(&resource["meta"]["resourceType"]);
        for store in store {
            let schema = |resource: &Value| {
                types
                    .iter()
                    .find(|t| t.resource_type().name == kind(resource))
                    .unwrap()
            };
            let changes = stored
                .values()
                .map(|resource| put(schema(resource), resource));
            configured(store, &realm).await;
            apply(store, &realm, changes).await;
            // Some go again, and leave what they were named by.
            let changes = gone.iter().map(|id| delete(&kind(&stored[id]), id, None));
            apply(store, &realm, changes).await;
        }
        for id in &gone {
            stored.remove(id);
            for referrer in stored
                .values_mut()
                .filter(|resource| refers_to(resource, id))
            {
                referrer["meta"]["lastModified"] = json!("1970-01-01T00:00:00.000077Z");
                forget(referrer, id);
            }
        }
        let mut seen: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
        for (id, resource) in &stored {
            let filled = fill_in(resource, &stored);
            seen.entry(kind(resource))
                .or_default()
                .insert(id.clone(), filled);
        }
        Self { realm, seen }
    }
}

/// A value of the strategy.
pub fn draw<T: std::fmt::Debug>(runner: &mut TestRunner, strategy: &BoxedStrategy<T>) -> T {
    strategy.new_tree(runner).unwrap().current()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn name(resource: &mut Value, id: Option<&&str>) {
    if let Some(id) = id {
        resource["id"] = json!(id);
    }
}

/// Gives groups members and users managers, and takes away what is derived.
fn refer(runner: &mut TestRunner, resource: &mut Value, ids: &[String]) {
    let some_ids = proptest::collection::vec(any::<Index>(), 0..6);
    let chosen = draw(runner, &some_ids.boxed());
    let mut chosen = chosen.iter().map(|index| index.get(ids).as_str());
    match resource["meta"]["resourceType"].as_str() {
        Some("Group") => {
            let types = select(vec![None, Some("work"), Some("User"), Some("ada")]).boxed();
            let members: Vec<Value> = chosen
                .map(|id| match draw(runner, &types) {
                    Some(kind) => json!({ "value": id, "type": kind }),
                    None => json!({ "value": id, "$ref": "https://example.com/Users/1" }),
                })
                .collect();
            resource["members"] = json!(members);
        }
        Some("User") => {
            let members = resource.as_object_mut().unwrap();
            members.remove("groups");
            let extension = members.get_mut(ENTERPRISE).and_then(Value::as_object_mut);
            if let Some(extension) = extension {
                extension.remove("manager");
                if let Some(id) = chosen.next_back() {
                    extension.insert("manager".into(), json!({ "value": id }));
                }
            }
        }
        _ => {}
    }
}

fn refers_to(resource: &Value, id: &str) -> bool {
    match resource["meta"]["resourceType"].as_str() {
        Some("Group") => resource["members"]
            .as_array()
            .unwrap()
            .iter()
            .any(|m| m["value"] == id),
        Some("User") => resource[ENTERPRISE]["manager"]["value"] == id,
        _ => false,
    }
}

/// Takes away what names a deleted resource: its id.
fn forget(referrer: &mut Value, id: &str) {
    let members = referrer.get_mut("members").and_then(Value::as_array_mut);
    for member in members.into_iter().flatten().filter(|m| m["value"] == id) {
        member.as_object_mut().unwrap().remove("value");
    }
    if let Some(extension) = referrer.get_mut(ENTERPRISE).and_then(Value::as_object_mut)
        && extension.get("manager").is_some_and(|m| m["value"] == id)
    {
        extension.remove("manager");
    }
}

/// What a reader sees: members and managers, the names of those that exist, and memberships.
fn fill_in(resource: &Value, all: &BTreeMap<String, Value>) -> Value {
    let mut seen = resource.clone();
    let display = |named: &Value, types: &[&str]| {
        let resource = all.get(named["value"].as_str()?)?;
        let of_type = resource["meta"]["resourceType"].as_str()?;
        let name = resource.get("displayName").cloned();
        name.filter(|_| types.contains(&of_type))
    };
    let members: &mut Map<String, Value> = seen.as_object_mut().unwrap();
    match resource["meta"]["resourceType"].as_str() {
        Some("Group") => {
            let list = members["members"].as_array_mut().unwrap();
            for member in list {
                let name = display(member, &["User", "Group"]);
                set(member, "display", name);
            }
        }
        Some("User") => {
            let is_member = |group: &&Value| {
                group["meta"]["resourceType"] == "Group"
                    && group["members"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .any(|m| m["value"] == resource["id"])
            };
            let groups = all.values().filter(is_member).map(|group| {
                let mut element = json!({ "value": group["id"], "type": "direct" });
                set(&mut element, "display", group.get("displayName").cloned());
                element
            });
            let groups: Vec<Value> = groups.collect();
            if !groups.is_empty() {
                members.insert("groups".into(), json!(groups));
            }
            if let Some(extension) = members.get_mut(ENTERPRISE).and_then(Value::as_object_mut)
                && let Some(manager) = extension.get_mut("manager")
            {
                let name = display(manager, &["User"]);
                set(manager, "displayName", name);
            }
        }
        _ => {}
    }
    seen
}

fn set(object: &mut Value, key: &str, value: Option<Value>) {
    if let Some(value) = value {
        object[key] = value;
    }
}

fn put(schema: &ResourceSchema, resource: &Value) -> Change {
    let row = |entry: index::IndexEntry<'_>| IndexRow {
        path: entry.path.into(),
        element: entry.element,
        primary: entry.primary,
        unique: false,
        value: entry.value,
    };
    let time = |name: &str| {
        let text = resource["meta"][name].as_str().unwrap();
        Timestamp::from_micros(parse_date_time(text).unwrap())
    };
    let write = ResourceWrite {
        resource_type: schema.resource_type().name.as_str().into(),
        resource: StoredResource {
            id: resource_id(resource["id"].as_str().unwrap()),
            number: None,
            version: 1,
            created: time("created"),
            modified: time("lastModified"),
            document: "{}".into(),
        },
        index: index::entries(schema, resource)
            .into_iter()
            .map(row)
            .collect(),
        replaced: Vec::new(),
        touches: Vec::new(),
        display: resource
            .get("displayName")
            .and_then(Value::as_str)
            .map(Into::into),
        password_hash: None,
    };
    Change::PutResource {
        expect: Expect::Absent,
        write: Box::new(write),
    }
}
