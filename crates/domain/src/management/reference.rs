//! What there is to configure: each resource with its fields, as readers, filters, documents and the
//! command line know it.

pub use super::field::{Access, Field, FieldKind};
use super::table::OPERATIONS;

/// A resource of the management API.
#[derive(Debug, Clone, Copy)]
pub struct Definition {
    /// Its name in addresses, such as `resource-servers`.
    pub resource: &'static str,
    /// One of it, in words, such as `resource server`.
    pub singular: &'static str,
    /// What it is: a sentence or two.
    pub about: &'static str,
    /// The field by which people know one.
    pub named_by: &'static str,
    /// Its fields, in the order in which they are shown.
    pub fields: &'static [Field],
}

impl Definition {
    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// Every resource, in the order of the table.
pub fn definitions() -> Vec<&'static Definition> {
    let mut all: Vec<&'static Definition> = Vec::new();
    for operation in OPERATIONS {
        let known = |known: &&Definition| known.resource == operation.definition.resource;
        if all.iter().find(|one| known(one)).is_none() {
            all.push(operation.definition);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_explained_in_sentences() {
        for definition in definitions() {
            let name = definition.resource;
            assert!(definition.about.ends_with('.'), "{name}");
            assert!(definition.field(definition.named_by).is_some(), "{name}");
            for field in definition.fields {
                let place = format!("{name}.{}", field.name);
                assert!(field.about.ends_with('.'), "{place}: {}", field.about);
                assert!(
                    !(field.secret && field.access == Access::ByServer),
                    "{place}"
                );
                let known = |resource: &str| definitions().iter().any(|d| d.resource == resource);
                assert!(field.refers_to.is_none_or(known), "{place}");
            }
        }
    }

    #[test]
    fn no_resource_has_a_field_twice() {
        for definition in definitions() {
            let mut names: Vec<_> = definition.fields.iter().map(|f| f.name).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(
                names.len(),
                definition.fields.len(),
                "{}",
                definition.resource
            );
        }
    }
}
