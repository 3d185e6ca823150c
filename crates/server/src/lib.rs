//! HTTP surfaces of Ambit: OAuth, SCIM, management and operations.
//!
//! A handler reads, asks, answers. Every route is an entry of one table ([`routes`]) that says
//! who may call it; the router is made from the table and from nothing else, and a test walks it.

mod app;
mod auth;
mod connection;
mod management;
mod metrics;
mod oauth;
mod operations;
mod pages;
mod realm;
mod respond;
mod route;
mod scim;

pub use app::App;
pub use connection::Peer;
pub use management::openapi;
pub use metrics::Metrics;
pub use route::{Access, Route, router, routes};
