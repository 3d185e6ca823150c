//! A SCIM resource as the body of POST or PUT (RFC 7644 §3.3, §3.5.1).

use super::samples::{GROUPS, OTHER_WORLD, SOME, USER, USERS};
use scim::{ResourceSchema, ScimError, index, json, project, replace, validate};
use serde_json::{Map, Value};

/// The canonical form is its own; its projections and index entries are; a PUT done twice changes
/// nothing the second time; and what its caller cannot see makes no difference to it (S2, S4).
pub fn run(data: &[u8]) {
    let Ok(body) = json::read_object(data) else {
        return;
    };
    for schema in [&*USERS, &*GROUPS] {
        if let Ok(resource) = validate::canonical(schema, body.clone()) {
            canonical(schema, &resource);
        }
    }
    let Ok(incoming) = validate::replacement(&USERS, body) else {
        return;
    };
    put(&incoming);
    let put_by_some = |current: &Map<String, Value>| {
        let plan = replace::plan(&USERS, current, incoming.clone(), &SOME, &SOME);
        plan.map(|plan| {
            let touched: Vec<_> = plan.touched.iter().map(|leaf| leaf.index()).collect();
            (
                project(&USERS, &plan.resource, &SOME),
                touched,
                plan.unchanged,
            )
        })
    };
    assert_eq!(put_by_some(&USER), put_by_some(&OTHER_WORLD), "S2");
}

fn canonical(schema: &ResourceSchema, resource: &Map<String, Value>) {
    let again = validate::canonical(schema, resource.clone());
    assert_eq!(
        again.as_ref(),
        Ok(resource),
        "the canonical form is its own"
    );
    let all = schema.all_attributes();
    assert_eq!(&project(schema, resource, all), resource);
    // Either outcome will do; both are total.
    drop(validate::check_required(schema, resource));
    let value = Value::Object(resource.clone());
    for entry in index::entries(schema, &value) {
        let node = schema.node(entry.attr);
        assert!(node.is_leaf() && index::is_indexed(schema, node));
    }
    if schema.resource_type().name == "User" {
        let part = project(schema, resource, &SOME);
        assert_eq!(
            project(schema, &part, &SOME),
            part,
            "a projection is its own"
        );
        let leaves = |user: &Map<String, Value>| user.keys().cloned().collect::<Vec<_>>();
        assert!(leaves(&part).iter().all(|name| resource.contains_key(name)));
    }
}

fn put(incoming: &Map<String, Value>) {
    let all = USERS.all_attributes();
    let plan = |current: &Map<String, Value>| -> Result<_, ScimError> {
        replace::plan(&USERS, current, incoming.clone(), all, all)
    };
    let Ok(first) = plan(&USER) else {
        return;
    };
    let second = plan(&first.resource).expect("what was put can be put again");
    assert_eq!(
        second.resource, first.resource,
        "a PUT done twice changes nothing more"
    );
    // A password was written, whichever it was before.
    assert!(second.unchanged || incoming.contains_key("password"));
}
