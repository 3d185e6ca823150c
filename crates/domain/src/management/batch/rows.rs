//! The operations that a batch can have: those of configuration.

use super::{
    super::{
        ManagementError, Object, Target,
        configured::{Alter, Make, Remove, altered, made, removed},
        edit::still_permitted,
        present::{Decided, Present},
        table::{
            ApplicationSecrets, Applications, AssignedScopes, Claims, Connectors, Create, Delete,
            IdentityProviders, Keys, Policies, Realms, ResourceServers, ResourceTypes, Roles,
            Schemas, Scopes, Services, SyncProfiles, Update,
        },
    },
    read::{Labels, Method, Operation},
};
use crate::{access::Caller, scim::Preconditions, snapshot::RealmSnapshot, store::TypeName};
use std::sync::LazyLock;

/// Where a realm's root ends in the paths of the table.
const ROOT: &str = "/v1/tenants/{tenant}/realms/{realm}";

/// One operation of the table, as batches do it.
pub(super) struct Row {
    method: Method,
    /// Below the realm's root, with `{…}` for its variables.
    template: &'static str,
    /// Decides it.
    pub(super) decide: Decide,
    /// Whether the caller may do such a thing at all.
    pub(super) permitted: fn(&Caller) -> Result<(), ManagementError>,
    /// The resource types of which it matters whether there are resources.
    pub(super) depends_on: fn(&RealmSnapshot, &Target) -> Vec<TypeName>,
}

/// Decides an operation on the realm as it is; of what exists, on the conditions that hold for it.
type Decide =
    fn(&mut Present<'_>, &Target, &Object, &Preconditions) -> Result<Decided, ManagementError>;

impl Row {
    /// The row of an operation, and what its path names.
    pub(super) fn of(operation: &Operation, labels: &Labels) -> Option<(&'static Self, Target)> {
        let mut rows = ROWS.iter();
        rows.find_map(|row| {
            let fits = row.method == operation.method;
            let target = fits
                .then(|| row.target(&operation.path, labels))
                .flatten()?;
            Some((row, target))
        })
    }

    /// What `path` names, if it has the form of the template.
    fn target(&self, path: &str, labels: &Labels) -> Option<Target> {
        let (mut template, mut path) = (self.template.split('/'), path.split('/'));
        let mut variables = Vec::new();
        loop {
            match (template.next(), path.next()) {
                (None, None) => return Some(Target::new(variables)),
                (Some(known), Some(given)) => {
                    let variable = known.strip_prefix('{').and_then(|n| n.strip_suffix('}'));
                    match variable {
                        Some(name) => {
                            variables.push((name.to_owned(), labels.resolve(given).to_owned()));
                        }
                        None if known == given => {}
                        None => return None,
                    }
                }
                _ => return None,
            }
        }
    }
}

/// One for each operation that a batch can have.
static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let mut rows = vec![alter::<Realms>()];
    whole::<Applications>(&mut rows);
    rows.push(make::<ApplicationSecrets>());
    rows.push(remove::<ApplicationSecrets>());
    whole::<AssignedScopes>(&mut rows);
    whole::<ResourceServers>(&mut rows);
    whole::<Scopes>(&mut rows);
    whole::<ResourceTypes>(&mut rows);
    whole::<Schemas>(&mut rows);
    whole::<IdentityProviders>(&mut rows);
    whole::<Claims>(&mut rows);
    whole::<Services>(&mut rows);
    whole::<Policies>(&mut rows);
    whole::<Connectors>(&mut rows);
    whole::<SyncProfiles>(&mut rows);
    whole::<Roles>(&mut rows);
    whole::<Keys>(&mut rows);
    rows
});

fn whole<R: Make + Alter + Remove>(rows: &mut Vec<Row>) {
    rows.extend([make::<R>(), alter::<R>(), remove::<R>()]);
}

fn make<R: Make>() -> Row {
    Row {
        method: Method::Post,
        template: below_realm(R::COLLECTION),
        decide: |present, target, body, _| made::<R>(present, target, body),
        permitted: still_permitted::<Create<R>>,
        depends_on: |_, _| Vec::new(),
    }
}

fn alter<R: Alter>() -> Row {
    Row {
        method: Method::Patch,
        template: below_realm(R::ITEM),
        decide: altered::<R>,
        permitted: still_permitted::<Update<R>>,
        depends_on: R::depends_on,
    }
}

fn remove<R: Remove>() -> Row {
    Row {
        method: Method::Delete,
        template: below_realm(R::ITEM),
        decide: |present, target, _, conditions| removed::<R>(present, target, conditions),
        permitted: still_permitted::<Delete<R>>,
        depends_on: R::depends_on,
    }
}

fn below_realm(path: &'static str) -> &'static str {
    path.strip_prefix(ROOT).unwrap_or(path).trim_matches('/')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::management::table::{OPERATIONS, Verb};
    use std::collections::BTreeSet;

    /// What is no configuration of the realm can't be undone with the rest: tokens and grants; and
    /// tenants and realms lie above it.
    const NOT_IN_BATCHES: [&str; 4] = ["tokens", "grants", "consents", "tenants"];

    #[test]
    fn every_change_of_configuration_can_be_part_of_a_batch() {
        let table: BTreeSet<_> = OPERATIONS
            .iter()
            .filter(|o| !matches!(o.verb, Verb::List | Verb::Read | Verb::Report))
            .filter(|o| !NOT_IN_BATCHES.contains(&o.definition.resource))
            .filter(|o| o.definition.resource != "realms" || o.verb == Verb::Update)
            .map(|o| (o.method, below_realm(o.path)))
            .collect();
        let rows: BTreeSet<_> = ROWS
            .iter()
            .map(|row| {
                let method = match row.method {
                    Method::Post => "POST",
                    Method::Patch => "PATCH",
                    Method::Delete => "DELETE",
                };
                (method, row.template)
            })
            .collect();
        assert_eq!(table, rows);
    }
}
