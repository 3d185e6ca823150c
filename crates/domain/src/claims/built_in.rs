//! The claims of OpenID Connect Core §5.1 that a person's attributes can give.
//!
//! `sub` and `updated_at` are no attribute's. `email_verified` and `phone_number_verified` are
//! missing, for RFC 7643 has no attribute that says so; so are `website`, `gender` and `birthdate`.

use crate::{
    Timestamp,
    config::{ClaimRecord, ConfigObject, RealmConfig},
    id::new_id,
};
use std::sync::Arc;

/// An address with anything in it.
const ANY_ADDRESS: &str = "addresses[formatted pr or streetAddress pr or locality pr or region pr \
                           or postalCode pr or country pr]";

/// Names and paths.
const CLAIMS: [(&str, &[&str]); 13] = [
    ("name", &["name.formatted", "displayName"]),
    ("given_name", &["name.givenName"]),
    ("family_name", &["name.familyName"]),
    ("middle_name", &["name.middleName"]),
    ("nickname", &["nickName"]),
    ("preferred_username", &["userName"]),
    ("profile", &["profileUrl"]),
    (
        "picture",
        &["photos[type eq \"photo\"].value", "photos[value pr].value"],
    ),
    ("locale", &["locale"]),
    ("zoneinfo", &["timezone"]),
    (
        "email",
        &["emails[primary eq true].value", "emails[value pr].value"],
    ),
    (
        "phone_number",
        &[
            "phoneNumbers[primary eq true].value",
            "phoneNumbers[value pr].value",
        ],
    ),
    ("address", &["addresses[primary eq true]", ANY_ADDRESS]),
];

/// Those of the scope `profile` (OpenID Connect Core §5.4), of which `updated_at` is one too.
const PROFILE: [&str; 10] = [
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "locale",
    "zoneinfo",
];

/// Whether a claim tells of a person's profile.
pub(crate) fn is_of_profile(name: &str) -> bool {
    PROFILE.contains(&name)
}

/// The claims of a new realm.
pub(crate) fn built_in(now: Timestamp) -> impl Iterator<Item = ConfigObject> {
    CLAIMS.iter().map(move |(name, paths)| {
        ConfigObject::Claim(Arc::new(ClaimRecord {
            id: new_id(now),
            name: (*name).to_owned(),
            paths: paths.iter().map(|path| (*path).to_owned()).collect(),
            built_in: true,
            created: now,
            updated: now,
        }))
    })
}

/// Those that a realm of an earlier version has not; a claim of its own of that name stays.
pub(crate) fn missing(config: &RealmConfig, now: Timestamp) -> impl Iterator<Item = ConfigObject> {
    let is_missing = |object: &ConfigObject| match object {
        ConfigObject::Claim(new) => config.claims.values().all(|claim| claim.name != new.name),
        _ => false,
    };
    built_in(now)
        .filter(is_missing)
        .collect::<Vec<_>>()
        .into_iter()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::claims::{ClaimPath, is_protocol_claim};
    use scim::{ResourceSchema, core};

    #[test]
    fn every_built_in_claim_reads_in_the_core_schema() {
        let schemas = core::schemas();
        let find = |urn: &str| schemas.iter().find(|schema| schema.id == urn);
        let user = core::resource_types().remove(0);
        assert_eq!(user.name, "User");
        let schema = Arc::new(ResourceSchema::compile(user, find).unwrap());
        for (name, paths) in CLAIMS {
            assert!(!is_protocol_claim(name), "{name}");
            for path in paths {
                ClaimPath::parse(path, &schema).unwrap();
            }
        }
    }
}
