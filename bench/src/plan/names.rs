//! What the figures are called: where they are measured, compared and reported.

/// The figure that others are compared with.
pub const HEALTH: &str = "GET /health";
/// Client credentials, ES256, recorded.
pub const TOKEN: &str = "POST /token";
/// Introspection of live tokens.
pub const INTROSPECT: &str = "POST /introspect";
/// One person by id.
pub const GET: &str = "GET /Users/{id}";
/// A hundred people from anywhere.
pub const PAGE: &str = "GET /Users?count=100";
/// Everybody by user name, each for the first time.
pub const FIRST_FIND: &str = "filter userName eq, each for the first time";
/// Somebody new.
pub const CREATE: &str = "POST /Users";
/// Another title for anybody.
pub const PATCH: &str = "PATCH /Users/{id}";

/// A hundred people from anywhere, beside lists of other things.
pub const PAGE_BESIDE: &str = "GET /Users?count=100, beside the lists";
/// A hundred clients from anywhere.
pub const APPLICATIONS: &str = "GET /applications?page_size=100";
/// A hundred scopes from anywhere.
pub const SCOPES: &str = "GET /scopes?page_size=100";

/// A first start.
pub const READY_EMPTY: &str = "start to ready, empty (ms)";
/// A start with everybody.
pub const READY_FULL: &str = "start to ready, all people (ms)";
/// An idle process.
pub const RESIDENT: &str = "resident, idle (MiB)";
/// The same with everybody in the store.
pub const RESIDENT_FULL: &str = "resident, idle, all people (MiB)";

/// After everybody was read, over and over.
pub const RESIDENT_LOADED: &str = "resident, after the reads (MiB)";

/// A bare axum handler that answers.
pub const BARE: &str = "bare axum, 200";
/// A bare axum handler that signs.
pub const SIGN: &str = "bare axum, ES256 signature";
/// What the names of the engine's own rates begin with.
pub const ENGINE: &str = "engine alone, ";
/// `oidc-provider`'s tokens.
pub const PEER_TOKEN: &str = "oidc-provider: POST /token";
/// `oidc-provider`'s introspections.
pub const PEER_INTROSPECT: &str = "oidc-provider: POST /introspect";
/// What the names of `scimmy`'s figures begin with.
pub const SCIMMY: &str = "scimmy: ";

/// `GET /health` beside the figures of people.
pub const HEALTH_PEOPLE: &str = "GET /health, people signed in";
/// Claims of a person.
pub const USERINFO: &str = "GET /userinfo";
/// A code for an access token and an ID token, both ES256, recorded.
pub const CODE: &str = "POST /token, code and ID token";
/// A right password, up to the session.
pub const SIGN_IN: &str = "sign-in with a password";
/// A decision while nobody signs in.
pub const DECISION_CALM: &str = "GET /Me, one at a time";
/// The same while eight guess passwords all the time.
pub const DECISION_STORM: &str = "GET /Me, one at a time, in a storm of sign-ins";
/// A bare axum handler that signs two tokens.
pub const SIGN_TWO: &str = "bare axum, two ES256 signatures";
/// A bare axum handler that hashes a password as Ambit does.
pub const HASH: &str = "bare axum, Argon2id";

/// What the names of in-process figures begin with; they are nanoseconds.
pub const IN_PROCESS: &str = "in process: ";
/// A realm's configuration of 10,000 scopes and as many clients, compiled.
pub const COMPILE: &str = "in process: catalogue/compile 10000 scopes and clients";
/// One of its scopes changed.
pub const EDIT: &str = "in process: realm/edit one scope of 10000";
/// What the names of decisions begin with.
pub const DECIDE: &str = "in process: decide/";
/// A token presented again.
pub const JWT_SEEN: &str = "in process: jwt/seen before";
/// A token presented for the first time: its signature alone.
pub const JWT_VERIFIED: &str = "in process: jwt/signature check";
