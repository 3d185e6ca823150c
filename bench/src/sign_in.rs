//! People who sign in, and a client that asks them, as a browser without JavaScript does it.

use crate::{
    ambit::{Realm, access_tokens},
    load::{Connection, Endpoint},
};
use anyhow::{Context as _, Result, bail};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

/// What everybody's password is.
pub const PASSWORD: &str = "correct horse battery";
/// A code verifier and its challenge (RFC 7636 appendix B).
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// Where codes are sent.
const CALLBACK: &str = "https://client.example.com/cb";
/// What a form is sent as.
const FORM: &str = "Content-Type: application/x-www-form-urlencoded";

/// A client that people trust: it needs no consent.
#[derive(Debug)]
pub struct App {
    /// The realm.
    pub endpoint: Endpoint,
    /// `Authorization` of the client.
    pub basic: String,
    id: String,
}

/// A browser at the server.
#[derive(Debug)]
pub struct Browser {
    connection: Connection,
    endpoint: Endpoint,
    cookies: Vec<(String, String)>,
}

/// A page that asks for a password.
#[derive(Debug, Clone)]
pub struct SignInPage {
    endpoint: Endpoint,
    flow: String,
    cookies: String,
}

impl App {
    /// Makes the client, with `openid profile email`, and ID tokens by ES256.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn make(realm: &Realm) -> Result<Self> {
        let endpoint = realm.endpoint.clone();
        let scope = "applications:create+assigned-scopes:create";
        let form = format!("grant_type=client_credentials&scope={scope}");
        let request = endpoint.form("/token", &realm.basic, &form);
        let tokens = access_tokens(endpoint.address, &request, 1).await?;
        let bearer = format!("Bearer {}", tokens.first().context("no token")?);
        let mut connection = Connection::open(endpoint.address).await?;
        let body = json!({
            "name": "bench", "type": "confidential", "redirect_uris": [CALLBACK],
            "grant_types": ["authorization_code"], "id_token_signed_response_alg": "ES256",
        });
        let made = send_json(&mut connection, &endpoint, "/applications", &bearer, &body).await?;
        let text = |name: &str| {
            let found = made.get(name).and_then(Value::as_str);
            found
                .map(str::to_owned)
                .with_context(|| format!("no {name}"))
        };
        let (id, secret) = (text("client_id")?, text("client_secret")?);
        let path = format!("/applications/{id}/assigned-scopes");
        for scope in ["openid", "profile", "email"] {
            let body = json!({"scope": scope, "consent_required": false});
            send_json(&mut connection, &endpoint, &path, &bearer, &body).await?;
        }
        let pair = STANDARD.encode(format!("{id}:{secret}"));
        Ok(Self {
            endpoint,
            basic: format!("Basic {pair}"),
            id,
        })
    }

    /// The path of an authorization request.
    #[must_use]
    pub fn authorize(&self) -> String {
        format!(
            "/authorize?client_id={}&response_type=code&scope=openid+profile+email&nonce=n&state=s\
             &redirect_uri=https%3A%2F%2Fclient.example.com%2Fcb\
             &code_challenge={CHALLENGE}&code_challenge_method=S256",
            self.id
        )
    }

    /// The request that redeems a code.
    #[must_use]
    pub fn redeem(&self, code: &str) -> Vec<u8> {
        let form = format!(
            "grant_type=authorization_code&code={code}&code_verifier={VERIFIER}\
             &redirect_uri=https%3A%2F%2Fclient.example.com%2Fcb"
        );
        self.endpoint.form("/token", &self.basic, &form)
    }
}

/// Makes people who have a password.
///
/// # Errors
/// If the server refuses.
pub async fn people_with_passwords(realm: &Realm, names: &[String]) -> Result<()> {
    let tokens = realm.tokens(1).await?;
    let bearer = format!("Bearer {}", tokens.first().context("no token")?);
    let mut connection = Connection::open(realm.endpoint.address).await?;
    for name in names {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": name, "displayName": name, "password": PASSWORD,
            "emails": [{"value": format!("{name}@example.com"), "primary": true}],
        });
        let request = realm
            .endpoint
            .scim("POST", "/scim/v2/Users", &bearer, &body.to_string());
        let answer = connection.exchange(&request).await?;
        if answer.status != 201 {
            bail!("{}", String::from_utf8_lossy(answer.body));
        }
    }
    Ok(())
}

/// Creates something of the management API, and answers it.
pub(crate) async fn send_json(
    connection: &mut Connection,
    endpoint: &Endpoint,
    path: &str,
    bearer: &str,
    body: &Value,
) -> Result<Value> {
    let request = endpoint.json(path, bearer, &body.to_string());
    let answer = connection.exchange(&request).await?;
    let text = String::from_utf8_lossy(answer.body).into_owned();
    if answer.status != 201 {
        bail!("{path}: {} {text}", answer.status);
    }
    Ok(serde_json::from_str(&text)?)
}

impl Browser {
    /// A browser that was never there.
    ///
    /// # Errors
    /// If nobody listens.
    pub async fn open(endpoint: &Endpoint) -> Result<Self> {
        Ok(Self {
            connection: Connection::open(endpoint.address).await?,
            endpoint: endpoint.clone(),
            cookies: Vec::new(),
        })
    }

    /// Where a request is redirected to.
    async fn redirected(&mut self, request: &[u8]) -> Result<String> {
        let answer = self.connection.exchange(request).await?;
        for set in answer.headers("set-cookie") {
            let pair = set.split(';').next().and_then(|pair| pair.split_once('='));
            let (name, value) = pair.context("no cookie")?;
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        let location = answer.headers("location").next().map(str::to_owned);
        location.with_context(|| {
            let body = String::from_utf8_lossy(answer.body);
            format!("no redirect: {} {body}", answer.status)
        })
    }

    fn cookie(&self) -> String {
        let pairs = self.cookies.iter();
        let pairs: Vec<String> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    /// Asks for a code, as far as the page that asks for a password.
    ///
    /// # Errors
    /// If there is no such page.
    pub async fn ask(&mut self, app: &App) -> Result<SignInPage> {
        let request = self.endpoint.page(&app.authorize(), &self.cookie());
        let location = self.redirected(&request).await?;
        let flow = location.split_once("id=").context("no flow")?.1;
        Ok(SignInPage {
            endpoint: self.endpoint.clone(),
            flow: flow.to_owned(),
            cookies: self.cookie(),
        })
    }

    /// Signs in.
    ///
    /// # Errors
    /// If that is refused.
    pub async fn sign_in(&mut self, app: &App, name: &str) -> Result<()> {
        let page = self.ask(app).await?;
        self.redirected(&page.sign_in(name, PASSWORD)).await?;
        Ok(())
    }

    /// A code, for who is signed in.
    ///
    /// # Errors
    /// If there is none.
    pub async fn code(&mut self, app: &App) -> Result<String> {
        let request = self.endpoint.page(&app.authorize(), &self.cookie());
        let location = self.redirected(&request).await?;
        let (_, rest) = location.split_once("?code=").context("no code")?;
        Ok(rest.split('&').next().unwrap_or_default().to_owned())
    }
}

impl SignInPage {
    /// The request that a name and a password make of it.
    #[must_use]
    pub fn sign_in(&self, name: &str, password: &str) -> Vec<u8> {
        let password = password.replace(' ', "+");
        let flow = &self.flow;
        let body = format!("flow={flow}&username={name}&password={password}&action=sign-in");
        self.endpoint.post_page("/flow", &self.cookies, FORM, &body)
    }
}
