//! An account's state as attributes, and back.

use crate::{
    Timestamp,
    people::{Account, Failures, LONG_SECRETS, Person, password::PasswordPolicy},
};
use scim::{ScimError, parse_date_time};
use serde_json::{Map, Value, json};

/// What is shown of an account at `now`.
pub(super) fn attributes(
    person: &Person,
    account: &Account,
    policy: &PasswordPolicy,
    now: Timestamp,
) -> Map<String, Value> {
    let state = &account.state;
    let until = |end: Timestamp| end.seconds().saturating_sub(now.seconds());
    let password_expiry =
        state
            .password_changed
            .zip(policy.max_age_seconds)
            .map(|(changed, age)| {
                let age = i64::try_from(age).unwrap_or(i64::MAX);
                until(changed).saturating_add(age)
            });
    let wait = account.failures.wait(LONG_SECRETS, now);
    let mut shown = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        shown.extend(value.map(|value| (name.to_owned(), value)));
    };
    let text = |time: Timestamp| Value::from(time.to_rfc3339());
    put("disabled", Some(state.disabled.into()));
    put("expires", state.expires.map(text));
    put("starts", state.starts.map(text));
    put(
        "mustChangePassword",
        Some(state.must_change_password.into()),
    );
    let failures: Vec<Value> = state.failure_times.iter().copied().map(text).collect();
    put(
        "failureTimes",
        (!failures.is_empty()).then(|| failures.into()),
    );
    put("lastLogin", state.last_login.map(text));
    put("passwordChanged", state.password_changed.map(text));
    let usable = person.is_active() && account.is_usable(now);
    put("usable", Some(usable.into()));
    let ahead = |seconds: i64| Value::from(seconds.max(0));
    put("secondsUntilStart", state.starts.map(until).map(ahead));
    put("secondsUntilExpiry", state.expires.map(until).map(ahead));
    put("secondsUntilPasswordExpiry", password_expiry.map(ahead));
    put("secondsUntilNextAttempt", wait.map(until).map(ahead));
    let password_expired = password_expiry.is_some_and(|left| left <= 0);
    let notices = [
        (!person.is_active(), "inactive", "The person is not active."),
        (state.disabled, "disabled", "The account is switched off."),
        (
            state.starts.is_some_and(|start| now < start),
            "notStarted",
            "The account has not begun.",
        ),
        (
            state.expires.is_some_and(|end| end <= now),
            "expired",
            "The account has ended.",
        ),
        (
            state.must_change_password,
            "mustChangePassword",
            "The password must be changed at the next sign-in.",
        ),
        (
            password_expired,
            "passwordExpired",
            "The password is too old.",
        ),
        (
            wait.is_some(),
            "tooManyFailures",
            "There were too many failed attempts; the next one must wait.",
        ),
    ];
    let notices: Vec<Value> = notices
        .into_iter()
        .filter(|(holds, ..)| *holds)
        .map(|(_, kind, text)| json!({"type": kind, "text": text}))
        .collect();
    put(
        "usabilityNotices",
        (!notices.is_empty()).then(|| notices.into()),
    );
    shown
}

/// Changes what `body` says of the account, and nothing else: a value replaces, `null` clears.
///
/// # Errors
/// 400 `invalidValue` for a time of the past that is yet to come.
pub(super) fn apply(
    account: &mut Account,
    body: &Map<String, Value>,
    now: Timestamp,
) -> Result<(), ScimError> {
    for (name, value) in body {
        let truth = || value.as_bool().unwrap_or_default();
        match name.as_str() {
            "disabled" => account.state.disabled = truth(),
            "mustChangePassword" => account.state.must_change_password = truth(),
            "expires" => account.state.expires = time(value),
            "starts" => account.state.starts = time(value),
            "lastLogin" => account.state.last_login = past(name, time(value), now)?,
            "passwordChanged" => account.state.password_changed = past(name, time(value), now)?,
            "failureTimes" => set_failures(account, value, now)?,
            _ => {}
        }
    }
    Ok(())
}

/// Failures are what they are said to be, in every count.
fn set_failures(account: &mut Account, value: &Value, now: Timestamp) -> Result<(), ScimError> {
    let each = value.as_array().into_iter().flatten().filter_map(time);
    let mut times = Vec::new();
    for failure in each {
        times.extend(past("failureTimes", Some(failure), now)?);
    }
    times.sort();
    let shown = times.len().saturating_sub(Account::MAX_FAILURE_TIMES);
    times.drain(..shown);
    account.failures = Failures {
        count: u32::try_from(times.len()).unwrap_or(u32::MAX),
        last: times.last().copied(),
    };
    account.known_failures = Failures::default();
    account.factor_failures = Failures::default();
    account.known_factor_failures = Failures::default();
    account.state.failure_times = times;
    Ok(())
}

fn time(value: &Value) -> Option<Timestamp> {
    value
        .as_str()
        .and_then(parse_date_time)
        .map(Timestamp::from_micros)
}

fn past(
    name: &str,
    time: Option<Timestamp>,
    now: Timestamp,
) -> Result<Option<Timestamp>, ScimError> {
    match time.is_some_and(|time| now < time) {
        true => Err(ScimError::invalid_value(format!("`{name}` is yet to come"))),
        false => Ok(time),
    }
}
