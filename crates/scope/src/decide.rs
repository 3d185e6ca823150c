//! The one decision (product §6.1): every access anywhere is one call of [`decide`].

use crate::{
    action::{Action, Target},
    catalogue::{Catalogue, Enforcement},
    decision::{Decision, DecisionRecord, DenialReason, Rule},
    definition::SubResourceOperation,
    grant::{EffectiveGrant, Standing, Subject},
    id::{ScopeId, TypeId},
    management::ManagementRight,
    operation::Operation,
    path::CanonicalPath,
    rights::Rights,
};
use scim::AttributeSet;
use std::ops::ControlFlow;

/// Whether the grant allows the action. Pure; the default is deny (G3). Nothing is allocated, but
/// for service paths with percent-encodings.
pub fn decide<'g>(
    catalogue: &Catalogue,
    grant: &'g EffectiveGrant,
    action: &Action<'_>,
) -> Decision<'g> {
    let answer = admit(catalogue, grant).and_then(|()| match *action {
        Action::Scim {
            resource_type,
            operation,
            attributes,
        } => any_resource(grant, resource_type, operation, attributes),
        Action::Me {
            operation,
            attributes,
        } => own_identity(catalogue, grant, operation, attributes),
        Action::SubResource { target, operation } => {
            sub_resource(catalogue, grant, target, operation)
        }
        Action::UserInfo => user_info(catalogue, grant),
        Action::Management { rights } => management(grant, rights),
        Action::Service { method, path } => service(catalogue, grant, method, path),
    });
    let catalogue_version = catalogue.version();
    match answer {
        Ok(Allowance {
            attributes,
            decided_by,
            rule,
        }) => {
            let record = DecisionRecord {
                catalogue_version,
                decided_by,
                rule,
            };
            Decision::Allowed {
                attributes: attributes.unwrap_or(grant.nothing()),
                record,
            }
        }
        Err(reason) => {
            let rule = Rule::Denied(reason);
            let record = DecisionRecord {
                catalogue_version,
                decided_by: None,
                rule,
            };
            Decision::Denied { reason, record }
        }
    }
}

struct Allowance<'g> {
    attributes: Option<&'g AttributeSet>,
    decided_by: Option<ScopeId>,
    rule: Rule,
}

type Answer<'g> = Result<Allowance<'g>, DenialReason>;

/// Whether the grant may do anything: no decision mixes two catalogues, and state denies (B11).
fn admit(catalogue: &Catalogue, grant: &EffectiveGrant) -> Result<(), DenialReason> {
    if !grant.is_of(catalogue) {
        return Err(DenialReason::StaleGrant);
    }
    match grant.standing() {
        Standing::Active => Ok(()),
        Standing::Inactive => Err(DenialReason::ClientInactive),
        Standing::Unknown => Err(DenialReason::ClientUnknown),
        Standing::NoServiceAccount => Err(DenialReason::NoServiceAccount),
    }
}

fn person(grant: &EffectiveGrant) -> Result<(), DenialReason> {
    match grant.subject() {
        Subject::Person { .. } => Ok(()),
        Subject::Client => Err(DenialReason::PersonRequired),
    }
}

fn any_resource<'g>(
    grant: &'g EffectiveGrant,
    resource_type: TypeId,
    operation: Operation,
    needed: Option<&AttributeSet>,
) -> Answer<'g> {
    let allowed = grant.attributes(resource_type, operation);
    let allowed = allowed.ok_or(DenialReason::Operation {
        resource_type,
        operation,
    })?;
    covers(allowed, needed, resource_type, operation)?;
    Ok(with_attributes(grant, allowed, needed, |rights| {
        [rights.any.get(resource_type, operation), None]
    }))
}

/// At `/Me` authenticated-identity and resource scopes add up (product §6.2).
fn own_identity<'g>(
    catalogue: &Catalogue,
    grant: &'g EffectiveGrant,
    operation: Operation,
    needed: Option<&AttributeSet>,
) -> Answer<'g> {
    person(grant)?;
    if !matches!(operation, Operation::Retrieve | Operation::Modify) {
        return Err(DenialReason::NeverOwn(operation));
    }
    let missing = DenialReason::OwnOperation(operation);
    let identity = catalogue.identity_type().ok_or(missing)?;
    let allowed = grant.me_attributes(catalogue, operation).ok_or(missing)?;
    covers(allowed, needed, identity, operation)?;
    Ok(with_attributes(grant, allowed, needed, |rights| {
        [
            rights.own.get(identity, operation),
            rights.any.get(identity, operation),
        ]
    }))
}

fn user_info<'g>(catalogue: &Catalogue, grant: &'g EffectiveGrant) -> Answer<'g> {
    person(grant)?;
    let allowed = grant
        .claim_attributes(catalogue)
        .ok_or(DenialReason::UserInfo)?;
    let identity = catalogue.identity_type().ok_or(DenialReason::UserInfo)?;
    Ok(with_attributes(grant, allowed, None, |rights| {
        [rights.own.get(identity, Operation::Retrieve), None]
    }))
}

fn sub_resource<'g>(
    catalogue: &Catalogue,
    grant: &'g EffectiveGrant,
    target: Target,
    operation: SubResourceOperation,
) -> Answer<'g> {
    if target == Target::Own {
        person(grant)?;
    }
    let has = |rights: &Rights| match target {
        Target::Own => {
            let identity = catalogue.identity_type();
            let any = identity
                .map(|identity| rights.sub_resources(identity))
                .unwrap_or_default();
            rights.own_sub_resources.union(any).contains(operation)
        }
        Target::Any(resource_type) => rights.sub_resources(resource_type).contains(operation),
    };
    first(grant, has).ok_or(DenialReason::SubResource(operation))
}

fn management<'g>(grant: &'g EffectiveGrant, needed: &[ManagementRight]) -> Answer<'g> {
    if needed.is_empty() {
        return Err(DenialReason::NothingAsked);
    }
    let all = grant.rights().management();
    if let Some(missing) = needed.iter().find(|right| !all.contains(**right)) {
        return Err(DenialReason::Management(*missing));
    }
    let alone = first(grant, |r| {
        needed.iter().all(|right| r.management.contains(*right))
    });
    let some = || {
        first(grant, |r| {
            needed.iter().any(|right| r.management.contains(*right))
        })
    };
    alone
        .or_else(|| {
            some().map(|allowance| Allowance {
                rule: Rule::Union,
                ..allowance
            })
        })
        .ok_or(DenialReason::NothingAsked)
}

/// Access to a scope is access to every service in it: any service with the URL will do. The most
/// specific one, to which the request goes, says whether lacking the scope denies.
fn service<'g>(
    catalogue: &Catalogue,
    grant: &'g EffectiveGrant,
    method: &str,
    path: &str,
) -> Answer<'g> {
    let path = CanonicalPath::parse(path).map_err(DenialReason::AmbiguousPath)?;
    let mut enforcement = None;
    let mut allowed = None;
    catalogue
        .service_table()
        .matching(method, path, |index, entry| {
            enforcement = enforcement.or(Some(entry.enforcement));
            allowed = first(grant, |rights| {
                rights.services.binary_search(&index).is_ok()
            });
            if allowed.is_some() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
    match (allowed, enforcement) {
        (Some(allowance), _) => Ok(allowance),
        (None, None) => Err(DenialReason::NoService),
        (None, Some(Enforcement::Enforce)) => Err(DenialReason::Service),
        (None, Some(Enforcement::Report)) => Ok(Allowance {
            attributes: None,
            decided_by: None,
            rule: Rule::ReportOnly,
        }),
    }
}

/// The first scope that has what is asked.
fn first<'g>(grant: &'g EffectiveGrant, has: impl Fn(&Rights) -> bool) -> Option<Allowance<'g>> {
    let (id, _) = grant.each().find(|(_, rights)| has(rights))?;
    Some(Allowance {
        attributes: None,
        decided_by: Some(id),
        rule: Rule::Scope,
    })
}

/// Whether every leaf that is needed is allowed.
fn covers(
    allowed: &AttributeSet,
    needed: Option<&AttributeSet>,
    resource_type: TypeId,
    operation: Operation,
) -> Result<(), DenialReason> {
    match needed.and_then(|needed| needed.iter().find(|leaf| !allowed.contains(*leaf))) {
        Some(attribute) => Err(DenialReason::Attribute {
            resource_type,
            operation,
            attribute,
        }),
        None => Ok(()),
    }
}

/// Names the scope that decided an access to attributes that the union is known to allow.
fn with_attributes<'g, 's>(
    grant: &'g EffectiveGrant,
    allowed: &'g AttributeSet,
    needed: Option<&AttributeSet>,
    sets: impl Fn(&'g Rights) -> [Option<&'s AttributeSet>; 2],
) -> Allowance<'g>
where
    'g: 's,
{
    let mut contributing = None;
    for (id, rights) in grant.each() {
        for set in sets(rights).into_iter().flatten() {
            if needed.is_none_or(|needed| needed.is_subset(set)) {
                let (attributes, decided_by) = (Some(allowed), Some(id));
                return Allowance {
                    attributes,
                    decided_by,
                    rule: Rule::Scope,
                };
            }
            if needed.is_some_and(|needed| needed.iter().any(|leaf| set.contains(leaf))) {
                contributing = contributing.or(Some(id));
            }
        }
    }
    Allowance {
        attributes: Some(allowed),
        decided_by: contributing,
        rule: Rule::Union,
    }
}
