//! Reading one resource or many.

use super::{leaves, of_type, query, resource};
use crate::{
    case::Case,
    exchange::{Ask, OWN},
    filters::{Filters, NOTHING},
    rights::{RETRIEVE, SEARCH, Type},
    rng::Rng,
};
use scim::{AttributeSet, Node};
use serde_json::json;

pub fn get(case: &Case<'_>, rng: &mut Rng) -> Ask {
    let known = resource(case, RETRIEVE, rng);
    Ask::new("", "GET", known.path())
}

pub fn get_selected(case: &Case<'_>, rng: &mut Rng) -> Ask {
    let known = resource(case, RETRIEVE, rng);
    let (name, paths) = selection(case.stage.of(known.of), rng);
    let query = query(&[(name, &paths.join(","))]);
    let path = format!("{}?{query}", known.path());
    Ask::new("", "GET", path)
}

fn selection(of: &Type, rng: &mut Rng) -> (&'static str, Vec<String>) {
    let name = *rng.pick(&["attributes", "attributes", "excludedAttributes"]);
    let nodes = of.schema.nodes();
    let mut paths: Vec<String> = (0..1 + rng.below(4))
        .map(|_| rng.pick(nodes).path.clone())
        .collect();
    if rng.chance(10) {
        paths.push(NOTHING.to_owned());
    }
    (name, paths)
}

pub fn get_conditional(case: &Case<'_>, rng: &mut Rng) -> Ask {
    let (id, tag) = match rng.maybe(&case.tags) {
        Some((id, tag)) => (id.clone(), tag.clone()),
        None => ("x".to_owned(), "W/\"AAAAAAAAAAAAAAAA\"".to_owned()),
    };
    let known = case.known.iter().find(|k| k.id == id).cloned();
    let known = known.unwrap_or_else(|| resource(case, RETRIEVE, rng));
    let header = *rng.pick(&["if-none-match", "if-none-match", "if-match"]);
    let path = known.path();
    Ask::new("", "GET", path).header(header, tag)
}

pub fn list(case: &Case<'_>, rng: &mut Rng) -> Ask {
    let of = of_type(case, SEARCH, rng);
    let path = format!("/scim/v2/{}", of.endpoint);
    match rng.chance(40) {
        true => {
            let (name, paths) = selection(of, rng);
            let query = query(&[(name, &paths.join(","))]);
            Ask::new("", "GET", format!("{path}?{query}"))
        }
        false => Ask::new("", "GET", path),
    }
}

/// Draws a filter or an order, most often within the caller's rights.
fn with_filters<T>(
    case: &Case<'_>,
    of: &Type,
    rng: &mut Rng,
    draw: impl FnOnce(Filters<'_>, &mut Rng) -> T,
) -> T {
    let search = leaves(case, of.name, SEARCH);
    let mut literals: Vec<String> = case.ids();
    let values = case.seen.values().filter_map(|body| body.as_object());
    let texts = values.flat_map(|body| body.values().filter_map(|v| v.as_str()));
    literals.extend(texts.map(str::to_owned));
    literals.sort();
    let filters = Filters {
        schema: &of.schema,
        search: &search,
        literals: &literals,
    };
    draw(filters, rng)
}

fn draw_filter(case: &Case<'_>, of: &Type, rng: &mut Rng) -> String {
    with_filters(case, of, rng, |filters, rng| filters.draw(rng))
}

fn draw_order(case: &Case<'_>, of: &Type, rng: &mut Rng) -> (String, &'static str) {
    let path = with_filters(case, of, rng, |filters, rng| {
        filters
            .node(rng)
            .map_or(NOTHING.to_owned(), |node| node.path.clone())
    });
    (path, *rng.pick(&["ascending", "descending"]))
}

pub fn filter(case: &Case<'_>, rng: &mut Rng) -> Ask {
    let of = of_type(case, SEARCH, rng);
    let filter = draw_filter(case, of, rng);
    let query = query(&[("filter", &filter)]);
    Ask::new("", "GET", format!("/scim/v2/{}?{query}", of.endpoint))
}

pub fn sort(case: &Case<'_>, rng: &mut Rng) -> Ask {
    let of = of_type(case, SEARCH, rng);
    let (by, order) = draw_order(case, of, rng);
    let query = query(&[("sortBy", &by), ("sortOrder", order)]);
    Ask::new("", "GET", format!("/scim/v2/{}?{query}", of.endpoint))
}

pub fn page(case: &Case<'_>, rng: &mut Rng) -> Ask {
    let of = of_type(case, SEARCH, rng);
    let (start, count) = (rng.below(5).to_string(), rng.below(4).to_string());
    let mut pairs = vec![("startIndex", start.as_str()), ("count", count.as_str())];
    let (filter, (by, order)) = (draw_filter(case, of, rng), draw_order(case, of, rng));
    if rng.chance(40) {
        pairs.extend([("sortBy", by.as_str()), ("sortOrder", order)]);
    }
    if rng.chance(30) {
        pairs.push(("filter", &filter));
    }
    let path = format!("/scim/v2/{}?{}", of.endpoint, query(&pairs));
    Ask::new("", "GET", path)
}

pub fn cursor(case: &Case<'_>, rng: &mut Rng) -> Ask {
    let of = of_type(case, SEARCH, rng);
    let count = (1 + rng.below(2)).to_string();
    let (by, order) = draw_order(case, of, rng);
    let mut pairs = vec![("cursor", ""), ("count", count.as_str())];
    if rng.chance(50) {
        pairs.extend([("sortBy", by.as_str()), ("sortOrder", order)]);
    }
    let path = match rng.chance(15) {
        true => "/scim/v2/".to_owned(),
        false => format!("/scim/v2/{}", of.endpoint),
    };
    Ask::new("", "GET", format!("{path}?{}", query(&pairs)))
}

/// A cursor goes on with the query that it was given for, now and then with another.
pub fn next_cursor(case: &Case<'_>, rng: &mut Rng) -> Ask {
    let Some((path, own)) = rng.maybe(&case.cursors).cloned() else {
        return cursor(case, rng);
    };
    let mut path = path.replacen("cursor=", &format!("cursor={OWN}"), 1);
    if rng.chance(10) {
        path = path.replacen("count=1", "count=2", 1);
    }
    if rng.chance(10) {
        path.push_str("&filter=id+pr");
    }
    Ask {
        own,
        ..Ask::new("", "GET", path)
    }
}

/// A cursor that another client was given, for what this one may not see (S10, T8).
pub fn foreign_cursor(case: &Case<'_>, rng: &mut Rng) -> Ask {
    let Some((endpoint, own)) = rng.maybe(&case.rival_cursors).cloned() else {
        return cursor(case, rng);
    };
    let path = format!("/scim/v2/{endpoint}?cursor={OWN}&count=2");
    Ask {
        own,
        ..Ask::new("", "GET", path)
    }
}

pub fn search(case: &Case<'_>, rng: &mut Rng) -> Ask {
    let of = of_type(case, SEARCH, rng);
    let path = format!("/scim/v2/{}/.search", of.endpoint);
    Ask::new("", "POST", path).json(&search_request(case, of, rng))
}

pub fn search_all(case: &Case<'_>, rng: &mut Rng) -> Ask {
    let of = of_type(case, SEARCH, rng);
    if rng.chance(50) {
        return Ask::new("", "POST", "/scim/v2/.search").json(&search_request(case, of, rng));
    }
    let (filter, (by, order)) = (draw_filter(case, of, rng), draw_order(case, of, rng));
    let mut pairs = vec![("count", "20")];
    if rng.chance(50) {
        pairs.push(("filter", &filter));
    }
    if rng.chance(50) {
        pairs.extend([("sortBy", by.as_str()), ("sortOrder", order)]);
    }
    Ask::new("", "GET", format!("/scim/v2?{}", query(&pairs)))
}

fn search_request(case: &Case<'_>, of: &Type, rng: &mut Rng) -> serde_json::Value {
    let mut body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"] });
    if rng.chance(60) {
        body["filter"] = json!(draw_filter(case, of, rng));
    }
    if rng.chance(40) {
        let (by, order) = draw_order(case, of, rng);
        body["sortBy"] = json!(by);
        body["sortOrder"] = json!(order);
    }
    if rng.chance(40) {
        body["count"] = json!(rng.below(4));
        body["startIndex"] = json!(1 + rng.below(3));
    }
    if rng.chance(40) {
        let (name, paths) = selection(of, rng);
        body[name] = json!(paths);
    }
    body
}

/// What is hidden answers as what does not exist, byte for byte (S2, S8).
pub fn hidden_name(case: &Case<'_>, rng: &mut Rng) -> Ask {
    let of = of_type(case, SEARCH, rng);
    let (search, visible) = (
        leaves(case, of.name, SEARCH),
        case.caller.rights.visible(of),
    );
    let out_of = |set: &AttributeSet| -> Vec<&Node> {
        let nodes = of.schema.nodes().iter();
        nodes
            .filter(|n| n.key().len() > 3 && !n.key().starts_with('$') && !n.key().contains(':'))
            .filter(|n| !of.schema.any(set, n.id) && n.part != scim::Part::Common)
            .collect()
    };
    let path = format!("/scim/v2/{}", of.endpoint);
    let ask = |node: &Node, ask: Ask| {
        let unknown = format!("{}{}", &node.path[..node.path.len() - 2], "qq");
        let is_new = of.schema.lookup(&unknown).is_none();
        Ask {
            unknown: is_new.then(|| (node.path.clone(), unknown)),
            ..ask
        }
    };
    let in_list = |node: &&Node| {
        let parent = node.parent.map(|p| of.schema.node(p));
        parent.is_some_and(|p| p.is_list() && p.part == scim::Part::Core && p.key() != "groups")
    };
    let hidden_in_lists: Vec<&Node> = out_of(&visible).into_iter().filter(in_list).collect();
    if let Some(node) = rng.maybe(&hidden_in_lists).filter(|_| rng.chance(35)) {
        let known = resource(case, crate::rights::MODIFY, rng);
        let list = of.schema.node(node.parent.unwrap_or(node.id));
        let value_path = format!("{}[{} eq \"x\"]", list.key(), node.key());
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{ "op": "remove", "path": value_path }],
        });
        let unknown = format!("{}{}", &node.key()[..node.key().len() - 2], "qq");
        let is_new = of.schema.child(list.id, &unknown).is_none();
        let ask = Ask::new("", "PATCH", format!("{path}/{}", known.id)).json(&body);
        return Ask {
            unknown: is_new.then(|| (node.key().to_owned(), unknown)),
            ..ask
        };
    }
    let hidden = out_of(&search);
    let Some(node) = rng.maybe(&hidden) else {
        return list(case, rng);
    };
    match rng.below(4) {
        0 => ask(
            node,
            Ask::new("", "GET", format!("{path}?sortBy={}", node.path)),
        ),
        1 => {
            let literal = crate::values::one(node, rng);
            let filter =
                form_urlencoded::byte_serialize(literal.to_string().as_bytes()).collect::<String>();
            let path = format!("{path}?filter={}+eq+{filter}", node.path);
            ask(node, Ask::new("", "GET", path))
        }
        2 => ask(
            node,
            Ask::new("", "GET", format!("{path}?filter={}+pr", node.path)),
        ),
        _ => {
            let body = json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
                "filter": format!("not ({} pr) or userName pr", node.path),
            });
            ask(
                node,
                Ask::new("", "POST", format!("{path}/.search")).json(&body),
            )
        }
    }
}
