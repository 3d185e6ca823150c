//! Requests to addresses that others chose, without becoming their tool (server-side request forgery, F1–F6).
//!
//! [`HttpOutbound`] implements the port [`domain::Outbound`]. A client, or whoever configures a provider, names a URL; this crate
//! sends one request there if it is on the public Internet, and gives back an answer only if it is what was expected.
//!
//! - Only `https`, ports 443 and 8443, no userinfo, no names that are special in a local network ([`Policy::check_url`]).
//! - The name is looked up once per connection, by a [`Resolver`]; all its addresses must be public ([`is_public`]), and what was
//!   looked at is what is connected to, so that a name that changes its mind (DNS rebinding) changes nothing. Connections are
//!   not kept.
//! - No redirects, proxies, cookies, compression or second tries; five seconds and 256 KiB at most; the media type must be one
//!   that was asked for.
//! - All errors read the same outside (F6).
//!
//! Bounding how often something is fetched, and remembering failures, is the caller's (F4). The process must have installed a
//! `rustls` crypto provider.

mod address;
mod client;
mod policy;
mod resolver;

pub use address::is_public;
pub use client::{HttpOutbound, Unusable};
pub use policy::{Forbidden, Policy};
pub use resolver::{Resolver, SystemResolver};
