//! The person's own pages (product §4): who they are, how they sign in, what they allowed, and where
//! they are signed in.
//!
//! Each page has one address, at which its forms are answered too. Whoever is not signed in signs in
//! first; for a change of the ways to sign in, a short while ago at most.

mod apps;
mod enrol;
mod identities;
mod methods;
mod notice;
mod own;
mod profile;
mod sessions;

pub(super) use own::{address, identities};

use crate::{Access::Page, Route, route::realm_path};
use axum::http::Method;

/// The routes of the person's own pages.
pub(super) fn routes() -> Vec<Route> {
    let profile = realm_path!("/account");
    let methods = realm_path!("/account/sign-in-methods");
    let identities = realm_path!("/account/identities");
    let apps = realm_path!("/account/apps");
    let sessions = realm_path!("/account/sessions");
    vec![
        Route::new(Method::GET, profile, Page, profile::show),
        Route::new(Method::POST, profile, Page, profile::submit),
        Route::new(Method::GET, methods, Page, methods::show),
        Route::new(Method::POST, methods, Page, methods::submit),
        Route::new(Method::GET, identities, Page, identities::show),
        Route::new(Method::POST, identities, Page, identities::submit),
        Route::new(Method::GET, apps, Page, apps::show),
        Route::new(Method::POST, apps, Page, apps::submit),
        Route::new(Method::GET, sessions, Page, sessions::show),
        Route::new(Method::POST, sessions, Page, sessions::submit),
    ]
}
