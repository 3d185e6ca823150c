//! The table of routes: the only way to the router.

use crate::{
    App,
    connection::{limited, observed},
    management, oauth, operations, pages, respond, scim,
};
use ::scope::SubResourceOperation;
use axum::{
    Router,
    handler::Handler,
    http::Method,
    routing::{MethodFilter, any, on},
};
use std::collections::BTreeMap;

/// Who may call a route. The route walk holds every route to what it says here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anyone; the reason is in the committed list of public routes.
    Public,
    /// A client that authenticates in the request itself (RFC 6749 §2.3).
    Client,
    /// Any valid access token of the realm.
    Token,
    /// A token with enough scope; this scope alone would do.
    Scope(&'static str),
    /// A token with this operation on what belongs to people, which no built-in scope has.
    Operation(SubResourceOperation),
    /// A token whose subject is a person; no token of a client's own will do.
    Person,
    /// The client in the path, which registered itself, by its registration access token (RFC 7592).
    Registrant,
    /// Anyone's browser: a page, or what a page's form posts to. Who is who is asked of cookies, and
    /// the reason is in the committed list of public routes too.
    Page,
}

/// One method of one path.
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, with `{…}` for its variables.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
    handler: axum::routing::MethodRouter<App>,
}

impl Route {
    /// A route; the method must be one that HTTP defines.
    pub(crate) fn new<H, T>(method: Method, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::TRACE);
        Self {
            method,
            path,
            access,
            handler: on(filter, handler),
        }
    }
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} ({:?})", self.method, self.path, self.access)
    }
}

/// Every route of the server.
pub fn routes() -> Vec<Route> {
    let mut routes = operations::routes();
    routes.extend(oauth::routes());
    routes.extend(pages::routes());
    routes.extend(scim::routes());
    routes.extend(management::routes());
    routes
}

/// The router: the table, and what holds for every answer.
pub fn router(app: App) -> Router {
    let mut paths: BTreeMap<&'static str, axum::routing::MethodRouter<App>> = BTreeMap::new();
    for route in routes() {
        let known = paths.remove(route.path).unwrap_or_default();
        paths.insert(route.path, known.merge(route.handler));
    }
    let https = app.is_https();
    let mut router = Router::new();
    for (path, methods) in paths {
        let methods = methods.fallback(respond::method_not_allowed);
        let counters = app.metrics().route(path);
        router = router.route(path, observed(methods, counters, https));
    }
    let counters = app.metrics().route("unmatched");
    let unmatched = observed(any(respond::not_found), counters, https);
    limited(router.fallback(unmatched)).with_state(app)
}

/// The path of something below a realm's root.
macro_rules! realm_path {
    ($rest:literal) => {
        concat!("/v1/tenants/{tenant}/realms/{realm}", $rest)
    };
}
pub(crate) use realm_path;
