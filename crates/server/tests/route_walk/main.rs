//! The route walk: every route is held to what the table of routes says of it (S1, G3, T1, REG-17).
//!
//! Without a token: 401. With a token that lacks the scope: 403 that names a scope that would do,
//! and it does. With exactly the scope: served. With another realm's token: 401. With another
//! realm's id: like one that does not exist. Public routes are the committed list, and no more.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod examples;
mod matrix;
mod nth_call;
#[path = "../support/mod.rs"]
mod support;
mod world;

use crate::{examples::Example, support::Answer, world::World};
use server::{Access, Route};
use std::collections::BTreeSet;

/// The reviewed list of what anyone may call, with the reason for each.
const PUBLIC_ROUTES: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../public-routes.txt"
));

#[test]
fn the_public_routes_are_the_committed_list() {
    let committed: BTreeSet<String> = PUBLIC_ROUTES
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (route, reason) = line.split_once(" # ").expect("each has its reason");
            assert!(!reason.trim().is_empty(), "{line}");
            route.trim().to_owned()
        })
        .collect();
    let public = server::routes()
        .into_iter()
        .filter(|route| matches!(route.access, Access::Public | Access::Page));
    let public: BTreeSet<String> = public.map(|route| name(&route)).collect();
    assert_eq!(
        public, committed,
        "public-routes.txt and the table of routes differ"
    );
}

#[tokio::test]
async fn every_route_keeps_what_the_table_says() {
    let world = World::new().await;
    let mut walked = 0;
    for route in server::routes() {
        match route.access {
            Access::Public => public(&world, &route).await,
            Access::Client => client(&world, &route).await,
            Access::Token => token(&world, &route).await,
            Access::Scope(scope) => with_scope(&world, &route, scope).await,
            Access::Operation(operation) => {
                with_scope(&world, &route, &world.scope_with(operation)).await;
            }
            Access::Person => person(&world, &route).await,
            Access::Registrant => registrant(&world, &route).await,
            Access::Page => page(&world, &route).await,
        }
        walked += 1;
    }
    assert!(walked > 60, "only {walked} routes were walked");
}

#[tokio::test(flavor = "multi_thread")]
async fn r7_a_store_that_fails_at_any_call_is_503_and_nothing_is_half_done() {
    let failed = nth_call::walk().await;
    assert!(failed > 150, "only {failed} calls were failed");
}

/// T1, REG-17, S12.
#[tokio::test]
async fn t1_another_realms_id_answers_like_one_that_does_not_exist() {
    let world = World::new().await;
    let mut compared = 0;
    for route in server::routes() {
        let scope = match route.access {
            Access::Scope(scope) => scope.to_owned(),
            Access::Operation(operation) => world.scope_with(operation),
            _ => continue,
        };
        let example = Example::of(&world, &route).await;
        let token = world.token(&[&scope]).await;
        for [foreign, unknown, malformed] in example.elsewhere(&world).await {
            let foreign = world.send(&foreign, Some(&token)).await;
            let unknown = world.send(&unknown, Some(&token)).await;
            let malformed = world.send(&malformed, Some(&token)).await;
            assert_eq!(malformed.text(), unknown.text(), "{}", name(&route));
            assert_eq!(foreign.status, 404, "{}: {}", name(&route), foreign.text());
            assert_eq!(foreign.text(), unknown.text(), "{}", name(&route));
            assert_eq!(foreign.headers, unknown.headers, "{}", name(&route));
            compared += 1;
        }
    }
    assert!(compared > 30, "only {compared} routes were compared");
}

async fn public(world: &World, route: &Route) {
    let example = Example::of(world, route).await;
    served(route, &world.send(&example, None).await);
}

/// A8, V18: whatever a page answers, it is never framed, never kept, and runs nothing inline; and a
/// form of another site does nothing (U2).
async fn page(world: &World, route: &Route) {
    let example = Example::of(world, route).await;
    let answer = world.send(&example, None).await;
    assert!(
        !answer.status.is_server_error() && answer.status != 404,
        "{}: {}",
        name(route),
        answer.status
    );
    if answer.header("content-type").starts_with("text/html") {
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(part), "{}: {policy}", name(route));
        }
        assert!(!policy.contains("unsafe"), "{}: {policy}", name(route));
        assert_eq!(answer.header("x-frame-options"), "DENY", "{}", name(route));
        assert_eq!(
            answer.header("cache-control"),
            "no-store",
            "{}",
            name(route)
        );
        assert_eq!(
            answer.header("referrer-policy"),
            "no-referrer",
            "{}",
            name(route)
        );
    } else {
        assert_eq!(answer.status, 303, "{}: {}", name(route), answer.text());
    }
}

async fn client(world: &World, route: &Route) {
    let example = Example::of(world, route).await;
    let refused = world.send(&example, None).await;
    assert_eq!(refused.status, 401, "{}: {}", name(route), refused.text());
    assert_eq!(refused.error(), "invalid_client", "{}", name(route));
}

async fn token(world: &World, route: &Route) {
    let example = Example::of(world, route).await;
    unauthorized(world, route, &example).await;
    let any = world.token(&[world::UNRELATED]).await;
    let needs = example.needs();
    if needs.is_empty() {
        return served(route, &world.send(&example, Some(&any)).await);
    }
    for lacking in [&[world::UNRELATED], &needs[1..]] {
        let token = world.token(lacking).await;
        let refused = world.send(&example, Some(&token)).await;
        assert_eq!(refused.status, 403, "{}: {}", name(route), refused.text());
        assert!(!advice(&refused).is_empty(), "{}", name(route));
    }
    let token = world.token(needs).await;
    served(route, &world.send(&example, Some(&token)).await);
}

async fn with_scope(world: &World, route: &Route, scope: &str) {
    let example = Example::of(world, route).await;
    unauthorized(world, route, &example).await;
    let lacking = world.token(&[world::UNRELATED]).await;
    let refused = world.send(&example, Some(&lacking)).await;
    assert_eq!(refused.status, 403, "{}: {}", name(route), refused.text());
    let advice = advice(&refused);
    assert!(!advice.is_empty(), "{}: no scope is named", name(route));
    for sufficient in [vec![scope.to_owned()], advice] {
        let names: Vec<&str> = sufficient.iter().map(String::as_str).collect();
        let example = Example::of(world, route).await;
        let token = example.token(world, &names).await;
        served(route, &world.send(&example, Some(&token)).await);
    }
}

/// S14: a client's own token speaks for nobody.
async fn person(world: &World, route: &Route) {
    let example = Example::of(world, route).await;
    unauthorized(world, route, &example).await;
    let token = world.token(&["scim:read", "scim:write"]).await;
    let refused = world.send(&example, Some(&token)).await;
    assert_eq!(refused.status, 403, "{}: {}", name(route), refused.text());
}

/// H5: the client in the path, by its registration access token and no other.
async fn registrant(world: &World, route: &Route) {
    let example = Example::of(world, route).await;
    unauthorized(world, route, &example).await;
    let admin = world.server.admin_token().await;
    let other = world.registered().await.token;
    for wrong in [admin, other] {
        let refused = world.send(&example, Some(&wrong)).await;
        assert_eq!(refused.status, 401, "{}: {}", name(route), refused.text());
    }
    let own = example.registration.clone().expect("who registered");
    served(route, &world.send(&example, Some(&own)).await);
}

/// No token, a token of no realm, and one of another realm.
async fn unauthorized(world: &World, route: &Route, example: &Example) {
    let foreign = world.foreign_token().await;
    for token in [None, Some("no-token"), Some(foreign.as_str())] {
        let refused = world.send(example, token).await;
        assert_eq!(refused.status, 401, "{}: {}", name(route), refused.text());
        let challenge = refused.header("www-authenticate");
        assert!(
            challenge.starts_with("Bearer "),
            "{}: {challenge}",
            name(route)
        );
        assert_eq!(
            challenge.contains("invalid_token"),
            token.is_some(),
            "{}",
            name(route)
        );
    }
}

#[track_caller]
fn served(route: &Route, answer: &Answer) {
    assert!(
        answer.status.is_success(),
        "{}: {} {}",
        name(route),
        answer.status,
        answer.text()
    );
}

/// The scopes that a refusal names (RFC 6750 §3.1).
fn advice(refused: &Answer) -> Vec<String> {
    let challenge = refused.header("www-authenticate");
    assert!(
        challenge.contains("error=\"insufficient_scope\""),
        "{challenge}"
    );
    let (_, rest) = challenge.split_once("scope=\"").unwrap_or_default();
    let (scopes, _) = rest.split_once('"').unwrap_or_default();
    scopes.split_ascii_whitespace().map(str::to_owned).collect()
}

fn name(route: &Route) -> String {
    format!("{} {}", route.method, route.path)
}
