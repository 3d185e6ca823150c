//! What an action needs, each need met by one scope or another.

use crate::{
    action::{Action, Target},
    catalogue::Catalogue,
    definition::SubResourceOperation,
    grant::{EffectiveGrant, Subject},
    id::TypeId,
    management::ManagementRight,
    operation::Operation,
    path::CanonicalPath,
    rights::Rights,
};
use scim::{AttrId, AttributeSet};
use std::ops::ControlFlow;

/// Something that one scope must allow.
pub(super) enum Need {
    /// The operation on any resource of the type, and on this leaf if one is given.
    Any(TypeId, Operation, Option<AttrId>),
    /// The operation on the identity that authorized, and on this leaf if one is given.
    Own(TypeId, Operation, Option<AttrId>),
    /// To retrieve or search resources of the type at all.
    See(TypeId),
    /// To retrieve by an authenticated-identity scope.
    Claims(TypeId),
    /// An operation on sub-resources.
    SubResource(Target, Option<TypeId>, SubResourceOperation),
    /// A right of the management API.
    Management(ManagementRight),
    /// One of these services; sorted.
    Service(Vec<u32>),
}

impl Need {
    pub(super) fn met_by(&self, rights: &Rights) -> bool {
        let has = |set: Option<&AttributeSet>, leaf: Option<AttrId>| {
            set.is_some_and(|set| leaf.is_none_or(|leaf| set.contains(leaf)))
        };
        match self {
            Self::Any(id, operation, leaf) => has(rights.any.get(*id, *operation), *leaf),
            Self::Own(id, operation, leaf) => {
                has(rights.own.get(*id, *operation), *leaf)
                    || has(rights.any.get(*id, *operation), *leaf)
            }
            Self::See(id) => rights
                .any
                .any(*id, &[Operation::Retrieve, Operation::Search]),
            Self::Claims(id) => rights.own.get(*id, Operation::Retrieve).is_some(),
            Self::SubResource(Target::Any(id), _, operation) => {
                rights.sub_resources(*id).contains(*operation)
            }
            Self::SubResource(Target::Own, identity, operation) => {
                let any = identity
                    .map(|id| rights.sub_resources(id))
                    .unwrap_or_default();
                rights.own_sub_resources.union(any).contains(*operation)
            }
            Self::Management(right) => rights.management.contains(*right),
            Self::Service(services) => rights
                .services
                .iter()
                .any(|service| services.contains(service)),
        }
    }
}

/// What the action needs; none if no scope can help: the client may do nothing, the action needs a
/// person, or nobody is ever allowed it.
pub(super) fn of(
    catalogue: &Catalogue,
    grant: &EffectiveGrant,
    action: &Action<'_>,
) -> Option<Vec<Need>> {
    let person = matches!(grant.subject(), Subject::Person { .. });
    if !grant.is_live() {
        return None;
    }
    match *action {
        Action::Scim {
            resource_type,
            operation,
            attributes,
        } => {
            let mut needs = vec![Need::Any(resource_type, operation, None)];
            for leaf in attributes.into_iter().flat_map(AttributeSet::iter) {
                needs.push(Need::Any(resource_type, operation, Some(leaf)));
                elsewhere(catalogue, resource_type, operation, leaf, &mut needs)?;
            }
            Some(needs)
        }
        Action::Me {
            operation,
            attributes,
        } => {
            let possible = matches!(operation, Operation::Retrieve | Operation::Modify);
            let identity = catalogue.identity_type().filter(|_| person && possible)?;
            let mut needs = vec![Need::Own(identity, operation, None)];
            for leaf in attributes.into_iter().flat_map(AttributeSet::iter) {
                let password = catalogue.type_table().password().contains(leaf);
                if password && operation == Operation::Modify {
                    return None;
                }
                needs.push(Need::Own(identity, operation, Some(leaf)));
                elsewhere(catalogue, identity, operation, leaf, &mut needs)?;
            }
            Some(needs)
        }
        Action::SubResource {
            target: Target::Own,
            ..
        } if !person => None,
        Action::SubResource { target, operation } => Some(vec![Need::SubResource(
            target,
            catalogue.identity_type(),
            operation,
        )]),
        Action::UserInfo => Some(vec![Need::Claims(
            catalogue.identity_type().filter(|_| person)?,
        )]),
        Action::Management { rights } => {
            Some(rights.iter().copied().map(Need::Management).collect())
        }
        Action::Service { method, path } => {
            let path = CanonicalPath::parse(path).ok()?;
            let mut services = Vec::new();
            catalogue
                .service_table()
                .matching(method, path, |index, _| {
                    services.push(index);
                    ControlFlow::Continue(())
                });
            Some(vec![Need::Service(services)])
        }
    }
}

/// What using a leaf needs of the resource that its value comes from (S3); none if the realm has
/// no such resources.
fn elsewhere(
    catalogue: &Catalogue,
    resource_type: TypeId,
    operation: Operation,
    leaf: AttrId,
    needs: &mut Vec<Need>,
) -> Option<()> {
    let references = catalogue.type_table().cross_references();
    for reference in references
        .iter()
        .filter(|r| r.resource_type == resource_type)
    {
        let reads = matches!(operation, Operation::Retrieve | Operation::Search);
        let shows = reference.display == Some(leaf) && reads;
        let names = reference.value == Some(leaf) && operation == Operation::Search;
        if (shows || names) && reference.targets.is_empty() {
            return None;
        }
        for (target, name) in &reference.targets {
            if shows {
                needs.push(Need::Any(*target, operation, Some(*name)));
            }
            if names {
                needs.push(Need::See(*target));
            }
        }
    }
    Some(())
}
