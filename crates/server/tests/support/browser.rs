//! A browser without JavaScript: cookies, forms and redirects.

use super::{Answer, BASE_URL, TestServer};
use axum::body::Body;
use http::Request;
use std::{cell::RefCell, collections::BTreeMap, net::IpAddr};

/// A browser: what it has of cookies.
#[derive(Debug, Default)]
pub struct Browser {
    cookies: RefCell<BTreeMap<String, String>>,
    /// Where its connections come from, if the server knows.
    address: Option<IpAddr>,
}

/// A page with its form.
#[derive(Debug, Clone)]
pub struct Page {
    pub answer: Answer,
    pub action: String,
    pub hidden: Vec<(String, String)>,
}

impl Browser {
    /// A browser that was never here.
    pub fn new() -> Self {
        Self::default()
    }

    /// One at this address.
    pub fn at(address: &str) -> Self {
        Self {
            address: Some(address.parse().unwrap()),
            ..Self::default()
        }
    }

    /// GET, without following.
    pub async fn get(&self, server: &TestServer, path: &str) -> Answer {
        let request = Request::get(path);
        self.send(server, request, Body::empty()).await
    }

    /// POST of a form, as a page of the server's own would send it; without following.
    pub async fn post(&self, server: &TestServer, path: &str, form: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", BASE_URL)
            .header("sec-fetch-site", "same-origin");
        self.send(server, request, Body::from(body)).await
    }

    async fn send(
        &self,
        server: &TestServer,
        request: http::request::Builder,
        body: Body,
    ) -> Answer {
        let request = request.header("cookie", self.cookies());
        let request = match self.address {
            Some(address) => request.extension(server::Peer(address)),
            None => request,
        };
        let answer = server.send(request.body(body).unwrap()).await;
        for set in answer.headers.get_all("set-cookie") {
            let set = set.to_str().unwrap();
            let (pair, attributes) = set.split_once(';').unwrap();
            for must in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
                assert!(attributes.contains(must), "U1: {set}");
            }
            let (name, value) = pair.split_once('=').unwrap();
            assert!(name.starts_with("__Host-"), "U1: {name}");
            if attributes.contains("Max-Age=0") {
                self.cookies.borrow_mut().remove(name);
            } else {
                self.cookies
                    .borrow_mut()
                    .insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// Goes to an address and on, as long as it stays on the server.
    pub async fn go(&self, server: &TestServer, path: &str) -> Answer {
        let mut answer = self.get(server, path).await;
        for _ in 0..8 {
            let Some(next) = own_location(&answer) else {
                break;
            };
            answer = self.get(server, &next).await;
        }
        answer
    }

    /// Presses a button of a page, and goes on as long as that stays on the server.
    pub async fn press(
        &self,
        server: &TestServer,
        page: &Page,
        action: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let mut form: Vec<(&str, &str)> = page
            .hidden
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        form.extend_from_slice(fields);
        form.push(("action", action));
        let answer = self.post(server, &page.action, &form).await;
        match own_location(&answer) {
            Some(next) => self.go(server, &next).await,
            None => answer,
        }
    }

    /// The value of the cookie whose name has this in it.
    pub fn cookie(&self, part: &str) -> Option<String> {
        let cookies = self.cookies.borrow();
        let mut found = cookies.iter().filter(|(name, _)| name.contains(part));
        found.next().map(|(_, value)| value.clone())
    }

    /// Sets the value of the cookie whose name has this in it.
    pub fn set_cookie(&self, part: &str, value: &str) {
        for (name, kept) in self.cookies.borrow_mut().iter_mut() {
            if name.contains(part) {
                *kept = value.to_owned();
            }
        }
    }

    /// All cookies, as a header has them.
    pub fn cookies(&self) -> String {
        let cookies = self.cookies.borrow();
        let pairs = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    /// Has the same cookies as another browser from now on: it was stolen from.
    pub fn take_cookies(&self, other: &Self) {
        *self.cookies.borrow_mut() = other.cookies.borrow().clone();
    }

    /// Has this cookie from now on.
    pub fn add_cookie(&self, name: &str, value: &str) {
        self.cookies
            .borrow_mut()
            .insert(name.to_owned(), value.to_owned());
    }

    /// Takes cookies away whose name has this in it.
    pub fn forget(&self, part: &str) {
        self.cookies
            .borrow_mut()
            .retain(|name, _| !name.contains(part));
    }

    /// Signs in on a page that asks for it.
    pub async fn sign_in(
        &self,
        server: &TestServer,
        page: &Answer,
        username: &str,
        password: &str,
    ) -> Answer {
        let fields = [("username", username), ("password", password)];
        self.press(server, &Page::of(page), "sign-in", &fields)
            .await
    }
}

/// Where a redirect leads, if it stays on the server.
fn own_location(answer: &Answer) -> Option<String> {
    let location = answer.header("location");
    if !answer.status.is_redirection() {
        return None;
    }
    let path = location.strip_prefix(BASE_URL).unwrap_or(location);
    path.starts_with('/').then(|| path.to_owned())
}

impl Page {
    /// The first form of a page.
    #[track_caller]
    pub fn of(answer: &Answer) -> Self {
        let text = answer.text();
        let (_, form) = text
            .split_once("<form")
            .unwrap_or_else(|| panic!("no form: {} {text}", answer.status));
        let (form, _) = form.split_once("</form>").unwrap();
        let action = attribute(form, "action").unwrap();
        let inputs = form.split("<input").skip(1);
        let hidden = inputs
            .map(|input| input.split_once('>').unwrap().0)
            .filter(|input| input.contains("type=\"hidden\""))
            .map(|input| {
                let name = attribute(input, "name").unwrap();
                (name, attribute(input, "value").unwrap_or_default())
            });
        Self {
            hidden: hidden.collect(),
            action,
            answer: answer.clone(),
        }
    }
}

/// The value of an attribute, unescaped.
pub fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    let (value, _) = rest.split_once('"')?;
    let value = value
        .replace("&#x2F;", "/")
        .replace("&#38;", "&")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    Some(value)
}

/// What a redirect to a client carries in its query.
#[track_caller]
pub fn answered(answer: &Answer) -> BTreeMap<String, String> {
    let location = answer.header("location");
    let (_, query) = location
        .split_once('?')
        .unwrap_or_else(|| panic!("no answer: {} {}", answer.status, answer.text()));
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

/// The values of the checkboxes of a page.
pub fn checkboxes(text: &str) -> Vec<String> {
    let inputs = text.split("<input").skip(1);
    inputs
        .map(|input| input.split_once('>').unwrap().0)
        .filter(|input| input.contains("type=\"checkbox\""))
        .filter_map(|input| attribute(input, "value"))
        .collect()
}
