//! The fields of a sync profile.

use super::super::{Field, FieldKind};

/// The words of `source`.
pub(super) fn sources() -> Vec<&'static str> {
    vec!["ldap", "entra"]
}

/// What says where a directory is and what to read of it: gone when the kind of directory changes.
pub(super) const OF_A_SOURCE: [&str; 9] = [
    "server",
    "base",
    "user_filter",
    "group_filter",
    "bind_name",
    "bind_password",
    "tenant_id",
    "client_id",
    "client_secret",
];

pub(super) const FIELDS: &[Field] = &[
    Field::id(),
    Field::writable(
        "name",
        FieldKind::Text,
        "A name for people, of at most 200 characters; unique in the realm, whatever its letter case.",
    )
    .required(),
    Field::writable("description", FieldKind::Text, "Free text."),
    Field::writable("source", FieldKind::Exact, "The kind of directory.")
        .words(sources)
        .required(),
    Field::writable(
        "server",
        FieldKind::Exact,
        "The directory's server: an `ldap:` or `ldaps:` URL, required for `ldap`; an `https:` URL for `entra`, where it defaults to `https://graph.microsoft.com`. Another server takes the secret away.",
    ),
    Field::writable(
        "base",
        FieldKind::Exact,
        "The distinguished name below which people and groups are (RFC 4514); required for `ldap`, and for that only.",
    ),
    Field::writable(
        "user_filter",
        FieldKind::Exact,
        "The filter that people match (RFC 4515); `ldap` only.",
    )
    .default("`(objectClass=person)`"),
    Field::writable(
        "group_filter",
        FieldKind::Exact,
        "The filter that groups match (RFC 4515); without one groups are left alone. `ldap` only.",
    ),
    Field::writable(
        "bind_name",
        FieldKind::Exact,
        "The distinguished name that the connector binds as; anonymously without. `ldap` only.",
    ),
    Field::writable(
        "bind_password",
        FieldKind::Exact,
        "The password of `bind_name`. Only the connector that runs the profile is ever shown it.",
    )
    .secret(),
    Field::by_server(
        "has_bind_password",
        FieldKind::Boolean,
        "Whether there is a `bind_password`.",
    ),
    Field::writable(
        "tenant_id",
        FieldKind::Exact,
        "The id or domain of the directory; required for `entra`, and for that only.",
    ),
    Field::writable(
        "client_id",
        FieldKind::Exact,
        "Our client there; required for `entra`, and for that only.",
    ),
    Field::writable(
        "client_secret",
        FieldKind::Exact,
        "The secret of `client_id`. Only the connector that runs the profile is ever shown it.",
    )
    .secret(),
    Field::by_server(
        "has_client_secret",
        FieldKind::Boolean,
        "Whether there is a `client_secret`.",
    ),
    Field::writable(
        "attribute_mapping",
        FieldKind::Structure,
        "Which attribute of the directory gives which attribute of people here, such as `{\"givenName\": \"name.givenName\"}`.",
    )
    .default("none"),
    Field::writable(
        "schedule",
        FieldKind::Integer,
        "Seconds between runs, 60 to 604800.",
    )
    .default("3600"),
    Field::writable(
        "connector",
        FieldKind::Exact,
        "The connector that runs it. Another connector takes the secret away, so that it is given anew.",
    )
    .refers_to("connectors"),
    Field::writable("active", FieldKind::Boolean, "Whether it is to be run.").default("true"),
    Field::created(),
    Field::updated(),
];
