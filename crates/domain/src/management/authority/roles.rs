//! Who may make and change roles, and put whom into them (product §2.4, T4).
//!
//! What a role allows before a change and after it must both lie within what the caller holds or may
//! delegate. Nobody gives themselves by it what they do not hold: a role that the caller's own person gets
//! into, or that allows its members more and has that person among them, allows no more than
//! the caller's token does, and no more to be given to others than the person may give already.

use super::{super::Beyond, ASSIGNING, Authority};
use crate::config::RoleRecord;
use scope::{RoleRights, Subject};

impl Authority<'_> {
    /// Whether the caller may make (`before` is nothing), change or delete (`after` is nothing) a role.
    pub(in super::super) fn may_change_role(
        self,
        before: Option<&RoleRecord>,
        after: Option<&RoleRecord>,
    ) -> Result<(), Beyond> {
        for role in before.into_iter().chain(after) {
            if !is_within(role.rights(), self.gift()) {
                let name = &role.name;
                return Err(Beyond(format!(
                    "The role `{name}` allows more than you hold or may delegate."
                )));
            }
        }
        match after {
            Some(after) if self.person_gets(before, after) && !self.person_may_get(after) => {
                let name = &after.name;
                Err(Beyond(format!(
                    "You would get by the role `{name}` what you do not hold, or may not delegate."
                )))
            }
            _ => Ok(()),
        }
    }

    /// What the caller may put into roles of others.
    fn gift(self) -> RoleRights {
        let held = self.held();
        match self.roles() {
            Some(roles) => RoleRights {
                holds: held.union(roles.may_delegate),
                may_delegate: held.union(roles.may_delegate),
                delegates_capabilities: roles.delegates_capabilities,
            },
            None => RoleRights {
                holds: held,
                may_delegate: held,
                delegates_capabilities: self.has(ASSIGNING),
            },
        }
    }

    /// Whether the caller's own person has of the role afterwards what they have not of it now.
    fn person_gets(self, before: Option<&RoleRecord>, after: &RoleRecord) -> bool {
        let Subject::Person { user } = self.caller.grant().subject() else {
            return false;
        };
        let is_in = |role: &RoleRecord| role.members.iter().any(|member| *member.0 == **user);
        let same = before
            .is_some_and(|before| is_in(before) && is_within(after.rights(), before.rights()));
        is_in(after) && !same
    }

    fn person_may_get(self, role: &RoleRecord) -> bool {
        let theirs = self.roles().unwrap_or_default();
        let own = RoleRights {
            holds: self.held(),
            ..theirs
        };
        is_within(role.rights(), own)
    }
}

fn is_within(less: RoleRights, more: RoleRights) -> bool {
    less.holds.is_subset(more.holds)
        && less.may_delegate.is_subset(more.may_delegate)
        && (more.delegates_capabilities || !less.delegates_capabilities)
}
