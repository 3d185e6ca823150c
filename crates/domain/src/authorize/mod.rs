//! The authorization endpoint and what hangs from it (RFC 6749 §4.1, OpenID Connect Core §3.1): a
//! request is received, a person signs in and consents, a grant and its code are made.
//!
//! Nothing is redirected but to a [`RedirectTarget`], which is born where a presented URI was found
//! to be the client's (A1, A2). What happens between the steps is kept in a [`Flow`], which belongs
//! to one browser; [`step::next`] says what comes next, and is pure.

mod account;
mod act;
mod device;
mod flow;
mod grant;
mod incoming;
mod linking;
mod passkey;
mod provider;
mod pushed;
mod redirect;
mod request_object;
mod run;
mod stage;
mod step;

pub use account::AccountPage;
pub use act::{Act, ActError, FactorMethod};
pub use device::DeviceError;
pub(crate) use device::{DeviceAnswer, DeviceRecord, INTERVAL};
pub use flow::{Flow, FlowError, Visitor};
pub use incoming::AuthorizeFailure;
pub use linking::{LinkError, LinkOffer};
pub use provider::{Arrival, CameBack};
pub use redirect::{Answer, RedirectTarget};
pub use request_object::REQUEST_OBJECT_ALGORITHMS;
pub use run::{Authorized, FlowState, Outcome};
pub use stage::{ConsentItem, SignInReason, Stage};
