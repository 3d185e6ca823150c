//! Decisions, asked for all the time: a revoked token is never active after its revocation was
//! acknowledged, a live one is never called inactive. Not to answer is no wrong decision.

use crate::{
    http::{Http, Request},
    session::{Session, call, form, grant},
};
use anyhow::{Context as _, Result};
use std::{
    net::SocketAddr,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

/// A client's `Authorization`, and a token of its.
type Token = (String, String);

/// What is known of tokens, and what was said of them.
pub(crate) struct Watch {
    live: Vec<Token>,
    revoked: Mutex<Vec<Token>>,
    /// How many decisions were made, and how many were not.
    pub(crate) decided: AtomicU64,
    pub(crate) silent: AtomicU64,
    wrong: Mutex<Vec<String>>,
}

impl Watch {
    /// Gets the tokens that are never revoked.
    pub(crate) fn new(session: &Session, address: SocketAddr) -> Result<Self> {
        let mut live = Vec::new();
        for client in &session.clients {
            let made = call(&mut Http::new(address), &form(client, "/token", &grant("")))?;
            let token = made["access_token"].as_str().context("no token")?;
            live.push((client.clone(), token.to_owned()));
        }
        Ok(Self {
            live,
            revoked: Mutex::new(Vec::new()),
            decided: AtomicU64::new(0),
            silent: AtomicU64::new(0),
            wrong: Mutex::new(Vec::new()),
        })
    }

    /// A revocation was acknowledged.
    pub(crate) fn revoked(&self, client: &str, token: &str) {
        lock(&self.revoked).push((client.to_owned(), token.to_owned()));
    }

    /// What was wrong since this was last asked for.
    pub(crate) fn wrong(&self) -> Vec<String> {
        std::mem::take(&mut lock(&self.wrong))
    }

    /// Asks until it is told to stop.
    pub(crate) fn run(&self, address: SocketAddr, stop: &AtomicBool) {
        let mut http = Http::new(address);
        let mut turn = 0_usize;
        while !stop.load(Ordering::Relaxed) {
            turn += 1;
            let (token, is_live) = match self.revoked_at(turn) {
                Some(token) if !turn.is_multiple_of(4) => (token, false),
                _ => (self.live[turn % self.live.len()].clone(), true),
            };
            self.introspect(&mut http, &token, is_live);
            self.present(&mut http, &token, is_live);
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// The last ones most often: what is remembered of them is freshest.
    fn revoked_at(&self, turn: usize) -> Option<Token> {
        let revoked = lock(&self.revoked);
        let back = if turn.is_multiple_of(2) {
            turn % 8
        } else {
            turn
        };
        let place = revoked.len().checked_sub(1 + back % revoked.len().max(1))?;
        revoked.get(place).cloned()
    }

    fn introspect(&self, http: &mut Http, (client, token): &Token, is_live: bool) {
        let request = form(client, "/introspect", &format!("token={token}"));
        let said = self.ask(http, &request).map(|(status, body)| match status {
            200 => serde_json::from_str::<serde_json::Value>(&body)
                .ok()
                .and_then(|body| body["active"].as_bool())
                .ok_or(body),
            _ => Err(format!("{status} {body}")),
        });
        self.judge("introspection", is_live, said);
    }

    fn present(&self, http: &mut Http, (_, token): &Token, is_live: bool) {
        let request = Request {
            method: "GET",
            path: format!("{}/scim/v2/Users?count=1", crate::session::REALM),
            authorization: format!("Bearer {token}"),
            media_type: "",
            body: String::new(),
        };
        let said = self.ask(http, &request).map(|(status, body)| match status {
            200 => Ok(true),
            401 => Ok(false),
            _ => Err(format!("{status} {body}")),
        });
        self.judge("a bearer token", is_live, said);
    }

    /// A decision, unless there is none: no answer, or 503.
    fn ask(&self, http: &mut Http, request: &Request) -> Option<(u16, String)> {
        match http.send(request) {
            Ok(answer) if answer.status != 503 => {
                self.decided.fetch_add(1, Ordering::Relaxed);
                Some((answer.status, answer.body))
            }
            _ => {
                self.silent.fetch_add(1, Ordering::Relaxed);
                None
            }
        }
    }

    fn judge(&self, what: &str, is_live: bool, said: Option<Result<bool, String>>) {
        let text = match said {
            None => return,
            Some(Ok(active)) if active == is_live => return,
            Some(Ok(active)) => {
                format!("{what}: a token is live ({is_live}) and called so ({active})")
            }
            Some(Err(answer)) => format!("{what}: {answer}"),
        };
        lock(&self.wrong).push(text);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
