//! R7: the store fails at the n-th call, for every route and every n until the request needs no
//! more calls. The answer is 503 with `Retry-After`, nothing is half-done, and what is shown
//! afterwards is what is stored.

use crate::{
    examples::Example,
    support::{Answer, Client},
    world::World,
};
use axum::body::Body;
use http::Request;
use server::{App, Route};
use std::sync::Arc;
use tower::ServiceExt;

/// No request needs so many calls.
const MOST_CALLS: u64 = 100;

/// After so many routes there is a new world, in whose lists there is little.
const ROUTES: usize = 8;

/// Every route; how many calls were failed. A call that fails may have been applied, if it writes.
pub(crate) async fn walk() -> u64 {
    let mut failed = 0;
    for routes in server::routes().chunks(ROUTES) {
        let world = World::new().await;
        for route in routes {
            let only_reads = route.method == "GET";
            for applied in [false, true] {
                if !(applied && only_reads) {
                    failed += until_it_needs_no_more(&world, route, applied).await - 1;
                }
            }
        }
    }
    failed
}

/// Fails call after call; answers the first that the request did not need.
async fn until_it_needs_no_more(world: &World, route: &Route, applied: bool) -> u64 {
    let mut commits = Vec::new();
    for nth in 1..MOST_CALLS {
        let said = format!(
            "{} {}, call {nth}, applied: {applied}",
            route.method, route.path
        );
        let example = Example::of(world, route).await;
        let sender = Sender::of(world, &example).await;
        let before = look(world, &example).await;
        world.server.store.fail_call(nth, applied);
        let answer = sender.send(world, &example).await;
        let seen = world.server.store.stop_failing();
        world.server.core.maintain().await.unwrap();
        let after = look(world, &example).await;
        if !seen.failed {
            assert_ne!(answer.status, 503, "{said}: {}", answer.text());
            let whole = |made: &u32| *made == 0 || *made == seen.commits;
            assert!(
                commits.iter().all(whole),
                "{said}: half of it: {commits:?} of {}",
                seen.commits
            );
            return nth;
        }
        commits.push(seen.commits);
        let text = answer.text();
        assert_ne!(answer.status, 500, "{said}: {text}");
        if answer.status == 503 {
            // A probe is asked again anyway.
            let retries = route.path == "/ready" || answer.header("retry-after") == "1";
            assert!(retries, "{said}: no Retry-After: {text}");
            let made = seen.commits > 0;
            assert!(made || after == before, "{said}: {before} became {after}");
        }
        assert!(!text.contains("\"active\":false"), "{said}: {text}");
        if applied || seen.commits > 0 {
            let stored = look_cold(world, &example).await;
            assert_eq!(after, stored, "{said}: what is shown is not what is stored");
        }
    }
    panic!("{} {} never ends", route.method, route.path);
}

/// Who sends the example: by a token that the server has not seen, or as a client.
enum Sender {
    Token(String),
    Client(Client, String),
}

impl Sender {
    async fn of(world: &World, example: &Example) -> Self {
        if let Some(token) = &example.registration {
            return Self::Token(token.clone());
        }
        if let Some(client) = &example.own {
            let scope = Some("connector:write");
            return Self::Token(client.token(&world.server, scope).await);
        }
        if example.form.is_none() {
            return Self::Token(world.server.admin_token().await);
        }
        let scopes = [crate::world::UNRELATED];
        let client = world.server.add_client(&scopes, |_| ()).await;
        let token = client.token(&world.server, Some(scopes[0])).await;
        Self::Client(client, token)
    }

    async fn send(&self, world: &World, example: &Example) -> Answer {
        let (client, token) = match self {
            Self::Token(token) => return world.send(example, Some(token)).await,
            Self::Client(client, token) => (client, token.as_str()),
        };
        let form: &[(&str, &str)] = if example.path.ends_with("/token") {
            &[
                ("grant_type", "client_credentials"),
                ("scope", crate::world::UNRELATED),
            ]
        } else {
            &[("token", token)]
        };
        let basic = client.basic();
        let headers = [("authorization", basic.as_str())];
        world.server.post_form(&example.path, &headers, form).await
    }
}

/// Lists of the management API, which are read whole: the token of a next page never looks the same.
const LISTS: &[&str] = &[
    "/applications",
    "/assigned-scopes",
    "/claims",
    "/connectors",
    "/consents",
    "/grants",
    "/identity-providers",
    "/keys",
    "/policies",
    "/resource-servers",
    "/resource-types",
    "/roles",
    "/schemas",
    "/scopes",
    "/services",
    "/sync-profiles",
    "/tenants",
    "/realms",
];

/// What the example's address shows, and the one above it; of a batch, the lists of what is in it.
fn addresses(example: &Example) -> Vec<String> {
    let (above, last) = example.path.rsplit_once('/').unwrap_or_default();
    let (scopes, claims) = (format!("{above}/scopes"), format!("{above}/claims"));
    let shown = match last {
        "batch" => [scopes.as_str(), claims.as_str()],
        _ => [example.path.as_str(), above],
    };
    let shown = shown
        .into_iter()
        // Tokens that are asked for to look with are in the list of tokens, and counted; what is made for
        // an example is in the audit trail, which is longer than a page.
        .filter(|path| {
            let counts = ["/tokens", "/audit-events"]
                .iter()
                .any(|list| path.ends_with(list))
                || path.contains("/usage");
            !path.is_empty() && !counts && *path != "/metrics"
        });
    let whole = |path: &str| match LISTS.iter().any(|list| path.ends_with(list)) {
        true => format!("{path}?page_size=200"),
        false => path.to_owned(),
    };
    shown.map(whole).collect()
}

async fn look(world: &World, example: &Example) -> String {
    let token = world.server.admin_token().await;
    let mut seen = String::new();
    for path in addresses(example) {
        let answer = world.server.call("GET", &path, &token, None).await;
        seen += &format!("{} {}\n", answer.status, answer.text());
    }
    seen
}

/// The same as a server shows it that remembers nothing.
async fn look_cold(world: &World, example: &Example) -> String {
    let token = world.server.admin_token().await;
    let router = server::router(App::new(Arc::new(world.server.cold().await)));
    let mut seen = String::new();
    for path in addresses(example) {
        let request = Request::get(&path)
            .header("authorization", format!("Bearer {token}"))
            .body(Body::empty())
            .unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        let answer = Answer::read(path, response).await;
        seen += &format!("{} {}\n", answer.status, answer.text());
    }
    seen
}
