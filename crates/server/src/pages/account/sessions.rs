//! Where somebody is signed in.

use super::own::Own;
use crate::{
    App,
    pages::visit::{FormVisit, Visit},
};
use axum::{extract::State, http::StatusCode, response::Response};
use domain::{authorize::AccountPage, own::OwnSession};
use pages::account::{Notice, Session, Sessions};

/// `GET {realm}/account/sessions`.
pub(super) async fn show(State(app): State<App>, visit: Visit) -> Response {
    let own = match Own::enter(&app, &visit, AccountPage::Sessions).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let sessions = own.core().own_sessions(&visit.snapshot, &own.session);
    let shown = |session: OwnSession| Session {
        id: session.sid,
        device: device(&session.user_agent),
        created: session.created.seconds(),
        last_seen: session.came_in.seconds(),
        current: session.current,
    };
    match sessions.await {
        Ok(sessions) => {
            let view = Sessions {
                account: own.account(),
                sessions: sessions.into_iter().map(shown).collect(),
            };
            own.answer(StatusCode::OK, &view)
        }
        Err(error) => visit.unavailable(&error),
    }
}

/// `POST {realm}/account/sessions`.
pub(super) async fn submit(State(app): State<App>, form: FormVisit) -> Response {
    let own = match Own::submitted(&app, &form, AccountPage::Sessions).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let snapshot = own.visit.snapshot.clone();
    match (form.field("action"), form.field("id")) {
        (Some("end"), Some(sid)) => {
            let (own_sid, sid) = (own.session.record().sid.clone(), sid.to_owned());
            let is_this = own_sid == sid;
            let ended = own.to_the_end(async move |core, session| {
                core.end_own_session(&snapshot, &session, &sid).await
            });
            match ended.await {
                Ok(()) if is_this => own.signed_out(),
                Ok(()) => own.done(Notice::SessionEnded),
                Err(error) => own.failed(&error),
            }
        }
        (Some("end-others"), _) => {
            let ended = own.to_the_end(async move |core, session| {
                core.end_other_sessions(&snapshot, &session).await
            });
            match ended.await {
                Ok(()) => own.done(Notice::OtherSessionsEnded),
                Err(error) => own.failed(&error),
            }
        }
        _ => own.bad_request(),
    }
}

/// The browser and the system that a `User-Agent` speaks of, as far as they are known; browsers claim
/// to be each other, so that the first of these that is named is it.
fn device(user_agent: &str) -> String {
    const BROWSERS: [(&str, &str); 5] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let named = |table: &[(&str, &'static str)]| {
        let found = table.iter().find(|(mark, _)| user_agent.contains(mark));
        found.map(|(_, name)| *name)
    };
    let parts: Vec<&str> = [named(&BROWSERS), named(&SYSTEMS)]
        .into_iter()
        .flatten()
        .collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn devices_are_told_apart() {
        for (user_agent, expected) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox, Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                "Edge, Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 \
                 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari, iPhone",
            ),
            ("curl/8.5.0", ""),
            ("", ""),
        ] {
            assert_eq!(device(user_agent), expected, "{user_agent}");
        }
    }
}
