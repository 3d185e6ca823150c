//! `registration` of a realm: whether clients may register themselves, and for what (H1, T4).

use super::{
    Beyond, FieldError, Object,
    authority::Authority,
    body::{Body, short},
    field,
};
use crate::config::{RealmConfig, RegistrationPolicy};
use oauth::MAX_SCOPE_TOKENS;
use scope::{ScopeId, ScopeKind};
use serde_json::{Value, json};

const FIELD: &str = "registration";
const MEMBERS: [&str; 3] = ["open", "scopes", "max_clients"];
/// Most clients that a realm may let register themselves.
const MAX_CLIENTS: u32 = 100_000;

/// Reads the setting; `config` is the realm, if it is there already.
pub(super) fn read(
    value: &Value,
    config: Option<&RealmConfig>,
) -> Result<RegistrationPolicy, FieldError> {
    let object = value.as_object();
    let object = object.ok_or_else(|| FieldError::invalid(FIELD, "must be an object"))?;
    members(object, config).map_err(|error| error.within(FIELD))
}

fn members(
    object: &Object,
    config: Option<&RealmConfig>,
) -> Result<RegistrationPolicy, FieldError> {
    if let Some(other) = object.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
        return Err(field::unknown(other, MEMBERS.into_iter()));
    }
    let (body, unsaid) = (Body(object), RegistrationPolicy::default());
    let invalid = |detail: String| FieldError::invalid("scopes", detail);
    let names = body.texts("scopes")?.unwrap_or_default();
    if names.len() > MAX_SCOPE_TOKENS {
        return Err(invalid(format!("has more than {MAX_SCOPE_TOKENS} names")));
    }
    let find = |name: &str| {
        let found = config.and_then(|config| config.scope_by_name(name));
        let unknown = || invalid(format!("has `{}`, no scope of this realm", short(name)));
        let scope = found.ok_or_else(unknown)?;
        match scope.definition.kind {
            ScopeKind::Management(_) => Err(invalid(format!(
                "has `{}`, which manages the realm: no client gets that by registering itself",
                short(name)
            ))),
            _ => Ok(scope.id),
        }
    };
    let mut scopes: Vec<ScopeId> = names.into_iter().map(find).collect::<Result<_, _>>()?;
    scopes.sort_unstable();
    scopes.dedup();
    let open = body.boolean("open")?.unwrap_or(unsaid.open);
    if open && scopes.is_empty() {
        return Err(invalid("must have a scope while `open` is true".to_owned()));
    }
    let max_clients = body.number("max_clients", 1..=MAX_CLIENTS)?;
    Ok(RegistrationPolicy {
        open,
        scopes,
        max_clients: max_clients.unwrap_or(unsaid.max_clients),
    })
}

/// The setting as JSON, with the names of the scopes.
pub(super) fn to_json(policy: &RegistrationPolicy, config: Option<&RealmConfig>) -> Value {
    let record = |id| config.and_then(|config| config.scopes.get(id));
    let scopes = policy.scopes.iter().filter_map(record);
    let mut names: Vec<&str> = scopes.map(|s| s.definition.name.as_str()).collect();
    names.sort_unstable();
    json!({"open": policy.open, "scopes": names, "max_clients": policy.max_clients})
}

/// Whether the caller may offer what is offered from now on: each scope that is new in the ceiling,
/// and all of it where registration is opened.
pub(super) fn check(
    authority: Authority<'_>,
    before: &RegistrationPolicy,
    after: &RegistrationPolicy,
) -> Result<(), Beyond> {
    let opened = after.open && !before.open;
    let offered = after.scopes.iter();
    let offered = offered.filter(|id| opened || !before.scopes.contains(id));
    let mut records = offered.filter_map(|id| authority.snapshot.config().scopes.get(id));
    records.try_for_each(|scope| authority.may_offer(scope))
}
