//! The sub-resource types: each a SCIM type of its own, which scopes may name (product §2.2, §6.3).

use super::schemas;
use scim::{ResourceSchema, ResourceType, Schema, SchemaError};
use std::sync::{Arc, LazyLock};

/// A built-in type of what belongs to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SubType {
    /// What the person allowed a client.
    Consent,
    /// What became of consents.
    ConsentHistory,
    /// Who the person is at identity providers.
    ExternalIdentity,
    /// The state of the account.
    Account,
    /// What a password of the person must be.
    PasswordQualityRequirements,
    /// The password, to be changed.
    Password,
}

impl SubType {
    /// Every one.
    pub const ALL: [Self; 6] = [
        Self::Consent,
        Self::ConsentHistory,
        Self::ExternalIdentity,
        Self::Account,
        Self::PasswordQualityRequirements,
        Self::Password,
    ];

    /// The name by which scopes call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Consent => "Consent",
            Self::ConsentHistory => "ConsentHistory",
            Self::ExternalIdentity => "ExternalIdentity",
            Self::Account => "Account",
            Self::PasswordQualityRequirements => "PasswordQualityRequirements",
            Self::Password => "Password",
        }
    }

    /// What follows the person's address.
    pub const fn segment(self) -> &'static str {
        match self {
            Self::Consent => "consents",
            Self::ConsentHistory => "consentHistory",
            Self::ExternalIdentity => "externalIdentities",
            Self::Account => "account",
            Self::PasswordQualityRequirements => "passwordQualityRequirements",
            Self::Password => "password",
        }
    }

    /// Whether a person has several, each with an id of its own; else it has the person's.
    pub(super) const fn is_collection(self) -> bool {
        matches!(
            self,
            Self::Consent | Self::ConsentHistory | Self::ExternalIdentity
        )
    }

    /// Its schema.
    pub fn schema(self) -> Schema {
        let (description, attributes) = match self {
            Self::Consent => ("What a person allowed a client", schemas::consent()),
            Self::ConsentHistory => ("What became of a consent", schemas::consent_history()),
            Self::ExternalIdentity => (
                "Who a person is at an identity provider",
                schemas::external_identity(),
            ),
            Self::Account => ("The state of a person's account", schemas::account()),
            Self::PasswordQualityRequirements => {
                ("What a new password must be", schemas::requirements())
            }
            Self::Password => ("A change of a person's password", schemas::password()),
        };
        Schema {
            id: format!("{URN}{}", self.name()),
            name: Some(self.name().to_owned()),
            description: Some(description.to_owned()),
            attributes,
        }
    }

    /// Whether `urn` is that of one of these schemas, or might be.
    pub(crate) fn is_urn(urn: &str) -> bool {
        let start = urn.get(..URN.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(URN))
    }

    /// Its schema, compiled; the same for every realm.
    ///
    /// # Errors
    /// If the schema can't be, which is a defect of ours.
    pub(crate) fn compiled(self) -> Compiled {
        static COMPILED: LazyLock<[(SubType, Compiled); 6]> =
            LazyLock::new(|| SubType::ALL.map(|sub| (sub, sub.compile())));
        let found = COMPILED.iter().find(|(sub, _)| *sub == self);
        found.map_or_else(|| self.compile(), |(_, compiled)| compiled.clone())
    }

    fn compile(self) -> Compiled {
        let schema = self.schema();
        let resource_type = ResourceType {
            id: self.name().to_owned(),
            name: self.name().to_owned(),
            description: schema.description.clone(),
            endpoint: format!("/{}", self.segment()),
            schema: schema.id.clone(),
            schema_extensions: Vec::new(),
        };
        let find = |urn: &str| (urn == schema.id).then_some(&schema);
        ResourceSchema::compile(resource_type, find).map(Arc::new)
    }
}

type Compiled = Result<Arc<ResourceSchema>, SchemaError>;

/// What the URNs of these schemas begin with.
const URN: &str = "urn:ambit:params:scim:schemas:1.0:";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_type_compiles() {
        for sub in SubType::ALL {
            let schema = sub.compiled().unwrap();
            assert_eq!(schema.resource_type().name, sub.name());
        }
    }
}
