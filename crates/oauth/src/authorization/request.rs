//! The authorization request (RFC 6749 §4.1.1, OIDC Core §3.1.2.1, RFC 7636 §4.3, RFC 8707 §2).

use super::{
    AuthorizationTarget, ClaimsRequest, Prompt, RequestObject, ResponseMode, ResponseType,
};
use crate::bounded::{Source, refused, text, words};
use crate::form::Parameters;
use crate::token::{resources, scope};
use crate::{
    CODE_CHALLENGE_METHOD, ClientId, CodeChallenge, OAuthError, ResourceIndicator, Scope, Secret,
};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

/// Longest `nonce`, in bytes.
const MAX_NONCE_BYTES: usize = 1024;
/// Longest `login_hint`, in bytes.
const MAX_LOGIN_HINT_BYTES: usize = 512;

/// What a client asks a person for. As JSON it is the claims of a request object (RFC 9101 §4),
/// and read again by the same rules: so it is kept between the steps of the flow.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
pub struct AuthorizationRequest {
    /// The client.
    pub client_id: ClientId,
    /// The redirection URI as presented; the token request must then have the same (B1).
    pub redirect_uri: Option<String>,
    /// What is asked for.
    pub response_type: ResponseType,
    /// How the answer is sent.
    pub response_mode: ResponseMode,
    /// The scope asked for; `None` asks for the client's default.
    pub scope: Option<Scope>,
    /// Handed back with the answer.
    pub state: Option<String>,
    /// Put into the ID token unchanged.
    pub nonce: Option<String>,
    /// How the person is to be asked.
    pub prompt: Prompt,
    /// The most seconds since the person signed in (A14).
    pub max_age: Option<u64>,
    /// Authentication context classes, the preferred first.
    pub acr_values: Vec<String>,
    /// Who will probably sign in.
    pub login_hint: Option<String>,
    /// Languages of the pages, the preferred first.
    pub ui_locales: Vec<String>,
    /// An ID token of the person who is meant.
    pub id_token_hint: Option<Secret>,
    /// Claims asked for by name.
    pub claims: Option<ClaimsRequest>,
    /// The resources at which the token will be used, each once.
    pub resource: Vec<ResourceIndicator>,
    /// The proof key.
    pub code_challenge: Option<CodeChallenge>,
}

impl AuthorizationRequest {
    /// Reads a request whose parameters are in the query or form itself. What is not known is
    /// ignored (RFC 6749 §3.1).
    ///
    /// # Errors
    /// Those of [`AuthorizationTarget::parse`], which whoever redirects has met before; then, for
    /// the client: `invalid_request` naming the parameter, `unsupported_response_type`,
    /// `invalid_scope`, `invalid_target`.
    pub fn parse(parameters: &Parameters) -> Result<Self, OAuthError> {
        // A request that is elsewhere is never answered by what stands beside it (A14, REG-09).
        for name in ["request", "request_uri"] {
            if parameters.get(name).is_some() {
                return Err(refused(name, "has the request, which was not read from it"));
            }
        }
        Self::read(parameters)
    }

    pub(super) fn read(source: &impl Source) -> Result<Self, OAuthError> {
        let target = AuthorizationTarget::read(source)?;
        let challenge = source.get("code_challenge");
        Ok(Self {
            client_id: target.client_id,
            redirect_uri: target.redirect_uri,
            state: target.state,
            response_type: ResponseType::read(source)?,
            response_mode: ResponseMode::read(source)?,
            scope: scope(source)?,
            nonce: text(source, "nonce", MAX_NONCE_BYTES)?,
            prompt: source.get("prompt").unwrap_or_default().parse()?,
            max_age: source.get("max_age").map(seconds).transpose()?,
            acr_values: words(source, "acr_values")?,
            login_hint: text(source, "login_hint", MAX_LOGIN_HINT_BYTES)?,
            ui_locales: words(source, "ui_locales")?,
            id_token_hint: source.get("id_token_hint").map(Secret::new),
            claims: source.get("claims").map(str::parse).transpose()?,
            resource: resources(source)?,
            code_challenge: CodeChallenge::read(challenge, source.get("code_challenge_method"))?,
        })
    }

    /// To whom the answer goes.
    pub fn target(&self) -> AuthorizationTarget {
        AuthorizationTarget {
            client_id: self.client_id.clone(),
            redirect_uri: self.redirect_uri.clone(),
            state: self.state.clone(),
            response_mode: self.response_mode,
        }
    }
}

fn seconds(text: &str) -> Result<u64, OAuthError> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = text.parse().ok().filter(|_| digits);
    seconds.ok_or_else(|| refused("max_age", "is no number of seconds"))
}

impl TryFrom<Map<String, Value>> for AuthorizationRequest {
    type Error = OAuthError;

    fn try_from(claims: Map<String, Value>) -> Result<Self, OAuthError> {
        RequestObject::read(&claims)?.request()
    }
}

impl Serialize for AuthorizationRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let joined = |words: &[String]| (!words.is_empty()).then(|| words.join(" "));
        let method = self
            .code_challenge
            .map(|_| CODE_CHALLENGE_METHOD.to_owned());
        let prompt = (!self.prompt.is_empty()).then(|| self.prompt.to_string());
        let hint = self
            .id_token_hint
            .as_ref()
            .map(|hint| hint.expose().to_owned());
        let mut claims = serializer.serialize_map(None)?;
        for (name, value) in [
            ("client_id", Some(self.client_id.to_string())),
            ("redirect_uri", self.redirect_uri.clone()),
            ("scope", self.scope.as_ref().map(ToString::to_string)),
            ("state", self.state.clone()),
            ("nonce", self.nonce.clone()),
            ("prompt", prompt),
            ("acr_values", joined(&self.acr_values)),
            ("login_hint", self.login_hint.clone()),
            ("ui_locales", joined(&self.ui_locales)),
            ("id_token_hint", hint),
            ("code_challenge", self.code_challenge.map(String::from)),
            ("code_challenge_method", method),
        ] {
            if let Some(value) = value {
                claims.serialize_entry(name, &value)?;
            }
        }
        claims.serialize_entry("response_type", &self.response_type)?;
        claims.serialize_entry("response_mode", &self.response_mode)?;
        if let Some(seconds) = self.max_age {
            claims.serialize_entry("max_age", &seconds)?;
        }
        if let Some(request) = &self.claims {
            claims.serialize_entry("claims", &request.to_json())?;
        }
        if !self.resource.is_empty() {
            claims.serialize_entry("resource", &self.resource)?;
        }
        claims.end()
    }
}

#[cfg(test)]
mod tests;
