//! What must change for a resource to say what the file says (RFC 7644 §3.5.2).

use super::{
    group,
    item::{Item, Kind},
    person,
    references::{Links, Manager},
};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Most members of one PATCH; a larger group takes several.
const MEMBERS_AT_A_TIME: usize = 1000;

const MANAGER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager";
const URN: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// The bodies of the PATCH requests, to be sent in order, that make `found` agree with the item:
/// none if it does. Only attributes that an import owns are looked at.
pub(super) fn patches(item: &Item, links: &Links, found: &Value) -> Vec<Value> {
    let mut first = Vec::new();
    let wanted = Value::Object(item.body.clone());
    let owned = match item.kind {
        Kind::User => person::OWNED,
        Kind::Group => group::OWNED,
    };
    for path in owned {
        first.extend(change(path, at(&wanted, path), at(found, path)));
    }
    if let Some(active) = item.body.get("active") {
        first.extend(change("active", Some(active), found.get("active")));
    }
    let mut rest = Vec::new();
    match item.kind {
        Kind::User => first.extend(manager(&links.manager, found)),
        Kind::Group => rest = members(&links.members, found),
    }
    let all = (!first.is_empty()).then_some(first).into_iter().chain(rest);
    all.map(|operations| json!({ "schemas": [scim::urn::PATCH_OP], "Operations": operations }))
        .collect()
}

fn change(path: &str, wanted: Option<&Value>, found: Option<&Value>) -> Option<Value> {
    match (wanted, found) {
        (Some(wanted), Some(found)) if same(wanted, found) => None,
        (Some(wanted), _) => Some(json!({ "op": "replace", "path": path, "value": wanted })),
        (None, Some(_)) => Some(json!({ "op": "remove", "path": path })),
        (None, None) => None,
    }
}

fn manager(wanted: &Manager, found: &Value) -> Option<Value> {
    let found = at(found, MANAGER)
        .and_then(|manager| manager.get("value"))
        .and_then(Value::as_str);
    match wanted {
        Manager::Id(id) if found == Some(id) => None,
        Manager::Id(id) => {
            Some(json!({ "op": "replace", "path": MANAGER, "value": { "value": id } }))
        }
        Manager::None => found.map(|_| json!({ "op": "remove", "path": MANAGER })),
        Manager::Unknown => None,
    }
}

/// Operations on `members`, one list per PATCH. Members are added; only if some must go is the
/// list replaced.
fn members(wanted: &BTreeSet<String>, found: &Value) -> Vec<Vec<Value>> {
    let found = found
        .get("members")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let found: BTreeSet<String> = found
        .filter_map(|member| member.get("value")?.as_str().map(str::to_owned))
        .collect();
    let some_must_go = !found.is_subset(wanted);
    if some_must_go && wanted.is_empty() {
        return vec![vec![json!({ "op": "remove", "path": "members" })]];
    }
    let to_send: Vec<&String> = match some_must_go {
        true => wanted.iter().collect(),
        false => wanted.difference(&found).collect(),
    };
    let chunks = to_send.chunks(MEMBERS_AT_A_TIME).enumerate();
    chunks
        .map(|(index, chunk)| {
            let op = if some_must_go && index == 0 {
                "replace"
            } else {
                "add"
            };
            let values: Vec<Value> = chunk.iter().map(|id| json!({ "value": id })).collect();
            vec![json!({ "op": op, "path": "members", "value": values })]
        })
        .collect()
}

/// The value at a path without filters: `title`, `name.formatted`, `urn:…:User:department`.
fn at<'a>(resource: &'a Value, path: &str) -> Option<&'a Value> {
    if let Some(attribute) = path
        .strip_prefix(URN)
        .and_then(|rest| rest.strip_prefix(':'))
    {
        return resource.get(URN)?.get(attribute);
    }
    path.split('.')
        .try_fold(resource, |value, name| value.get(name))
}

/// Whether a service's value says what the file says: lists have no order, and a service may add
/// `primary: false` and what it derives.
fn same(wanted: &Value, found: &Value) -> bool {
    match (wanted, found) {
        (Value::Array(wanted), Value::Array(found)) => {
            let mut found: Vec<Value> = found.iter().map(plain).collect();
            wanted.len() == found.len()
                && wanted.iter().map(plain).all(|wanted| {
                    let position = found.iter().position(|found| *found == wanted);
                    position
                        .map(|position| found.swap_remove(position))
                        .is_some()
                })
        }
        _ => plain(wanted) == plain(found),
    }
}

/// A value without what a service derives or need not say.
fn plain(value: &Value) -> Value {
    let Value::Object(members) = value else {
        return value.clone();
    };
    let kept = members.iter().filter(|(name, value)| {
        !(value.is_null()
            || matches!(name.as_str(), "display" | "$ref")
            || (name.as_str() == "primary" && **value == Value::Bool(false)))
    });
    Value::Object(
        kept.map(|(name, value)| (name.clone(), value.clone()))
            .collect::<Map<_, _>>(),
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;
    use crate::ldif::Dn;

    fn item(kind: Kind, body: Value) -> Item {
        let Value::Object(body) = body else {
            panic!("an object")
        };
        Item {
            kind,
            line: 1,
            dn: Dn::parse("cn=x").unwrap(),
            body,
            references: Vec::new(),
        }
    }

    fn user_operations(body: Value, manager: Manager, found: Value) -> Vec<Value> {
        let links = Links {
            manager,
            members: BTreeSet::new(),
        };
        let patches = patches(&item(Kind::User, body), &links, &found);
        assert!(patches.len() <= 1);
        patches
            .first()
            .map(|patch| patch["Operations"].as_array().unwrap().clone())
            .unwrap_or_default()
    }

    #[test]
    fn what_agrees_needs_no_patch() {
        let body = json!({
            "userName": "a", "name": { "formatted": "A" }, URN: { "department": "D" },
            "emails": [{ "value": "x", "type": "work", "primary": true }, { "value": "y", "type": "work" }],
        });
        let found = json!({
            "id": "1", "userName": "a", "name": { "formatted": "A" }, "nickName": "kept", "active": false,
            "emails": [{ "type": "work", "value": "y", "primary": false },
                       { "value": "x", "type": "work", "primary": true, "display": "x" }],
            URN: { "department": "D", "manager": { "value": "9", "displayName": "M" } },
        });
        assert_eq!(
            user_operations(body, Manager::Id("9".into()), found),
            Vec::<Value>::new()
        );
    }

    #[test]
    fn what_differs_is_replaced_and_what_the_file_lacks_goes() {
        let body =
            json!({ "userName": "b", "title": "T", "name": { "givenName": "G" }, "active": false });
        let found = json!({ "userName": "a", "name": { "givenName": "G", "familyName": "F" },
                            "active": true, URN: { "department": "D" } });
        assert_eq!(
            user_operations(body, Manager::None, found),
            [
                json!({ "op": "replace", "path": "userName", "value": "b" }),
                json!({ "op": "remove", "path": "name.familyName" }),
                json!({ "op": "replace", "path": "title", "value": "T" }),
                json!({ "op": "remove", "path": format!("{URN}:department") }),
                json!({ "op": "replace", "path": "active", "value": false }),
            ]
        );
    }

    #[test]
    fn a_manager_is_set_moved_taken_away_or_left() {
        let found = json!({ URN: { "manager": { "value": "1" } } });
        let change = |manager, found: &Value| user_operations(json!({}), manager, found.clone());
        assert_eq!(change(Manager::Id("1".into()), &found), Vec::<Value>::new());
        assert_eq!(
            change(Manager::Id("2".into()), &found)[0]["value"],
            json!({ "value": "2" })
        );
        assert_eq!(change(Manager::None, &found)[0]["op"], "remove");
        assert_eq!(change(Manager::Unknown, &found), Vec::<Value>::new());
        assert_eq!(change(Manager::None, &json!({})), Vec::<Value>::new());
    }

    fn member_patches(wanted: &[&str], found: &[&str]) -> Vec<(String, usize)> {
        let links = Links {
            members: wanted.iter().map(|id| (*id).to_owned()).collect(),
            manager: Manager::None,
        };
        let found: Vec<Value> = found
            .iter()
            .map(|id| json!({ "value": id, "type": "User" }))
            .collect();
        let found = json!({ "displayName": "g", "members": found });
        patches(
            &item(Kind::Group, json!({ "displayName": "g" })),
            &links,
            &found,
        )
        .iter()
        .map(|patch| {
            let operation = &patch["Operations"][0];
            let count = operation["value"].as_array().map_or(0, Vec::len);
            (operation["op"].as_str().unwrap().to_owned(), count)
        })
        .collect()
    }

    #[test]
    fn members_are_added_or_if_some_must_go_replaced() {
        assert_eq!(member_patches(&["1", "2"], &["2", "1"]), []);
        assert_eq!(
            member_patches(&["1", "2", "3"], &["2"]),
            [("add".into(), 2)]
        );
        assert_eq!(
            member_patches(&["1", "2"], &["2", "9"]),
            [("replace".into(), 2)]
        );
        assert_eq!(member_patches(&[], &["2"]), [("remove".into(), 0)]);
    }

    #[test]
    fn a_large_group_takes_several_patches() {
        let ids: Vec<String> = (0..2500).map(|n| format!("{n:05}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        assert_eq!(
            member_patches(&ids, &["gone"]),
            [
                ("replace".into(), 1000),
                ("add".into(), 1000),
                ("add".into(), 500)
            ]
        );
    }
}
