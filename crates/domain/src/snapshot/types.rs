//! The SCIM resource types of a realm.

use super::ConfigError;
use crate::{config::RealmConfig, scim::SubType, store::TypeName};
use scim::{ResourceSchema, Schema};
use scope::TypeId;
use std::{collections::HashMap, sync::Arc};

/// The compiled resource types of a realm; a [`TypeId`] is an index into them.
#[derive(Debug, Clone)]
pub struct Types {
    entries: Vec<TypeEntry>,
    /// The types of what belongs to people; their ids follow those of the others.
    subs: Vec<(SubType, TypeEntry)>,
    by_endpoint: HashMap<String, TypeId>,
    schemas: Vec<Arc<crate::config::SchemaRecord>>,
}

/// One resource type.
#[derive(Debug, Clone)]
pub struct TypeEntry {
    /// Its place in the catalogue.
    pub id: TypeId,
    /// Its name, such as `User`.
    pub name: TypeName,
    /// Its attributes.
    pub schema: Arc<ResourceSchema>,
}

impl Types {
    /// Compiles the types of `config`, or takes over `before`'s if nothing of them changed.
    pub(super) fn compile(
        config: &RealmConfig,
        before: Option<(&RealmConfig, &Self)>,
    ) -> Result<Self, ConfigError> {
        if let Some((old, types)) = before
            && same(old, config)
        {
            return Ok(types.clone());
        }
        let find = |urn: &str| -> Option<&Schema> {
            config.schema_by_urn(urn).map(|record| &record.schema)
        };
        let mut entries = Vec::new();
        let mut by_endpoint = HashMap::new();
        let mut sorted: Vec<_> = config.resource_types.values().collect();
        // By age, so that a type keeps its place when others come.
        sorted.sort_by_key(|record| (record.created, record.id));
        for (index, record) in sorted.into_iter().enumerate() {
            let id = TypeId::from_index(index)
                .ok_or_else(|| ConfigError::Types("there are too many resource types".into()))?;
            let schema = ResourceSchema::compile(record.resource_type.clone(), find)
                .map_err(|e| ConfigError::Types(e.to_string()))?;
            let endpoint = record
                .resource_type
                .endpoint
                .trim_start_matches('/')
                .to_owned();
            if by_endpoint.insert(endpoint.clone(), id).is_some() {
                return Err(ConfigError::Types(format!(
                    "two resource types have `/{endpoint}`"
                )));
            }
            let name = record.resource_type.name.as_str().into();
            entries.push(TypeEntry {
                id,
                name,
                schema: Arc::new(schema),
            });
        }
        let schemas = config.schemas.values().cloned().collect();
        let subs = sub_resource_types(&entries)?;
        Ok(Self {
            entries,
            subs,
            by_endpoint,
            schemas,
        })
    }

    /// The resource types in order of their ids.
    pub fn all(&self) -> &[TypeEntry] {
        &self.entries
    }

    /// The type with the given id.
    pub fn get(&self, id: TypeId) -> Option<&TypeEntry> {
        let index = id.index();
        let sub = || {
            let after = index.checked_sub(self.entries.len())?;
            self.subs.get(after).map(|(_, entry)| entry)
        };
        self.entries.get(index).or_else(sub)
    }

    /// The sub-resource types in order of their ids (product §2.2).
    pub fn sub_resources(&self) -> impl Iterator<Item = &TypeEntry> {
        self.subs.iter().map(|(_, entry)| entry)
    }

    /// A sub-resource type.
    pub fn sub(&self, sub: SubType) -> Option<&TypeEntry> {
        let found = self.subs.iter().find(|(one, _)| *one == sub);
        found.map(|(_, entry)| entry)
    }

    /// The type at the given endpoint, without the slash: `Users`.
    pub fn by_endpoint(&self, endpoint: &str) -> Option<&TypeEntry> {
        self.get(*self.by_endpoint.get(endpoint)?)
    }

    /// The type with the given name.
    pub fn by_name(&self, name: &str) -> Option<&TypeEntry> {
        self.entries.iter().find(|entry| &*entry.name == name)
    }

    /// Whether these are the very same types.
    pub(super) fn is(&self, other: &Self) -> bool {
        let same = |(a, b): (&TypeEntry, &TypeEntry)| Arc::ptr_eq(&a.schema, &b.schema);
        self.entries.len() == other.entries.len()
            && self.entries.iter().zip(&other.entries).all(same)
    }

    /// The schemas, built-in and custom.
    pub fn schemas(&self) -> &[Arc<crate::config::SchemaRecord>] {
        &self.schemas
    }
}

/// The sub-resource types, after the resource types.
fn sub_resource_types(before: &[TypeEntry]) -> Result<Vec<(SubType, TypeEntry)>, ConfigError> {
    let mut subs = Vec::new();
    for sub in SubType::ALL {
        let id = TypeId::from_index(before.len() + subs.len())
            .ok_or_else(|| ConfigError::Types("there are too many resource types".into()))?;
        let schema = sub.compiled();
        let schema = schema.map_err(|error| ConfigError::Types(error.to_string()))?;
        let name = sub.name().into();
        subs.push((sub, TypeEntry { id, name, schema }));
    }
    Ok(subs)
}

/// Whether two configurations have the very same types and schemas.
fn same(old: &RealmConfig, new: &RealmConfig) -> bool {
    old.schemas.len() == new.schemas.len()
        && old.resource_types.len() == new.resource_types.len()
        && old
            .schemas
            .values()
            .zip(new.schemas.values())
            .all(|(a, b)| Arc::ptr_eq(a, b))
        && old
            .resource_types
            .values()
            .zip(new.resource_types.values())
            .all(|(a, b)| Arc::ptr_eq(a, b))
}
