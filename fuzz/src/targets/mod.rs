//! The targets, one file each; a file begins with what it feeds to whom.

pub mod authorization_request;
pub mod bulk;
pub mod claims_request;
pub mod client_assertion;
pub mod client_metadata;
pub mod cursor;
pub mod date_time;
pub mod filter;
pub mod form;
pub mod gateway_path;
pub mod http_request;
pub mod json;
pub mod jwk;
pub mod jws;
pub mod ldap;
pub mod ldif;
pub mod patch;
pub mod path;
pub mod projection;
pub mod query;
pub mod redirect_uri;
pub mod resource;
pub mod samples;
pub mod scope;
pub mod scope_definition;
pub mod settings;
pub mod url;
pub mod user_code;

/// A target.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, which is that of its module, its program and its corpus.
    pub name: &'static str,
    /// Panics where a property does not hold of the input.
    pub run: fn(&[u8]),
    /// Longest input that is worth trying: a little more than the parser accepts, if that is little.
    pub longest: usize,
}

macro_rules! targets {
    ($($name:ident: $longest:expr,)*) => {
        /// Every target, by name.
        pub const TARGETS: &[Target] = &[
            $(Target { name: stringify!($name), run: $name::run, longest: $longest },)*
        ];
    };
}

targets! {
    authorization_request: 20 << 10,
    bulk: 16 << 10,
    claims_request: 9 << 10,
    client_assertion: 4 << 10,
    client_metadata: 16 << 10,
    cursor: 4 << 10,
    date_time: 64,
    filter: 5 << 10,
    form: 20 << 10,
    gateway_path: 9 << 10,
    http_request: 8 << 10,
    json: 8 << 10,
    jwk: 8 << 10,
    jws: 17 << 10,
    ldap: 5 << 10,
    ldif: 16 << 10,
    patch: 16 << 10,
    path: 5 << 10,
    projection: 16 << 10,
    query: 8 << 10,
    redirect_uri: 5 << 10,
    resource: 16 << 10,
    scope: 5 << 10,
    scope_definition: 8 << 10,
    settings: 4 << 10,
    url: 4 << 10,
    user_code: 80,
}
