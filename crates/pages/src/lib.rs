//! All HTML that a person sees: sign-in, consent, devices, the account, errors.
//!
//! A page is a struct of what it shows (a *view*), and [`Page::html`] makes its text. Words are in `words/*.ftl`, markup
//! in `templates/`, the style and the two scripts in `assets/`. Pages work without JavaScript; the scripts add passkeys,
//! and spare a click on [`FormPost`].
//!
//! Invariants: everything here is a pure function of its arguments: no HTTP, no store, no clock. Nothing that a view
//! carries reaches a page unescaped (`text`), no address becomes a link that is not a [`WebUrl`], and no page has an
//! inline script, style or event handler, so that [`content_security_policy`] needs no exception.
//!
//! Every form posts to the [`Form::action`] of its view, with its hidden fields, the fields that the view's documentation
//! names, and `action`: the value of the button that was pressed. The first button is the one that the Enter key presses.

pub mod account;
mod asset;
mod consent;
mod csp;
mod device;
mod error_page;
mod factor;
mod field;
mod form_post;
mod frame;
mod locale;
mod logout;
mod page;
mod password;
mod provider;
mod qr;
mod set_up;
mod sign_in;
mod text;
mod unchecked;
mod web_url;
mod when;
mod words;

pub use asset::{ASSET_FOLDER, Asset, asset, assets};
pub use consent::{Consent, ConsentError, ConsentScope};
pub use csp::{can_be_form_target, content_security_policy, form_post_policy};
pub use device::{Device, DeviceConfirm, DeviceDone, DeviceError};
pub use error_page::{ErrorPage, Fault, NotLinked};
pub use factor::{SecondFactor, SecondFactorError};
pub use field::{CharacterClass, FieldError, Requirement, RequirementKind};
pub use form_post::{FormPost, Onward};
pub use frame::{Form, Frame};
pub use locale::{Locale, accept_language};
pub use logout::{LoggedOut, LogoutConfirm};
pub use page::{NotRendered, Page};
pub use password::{ChangePassword, ChangeReason};
pub use provider::{LinkConfirm, Provider};
pub use set_up::{SetUp, SetUpDone};
pub use sign_in::{Purpose, SignIn, SignInError};
pub use unchecked::Unchecked;
pub use web_url::WebUrl;
