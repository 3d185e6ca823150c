//! Passkeys: the relying party of WebAuthn (Level 3) behind a small interface of our own.
//!
//! User verification is always required, so a passkey is a whole sign-in and not a second step; attestation is never asked for;
//! discoverable credentials are preferred, so that people need not type a username. The cryptography is `webauthn-rs`; nothing
//! of it shows outside.
//!
//! The two ceremonies go the same way. `start_…` gives options for the browser and a state. Keep the state on the server, as
//! JSON, for minutes and for **one** attempt: whoever could use a state twice could replay a response. `finish_…` takes it back
//! with what the browser sent. Browsers make options of JSON with `PublicKeyCredential.parseCreationOptionsFromJSON` and
//! `parseRequestOptionsFromJSON`, and JSON of their response with `toJSON` (WebAuthn §5.1).
//!
//! What the caller has to do: refuse a passkey whose id is registered already, look up a person's passkeys in the right tenant
//! and realm, replace a passkey by the one that [`Used`] has, and bound the size of responses.
//!
//! The library draws the challenges itself, from the system's generator: it lets nobody hand them over.

mod authentication;
mod error;
mod passkey;
mod registration;
mod relying_party;

pub use authentication::{AuthenticationState, Presented, Used};
pub use error::{InvalidOrigin, PasskeyError};
pub use passkey::{Passkey, Person};
pub use registration::RegistrationState;
pub use relying_party::RelyingParty;
