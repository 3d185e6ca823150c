//! Schemas and resource types as RFC 7643 §6 and §7 write them.

use serde::{Deserialize, Serialize};

/// A schema definition (RFC 7643 §7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Schema {
    /// The schema's URN.
    pub id: String,
    /// Human-readable name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Human-readable description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The attributes that a resource of this schema may have.
    pub attributes: Vec<Attribute>,
}

/// An attribute definition (RFC 7643 §7), its characteristics those of §2.2.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Attribute {
    /// The attribute's name.
    pub name: String,
    /// Its data type.
    #[serde(rename = "type", default)]
    pub kind: AttributeType,
    /// Whether it holds an array.
    #[serde(default)]
    pub multi_valued: bool,
    /// Human-readable description.
    #[serde(default)]
    pub description: String,
    /// Whether a resource must have it.
    #[serde(default)]
    pub required: bool,
    /// Suggested values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub canonical_values: Vec<String>,
    /// Whether letter case matters in comparisons.
    #[serde(default)]
    pub case_exact: bool,
    /// Who may change it, and when.
    #[serde(default)]
    pub mutability: Mutability,
    /// When it is in a response.
    #[serde(default)]
    pub returned: Returned,
    /// Where its value is unique.
    #[serde(default)]
    pub uniqueness: Uniqueness,
    /// What a reference may point at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reference_types: Vec<String>,
    /// Sub-attributes of a complex attribute.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sub_attributes: Vec<Attribute>,
}

/// `type` of an attribute (RFC 7643 §2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub enum AttributeType {
    #[default]
    String,
    Boolean,
    Decimal,
    Integer,
    DateTime,
    Reference,
    Binary,
    Complex,
}

/// `mutability` of an attribute (RFC 7643 §7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub enum Mutability {
    ReadOnly,
    #[default]
    ReadWrite,
    Immutable,
    WriteOnly,
}

/// `returned` of an attribute (RFC 7643 §7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub enum Returned {
    Always,
    Never,
    #[default]
    Default,
    Request,
}

/// `uniqueness` of an attribute (RFC 7643 §7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub enum Uniqueness {
    #[default]
    None,
    Server,
    Global,
}

/// A resource type (RFC 7643 §6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceType {
    /// Its id, which is its name.
    pub id: String,
    /// The name, as in `meta.resourceType`.
    pub name: String,
    /// Human-readable description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Path relative to the SCIM root, such as `/Users`.
    pub endpoint: String,
    /// URN of the base schema.
    pub schema: String,
    /// Extensions that resources of the type may, or must, have.
    #[serde(default)]
    pub schema_extensions: Vec<SchemaExtension>,
}

/// An extension of a resource type (RFC 7643 §6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SchemaExtension {
    /// URN of the extension's schema.
    pub schema: String,
    /// Whether every resource of the type must have it.
    pub required: bool,
}
