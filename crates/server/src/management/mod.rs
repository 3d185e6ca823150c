//! The management API (product §7): the operation table of the domain as routes.

mod answer;
mod batch;
mod entrance;
mod handlers;
mod openapi;

pub use openapi::document as openapi;

use crate::{Access, Route, route::realm_path};
use axum::{handler::Handler, http::Method};
use domain::management::{
    Creatable, Deletable, Listable, Readable, Updatable,
    table::{
        ApplicationSecrets, Applications, AssignedScopes, AuditEvents, Claims, ConnectorHeartbeats,
        Connectors, Consents, Create, Delete, Grants, IdentityProviders, Keys, List, Permitted,
        Policies, Read, Realms, Report, ResourceServers, ResourceTypes, Roles, Schemas, Scopes,
        Services, SyncProfiles, Tenants, Tokens, Update, Usage,
    },
};

/// The routes of the management API.
pub(crate) fn routes() -> Vec<Route> {
    let mut routes = Vec::new();
    whole::<Tenants>(&mut routes);
    whole::<Realms>(&mut routes);
    whole::<Applications>(&mut routes);
    routes.push(create::<ApplicationSecrets>());
    routes.push(delete::<ApplicationSecrets>());
    whole::<AssignedScopes>(&mut routes);
    whole::<ResourceServers>(&mut routes);
    whole::<Scopes>(&mut routes);
    whole::<ResourceTypes>(&mut routes);
    whole::<Schemas>(&mut routes);
    whole::<IdentityProviders>(&mut routes);
    whole::<Claims>(&mut routes);
    whole::<Services>(&mut routes);
    whole::<Policies>(&mut routes);
    whole::<Connectors>(&mut routes);
    routes.push(route::<Report<ConnectorHeartbeats>, _, _>(
        handlers::report::<ConnectorHeartbeats>,
    ));
    whole::<SyncProfiles>(&mut routes);
    routes.extend([list::<Usage>(), read::<Usage>()]);
    whole::<Roles>(&mut routes);
    routes.extend([list::<Grants>(), read::<Grants>(), delete::<Grants>()]);
    routes.extend([list::<Consents>(), read::<Consents>(), delete::<Consents>()]);
    routes.extend([list::<AuditEvents>(), read::<AuditEvents>()]);
    routes.extend([list::<Tokens>(), read::<Tokens>(), delete::<Tokens>()]);
    whole::<Keys>(&mut routes);
    routes.push(Route::new(
        Method::POST,
        realm_path!("/batch"),
        Access::Token,
        batch::post,
    ));
    routes.push(Route::new(
        Method::GET,
        "/v1/openapi.json",
        Access::Public,
        openapi::get,
    ));
    routes
}

/// All five operations of a resource.
fn whole<R: Creatable + Listable + Readable + Updatable + Deletable>(routes: &mut Vec<Route>) {
    routes.extend([
        create::<R>(),
        list::<R>(),
        read::<R>(),
        update::<R>(),
        delete::<R>(),
    ]);
}

fn create<R: Creatable>() -> Route {
    route::<Create<R>, _, _>(handlers::create::<R>)
}

fn list<R: Listable>() -> Route {
    route::<List<R>, _, _>(handlers::list::<R>)
}

fn read<R: Readable>() -> Route {
    route::<Read<R>, _, _>(handlers::read::<R>)
}

fn update<R: Updatable>() -> Route {
    route::<Update<R>, _, _>(handlers::update::<R>)
}

fn delete<R: Deletable>() -> Route {
    route::<Delete<R>, _, _>(handlers::delete::<R>)
}

/// The route of an operation: method, path and scope come from the table.
fn route<K, H, T>(handler: H) -> Route
where
    K: Permitted,
    H: Handler<T, crate::App>,
    T: 'static,
{
    let operation = K::OPERATION;
    let method = match operation.method {
        "POST" => Method::POST,
        "PATCH" => Method::PATCH,
        "DELETE" => Method::DELETE,
        _ => Method::GET,
    };
    Route::new(
        method,
        operation.path,
        Access::Scope(operation.scope),
        handler,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::management::table::OPERATIONS;
    use std::collections::BTreeSet;

    #[test]
    fn every_operation_of_the_table_is_a_route_and_nothing_else_is() {
        let table: BTreeSet<_> = OPERATIONS
            .iter()
            .map(|o| (o.method.to_owned(), o.path, o.scope))
            .collect();
        let routes: BTreeSet<_> = routes()
            .into_iter()
            // A batch needs what its operations need, and the document nothing.
            .filter(|route| !matches!(route.access, Access::Token | Access::Public))
            .map(|route| match route.access {
                Access::Scope(scope) => (route.method.to_string(), route.path, scope),
                _ => (route.method.to_string(), route.path, "other"),
            })
            .collect();
        assert_eq!(table, routes);
        assert_eq!(OPERATIONS.len(), routes.len());
        let more = super::routes().len() - routes.len();
        assert_eq!(more, 2, "the batch and the document");
    }
}
