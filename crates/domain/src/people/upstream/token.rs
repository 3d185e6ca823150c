//! The provider's answer and the token request (RFC 6749 §4.1.2, §4.1.3).

use super::{
    error::UpstreamError,
    id_token::{Demands, Told, verify},
    metadata::Metadata,
    proof::{Pending, Proof},
    provider_redirect_uri,
};
use crate::{
    Core, OutboundMethod, OutboundRequest, Timestamp, config::IdentityProvider,
    snapshot::RealmSnapshot,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jose::Unverified;
use secrecy::SecretString;
use serde_json::{Map, Value};
use url::form_urlencoded::byte_serialize;

/// What a provider sent back by the browser.
#[derive(Default)]
pub struct ProviderAnswer {
    /// The id in the address that it came to: whose redirection URI that is.
    pub came_to: String,
    /// `state`.
    pub state: Option<String>,
    /// `code`.
    pub code: Option<String>,
    /// `iss` (RFC 9207).
    pub iss: Option<String>,
    /// `error`.
    pub error: Option<String>,
}

/// An identity at a provider: proven.
#[derive(Clone)]
pub(crate) struct Upstream {
    /// `sub`.
    pub(crate) subject: String,
    /// When they signed in there, if that is said.
    pub(crate) auth_time: Option<Timestamp>,
    /// What else is said of it.
    pub(crate) claims: Map<String, Value>,
    /// Where more is said of it, and by which token.
    more: Option<(String, SecretString)>,
}

impl Upstream {
    /// What people know the identity by.
    pub(crate) fn label(&self) -> String {
        let text = |name: &str| self.claims.get(name).and_then(Value::as_str);
        let known = ["preferred_username", "email", "name"].into_iter();
        let found = known.filter_map(text).find(|text| !text.is_empty());
        let label = found.unwrap_or(&self.subject);
        label
            .chars()
            .filter(|c| !c.is_control())
            .take(200)
            .collect()
    }
}

impl Core {
    /// Who signed in at the provider, by its answer to `pending`.
    pub(crate) async fn upstream_identity(
        &self,
        snapshot: &RealmSnapshot,
        provider: &IdentityProvider,
        (pending, proof): (&Pending, &Proof),
        answer: &ProviderAnswer,
    ) -> Result<Upstream, UpstreamError> {
        let metadata = self.upstream_metadata(snapshot.key(), provider).await?;
        let code = code(answer, &metadata, provider)?;
        let response = self
            .redeem_upstream(snapshot, provider, &metadata, (code, proof))
            .await?;
        let text = |name: &str| response.get(name).and_then(Value::as_str);
        let token = text("id_token").ok_or(UpstreamError::Answer("has no ID token"))?;
        let peeked = Unverified::peek(token)?;
        let header = (peeked.kid.as_deref(), peeked.algorithm);
        let keys = self
            .upstream_keys(snapshot.key(), provider, &metadata.jwks_uri, header)
            .await?;
        let demands = Demands {
            issuer: &provider.issuer,
            client_id: &provider.client_id,
            nonce: &proof.nonce(self.secrets()),
            fresh: pending.fresh,
            access_token: text("access_token"),
            now: self.now(),
        };
        let Told {
            subject,
            auth_time,
            claims,
        } = verify(token, &keys, &demands)?;
        let bearer = |token: &str| SecretString::from(format!("Bearer {token}"));
        let more = metadata.userinfo_endpoint.clone();
        let more = more.zip(text("access_token").map(bearer));
        Ok(Upstream {
            subject,
            auth_time,
            claims,
            more,
        })
    }

    /// Asks the UserInfo endpoint too, if there is one. It must speak of the same subject (OpenID
    /// Connect Core §5.3.2); what the ID token says counts more, for it is signed.
    pub(crate) async fn learn_more(&self, upstream: &mut Upstream) -> Result<(), UpstreamError> {
        let Some((address, bearer)) = upstream.more.take() else {
            return Ok(());
        };
        let headers = vec![("authorization", bearer)];
        let told = self.get_json(&address, headers).await?;
        if told.get("sub").and_then(Value::as_str) != Some(&upstream.subject) {
            return Err(UpstreamError::Answer("of userinfo is about someone else"));
        }
        for (name, value) in told {
            upstream.claims.entry(name).or_insert(value);
        }
        Ok(())
    }

    async fn redeem_upstream(
        &self,
        snapshot: &RealmSnapshot,
        provider: &IdentityProvider,
        metadata: &Metadata,
        (code, proof): (&str, &Proof),
    ) -> Result<Map<String, Value>, UpstreamError> {
        let secret = provider.secret(snapshot.key(), self.secrets())?;
        let mut form = vec![
            ("grant_type".to_owned(), "authorization_code".to_owned()),
            ("code".to_owned(), code.to_owned()),
            (
                "redirect_uri".to_owned(),
                provider_redirect_uri(snapshot.issuer(), provider.id),
            ),
            (
                "code_verifier".to_owned(),
                proof.verifier(self.secrets()).expose().to_owned(),
            ),
        ];
        let mut headers = Vec::new();
        match secret {
            // RFC 6749 §2.3.1: both parts are form-encoded first.
            Some(secret) if !metadata.secret_in_body => {
                let part = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
                let pair = format!("{}:{}", part(&provider.client_id), part(secret.expose()));
                let value = SecretString::from(format!("Basic {}", STANDARD.encode(pair)));
                headers.push(("authorization", value));
            }
            secret => {
                form.push(("client_id".to_owned(), provider.client_id.clone()));
                let secret = secret.map(|secret| secret.expose().to_owned());
                form.extend(secret.map(|secret| ("client_secret".to_owned(), secret)));
            }
        }
        let request = OutboundRequest {
            method: OutboundMethod::PostForm(form),
            url: metadata.token_endpoint.clone(),
            headers,
            accept: "application/json",
        };
        let answer = self.outbound().send(request).await?;
        let members = jose::parse_object(&answer.body)?;
        match answer.status {
            200 => Ok(members),
            _ => Err(UpstreamError::Refused(error_code(members.get("error")))),
        }
    }
}

/// The code, if the answer has one and is of this provider: it came to the address that this one alone
/// was given (RFC 9700 §4.4.2.2), and names no other (RFC 9207 §2.4).
fn code<'a>(
    answer: &'a ProviderAnswer,
    metadata: &Metadata,
    provider: &IdentityProvider,
) -> Result<&'a str, UpstreamError> {
    if answer.came_to != provider.id.to_string() {
        return Err(UpstreamError::Answer("came to another provider's address"));
    }
    match &answer.iss {
        Some(iss) if *iss != provider.issuer => {
            return Err(UpstreamError::Answer("is of another issuer"));
        }
        None if metadata.says_who_it_is => {
            return Err(UpstreamError::Answer("does not say whose it is"));
        }
        Some(_) | None => {}
    }
    match (&answer.error, &answer.code) {
        (Some(error), _) => {
            let error = Value::String(error.clone());
            Err(UpstreamError::Refused(error_code(Some(&error))))
        }
        (None, Some(code)) => Ok(code),
        (None, None) => Err(UpstreamError::Answer("has no code")),
    }
}

/// An error code as far as it has the form of one: it goes to the log.
fn error_code(value: Option<&Value>) -> String {
    let text = value.and_then(Value::as_str).unwrap_or("without a code");
    let printable = |c: &char| c.is_ascii_graphic() || *c == ' ';
    text.chars().filter(printable).take(100).collect()
}
