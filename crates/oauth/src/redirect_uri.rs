//! Redirection URIs as they are registered, and how a presented one is compared with them
//! (RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §2.1 and §4.1.3).
//!
//! Comparison is of the exact text. So that a text has one meaning only, a URI is registered in
//! the normal form of the URL parser that browsers share; everything else is refused with the
//! reason (A1, A3).

use crate::resource::is_uri_byte;
use crate::{ErrorCode, OAuthError};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;
use url::{Url, form_urlencoded};

/// Longest redirection URI, in bytes.
pub const MAX_REDIRECT_URI_BYTES: usize = 2048;

/// Parameters that an authorization response sets (RFC 6749 §4.1.2, RFC 9207, JARM, OIDC): one
/// that is there already would be read in its place (A3, REG-01).
const RESERVED: [&str; 9] = [
    "access_token",
    "code",
    "error",
    "error_description",
    "error_uri",
    "id_token",
    "iss",
    "response",
    "state",
];

/// A registered redirection URI, kept as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RedirectUri(String);

/// Why a text can't be registered as a redirection URI.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RedirectUriError {
    /// It is longer than [`MAX_REDIRECT_URI_BYTES`].
    #[error("it has more than {MAX_REDIRECT_URI_BYTES} bytes")]
    TooLong,
    /// It is no absolute URI.
    #[error("it is no absolute URI")]
    NotAbsolute,
    /// It has a character that no URI has, or a `%` without two hexadecimal digits.
    #[error("it has a character that must be percent-encoded")]
    Character,
    /// It has a fragment.
    #[error("it has a fragment (RFC 6749 §3.1.2)")]
    Fragment,
    /// It has a user name or a password.
    #[error("it has credentials")]
    Credentials,
    /// It has a wildcard.
    #[error("it has a wildcard; redirection URIs are compared exactly")]
    Wildcard,
    /// It has a `.` or `..` segment, or one that some servers read as such.
    #[error("it has a dot segment")]
    DotSegment,
    /// It has an encoded control character, slash or backslash before the query.
    #[error("it has an encoded slash, backslash or control character")]
    EncodedDelimiter,
    /// Browsers would read it as another text.
    #[error("it is not in its normal form, which is {0}")]
    NotNormal(String),
    /// `http` beyond this machine.
    #[error("http is for loopback addresses only (RFC 8252 §7.3)")]
    PlainHttp,
    /// A scheme that is neither https nor a reversed domain name.
    #[error("a private-use scheme is a reversed domain name (RFC 8252 §7.1)")]
    Scheme,
    /// The response sets this parameter itself.
    #[error("the response sets the parameter {0} itself")]
    Reserved(&'static str),
}

impl RedirectUri {
    /// The URI as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a presented URI is this one. RFC 9700 §2.1: "exact string matching … except for
    /// port numbers in localhost redirection URIs of native apps"; that is, of the literal
    /// loopback addresses (RFC 8252 §7.3: "The authorization server MUST allow any port").
    pub fn matches(&self, presented: &str) -> bool {
        if presented == self.0 {
            return true;
        }
        let portless = loopback(&self.0).and_then(|(address, rest)| {
            let (other, other_rest) = loopback(presented)?;
            Some((address, without_port(rest)?) == (other, without_port(other_rest)?))
        });
        portless.unwrap_or(false)
    }

    /// Whether it is an `http` URI of this machine: of a native application (RFC 8252 §7.3).
    pub fn is_loopback(&self) -> bool {
        self.0.starts_with("http://")
    }
}

/// Splits what follows a literal loopback address off.
fn loopback(uri: &str) -> Option<(&'static str, &str)> {
    ["http://127.0.0.1", "http://[::1]"]
        .into_iter()
        .find_map(|address| Some((address, uri.strip_prefix(address)?)))
}

/// What follows the port, if there is one; `None` if what stands there is no port from 1 to
/// 65535 in its one spelling.
fn without_port(rest: &str) -> Option<&str> {
    let Some(port) = rest.strip_prefix(':') else {
        return Some(rest);
    };
    let end = port
        .find(|digit: char| !digit.is_ascii_digit())
        .unwrap_or(port.len());
    let (digits, rest) = port.split_at_checked(end)?;
    let number: u16 = digits.parse().ok()?;
    (number != 0 && !digits.starts_with('0')).then_some(rest)
}

impl FromStr for RedirectUri {
    type Err = RedirectUriError;

    fn from_str(text: &str) -> Result<Self, RedirectUriError> {
        if text.len() > MAX_REDIRECT_URI_BYTES {
            return Err(RedirectUriError::TooLong);
        }
        check_characters(text)?;
        let url = Url::parse(text).map_err(|_| RedirectUriError::NotAbsolute)?;
        check_scheme(&url)?;
        if !url.username().is_empty() || url.password().is_some() || authority(text).contains('@') {
            return Err(RedirectUriError::Credentials);
        }
        check_path(text)?;
        if !is_normal(text, &url) {
            return Err(RedirectUriError::NotNormal(url.into()));
        }
        check_query(&url)?;
        Ok(Self(text.to_owned()))
    }
}

fn check_characters(text: &str) -> Result<(), RedirectUriError> {
    if text.contains('#') {
        return Err(RedirectUriError::Fragment);
    }
    if text.contains('*') {
        return Err(RedirectUriError::Wildcard);
    }
    let encoded = text.split('%').skip(1).all(|after| {
        let digits = after.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    });
    if encoded && text.bytes().all(is_uri_byte) {
        Ok(())
    } else {
        Err(RedirectUriError::Character)
    }
}

/// An allow-list, so that `javascript` and its like have no case in which they pass (REG-02).
fn check_scheme(url: &Url) -> Result<(), RedirectUriError> {
    match url.scheme() {
        "https" => Ok(()),
        "http" if matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost")) => Ok(()),
        "http" => Err(RedirectUriError::PlainHttp),
        scheme if is_reversed_domain(scheme) => Ok(()),
        _ => Err(RedirectUriError::Scheme),
    }
}

/// RFC 8252 §7.1: "a URI scheme based on a domain name under their control, expressed in reverse
/// order".
fn is_reversed_domain(scheme: &str) -> bool {
    scheme.contains('.')
        && scheme.split('.').all(|label| {
            let inner = label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-');
            inner && !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
        })
}

/// What stands between `//` and the path, as written.
pub(crate) fn authority(text: &str) -> &str {
    let after = text.split_once("://").map_or("", |(_, after)| after);
    let end = after.find(['/', '?']).unwrap_or(after.len());
    after.get(..end).unwrap_or_default()
}

/// Servers disagree about `%2e`, `..;` and encoded slashes; so none of them is taken (REG-01).
fn check_path(text: &str) -> Result<(), RedirectUriError> {
    let hierarchy = text.split_once('?').map_or(text, |(before, _)| before);
    let path = hierarchy.split_once(':').map_or("", |(_, after)| after);
    let lower = path.to_ascii_lowercase();
    let control = |hex: &str| matches!(hex.as_bytes(), [b'0' | b'1', _, ..] | [b'7', b'f', ..]);
    let mut escapes = lower.split('%').skip(1);
    if escapes.any(|hex| hex.starts_with("2f") || hex.starts_with("5c") || control(hex)) {
        return Err(RedirectUriError::EncodedDelimiter);
    }
    let dotted = lower.replace("%2e", ".").replace("%3b", ";");
    let mut segments = dotted.split('/');
    let is_dots = |segment: &str| {
        let name = segment.split(';').next().unwrap_or_default();
        matches!(name, "." | "..")
    };
    match segments.any(is_dots) {
        true => Err(RedirectUriError::DotSegment),
        false => Ok(()),
    }
}

/// The parser repairs silently: `https:x`, `HTTPS://X`, `127.1`, `:443`. What it had to repair is
/// not normal; only the slash of an empty path may be left out.
pub(crate) fn is_normal(text: &str, url: &Url) -> bool {
    let normal = url.as_str();
    let bare = text.split_once('?').map_or_else(
        || format!("{text}/"),
        |(before, query)| format!("{before}/?{query}"),
    );
    let special = matches!(url.scheme(), "https" | "http") && url.path() == "/";
    normal == text || (special && normal == bare)
}

/// Names are compared ignoring case, and `;` separates too: some frameworks read them so.
fn check_query(url: &Url) -> Result<(), RedirectUriError> {
    let query = url.query().unwrap_or_default().replace(';', "&");
    for (name, _) in form_urlencoded::parse(query.as_bytes()) {
        let reserved = RESERVED.iter().find(|own| own.eq_ignore_ascii_case(&name));
        if let Some(reserved) = reserved {
            return Err(RedirectUriError::Reserved(reserved));
        }
    }
    Ok(())
}

impl TryFrom<String> for RedirectUri {
    type Error = RedirectUriError;

    fn try_from(text: String) -> Result<Self, RedirectUriError> {
        text.parse()
    }
}

impl From<RedirectUri> for String {
    fn from(uri: RedirectUri) -> Self {
        uri.0
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// RFC 7591 §3.2.2: "The value of one or more redirection URIs is invalid."
impl From<RedirectUriError> for OAuthError {
    fn from(error: RedirectUriError) -> Self {
        let problem = format!("the redirection URI is refused: {error}");
        Self::new(ErrorCode::InvalidRedirectUri, problem)
    }
}

/// Where a browser may be sent after a logout (RP-Initiated Logout §3.1), registered and compared
/// by the same rules (A10).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PostLogoutRedirectUri(RedirectUri);

impl PostLogoutRedirectUri {
    /// The URI as written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether a presented URI is this one, as [`RedirectUri::matches`].
    pub fn matches(&self, presented: &str) -> bool {
        self.0.matches(presented)
    }
}

impl FromStr for PostLogoutRedirectUri {
    type Err = RedirectUriError;

    fn from_str(text: &str) -> Result<Self, RedirectUriError> {
        text.parse().map(Self)
    }
}

impl fmt::Display for PostLogoutRedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests;
