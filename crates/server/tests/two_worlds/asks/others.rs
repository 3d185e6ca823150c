//! What exists in one world only, and everything beside resources.

use super::{bodies, query};
use crate::{
    case::Case,
    exchange::{Ask, Credentials, OWN},
    rng::Rng,
};
use serde_json::json;

/// A request about a resource that one world has: of a type of which the caller knows nothing, of
/// another realm, of another tenant (S12, T1). Now and then by the endpoint of a type that it knows.
pub fn ghost(case: &Case<'_>, rng: &mut Rng) -> Ask {
    if rng.chance(40) {
        return ghost_write(case, rng);
    }
    let path = ghost_path(case, rng);
    Ask::new("", "GET", path)
}

fn ghost_path(case: &Case<'_>, rng: &mut Rng) -> String {
    let ghost = rng.maybe(&case.ghosts);
    let id = ghost.map_or("0193f1c0-0000-4000-8000-00000000002a", |g| g.id.as_str());
    let endpoint = match ghost.filter(|_| rng.chance(50)) {
        Some(ghost) => ghost.endpoint,
        None => rng.pick(&case.stage.types).endpoint,
    };
    // Of a type that the caller knows, only what both worlds have may be asked for.
    let of = case.stage.types.iter().find(|t| t.endpoint == endpoint);
    let is_there = of.is_some_and(|of| ghost.is_some_and(|g| g.at_home && g.of == of.name));
    let may_differ = is_there && of.is_some_and(|of| case.caller.rights.know(of.name));
    assert!(!may_differ, "what is known is no ghost");
    format!("/scim/v2/{endpoint}/{id}")
}

pub fn ghost_write(case: &Case<'_>, rng: &mut Rng) -> Ask {
    let path = ghost_path(case, rng);
    let endpoint = path.split('/').nth(3).unwrap_or_default();
    let of = case.stage.types.iter().find(|t| t.endpoint == endpoint);
    let of = of.unwrap_or(&case.stage.types[0]);
    match rng.below(3) {
        0 => Ask::new("", "DELETE", path),
        1 => {
            let body = bodies::new(case, of, rng);
            Ask::new("", "PUT", path).json(&body)
        }
        _ => {
            let body = json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations": bodies::operations(case, of, rng),
            });
            Ask::new("", "PATCH", path).json(&body)
        }
    }
}

/// S14: a client is nobody at `/Me`.
pub fn me(case: &Case<'_>, rng: &mut Rng) -> Ask {
    match rng.below(3) {
        0 => {
            let body = bodies::new(case, case.stage.of("User"), rng);
            Ask::new("", "PUT", "/scim/v2/Me").json(&body)
        }
        1 => Ask::new("", "DELETE", "/scim/v2/Me"),
        _ => Ask::new("", "GET", "/scim/v2/Me"),
    }
}

pub fn discovery(case: &Case<'_>, rng: &mut Rng) -> Ask {
    let urn = case.stage.types[rng.below(4)].schema.base_urn().to_owned();
    let paths = [
        "/scim/v2/ServiceProviderConfig".to_owned(),
        "/scim/v2/ResourceTypes".to_owned(),
        "/scim/v2/ResourceTypes/Device".to_owned(),
        "/scim/v2/Schemas".to_owned(),
        format!("/scim/v2/Schemas/{urn}"),
        "/.well-known/openid-configuration".to_owned(),
        "/jwks".to_owned(),
    ];
    Ask::new("", "GET", rng.pick(&paths).clone())
}

pub fn management(case: &Case<'_>, rng: &mut Rng) -> Ask {
    let collection = *rng.pick(&[
        "scopes",
        "scopes",
        "schemas",
        "resource-types",
        "keys",
        "applications",
        "tokens",
    ]);
    let client = &case.stage.rival.client.id;
    match rng.below(6) {
        0 => Ask::new("", "GET", format!("/{collection}/{client}")),
        1 => Ask::new("", "DELETE", format!("/{collection}/{client}")),
        2 => {
            let query = query(&[("filter", "name eq \"scim:read\"")]);
            Ask::new("", "GET", format!("/{collection}?{query}"))
        }
        3 => match rng.maybe(&case.cursors) {
            Some((_, own)) => Ask {
                own: own.clone(),
                ..Ask::new("", "GET", format!("/{collection}?page_token={OWN}"))
            },
            None => Ask::new("", "GET", format!("/{collection}?page_size=2")),
        },
        _ => Ask::new("", "GET", format!("/{collection}?page_size=3")),
    }
}

/// G8, T1: tokens of its own, and of others that one world has.
pub fn tokens(case: &Case<'_>, rng: &mut Rng) -> Ask {
    let endpoint = *rng.pick(&["/introspect", "/introspect", "/revoke"]);
    match rng.below(5) {
        0 => Ask::new("", "POST", "/token").form(&[
            ("grant_type", "client_credentials"),
            ("scope", &case.caller.scope),
        ]),
        1 => match rng.maybe(&case.tokens) {
            Some(own) => Ask {
                own: own.clone(),
                ..Ask::new("", "POST", endpoint).form(&[("token", OWN)])
            },
            None => Ask::new("", "POST", "/introspect").form(&[("token", &case.caller.token)]),
        },
        2 => match rng.maybe(&case.rival_tokens) {
            Some(token) => Ask {
                credentials: Credentials::Other(format!("{token}x")),
                ..Ask::new("", "GET", "/scim/v2/Users")
            },
            None => Ask {
                credentials: Credentials::Nothing,
                ..Ask::new("", "GET", "/scim/v2/Users")
            },
        },
        _ => match rng.maybe(&case.rival_tokens) {
            Some(token) => Ask::new("", "POST", endpoint).form(&[("token", token)]),
            None => Ask::new("", "POST", endpoint).form(&[("token", "no-token-at-all")]),
        },
    }
}

pub fn malformed(case: &Case<'_>, rng: &mut Rng) -> Ask {
    let users = "/scim/v2/Users";
    let known = rng.maybe(&case.known).map_or("x", |k| k.id.as_str());
    match rng.below(8) {
        0 => Ask::new("", "GET", format!("{users}?filter=userName+eq")),
        1 => Ask::new("", "GET", format!("{users}?count=many")),
        2 => Ask::new("", "GET", format!("{users}?cursor=AAAA")),
        3 => Ask {
            body: Some("{\"schemas\":".to_owned()),
            ..Ask::new("", "POST", users)
        },
        4 => Ask::new("", "PATCH", format!("{users}/{known}")).json(&json!({ "Operations": [] })),
        5 => Ask::new("", "PUT", format!("{users}/{known}")).json(&json!({ "a": 1 })),
        6 => Ask::new("", "POST", "/scim/v2/Bulk").json(&json!({ "Operations": "none" })),
        _ => Ask::new("", "TRACE", format!("{users}/%00")),
    }
}
