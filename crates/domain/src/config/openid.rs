//! How a client signs people in (OpenID Connect Registration §2, RFC 7591 §2).

use super::{Application, Registration};
use jose::Algorithm;
use oauth::GrantType;
use serde::{Deserialize, Serialize};
use url::Url;

/// What a client is registered with for grants of people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OpenIdSettings {
    /// Where a person may be sent after logout (RP-Initiated Logout §3.1).
    pub post_logout_redirect_uris: Vec<String>,
    /// How long a refresh token lasts when it is not used, in seconds (B6).
    pub refresh_token_lifetime: u32,
    /// What its ID tokens are signed with.
    pub id_token_signed_response_alg: Algorithm,
    /// What its answers of `/userinfo` are signed with; plain JSON if none.
    pub userinfo_signed_response_alg: Option<Algorithm>,
    /// Whether other clients know its people by the same `sub` (OpenID Connect Core §8).
    pub subject_type: SubjectType,
    /// The sector that pairwise `sub` values are made for; see [`Application::sector`] if none.
    pub sector: Option<String>,
    /// Whether its requests need PKCE. It can be switched off for a confidential client only (A4).
    pub require_pkce: bool,
    /// Whether its requests must be pushed (RFC 9126 §6).
    pub require_pushed_authorization_requests: bool,
    /// Whether its requests must be signed (RFC 9101 §10.5).
    pub require_signed_request_object: bool,
    /// Where logouts are told (Back-Channel Logout §2.2).
    pub backchannel_logout_uri: Option<String>,
    /// How old a sign-in may be, in seconds, where a request does not say.
    pub default_max_age: Option<u32>,
    /// Authentication contexts, where a request names none.
    pub default_acr_values: Vec<String>,
    /// The client's home page.
    pub client_uri: Option<String>,
    /// Its privacy policy.
    pub policy_uri: Option<String>,
    /// Its terms of service.
    pub tos_uri: Option<String>,
    /// How it registered itself, if it did (RFC 7591).
    pub registration: Option<Registration>,
}

/// The authentication contexts that there are, weakest first: one factor, two factors, and one that
/// can't be phished (`phr`, EAP ACR Values §4).
pub const ACR_VALUES: [&str; 3] = ["1", "2", "phr"];

/// What ID tokens and answers of `/userinfo` may be signed with, the default first.
pub const SIGNED_RESPONSE_ALGORITHMS: [Algorithm; 4] = [
    Algorithm::Rs256,
    Algorithm::Es256,
    Algorithm::EdDsa,
    Algorithm::Ps256,
];

/// Longest life of a refresh token that is not used, in seconds: one year.
pub const MAX_REFRESH_TOKEN_LIFETIME: u32 = 365 * 24 * 60 * 60;

impl Default for OpenIdSettings {
    fn default() -> Self {
        Self {
            post_logout_redirect_uris: Vec::new(),
            refresh_token_lifetime: 30 * 24 * 60 * 60,
            id_token_signed_response_alg: Algorithm::Rs256,
            userinfo_signed_response_alg: None,
            subject_type: SubjectType::Public,
            sector: None,
            require_pkce: true,
            require_pushed_authorization_requests: false,
            require_signed_request_object: false,
            backchannel_logout_uri: None,
            default_max_age: None,
            default_acr_values: Vec::new(),
            client_uri: None,
            policy_uri: None,
            tos_uri: None,
            registration: None,
        }
    }
}

impl OpenIdSettings {
    /// The sector of a client with these redirection URIs: the one that is set, or their one host
    /// (OpenID Connect Core §8.1); none if that does not say, as loopback, which is every device's.
    pub fn sector_of(&self, redirect_uris: &[String]) -> Option<String> {
        if self.sector.is_some() {
            return self.sector.clone();
        }
        let host = |uri: &String| {
            let url = Url::parse(uri).ok().filter(|url| url.scheme() == "https")?;
            url.host_str().map(str::to_owned)
        };
        let mut hosts = redirect_uris.iter().map(host);
        let first = hosts.next()??;
        let one = hosts.all(|other| other.as_ref() == Some(&first));
        one.then_some(first)
    }
}

impl Application {
    /// The sector that its pairwise `sub` values are made for (OpenID Connect Core §8.1). A client that
    /// registered itself is one by itself unless an administrator set another: nobody looked whether
    /// the hosts that it names are its own.
    pub fn sector(&self) -> Option<String> {
        match self.registered_itself() && self.openid.sector.is_none() {
            true => Some(self.client_id()),
            false => self.openid.sector_of(&self.redirect_uris),
        }
    }

    /// Whether people come in by it: then it gets ID tokens.
    pub fn involves_people(&self) -> bool {
        let with_people = |grant: &GrantType| {
            matches!(grant, GrantType::AuthorizationCode | GrantType::DeviceCode)
        };
        self.grant_types.iter().any(with_people)
    }

    /// What must be signed for it besides access tokens: ID tokens, and answers of `/userinfo` if
    /// it wants them signed. Nothing where no people come in, nor for the command line, which does not ask who
    /// they are.
    pub fn signing_algorithms(&self) -> impl Iterator<Item = Algorithm> {
        let id_token = Some(self.openid.id_token_signed_response_alg);
        let wanted = [id_token, self.openid.userinfo_signed_response_alg];
        let any = self.involves_people() && !self.is_built_in();
        wanted.into_iter().flatten().filter(move |_| any)
    }
}

/// What `sub` values a client gets (OpenID Connect Core §8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectType {
    /// The same for every client.
    Public,
    /// Another for every sector.
    Pairwise,
}
