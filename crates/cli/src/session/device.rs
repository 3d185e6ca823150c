//! Signing in on another device (RFC 8628), and the tokens that come of it.

use super::file::Session;
use crate::client::{Answer, HttpClient};
use anyhow::{Context, bail};
use domain::{Clock, SystemClock};
use serde::Deserialize;
use std::time::Duration;
use zeroize::Zeroizing;

/// RFC 8628 §3.4.
const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// RFC 8628 §3.2: seconds between two questions, if the server does not say.
const INTERVAL: u64 = 5;
/// RFC 8628 §3.5: by how much `slow_down` lengthens that.
const SLOW_DOWN: u64 = 5;

/// What a person needs to sign in (RFC 8628 §3.2).
#[derive(Deserialize)]
pub(super) struct DeviceAuthorization {
    device_code: Zeroizing<String>,
    /// What to type.
    pub(super) user_code: String,
    /// Where to type it.
    pub(super) verification_uri: String,
    /// Where nothing is to be typed.
    pub(super) verification_uri_complete: Option<String>,
    expires_in: u64,
    interval: Option<u64>,
}

/// A token response (RFC 6749 §5.1).
#[derive(Deserialize)]
struct Tokens {
    access_token: Zeroizing<String>,
    refresh_token: Option<Zeroizing<String>>,
    #[serde(default)]
    expires_in: i64,
}

/// Why there are no tokens (RFC 6749 §5.2, RFC 8628 §3.5).
#[derive(Deserialize)]
struct TokenError {
    error: String,
    error_description: Option<String>,
}

/// Begins a sign-in of the client `client_id`.
pub(super) async fn begin(
    http: &HttpClient,
    issuer: &str,
    client_id: &str,
    scope: Option<&str>,
) -> anyhow::Result<DeviceAuthorization> {
    let mut form = vec![("client_id", client_id)];
    form.extend(scope.map(|scope| ("scope", scope)));
    let answer = http
        .post_form(&format!("{issuer}/device_authorization"), &form)
        .await?
        .successful()?;
    serde_json::from_str(&answer.body).context("the answer to the sign-in's beginning")
}

/// Asks until the person has signed in, as often as the server allows.
pub(super) async fn wait(
    http: &HttpClient,
    issuer: &str,
    client_id: &str,
    begun: &DeviceAuthorization,
) -> anyhow::Result<Session> {
    let form = [
        ("grant_type", DEVICE_CODE),
        ("device_code", begun.device_code.as_str()),
        ("client_id", client_id),
    ];
    let end = SystemClock
        .now()
        .plus(Duration::from_secs(begun.expires_in));
    let mut interval = Duration::from_secs(begun.interval.unwrap_or(INTERVAL));
    while SystemClock.now() < end {
        tokio::time::sleep(interval).await;
        let Ok(answer) = http.post_form(&format!("{issuer}/token"), &form).await else {
            // RFC 8628 §3.5: who hears nothing asks less often.
            interval *= 2;
            continue;
        };
        if answer.status.is_success() {
            return session(client_id, &answer, None);
        }
        let refusal: TokenError = match serde_json::from_str(&answer.body) {
            Ok(refusal) => refusal,
            Err(_) => bail!("{}", answer.complaint()),
        };
        match refusal.error.as_str() {
            "authorization_pending" => {}
            "slow_down" => interval += Duration::from_secs(SLOW_DOWN),
            "access_denied" => bail!("the sign-in was refused"),
            "expired_token" => break,
            other => bail!("{}", refusal.error_description.as_deref().unwrap_or(other)),
        }
    }
    bail!("nobody signed in in time; `ambit login` begins anew")
}

/// The next tokens of a session; `None` if it has ended.
pub(super) async fn refresh(
    http: &HttpClient,
    issuer: &str,
    session_now: &Session,
) -> anyhow::Result<Option<Session>> {
    let Some(refresh_token) = &session_now.refresh_token else {
        return Ok(None);
    };
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh_token.as_str()),
        ("client_id", &session_now.client_id),
    ];
    let answer = http.post_form(&format!("{issuer}/token"), &form).await?;
    if answer.status.is_client_error() {
        let refusal = serde_json::from_str::<TokenError>(&answer.body);
        if refusal.is_ok_and(|refusal| refusal.error == "invalid_grant") {
            return Ok(None);
        }
    }
    let answer = answer.successful().context("no new access token")?;
    session(&session_now.client_id, &answer, Some(refresh_token)).map(Some)
}

/// Revokes the tokens of a session (RFC 7009).
pub(super) async fn revoke(
    http: &HttpClient,
    issuer: &str,
    session: &Session,
) -> anyhow::Result<()> {
    let tokens = [session.refresh_token.as_ref(), Some(&session.access_token)];
    for token in tokens.into_iter().flatten() {
        let form = [("token", token.as_str()), ("client_id", &session.client_id)];
        http.post_form(&format!("{issuer}/revoke"), &form)
            .await?
            .successful()?;
    }
    Ok(())
}

fn session(
    client_id: &str,
    answer: &Answer,
    before: Option<&Zeroizing<String>>,
) -> anyhow::Result<Session> {
    let tokens: Tokens =
        serde_json::from_str(&answer.body).context("the token endpoint's answer")?;
    Ok(Session {
        client_id: client_id.to_owned(),
        access_token: tokens.access_token,
        refresh_token: tokens.refresh_token.or_else(|| before.cloned()),
        expires: SystemClock
            .now()
            .seconds()
            .saturating_add(tokens.expires_in),
    })
}
