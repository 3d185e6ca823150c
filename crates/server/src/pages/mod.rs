//! What people see: the authorization endpoint, the pages between it and the answer, devices.
//!
//! Handlers read, ask the domain and answer with a page of the crate `pages`. Every page goes out
//! through [`render`], which adds the headers that none goes without (A8, V18); every form comes in
//! through [`visit::FormVisit`], which refuses those of other sites (U2).

mod account;
mod assets;
mod authorize;
mod device;
mod flow;
mod flow_page;
mod logout;
mod provider;
mod render;
mod requirements;
mod set_up;
mod visit;

use crate::{Access, Route, route::realm_path};
use axum::http::Method;

/// The routes of pages.
pub(crate) fn routes() -> Vec<Route> {
    use Access::{Page, Public};
    let (authorize, flow) = (realm_path!("/authorize"), realm_path!("/flow"));
    let device = realm_path!("/device");
    let set_up = realm_path!("/set-up");
    let mut routes = vec![
        Route::new(Method::GET, authorize, Page, authorize::query),
        Route::new(Method::POST, authorize, Page, authorize::form),
        Route::new(Method::GET, flow, Page, flow::show),
        Route::new(Method::POST, flow, Page, flow::submit),
        Route::new(Method::GET, device, Page, device::show),
        Route::new(Method::POST, device, Page, device::submit),
        Route::new(Method::GET, realm_path!("/logout"), Page, logout::query),
        Route::new(Method::POST, realm_path!("/logout"), Page, logout::form),
        Route::new(
            Method::POST,
            realm_path!("/logout/confirm"),
            Page,
            logout::confirm,
        ),
        Route::new(
            Method::GET,
            realm_path!("/provider/{id}/callback"),
            Page,
            provider::come_back,
        ),
        Route::new(
            Method::POST,
            realm_path!("/provider/link"),
            Page,
            provider::link,
        ),
        Route::new(Method::GET, set_up, Page, set_up::show),
        Route::new(Method::POST, set_up, Page, set_up::submit),
        Route::new(Method::GET, "/assets/{name}", Public, assets::asset),
    ];
    routes.extend(account::routes());
    routes
}
