//! The roles that every realm has (product §7).

use crate::{
    Timestamp,
    config::{ConfigObject, RealmConfig, RoleRecord},
    id::new_id,
    store::ResourceId,
};
use scope::{
    ManagementAction, ManagementResource as On, ManagementRight, ManagementRights, Named, RoleId,
    RoleRights,
};
use std::{collections::BTreeSet, sync::Arc};

/// The built-in role that may do everything.
const ADMINISTRATOR: &str = "Administrator";

const ALL: &[ManagementAction] = ManagementAction::ALL;
const READ: &[ManagementAction] = &[ManagementAction::Read];
const END: &[ManagementAction] = &[ManagementAction::Read, ManagementAction::Delete];

/// Who says what may be accessed, and lets applications have it.
const ACCESS_CONTROL: [(On, &[ManagementAction]); 12] = [
    (On::Scopes, ALL),
    (On::AssignedScopes, ALL),
    (On::Applications, READ),
    (On::ResourceServers, READ),
    (On::ResourceTypes, READ),
    (On::Schemas, READ),
    (On::Services, READ),
    (On::Claims, READ),
    (On::Roles, READ),
    (On::Tokens, READ),
    (On::Grants, READ),
    (On::Consents, READ),
];

/// Who looks after people: what is known of them, where they come from, and what they allowed. The
/// people themselves are reached by SCIM, with scopes that the role lets them give.
const IDENTITY_MANAGER: [(On, &[ManagementAction]); 7] = [
    (On::IdentityProviders, ALL),
    (On::Claims, ALL),
    (On::ResourceTypes, READ),
    (On::Schemas, READ),
    (On::Tokens, END),
    (On::Grants, END),
    (On::Consents, END),
];

/// Those that a new realm gets, without members.
pub(crate) fn built_in(now: Timestamp) -> impl Iterator<Item = ConfigObject> {
    let of = |table: &[(On, &[ManagementAction])]| RoleRights {
        holds: rights(table),
        may_delegate: ManagementRights::default(),
        delegates_capabilities: true,
    };
    let auditor = RoleRights {
        holds: ManagementRight::all()
            .filter(|right| right.action == ManagementAction::Read)
            .collect(),
        ..RoleRights::default()
    };
    let roles = [
        (
            ADMINISTRATOR,
            "May do everything, and let others do it",
            RoleRights::everything(),
        ),
        (
            "Access Control",
            "Makes scopes, and says which applications may have them; but none that manages Ambit",
            of(&ACCESS_CONTROL),
        ),
        (
            "Identity Manager",
            "Looks after people, their claims, identity providers, grants and tokens",
            of(&IDENTITY_MANAGER),
        ),
        (
            "Auditor",
            "Reads all configuration, and what happened; changes nothing",
            auditor,
        ),
    ];
    roles.into_iter().map(move |(name, description, rights)| {
        ConfigObject::Role(Arc::new(RoleRecord {
            id: RoleId(new_id(now)),
            name: name.to_owned(),
            description: Some(description.to_owned()),
            built_in: true,
            holds: rights.holds,
            may_delegate: rights.may_delegate,
            delegates_capabilities: rights.delegates_capabilities,
            members: BTreeSet::new(),
            created: now,
            updated: now,
        }))
    })
}

fn rights(table: &[(On, &[ManagementAction])]) -> ManagementRights {
    let each = table.iter().flat_map(|(resource, actions)| {
        actions.iter().map(|action| ManagementRight {
            resource: *resource,
            action: *action,
        })
    });
    each.collect()
}

impl RealmConfig {
    /// The built-in role that may do everything.
    pub(crate) fn administrators(&self) -> Option<&Arc<RoleRecord>> {
        let mut roles = self.roles.values();
        roles.find(|role| role.built_in && role.name == ADMINISTRATOR)
    }

    /// The roles that a person is a member of, by name.
    pub(crate) fn roles_of(&self, person: &ResourceId) -> Vec<&Arc<RoleRecord>> {
        let roles = self.roles.values();
        let mut theirs: Vec<_> = roles.filter(|role| role.members.contains(person)).collect();
        theirs.sort_by(|a, b| a.name.cmp(&b.name));
        theirs
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn role(name: &str) -> Arc<RoleRecord> {
        let mut made = built_in(Timestamp::from_seconds(0));
        let found = made.find_map(|object| match object {
            ConfigObject::Role(role) if role.name == name => Some(role),
            _ => None,
        });
        found.unwrap_or_else(|| panic!("there is no {name}"))
    }

    /// T3: reading is all that an auditor may, of everything there is.
    #[test]
    fn t3_an_auditor_reads_everything_and_gives_nothing() {
        let auditor = role("Auditor");
        let reads = |right: &ManagementRight| right.action == ManagementAction::Read;
        assert!(auditor.holds.iter().all(|right| reads(&right)));
        assert_eq!(
            auditor.holds.len(),
            ManagementRight::all().filter(reads).count()
        );
        assert!(auditor.may_delegate.is_empty() && !auditor.delegates_capabilities);
    }

    /// T4: none of them but the administrator makes roles, clients or secrets, or gives such rights.
    #[test]
    fn t4_only_administrators_hold_what_leads_to_everything() {
        let leading = ["roles", "applications", "keys", "realms", "tenants"];
        for name in ["Access Control", "Identity Manager", "Auditor"] {
            let role = role(name);
            assert!(role.may_delegate.is_empty(), "{name}");
            let writes = role.holds.iter().filter(|right| {
                right.action != ManagementAction::Read
                    && leading.contains(&right.resource.to_string().as_str())
            });
            assert_eq!(writes.count(), 0, "{name}");
        }
        assert_eq!(role(ADMINISTRATOR).rights(), RoleRights::everything());
    }

    #[test]
    fn a_role_is_kept_as_it_is() {
        let mut role = RoleRecord::clone(&role("Identity Manager"));
        role.members.insert(ResourceId("some one".into()));
        let text = serde_json::to_string(&role).unwrap();
        assert!(text.contains("\"claims:update\""), "{text}");
        assert_eq!(serde_json::from_str::<RoleRecord>(&text).unwrap(), role);
    }
}
