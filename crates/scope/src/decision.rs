//! What the engine answers, and why.

use crate::{
    catalogue::Catalogue,
    definition::SubResourceOperation,
    id::{ScopeId, TypeId},
    management::ManagementRight,
    operation::Operation,
    path::AmbiguousPath,
};
use scim::{AttrId, AttributeSet};

/// The engine's answer to an [`crate::Action`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "an access that was not allowed must not happen"]
pub enum Decision<'g> {
    /// It may be done.
    Allowed {
        /// The leaves that the operation may use; empty where attributes play no part.
        attributes: &'g AttributeSet,
        /// Why.
        record: DecisionRecord,
    },
    /// It may not.
    Denied {
        /// What is missing.
        reason: DenialReason,
        /// Why.
        record: DecisionRecord,
    },
}

impl Decision<'_> {
    /// Whether it may be done.
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed { .. })
    }

    /// Why.
    pub fn record(&self) -> &DecisionRecord {
        match self {
            Self::Allowed { record, .. } | Self::Denied { record, .. } => record,
        }
    }
}

/// What decided: kept for the answers that administrators need (product §9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DecisionRecord {
    /// The catalogue that was in force.
    pub catalogue_version: u64,
    /// The scope that decided: the first, in granted order, that would have sufficed alone; where
    /// only several together did, the first of those. None where nothing was allowed.
    pub decided_by: Option<ScopeId>,
    /// The rule that decided.
    pub rule: Rule,
}

impl DecisionRecord {
    /// What came of it.
    pub fn outcome(&self) -> Outcome {
        match self.rule {
            Rule::Scope | Rule::Union => Outcome::Allowed,
            Rule::ReportOnly => Outcome::Reported,
            Rule::Denied(_) => Outcome::Denied,
        }
    }
}

/// What came of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was allowed.
    Allowed,
    /// Enforced, it would have been denied; the service only reports (product §6.4).
    Reported,
    /// It was denied.
    Denied,
}

/// The rule that decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// One scope allows it.
    Scope,
    /// Several scopes allow it together: scopes add up.
    Union,
    /// No scope allows it, and the service only reports.
    ReportOnly,
    /// Nothing allows it: the default is deny.
    Denied(DenialReason),
}

/// Why something was denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DenialReason {
    /// The grant was measured by another catalogue; it must be measured again.
    StaleGrant,
    /// The client is gone.
    ClientUnknown,
    /// The client is inactive.
    ClientInactive,
    /// The token speaks for the client itself, which is no service account any more.
    NoServiceAccount,
    /// The token speaks for the client itself, and this needs a person.
    PersonRequired,
    /// This can't be done with one's own identity by any scope.
    NeverOwn(Operation),
    /// No scope allows the operation on the type.
    Operation {
        /// The type.
        resource_type: TypeId,
        /// The operation.
        operation: Operation,
    },
    /// No scope allows the operation on one's own identity.
    OwnOperation(Operation),
    /// The operation is allowed, but not on this attribute.
    Attribute {
        /// The type.
        resource_type: TypeId,
        /// The operation.
        operation: Operation,
        /// The first attribute that is needed and not allowed.
        attribute: AttrId,
    },
    /// No scope allows the operation on the sub-resource.
    SubResource(SubResourceOperation),
    /// No authenticated-identity scope may retrieve.
    UserInfo,
    /// No scope has this right of the management API.
    Management(ManagementRight),
    /// The action needs no right at all, which no action does.
    NothingAsked,
    /// The path has more than one reading.
    AmbiguousPath(AmbiguousPath),
    /// There is no service with that URL and method.
    NoService,
    /// No scope has a service with that URL and method.
    Service,
}

impl DenialReason {
    /// What is missing, as a sentence without a full stop.
    ///
    /// It names types and attributes, which every token's holder may read in the schemas, and
    /// nothing of any resource.
    pub fn sentence(&self, catalogue: &Catalogue) -> String {
        let type_name = |id: &TypeId| {
            let schema = catalogue.schema(*id);
            schema.map_or_else(
                || "this type".to_owned(),
                |s| s.resource_type().name.clone(),
            )
        };
        match self {
            Self::StaleGrant => "the configuration changed meanwhile".to_owned(),
            Self::ClientUnknown => "the client does not exist".to_owned(),
            Self::ClientInactive => "the client is inactive".to_owned(),
            Self::NoServiceAccount => {
                "the client is no service account any more, so that it can't act for itself"
                    .to_owned()
            }
            Self::PersonRequired => {
                "this needs a token whose subject is a person, and the subject of this one is the \
                 client itself"
                    .to_owned()
            }
            Self::NeverOwn(operation) => {
                format!("no scope allows to {operation} one's own identity")
            }
            Self::Operation {
                resource_type,
                operation,
            } => {
                format!(
                    "no scope of the token allows to {operation} {}",
                    type_name(resource_type)
                )
            }
            Self::OwnOperation(operation) => {
                format!("no scope of the token allows to {operation} one's own identity")
            }
            Self::Attribute {
                resource_type,
                operation,
                attribute,
            } => {
                let schema = catalogue.schema(*resource_type);
                let path = schema.map_or("an attribute", |s| s.node(*attribute).path.as_str());
                let name = type_name(resource_type);
                format!("no scope of the token allows to {operation} `{path}` of {name}")
            }
            Self::SubResource(operation) => format!("no scope of the token allows {operation}"),
            Self::UserInfo => {
                "no scope of the token allows to retrieve the identity that authorized it"
                    .to_owned()
            }
            Self::Management(right) => format!("no scope of the token allows {right}"),
            Self::NothingAsked => "the operation names no right that it needs".to_owned(),
            Self::AmbiguousPath(problem) => problem.to_string(),
            Self::NoService => "no service has this URL and method".to_owned(),
            Self::Service => {
                "no scope of the token has a service with this URL and method".to_owned()
            }
        }
    }
}
