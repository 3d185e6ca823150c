//! Making, changing and deleting.

use super::{bodies, leaves, of_type, resource};
use crate::{
    case::Case,
    exchange::Ask,
    filters::Filters,
    rights::{CREATE, DELETE, MODIFY},
    rng::Rng,
};
use scim::Node;
use serde_json::{Value, json};

pub fn post(case: &Case<'_>, rng: &mut Rng) -> Ask {
    let of = of_type(case, CREATE, rng);
    let body = bodies::new(case, of, rng);
    Ask::new("", "POST", format!("/scim/v2/{}", of.endpoint)).json(&body)
}

pub fn put(case: &Case<'_>, rng: &mut Rng) -> Ask {
    let known = resource(case, MODIFY, rng);
    let body = bodies::replacement(case, case.stage.of(known.of), &known.id, rng);
    let path = known.path();
    Ask::new("", "PUT", path).json(&body)
}

fn patch_body(operations: &[Value]) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": operations,
    })
}

pub fn patch(case: &Case<'_>, rng: &mut Rng) -> Ask {
    let known = resource(case, MODIFY, rng);
    let body = patch_body(&bodies::operations(case, case.stage.of(known.of), rng));
    let more = if rng.chance(20) { "?attributes=id" } else { "" };
    let path = format!("{}{more}", known.path());
    Ask::new("", "PATCH", path).json(&body)
}

/// S8: a value path that tests what the caller sees, and now and then what it does not.
pub fn patch_value_path(case: &Case<'_>, rng: &mut Rng) -> Ask {
    let known = resource(case, MODIFY, rng);
    let of = case.stage.of(known.of);
    let modify = leaves(case, of.name, MODIFY);
    let lists: Vec<&Node> = of
        .schema
        .nodes()
        .iter()
        .filter(|n| n.is_list() && of.schema.any(&modify, n.id) && !of.schema.is_read_only(n.id))
        .collect();
    let Some(list) = rng.maybe(&lists) else {
        return patch(case, rng);
    };
    let (visible, inside) = (case.caller.rights.visible(of), of.schema.leaves(list.id));
    let mut tested = visible.clone();
    tested.intersect_with(&inside);
    if tested.is_empty() || rng.chance(30) {
        tested = inside;
    }
    let literals = case.ids();
    let filters = Filters {
        schema: &of.schema,
        search: &tested,
        literals: &literals,
    };
    let wanted = format!("{}[", list.path);
    let drawn = (0..40).map(|_| filters.draw(rng));
    let value_path = drawn
        .filter(|filter| filter.starts_with(&wanted) && filter.ends_with(']'))
        .find(|filter| !filter.contains("] "))
        .unwrap_or_else(|| format!("{}[value pr]", list.path));
    let children: Vec<&Node> = of
        .schema
        .children(list.id)
        .filter(|n| modify.contains(n.id))
        .collect();
    let sub = rng.maybe(&children).filter(|_| rng.chance(60));
    let operation = match sub {
        Some(sub) => {
            let value = crate::values::one(sub, rng);
            json!({ "op": "replace", "path": format!("{value_path}.{}", sub.key()), "value": value })
        }
        None => json!({ "op": "remove", "path": value_path }),
    };
    let path = known.path();
    Ask::new("", "PATCH", path).json(&patch_body(&[operation]))
}

pub fn if_matched(case: &Case<'_>, rng: &mut Rng) -> Ask {
    let ask = match rng.below(3) {
        0 => put(case, rng),
        1 => delete(case, rng),
        _ => patch(case, rng),
    };
    let own: Vec<&String> = case
        .tags
        .iter()
        .filter(|(id, _)| ask.path.contains(id.as_str()))
        .map(|(_, tag)| tag)
        .collect();
    let tag = match rng.maybe(&own) {
        Some(tag) => (*tag).clone(),
        None => "W/\"AAAAAAAAAAAAAAAA\", *".to_owned(),
    };
    ask.header("if-match", tag)
}

pub fn delete(case: &Case<'_>, rng: &mut Rng) -> Ask {
    let known = resource(case, DELETE, rng);
    Ask::new("", "DELETE", known.path())
}

/// S6: a value that another resource has, where the caller can see that it has.
pub fn taken_name(case: &Case<'_>, rng: &mut Rng) -> Ask {
    let of = of_type(case, CREATE, rng);
    let Some(node) = of.unique() else {
        return post(case, rng);
    };
    let taken = case.taken.iter().filter(|(name, _)| *name == of.name);
    let taken: Vec<&String> = taken.map(|(_, taken)| taken).collect();
    let Some(name) = rng.maybe(&taken) else {
        return post(case, rng);
    };
    let mut body = bodies::new(case, of, rng);
    body[node.key()] = json!(name);
    Ask::new("", "POST", format!("/scim/v2/{}", of.endpoint)).json(&body)
}

/// Whether a write may give other resources another version, by names or memberships that they show. It
/// is the last of a bulk request then: what follows would show what refers to what (S7).
fn reaches_others(ask: &Ask) -> bool {
    let body = ask.body.as_deref().unwrap_or_default().to_ascii_lowercase();
    let names = body.contains("displayname") || body.contains("members");
    let replaces = ask.method == "PUT" && !ask.path.contains("/Devices/");
    ask.method == "DELETE" || replaces || (ask.method != "POST" && names)
}

/// S11: several of the above, and resources that the caller may know nothing of.
pub fn bulk(case: &Case<'_>, rng: &mut Rng) -> Ask {
    let mut operations = Vec::new();
    for n in 0..1 + rng.below(4) {
        let ask = match rng.below(8) {
            0..2 => post(case, rng),
            2 => put(case, rng),
            3..5 => patch(case, rng),
            5 => delete(case, rng),
            _ => super::others::ghost_write(case, rng),
        };
        let path = ask.path.trim_start_matches("/scim/v2");
        let path = path.split('?').next().unwrap_or_default();
        let mut operation = json!({ "method": ask.method, "path": path });
        if let Some(body) = &ask.body {
            operation["data"] = serde_json::from_str(body).unwrap_or_default();
        }
        if ask.method == "POST" || rng.chance(30) {
            operation["bulkId"] = json!(format!("b{n}"));
        }
        let tag = case.tags.iter().find(|(id, _)| path.ends_with(id.as_str()));
        if let Some((_, tag)) = tag.filter(|_| ask.method != "POST" && rng.chance(30)) {
            operation["version"] = json!(tag);
        }
        operations.push(operation);
        if reaches_others(&ask) {
            break;
        }
    }
    let mut body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": operations,
    });
    if rng.chance(30) {
        body["failOnErrors"] = json!(1 + rng.below(2));
    }
    Ask::new("", "POST", "/scim/v2/Bulk").json(&body)
}
