//! Who looks at a page: the realm, the browser by its cookies, the language, and what was sent.

use super::render::{self, PageSurface};
use crate::{App, Peer, realm::InRealm};
use axum::{
    body::to_bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    response::Response,
};
use cookie::{Cookie, SameSite, time::Duration};
use domain::{
    authorize::Visitor,
    people::{Browser, BrowserCookie, SESSION_LIFETIME},
    snapshot::RealmSnapshot,
};
use oauth::Secret;
use pages::{Fault, Locale};
use std::sync::Arc;

/// Longest form that a page sends, in bytes.
const MAX_FORM: usize = 64 * 1024;
/// Longest `User-Agent` that is looked at, in characters.
const MAX_USER_AGENT: usize = 200;
/// How long a browser is known, in seconds: as long as browsers keep a cookie.
const BROWSER_MAX_AGE: i64 = 400 * 24 * 60 * 60;

/// A browser at a page of a realm.
pub(crate) struct Visit {
    pub(crate) snapshot: Arc<RealmSnapshot>,
    pub(crate) visitor: Visitor,
    pub(crate) locale: Locale,
    /// The query, as it was sent.
    pub(crate) query: String,
    /// The cookie of a browser that had none.
    new_browser: Option<BrowserCookie>,
    names: CookieNames,
}

/// The names of a realm's cookies, and how they are set.
struct CookieNames {
    browser: String,
    session: String,
    secure: bool,
}

impl CookieNames {
    /// Realms share an origin, and must not share cookies (T1). `__Host-` binds a cookie to this very
    /// origin, over HTTPS (U1); a server on plain loopback HTTP can't have it.
    fn of(app: &App, snapshot: &RealmSnapshot) -> Self {
        let secure = app.is_https();
        let prefix = if secure { "__Host-" } else { "" };
        let realm = snapshot.key().short_name();
        Self {
            browser: format!("{prefix}ambit-browser-{realm}"),
            session: format!("{prefix}ambit-session-{realm}"),
            secure,
        }
    }

    fn cookie(&self, name: &str, value: &str, max_age: i64) -> Cookie<'static> {
        Cookie::build((name.to_owned(), value.to_owned()))
            .path("/")
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Lax)
            .max_age(Duration::seconds(max_age))
            .build()
    }
}

impl FromRequestParts<App> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let InRealm(snapshot, ..) = InRealm::<PageSurface>::from_request_parts(parts, app).await?;
        let locale = locale(&parts.headers, parts.uri.query().unwrap_or_default());
        let names = CookieNames::of(app, &snapshot);
        let value = |name: &str| cookie(&parts.headers, name);
        let known = value(&names.browser).and_then(|value| BrowserCookie::parse(&value));
        let (cookie, new_browser) = match known {
            Some(cookie) => (cookie, None),
            None => {
                let cookie = BrowserCookie::generate()
                    .map_err(|error| render::unavailable(&snapshot, locale, &error))?;
                (cookie.clone(), Some(cookie))
            }
        };
        let agent = parts.headers.get(header::USER_AGENT);
        let agent = agent
            .and_then(|agent| agent.to_str().ok())
            .unwrap_or_default();
        Ok(Self {
            visitor: Visitor {
                browser: Browser {
                    id: cookie.id(),
                    user_agent: agent.chars().take(MAX_USER_AGENT).collect(),
                    network: parts
                        .extensions
                        .get()
                        .map(|Peer(address)| (*address).into()),
                },
                session: value(&names.session).map(Secret::new),
            },
            snapshot,
            locale,
            query: parts.uri.query().unwrap_or_default().to_owned(),
            new_browser,
            names,
        })
    }
}

impl Visit {
    /// What is around a page here.
    pub(crate) fn frame(&self) -> pages::Frame {
        render::frame(&self.snapshot, self.locale)
    }

    /// A page for what can't go on.
    pub(crate) fn fault(
        &self,
        status: StatusCode,
        fault: Fault,
        error: Option<&oauth::OAuthError>,
    ) -> Response {
        self.remembered(render::fault(
            &self.snapshot,
            self.locale,
            status,
            fault,
            error,
        ))
    }

    /// The store failed.
    pub(crate) fn unavailable(&self, cause: &dyn std::fmt::Display) -> Response {
        render::unavailable(&self.snapshot, self.locale, cause)
    }

    /// A parameter of the query; of several, the first.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = form_urlencoded::parse(self.query.as_bytes());
        let found = pairs.find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned())
    }

    /// `303 See Other`: what was posted is not posted again (A7).
    pub(crate) fn see_other(&self, location: &str) -> Response {
        let mut response = Response::default();
        *response.status_mut() = StatusCode::SEE_OTHER;
        match HeaderValue::from_str(location) {
            Ok(value) => {
                response.headers_mut().insert(header::LOCATION, value);
                self.remembered(crate::respond::no_store(response))
            }
            Err(_) => self.fault(StatusCode::BAD_REQUEST, Fault::InvalidRequest, None),
        }
    }

    /// Whether the browser sent no cookie by which it is known.
    pub(crate) fn is_new(&self) -> bool {
        self.new_browser.is_some()
    }

    /// `303 See Other` that leaves the browser's cookies as they are.
    pub(crate) fn see_other_as_is(location: &str) -> Response {
        let mut response = Response::default();
        *response.status_mut() = StatusCode::SEE_OTHER;
        if let Ok(value) = HeaderValue::from_str(location) {
            response.headers_mut().insert(header::LOCATION, value);
        }
        crate::respond::no_store(response)
    }

    /// The path of something below the realm.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("{}{rest}", self.snapshot.key().path())
    }

    /// Adds the cookie of a browser that had none.
    pub(crate) fn remembered(&self, response: Response) -> Response {
        match &self.new_browser {
            Some(cookie) => {
                let name = &self.names.browser;
                let cookie = self.names.cookie(name, cookie.expose(), BROWSER_MAX_AGE);
                with_cookie(response, &cookie)
            }
            None => response,
        }
    }

    /// Takes the cookie of a session away.
    pub(crate) fn signed_out(&self, response: Response) -> Response {
        let cookie = self.names.cookie(&self.names.session, "", 0);
        with_cookie(response, &cookie)
    }

    /// Adds the cookie of a session that began.
    pub(crate) fn signed_in(&self, response: Response, session: Option<&Secret>) -> Response {
        match session {
            Some(session) => {
                let seconds = i64::try_from(SESSION_LIFETIME.as_secs()).unwrap_or_default();
                let name = &self.names.session;
                let cookie = self.names.cookie(name, session.expose(), seconds);
                with_cookie(response, &cookie)
            }
            None => response,
        }
    }
}

/// The value of a cookie; of several, the first.
fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let headers = headers.get_all(header::COOKIE).iter();
    let cookies = headers
        .filter_map(|header| header.to_str().ok())
        .flat_map(Cookie::split_parse)
        .flatten();
    let mut found = cookies.filter(|cookie| cookie.name() == name);
    found.next().map(|cookie| cookie.value().to_owned())
}

fn with_cookie(mut response: Response, cookie: &Cookie<'_>) -> Response {
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// What a page's form sent.
pub(crate) struct FormVisit {
    pub(crate) visit: Visit,
    fields: Vec<(String, String)>,
}

impl FormVisit {
    /// A field; of several, the first.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// All values of a field.
    pub(crate) fn fields(&self, name: &str) -> Vec<String> {
        let found = self.fields.iter().filter(|(key, _)| key == name);
        found.map(|(_, value)| value.clone()).collect()
    }

    /// Everything that was sent.
    pub(crate) fn all(&self) -> &[(String, String)] {
        &self.fields
    }

    /// A field that is a secret.
    pub(crate) fn secret(&self, name: &str) -> Secret {
        Secret::new(self.field(name).unwrap_or_default())
    }
}

impl FromRequest<App> for FormVisit {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, app).await?;
        if !is_own(&parts.method, &parts.headers, app.core().base_url()) {
            // Without a cookie: what another site sends has none, and would replace the browser's own.
            let (snapshot, fault) = (&visit.snapshot, Fault::NotOurForm);
            let status = StatusCode::FORBIDDEN;
            return Err(render::fault(snapshot, visit.locale, status, fault, None));
        }
        let body = to_bytes(body, MAX_FORM).await;
        let body = body
            .map_err(|_| visit.fault(StatusCode::PAYLOAD_TOO_LARGE, Fault::InvalidRequest, None))?;
        let fields = form_urlencoded::parse(&body);
        let fields = fields
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        Ok(Self { visit, fields })
    }
}

/// Whether a form comes from a page of ours, as far as the browser says (U2). Every browser says so
/// of a POST; who is none has no cookies that others could use.
fn is_own(method: &Method, headers: &HeaderMap, base_url: &str) -> bool {
    if method != Method::POST {
        return true;
    }
    let text = |name: &str| headers.get(name).map(HeaderValue::as_bytes);
    let site = text("sec-fetch-site");
    let origin = match text("origin") {
        None => true,
        // Our pages send no referrer, and so browsers write `null` for their forms too (Fetch §3.2):
        // only what is said of the site tells those from others.
        Some(b"null") => site == Some(b"same-origin"),
        Some(origin) => origin == base_url.as_bytes(),
    };
    origin && site.is_none_or(|site| site == b"same-origin" || site == b"none")
}

/// `ui_locales` (OpenID Connect Core §3.1.2.1), then what the browser prefers.
fn locale(headers: &HeaderMap, query: &str) -> Locale {
    let asked = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "ui_locales");
    let asked = asked
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default();
    let header = headers.get(header::ACCEPT_LANGUAGE);
    let header = header
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut preferences: Vec<&str> = asked.split(' ').filter(|tag| !tag.is_empty()).collect();
    preferences.extend(pages::accept_language(header));
    Locale::choose(&preferences)
}
