//! The steps.

use std::error::Error;

use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdTokenClaims, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, LogoutRequest, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PostLogoutRedirectUrl, ProviderMetadataWithLogout,
    RedirectUrl, Scope, TokenResponse as _,
};
use serde_json::{Value, json};

use crate::browser::Listener;

type Outcome<T> = Result<T, Box<dyn Error>>;
type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

struct Party<'a> {
    wanted: &'a Value,
    client: Client,
    listener: Listener,
    /// RFC 9207: whether the metadata promises `iss` in authorization responses.
    promises_issuer: bool,
}

/// Goes through the steps; `step` is the one that it is at.
pub fn run(wanted: &Value, step: &mut &'static str) -> Outcome<()> {
    let issuer = IssuerUrl::new(text(wanted, "issuer")?.to_owned())?;
    let listener = Listener::at(text(wanted, "redirect_uri")?)?;
    let metadata = ProviderMetadataWithLogout::discover(&issuer, &send)?;
    let end_session = metadata.additional_metadata().end_session_endpoint.clone();
    let secret = wanted.get("client_secret").and_then(Value::as_str);
    let client = CoreClient::from_provider_metadata(
        metadata,
        ClientId::new(text(wanted, "client_id")?.to_owned()),
        secret.map(|secret| ClientSecret::new(secret.to_owned())),
    )
    .set_redirect_uri(RedirectUrl::new(text(wanted, "redirect_uri")?.to_owned())?);
    let promises_issuer = promises_issuer(issuer.as_str())?;
    let party = Party {
        wanted,
        client,
        listener,
        promises_issuer,
    };
    passed(step, "tokens");

    let (tokens, claims) = party.authorize(json!({}))?;
    passed(step, "userinfo");
    party.userinfo(&tokens, &claims)?;
    if party.does("refresh") {
        passed(step, "refresh");
        party.refresh(&tokens, &claims)?;
    }
    if party.does("consent") {
        passed(step, "left out");
        party.leave_out()?;
        passed(step, "denied");
        must(
            party
                .authorize(json!({"action": "deny"}))
                .is_err_and(|error| error.to_string().contains("access_denied")),
            || "denied, and not answered with access_denied".to_owned(),
        )?;
    }
    if party.does("logout") {
        passed(step, "logout");
        let back =
            PostLogoutRedirectUrl::new(text(wanted, "post_logout_redirect_uri")?.to_owned())?;
        let state = CsrfToken::new_random();
        let hint = tokens.id_token().ok_or("there is no ID token")?;
        let url = LogoutRequest::from(end_session.ok_or("no end_session_endpoint")?)
            .set_id_token_hint(hint)
            .set_post_logout_redirect_uri(back)
            .set_state(state.clone())
            .http_get_url();
        let back = party.listener.after(&url, json!({}))?;
        must(back.get("state") == Some(state.secret()), || {
            format!("after logout: {back:?}")
        })?;
    }
    if party.does("client_credentials") {
        passed(step, "client credentials");
        let scope = text(wanted, "client_credentials_scope")?;
        let request = party.client.exchange_client_credentials()?;
        let own = request
            .add_scope(Scope::new(scope.to_owned()))
            .request(&send)?;
        let granted = own
            .scopes()
            .is_none_or(|scopes| scopes.iter().any(|granted| granted.as_str() == scope));
        must(granted, || {
            format!("asked for {scope}, was granted {:?}", own.scopes())
        })?;
    }
    tell(step);
    Ok(())
}

fn tell(step: &str) {
    println!("{}", json!({"step": step, "ok": true}));
}

/// One step is done, the next begins.
fn passed(step: &mut &'static str, next: &'static str) {
    tell(step);
    *step = next;
}

fn must(holds: bool, sentence: impl FnOnce() -> String) -> Outcome<()> {
    if holds {
        Ok(())
    } else {
        Err(sentence().into())
    }
}

fn text<'a>(wanted: &'a Value, name: &str) -> Outcome<&'a str> {
    let found = wanted.get(name).and_then(Value::as_str);
    Ok(found.ok_or_else(|| format!("the argument has no {name}"))?)
}

/// One HTTP request, without redirects (they would let a provider choose whom this asks).
fn send(request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
    let agent = ureq::Agent::new_with_config(
        ureq::Agent::config_builder()
            .max_redirects(0)
            .http_status_as_error(false)
            .build(),
    );
    let (head, mut body) = agent.run(request)?.into_parts();
    Ok(HttpResponse::from_parts(head, body.read_to_vec()?))
}

/// The crate has no word for RFC 9207 yet.
fn promises_issuer(issuer: &str) -> Outcome<bool> {
    let url = format!("{issuer}/.well-known/openid-configuration");
    let answer = send(ureq::http::Request::get(url).body(Vec::new())?)?;
    let metadata: Value = serde_json::from_slice(answer.body())?;
    Ok(metadata.get("authorization_response_iss_parameter_supported") == Some(&Value::Bool(true)))
}

impl Party<'_> {
    fn does(&self, what: &str) -> bool {
        let does = self.wanted.get("does").and_then(Value::as_array);
        does.is_some_and(|does| does.iter().any(|each| each == what))
    }

    /// The code flow (OpenID Connect Core §3.1) with PKCE, state and nonce.
    fn authorize(&self, how: Value) -> Outcome<(CoreTokenResponse, CoreIdTokenClaims)> {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let scopes = text(self.wanted, "scope")?
            .split(' ')
            .filter(|scope| *scope != "openid");
        let (url, state, nonce) = self
            .client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scopes(scopes.map(|scope| Scope::new(scope.to_owned())))
            .add_extra_param("prompt", "consent")
            .set_pkce_challenge(challenge)
            .url();
        let back = self.listener.after(&url, how)?;
        must(back.get("state") == Some(state.secret()), || {
            "the state is another".to_owned()
        })?;
        let issuer = back.get("iss").map(String::as_str);
        let expected = text(self.wanted, "issuer")?;
        must(!self.promises_issuer || issuer == Some(expected), || {
            format!("iss of the response is {issuer:?}")
        })?;
        let code = back
            .get("code")
            .ok_or_else(|| format!("no code: {:?}", back.get("error")))?;
        let tokens = self
            .client
            .exchange_code(AuthorizationCode::new(code.clone()))?
            .set_pkce_verifier(verifier)
            .request(&send)?;
        let verifier = self.client.id_token_verifier();
        let id_token = tokens.id_token().ok_or("there is no ID token")?;
        let claims = id_token.claims(&verifier, &nonce)?.clone();
        if let Some(expected) = claims.access_token_hash() {
            let key = id_token.signing_key(&verifier)?;
            let hash =
                AccessTokenHash::from_token(tokens.access_token(), id_token.signing_alg()?, key)?;
            must(hash == *expected, || {
                "at_hash is of another access token".to_owned()
            })?;
        }
        Ok((tokens, claims))
    }

    /// OpenID Connect Core §5.3.2: `sub` must be that of the ID token, which the crate sees to.
    fn userinfo(&self, tokens: &CoreTokenResponse, claims: &CoreIdTokenClaims) -> Outcome<()> {
        let found = self.ask_userinfo(tokens, Some(claims))?;
        let expected = self
            .wanted
            .get("claims")
            .and_then(Value::as_object)
            .ok_or("the argument has no claims")?;
        for (name, value) in expected {
            must(found.get(name) == Some(value), || {
                format!("claim {name} is {:?}, not {value}", found.get(name))
            })?;
        }
        Ok(())
    }

    fn ask_userinfo(
        &self,
        tokens: &CoreTokenResponse,
        claims: Option<&CoreIdTokenClaims>,
    ) -> Outcome<Value> {
        let subject = claims.map(|claims| claims.subject().clone());
        let found: CoreUserInfoClaims = self
            .client
            .user_info(tokens.access_token().clone(), subject)?
            .request(&send)?;
        let mut found = serde_json::to_value(found)?;
        // Names may come in many languages: without one, the crate writes the plain claim.
        if let Some(object) = found.as_object_mut() {
            object.retain(|_, value| !value.is_null());
        }
        Ok(found)
    }

    fn refresh(&self, tokens: &CoreTokenResponse, claims: &CoreIdTokenClaims) -> Outcome<()> {
        let old = tokens.refresh_token().ok_or("there is no refresh token")?;
        let fresh = self.client.exchange_refresh_token(old)?.request(&send)?;
        must(
            fresh.access_token().secret() != tokens.access_token().secret(),
            || "the refresh gives the same access token".to_owned(),
        )?;
        if self.does("rotation") {
            must(
                fresh
                    .refresh_token()
                    .is_some_and(|token| token.secret() != old.secret()),
                || "the refresh token is not rotated".to_owned(),
            )?;
        }
        if let Some(id_token) = fresh.id_token() {
            // OpenID Connect Core §12.2: the nonce may be left out.
            let again =
                id_token.claims(&self.client.id_token_verifier(), |_: Option<&Nonce>| Ok(()))?;
            must(again.subject() == claims.subject(), || {
                "sub is another after the refresh".to_owned()
            })?;
        }
        self.userinfo(&fresh, claims)
    }

    fn leave_out(&self) -> Outcome<()> {
        let (narrow, _) = self.authorize(json!({"leave_out": ["email"]}))?;
        let scopes = narrow
            .scopes()
            .ok_or("the answer does not say that less was granted")?;
        must(scopes.iter().all(|scope| scope.as_str() != "email"), || {
            format!("left out, but granted: {scopes:?}")
        })?;
        let found = self.ask_userinfo(&narrow, None)?;
        must(found.get("email").is_none(), || {
            "userinfo tells a claim of a scope that was left out".to_owned()
        })
    }
}
