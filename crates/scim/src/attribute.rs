//! Definitions of attributes in Rust: a constructor per type, a method per characteristic
//! (RFC 7643 §2.2).

use crate::{Attribute, AttributeType, Mutability, Returned, Uniqueness};

impl Attribute {
    /// An attribute of the given type with the defaults of RFC 7643 §2.2.
    pub fn new(name: &str, kind: AttributeType, description: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            multi_valued: false,
            description: description.to_owned(),
            required: false,
            canonical_values: Vec::new(),
            case_exact: false,
            mutability: Mutability::default(),
            returned: Returned::default(),
            uniqueness: Uniqueness::default(),
            reference_types: Vec::new(),
            sub_attributes: Vec::new(),
        }
    }

    /// A string that compares without regard to case.
    pub fn string(name: &str, description: &str) -> Self {
        Self::new(name, AttributeType::String, description)
    }

    /// A boolean.
    pub fn boolean(name: &str, description: &str) -> Self {
        Self::new(name, AttributeType::Boolean, description)
    }

    /// A complex attribute with its sub-attributes.
    pub fn complex(name: &str, description: &str, sub_attributes: Vec<Self>) -> Self {
        Self {
            sub_attributes,
            ..Self::new(name, AttributeType::Complex, description)
        }
    }

    /// A reference to one of the given types: resource types, `external` or `uri`
    /// (RFC 7643 §2.3.7). References compare exactly.
    pub fn reference(name: &str, types: &[&str], description: &str) -> Self {
        Self {
            reference_types: types.iter().map(|&t| t.to_owned()).collect(),
            case_exact: true,
            ..Self::new(name, AttributeType::Reference, description)
        }
    }

    /// Holds an array.
    pub fn multi_valued(self) -> Self {
        Self {
            multi_valued: true,
            ..self
        }
    }

    /// Every resource must have it.
    pub fn required(self) -> Self {
        Self {
            required: true,
            ..self
        }
    }

    /// Letter case matters in comparisons.
    pub fn case_exact(self) -> Self {
        Self {
            case_exact: true,
            ..self
        }
    }

    /// Suggested values.
    pub fn suggesting(self, values: &[&str]) -> Self {
        Self {
            canonical_values: values.iter().map(|&v| v.to_owned()).collect(),
            ..self
        }
    }

    /// Who may change it, and when.
    pub fn mutability(self, mutability: Mutability) -> Self {
        Self { mutability, ..self }
    }

    /// When it is in a response.
    pub fn returned(self, returned: Returned) -> Self {
        Self { returned, ..self }
    }

    /// Where its value is unique.
    pub fn uniqueness(self, uniqueness: Uniqueness) -> Self {
        Self { uniqueness, ..self }
    }

    /// Only the server writes it.
    pub fn read_only(self) -> Self {
        self.mutability(Mutability::ReadOnly)
    }

    /// Never changes once it has a value.
    pub fn immutable(self) -> Self {
        self.mutability(Mutability::Immutable)
    }
}
