//! The scopes that every realm has (product §2.3).

use crate::{
    definition::{
        AttributePatterns, AuthenticatedIdentity, Resource, ScopeDefinition, ScopeKind,
        SubResourceOperations, TypeSelector,
    },
    management::{ManagementRight, ManagementRights},
    operation::Operation,
};

/// The scopes of a directory sync connector, which the preset of that name assigns.
pub const DIRECTORY_SYNC_CONNECTOR: [&str; 5] = [
    "scim:read",
    "scim:write",
    "sync:profile:read",
    "connector:read",
    "connector:write",
];

/// The scopes of a reporting job, which the preset of that name assigns.
pub const REPORTING: [&str; 1] = ["scim:read"];

/// Scopes on the identity that authorized the client: name, description, consent prompt, and the
/// SCIM attributes behind the claims of OpenID Connect Core §5.4. `sub` is the resource's `id`, and
/// `updated_at`, which is `meta.lastModified`, comes with any claim of the profile.
const IDENTITY: [(&str, &str, &str, &[&str]); 5] = [
    (
        "openid",
        "Signs a person in (OpenID Connect)",
        "Know who you are",
        &[],
    ),
    (
        "profile",
        "The claims of a person's profile (OpenID Connect Core §5.4)",
        "See your name and profile",
        &[
            "userName",    // preferred_username
            "name",        // family_name, given_name, middle_name, name
            "displayName", // name
            "nickName",    // nickname
            "profileUrl",  // profile
            "photos",      // picture
            "locale",      // locale
            "timezone",    // zoneinfo
        ],
    ),
    (
        "email",
        "The claims `email` and `email_verified` (OpenID Connect Core §5.4)",
        "See your e-mail addresses",
        &["emails"],
    ),
    (
        "address",
        "The claim `address` (OpenID Connect Core §5.4)",
        "See your postal addresses",
        &["addresses"],
    ),
    (
        "phone",
        "The claims `phone_number` and `phone_number_verified` (OpenID Connect Core §5.4)",
        "See your phone numbers",
        &["phoneNumbers"],
    ),
];

/// Scopes on every resource type.
const RESOURCE: [(&str, &str, &[Operation]); 2] = [
    (
        "scim:read",
        "Retrieve and search resources of every type",
        &[Operation::Retrieve, Operation::Search],
    ),
    (
        "scim:write",
        "Create, modify and delete resources of every type; does not imply reading",
        &[Operation::Create, Operation::Modify, Operation::Delete],
    ),
];

/// Scopes that have rights of the management API under another name.
const ALIASES: [(&str, &str, &[&str]); 3] = [
    (
        "connector:read",
        "Read connectors, their configuration and status",
        &["connectors:read"],
    ),
    (
        "connector:write",
        "Register, configure and remove connectors",
        &[
            "connectors:create",
            "connectors:update",
            "connectors:delete",
        ],
    ),
    (
        "sync:profile:read",
        "Read directory-sync profiles",
        &["sync-profiles:read"],
    ),
];

/// Every built-in scope.
pub fn built_in_scopes() -> Vec<ScopeDefinition> {
    let resource = RESOURCE
        .iter()
        .filter_map(|(name, description, operations)| {
            let kind = ScopeKind::Resource(Resource {
                resource_type: TypeSelector::Every,
                operations: operations.iter().copied().collect(),
                attributes: AttributePatterns::All,
                consent_prompt_text: None,
                sub_resources: SubResourceOperations::default(),
            });
            built_in(name, description, kind)
        });
    let identity = IDENTITY
        .iter()
        .filter_map(|(name, description, prompt, paths)| {
            let paths = paths.iter().filter_map(|path| path.parse().ok()).collect();
            let identity = AuthenticatedIdentity {
                consent_prompt_text: (*prompt).to_owned(),
                operations: [Operation::Retrieve].into_iter().collect(),
                attributes: AttributePatterns::Paths(paths),
                ..AuthenticatedIdentity::default()
            };
            built_in(
                name,
                description,
                ScopeKind::AuthenticatedIdentity(identity),
            )
        });
    let offline = AuthenticatedIdentity {
        consent_prompt_text: "Keep this access while you are away".to_owned(),
        ..AuthenticatedIdentity::default()
    };
    let offline = built_in(
        "offline_access",
        "Access that lasts beyond the sign-in (OpenID Connect Core §11)",
        ScopeKind::AuthenticatedIdentity(offline),
    );
    let aliases = ALIASES.iter().filter_map(|(name, description, rights)| {
        let rights = rights.iter().filter_map(|right| right.parse().ok());
        built_in(name, description, ScopeKind::Management(rights.collect()))
    });
    let management = ManagementRight::all().filter_map(|right| {
        let description = format!("{} {}", verb(right), right.resource);
        let rights: ManagementRights = [right].into_iter().collect();
        built_in(
            &right.to_string(),
            &description,
            ScopeKind::Management(rights),
        )
    });
    resource
        .chain(identity)
        .chain(offline)
        .chain(aliases)
        .chain(management)
        .collect()
}

fn verb(right: ManagementRight) -> &'static str {
    use crate::operation::ManagementAction::{Create, Delete, Read, Update};
    match right.action {
        Create => "Create",
        Read => "Read",
        Update => "Update",
        Delete => "Delete",
    }
}

/// None of the names above is no scope token: a test counts them.
fn built_in(name: &str, description: &str, kind: ScopeKind) -> Option<ScopeDefinition> {
    let name = name.parse().ok()?;
    let description = Some(description.to_owned());
    Some(ScopeDefinition {
        name,
        description,
        tags: Vec::new(),
        built_in: true,
        kind,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_built_in_scope_is_made_and_survives_storage() {
        let scopes = built_in_scopes();
        let expected = 2 + 5 + 1 + 3 + ManagementRight::all().count();
        assert_eq!(scopes.len(), expected);
        let names: HashSet<_> = scopes.iter().map(|s| s.name.fold()).collect();
        assert_eq!(names.len(), expected);
        for scope in &scopes {
            assert_eq!(
                ScopeDefinition::from_json(&scope.to_json()).as_ref(),
                Ok(scope)
            );
        }
        for name in DIRECTORY_SYNC_CONNECTOR.iter().chain(&REPORTING) {
            assert!(names.contains(*name), "{name}");
        }
    }

    #[test]
    fn a_management_scope_says_what_it_allows() {
        let scopes = built_in_scopes();
        for (name, verb) in [
            ("applications:create", "Create "),
            ("applications:read", "Read "),
            ("applications:update", "Update "),
            ("applications:delete", "Delete "),
        ] {
            let scope = scopes.iter().find(|scope| scope.name.as_str() == name);
            let description = scope.unwrap().description.as_deref().unwrap();
            assert!(description.starts_with(verb), "{name}: {description}");
        }
    }

    #[test]
    fn every_path_and_right_in_the_tables_is_one() {
        for (name, _, _, paths) in IDENTITY {
            let scope = built_in_scopes()
                .into_iter()
                .find(|s| s.name.as_str() == name)
                .unwrap();
            let ScopeKind::AuthenticatedIdentity(identity) = scope.kind else {
                unreachable!()
            };
            let AttributePatterns::Paths(parsed) = identity.attributes else {
                unreachable!()
            };
            assert_eq!(parsed.len(), paths.len(), "{name}");
        }
        for (name, _, rights) in ALIASES {
            let scope = built_in_scopes()
                .into_iter()
                .find(|s| s.name.as_str() == name)
                .unwrap();
            let ScopeKind::Management(parsed) = scope.kind else {
                unreachable!()
            };
            assert_eq!(parsed.len(), rights.len(), "{name}");
        }
    }

    /// Product §2.3: `scim:write` does not imply read (T3).
    #[test]
    fn t3_scim_write_does_not_read() {
        let write = built_in_scopes()
            .into_iter()
            .find(|s| s.name.as_str() == "scim:write")
            .unwrap();
        let ScopeKind::Resource(resource) = write.kind else {
            unreachable!()
        };
        assert!(!resource.operations.contains(Operation::Retrieve));
        assert!(!resource.operations.contains(Operation::Search));
    }
}
