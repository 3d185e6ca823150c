//! The objects of `ambit config`: what they are called, how one of them is named, and where the
//! management API has them.

/// A kind of object.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Noun {
    /// In `create-…`, `get-…-prop`, `set-…-prop`, `delete-…`.
    pub(super) singular: &'static str,
    /// In `list-…`.
    pub(super) plural: &'static str,
    /// In sentences.
    pub(super) title: &'static str,
    /// In the definitions, and last in the path.
    pub(super) resource: &'static str,
    /// Where they are.
    pub(super) place: Place,
    /// How one is named: flag, and field.
    pub(super) name: (&'static str, &'static str),
    /// Whether whoever makes one names it; else the server does.
    pub(super) named_by_author: bool,
    /// Properties that a list shows unless others are asked for.
    pub(super) summary: &'static [&'static str],
    /// What can be done with them.
    pub(super) verbs: &'static [Verb],
}

/// Where objects are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Below the realm.
    Realm,
    /// Below a client of the realm.
    Client,
    /// Realms of the tenant.
    Realms,
    /// Tenants.
    Tenants,
}

/// What can be done with an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    /// Shows all.
    List,
    /// Shows one.
    Get,
    /// Changes one.
    Set,
    /// Makes one.
    Create,
    /// Deletes one.
    Delete,
}

use Verb::{Create, Delete, Get, List, Set};

const ALL: &[Verb] = &[List, Get, Set, Create, Delete];
const REVOCABLE: &[Verb] = &[List, Get, Delete];
const READ_ONLY: &[Verb] = &[List, Get];

/// The second flag that names a client.
pub(super) const CLIENT_VERSION: &str = "client-version";

const fn noun(
    (singular, plural, title): (&'static str, &'static str, &'static str),
    resource: &'static str,
    name: (&'static str, &'static str),
    summary: &'static [&'static str],
) -> Noun {
    Noun {
        singular,
        plural,
        title,
        resource,
        place: Place::Realm,
        name,
        named_by_author: true,
        summary,
        verbs: ALL,
    }
}

/// Every kind of object, in the order of the menu.
pub(super) const NOUNS: &[Noun] = &[
    noun(
        ("oauth2-scope", "oauth2-scopes", "OAuth2 Scope"),
        "scopes",
        ("scope-name", "name"),
        &["type"],
    ),
    noun(
        ("oauth2-client", "oauth2-clients", "OAuth2 Client"),
        "applications",
        ("client-name", "name"),
        &["version", "type", "client-id"],
    ),
    Noun {
        place: Place::Client,
        ..noun(
            ("permitted-scope", "permitted-scopes", "Permitted Scope"),
            "assigned-scopes",
            ("scope-name", "scope"),
            &["optional", "default"],
        )
    },
    Noun {
        place: Place::Client,
        named_by_author: false,
        verbs: &[Create, Delete],
        ..noun(
            ("client-secret", "client-secrets", "Client Secret"),
            "secrets",
            ("secret-id", "id"),
            &[],
        )
    },
    noun(
        (
            "scim-resource-type",
            "scim-resource-types",
            "SCIM Resource Type",
        ),
        "resource-types",
        ("type-name", "name"),
        &["endpoint"],
    ),
    noun(
        ("scim-schema", "scim-schemas", "SCIM Schema"),
        "schemas",
        ("schema-urn", "urn"),
        &["name"],
    ),
    noun(
        ("service", "services", "Service"),
        "services",
        ("service-name", "name"),
        &["url", "enforcement"],
    ),
    noun(
        ("claim", "claims", "Claim"),
        "claims",
        ("claim-name", "name"),
        &["path"],
    ),
    noun(
        ("policy", "policies", "Policy"),
        "policies",
        ("policy-name", "name"),
        &["language", "active"],
    ),
    noun(
        ("role", "roles", "Role"),
        "roles",
        ("role-name", "name"),
        &[],
    ),
    noun(
        ("connector", "connectors", "Connector"),
        "connectors",
        ("connector-name", "name"),
        &["status", "last-heartbeat"],
    ),
    noun(
        ("sync-profile", "sync-profiles", "Sync Profile"),
        "sync-profiles",
        ("profile-name", "name"),
        &["source", "active"],
    ),
    noun(
        ("resource-server", "resource-servers", "Resource Server"),
        "resource-servers",
        ("resource-server-name", "name"),
        &["identifier"],
    ),
    noun(
        (
            "identity-provider",
            "identity-providers",
            "Identity Provider",
        ),
        "identity-providers",
        ("provider-name", "name"),
        &["issuer"],
    ),
    Noun {
        named_by_author: false,
        ..noun(
            ("key", "keys", "Key"),
            "keys",
            ("key-id", "id"),
            &["algorithm", "state"],
        )
    },
    Noun {
        place: Place::Realms,
        ..noun(
            ("realm", "realms", "Realm"),
            "realms",
            ("realm-name", "name"),
            &["display-name"],
        )
    },
    Noun {
        place: Place::Tenants,
        ..noun(
            ("tenant", "tenants", "Tenant"),
            "tenants",
            ("tenant-name", "name"),
            &["display-name", "active"],
        )
    },
    Noun {
        named_by_author: false,
        verbs: REVOCABLE,
        ..noun(
            ("token", "tokens", "Token"),
            "tokens",
            ("token-id", "id"),
            &["client-id", "subject", "status", "expires"],
        )
    },
    Noun {
        named_by_author: false,
        verbs: REVOCABLE,
        ..noun(
            ("grant", "grants", "Grant"),
            "grants",
            ("grant-id", "id"),
            &["client-id", "person", "status"],
        )
    },
    Noun {
        named_by_author: false,
        verbs: REVOCABLE,
        ..noun(
            ("consent", "consents", "Consent"),
            "consents",
            ("consent-id", "id"),
            &["client-id", "person"],
        )
    },
    Noun {
        named_by_author: false,
        verbs: READ_ONLY,
        ..noun(
            ("audit-event", "audit-events", "Audit Event"),
            "audit-events",
            ("event-id", "id"),
            &["at", "action", "resource", "resource-name"],
        )
    },
    Noun {
        named_by_author: false,
        verbs: READ_ONLY,
        ..noun(
            ("usage", "usages", "Usage"),
            "usage",
            ("usage-id", "id"),
            &["client-id", "scope", "live-tokens", "live-grants"],
        )
    },
];

impl Noun {
    /// The name of the command that does `verb`.
    pub(super) fn command(&self, verb: Verb) -> String {
        match verb {
            List => format!("list-{}", self.plural),
            Get => format!("get-{}-prop", self.singular),
            Set => format!("set-{}-prop", self.singular),
            Create => format!("create-{}", self.singular),
            Delete => format!("delete-{}", self.singular),
        }
    }

    /// Several, in sentences.
    pub(super) fn titles(&self) -> String {
        match self.title.strip_suffix("cy") {
            Some(stem) => format!("{stem}cies"),
            None => format!("{}s", self.title),
        }
    }

    /// The flag that names one.
    pub(super) fn flag(&self) -> &'static str {
        self.name.0
    }

    /// The field that its name is in.
    pub(super) fn name_field(&self) -> &'static str {
        self.name.1
    }

    /// Whether a version may be needed to name one, as two clients may share a name.
    pub(super) fn has_versions(&self) -> bool {
        self.resource == "applications"
    }

    /// What a property is also called.
    pub(super) fn alias(&self, name: &str) -> Option<&'static str> {
        (self.resource == "scopes" && name == "token-name").then_some("name")
    }
}

/// The kind of object that is a resource of the management API.
pub(super) fn of_resource(resource: &str) -> Option<&'static Noun> {
    NOUNS.iter().find(|noun| noun.resource == resource)
}

/// The kind of object that is called this, in singular or plural.
pub(super) fn called(name: &str) -> Option<&'static Noun> {
    NOUNS
        .iter()
        .find(|noun| noun.singular == name || noun.plural == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_commands_share_a_name() {
        let all: Vec<String> = NOUNS
            .iter()
            .flat_map(|noun| noun.verbs.iter().map(|verb| noun.command(*verb)))
            .collect();
        let distinct: BTreeSet<&String> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
    }

    /// A resource of the management API that is new gets its commands, or stands here.
    #[test]
    fn every_resource_has_commands() {
        // Written by connectors, not by people.
        let without = ["connector-heartbeats"];
        for definition in domain::management::reference::definitions() {
            let resource = definition.resource;
            let is_known = of_resource(resource).is_some();
            assert_ne!(is_known, without.contains(&resource), "{resource}");
        }
    }

    #[test]
    fn commands_are_named_as_in_dsconfig() {
        let scope = called("oauth2-scope").unwrap();
        let names = ALL.iter().map(|verb| scope.command(*verb));
        assert_eq!(
            names.collect::<Vec<_>>(),
            [
                "list-oauth2-scopes",
                "get-oauth2-scope-prop",
                "set-oauth2-scope-prop",
                "create-oauth2-scope",
                "delete-oauth2-scope"
            ]
        );
        assert_eq!(called("policies").unwrap().command(Delete), "delete-policy");
    }
}
