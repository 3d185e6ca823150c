//! `authenticated-identity` and `resource` scopes (product §2.2).

use super::{
    AttributePatterns, DefinitionError, DefinitionRule,
    fields::{Fields, missing},
};
use crate::operation::{
    AccountOperation, ConsentOperation, ExternalIdentityOperation, Named, Operation, OperationSet,
};
use serde_json::{Map, Value};
use std::fmt;

/// What a client may do with the identity that authorized it, and with no other resource.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuthenticatedIdentity {
    /// Shown on the consent page.
    pub consent_prompt_text: String,
    /// Retrieve, modify, or both.
    pub operations: OperationSet<Operation>,
    /// The attributes that the operations reach.
    pub attributes: AttributePatterns,
    /// What may be done with the identity's sub-resources.
    pub sub_resources: SubResourceOperations,
}

/// What a client may do with any resource of a SCIM resource type or sub-resource type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// Which resources.
    pub resource_type: TypeSelector,
    /// At least one operation.
    pub operations: OperationSet<Operation>,
    /// The attributes that the operations reach; not none.
    pub attributes: AttributePatterns,
    /// Shown on the consent page.
    pub consent_prompt_text: Option<String>,
    /// What may be done with the sub-resources of any resource of the type.
    pub sub_resources: SubResourceOperations,
}

/// The resource types that a `resource` scope reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeSelector {
    /// The (sub-)resource type of this name.
    Named(String),
    /// Every resource type and no sub-resource type: for built-in scopes only. Written `*`.
    Every,
}

/// What may be done with consents, external identities and the account (product §6.3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SubResourceOperations {
    /// On consents.
    pub consent: OperationSet<ConsentOperation>,
    /// On external identities.
    pub external_identity: OperationSet<ExternalIdentityOperation>,
    /// On the account.
    pub account: OperationSet<AccountOperation>,
}

impl AuthenticatedIdentity {
    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, DefinitionError> {
        let operations = fields.operations("resource_operations")?;
        let possible = [Operation::Retrieve, Operation::Modify];
        if let Some(other) = operations.iter().find(|o| !possible.contains(o)) {
            let problem = format!(
                "can't have `{other}`: with its own identity a client can \
                retrieve and modify only"
            );
            return Err(DefinitionError::invalid("resource_operations", problem));
        }
        Ok(Self {
            consent_prompt_text: fields.required_text("consent_prompt_text")?.to_owned(),
            operations,
            attributes: AttributePatterns::read(fields, "resource_attributes")?,
            sub_resources: SubResourceOperations::read(fields)?,
        })
    }

    pub(super) fn write(&self, map: &mut Map<String, Value>) {
        map.insert(
            "consent_prompt_text".into(),
            self.consent_prompt_text.clone().into(),
        );
        map.insert("resource_operations".into(), names(self.operations));
        map.insert("resource_attributes".into(), self.attributes.to_json());
        self.sub_resources.write(map);
    }
}

impl Resource {
    pub(super) fn read(fields: &Fields<'_>, built_in: bool) -> Result<Self, DefinitionError> {
        let resource_type = match fields.required_text("scim_resource_type")? {
            "*" if built_in => TypeSelector::Every,
            "*" => {
                let problem = "must name one resource type; only built-in scopes span all";
                return Err(DefinitionError::invalid("scim_resource_type", problem));
            }
            name => TypeSelector::Named(name.to_owned()),
        };
        let read = Self {
            resource_type,
            operations: fields.operations("resource_operations")?,
            attributes: AttributePatterns::read(fields, "resource_attributes")?,
            consent_prompt_text: fields.text("consent_prompt_text")?.map(str::to_owned),
            sub_resources: SubResourceOperations::read(fields)?,
        };
        if read.operations.is_empty() {
            return Err(missing("resource_operations"));
        }
        if read.attributes.is_empty() {
            return Err(DefinitionError::new(
                "resource_attributes",
                DefinitionRule::Missing,
            ));
        }
        Ok(read)
    }

    pub(super) fn write(&self, map: &mut Map<String, Value>) {
        let name = match &self.resource_type {
            TypeSelector::Named(name) => name,
            TypeSelector::Every => "*",
        };
        map.insert("scim_resource_type".into(), name.into());
        if let Some(text) = &self.consent_prompt_text {
            map.insert("consent_prompt_text".into(), text.clone().into());
        }
        map.insert("resource_operations".into(), names(self.operations));
        map.insert("resource_attributes".into(), self.attributes.to_json());
        self.sub_resources.write(map);
    }
}

/// One operation on a sub-resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SubResourceOperation {
    /// On consents.
    Consent(ConsentOperation),
    /// On external identities.
    ExternalIdentity(ExternalIdentityOperation),
    /// On the account.
    Account(AccountOperation),
}

impl fmt::Display for SubResourceOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Consent(operation) => operation.fmt(f),
            Self::ExternalIdentity(operation) => operation.fmt(f),
            Self::Account(operation) => operation.fmt(f),
        }
    }
}

impl SubResourceOperations {
    /// Whether the operation is among them.
    pub fn contains(&self, operation: SubResourceOperation) -> bool {
        match operation {
            SubResourceOperation::Consent(o) => self.consent.contains(o),
            SubResourceOperation::ExternalIdentity(o) => self.external_identity.contains(o),
            SubResourceOperation::Account(o) => self.account.contains(o),
        }
    }

    /// Whether nothing may be done.
    pub fn is_empty(&self) -> bool {
        self.consent.is_empty() && self.external_identity.is_empty() && self.account.is_empty()
    }

    /// What both allow, together.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            consent: self.consent.union(other.consent),
            external_identity: self.external_identity.union(other.external_identity),
            account: self.account.union(other.account),
        }
    }

    /// What each of both allows.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self {
            consent: self.consent.intersection(other.consent),
            external_identity: self.external_identity.intersection(other.external_identity),
            account: self.account.intersection(other.account),
        }
    }

    /// How many operations there are.
    pub fn len(&self) -> usize {
        self.consent.len() + self.external_identity.len() + self.account.len()
    }

    fn read(fields: &Fields<'_>) -> Result<Self, DefinitionError> {
        Ok(Self {
            consent: fields.operations("consent_operations")?,
            external_identity: fields.operations("external_identity_operations")?,
            account: fields.operations("account_operations")?,
        })
    }

    fn write(self, map: &mut Map<String, Value>) {
        map.insert("consent_operations".into(), names(self.consent));
        map.insert(
            "external_identity_operations".into(),
            names(self.external_identity),
        );
        map.insert("account_operations".into(), names(self.account));
    }
}

fn names<O: Named>(operations: OperationSet<O>) -> Value {
    operations.iter().map(Named::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_on_sub_resources_behave_as_a_set() {
        let some = SubResourceOperations {
            consent: OperationSet::from_iter([ConsentOperation::RevokeConsent]),
            ..SubResourceOperations::default()
        };
        let all = SubResourceOperations {
            consent: OperationSet::all(),
            external_identity: OperationSet::all(),
            account: OperationSet::all(),
        };
        let sizes = [
            all.consent.len(),
            all.external_identity.len(),
            all.account.len(),
        ];
        assert!(
            sizes.iter().all(|size| *size > 1),
            "sums would hide what is missing"
        );
        assert_eq!(all.len(), sizes.iter().sum::<usize>());
        assert_eq!((some.len(), SubResourceOperations::default().len()), (1, 0));
        assert_eq!(all.intersection(some), some);
        assert_eq!(all.intersection(all), all);
    }

    #[test]
    fn an_operation_is_written_by_its_name() {
        let written = SubResourceOperation::Consent(ConsentOperation::RevokeConsent).to_string();
        assert_eq!(written, "revoke-consent");
    }
}
