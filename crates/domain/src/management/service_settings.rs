//! What a realm says of its service catalogue (product §2.2, §6.4).

use super::{
    FieldError,
    body::{Body, MAX_VALUES},
};
use crate::config::{RealmConfig, RealmSettings};
use scope::CanonicalPath;

/// Longest name of a project, in characters.
pub(super) const MAX_PROJECT: usize = 200;

/// What every service URL begins with: one path with one reading. No service may be left outside.
pub(super) fn prefix(body: Body<'_>, config: Option<&RealmConfig>) -> Result<String, FieldError> {
    let invalid = |detail: String| FieldError::invalid("service_prefix", detail);
    let Some(prefix) = body.owned("service_prefix", 200)? else {
        return Ok(RealmSettings::default().service_prefix);
    };
    CanonicalPath::parse(&prefix).map_err(|error| invalid(format!("is invalid: {error}")))?;
    if prefix.len() > 1 && prefix.ends_with('/') {
        return Err(invalid("must not end in a slash".to_owned()));
    }
    let mut services = config.into_iter().flat_map(|c| c.services.values());
    match services.find(|service| !service.url.is_below(&prefix)) {
        Some(service) => Err(invalid(format!(
            "would leave out the service `{}`, whose URL is `{}`",
            service.name, service.url
        ))),
        None => Ok(prefix),
    }
}

/// The projects whose services are offered where services are chosen for a scope.
pub(super) fn projects(body: Body<'_>) -> Result<Vec<String>, FieldError> {
    let invalid = |detail: String| FieldError::invalid("service_projects", detail);
    let Some(projects) = body.texts("service_projects")? else {
        return Ok(RealmSettings::default().service_projects);
    };
    if projects.is_empty() || projects.len() > MAX_VALUES {
        return Err(invalid(format!("must have 1 to {MAX_VALUES} values")));
    }
    match projects.iter().find(|p| p.chars().count() > MAX_PROJECT) {
        Some(_) => Err(invalid(format!(
            "has a name of more than {MAX_PROJECT} characters"
        ))),
        None => Ok(projects.into_iter().map(str::to_owned).collect()),
    }
}
