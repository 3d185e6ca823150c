//! What a scope is declared to allow (product §2), as it is written and stored.
//!
//! A definition is checked by itself here; whether the types, attributes and services that it
//! names exist is asked when it is compiled into a [`crate::Catalogue`].

mod attributes;
mod error;
mod fields;
mod identity;

pub use attributes::AttributePatterns;
pub use error::{DefinitionError, DefinitionRule};
pub use identity::{
    AuthenticatedIdentity, Resource, SubResourceOperation, SubResourceOperations, TypeSelector,
};

use crate::{
    id::{ResourceServerId, ServiceId},
    management::ManagementRights,
    operation::{Named, UnknownName, by_name, named},
};
use fields::{Fields, missing, nearest, parse};
use oauth::ScopeToken;
use serde_json::{Map, Value};
use std::{fmt, str::FromStr};

/// Longest tag, in characters.
pub const MAX_TAG: usize = 200;

named! {
    /// The type of a scope (product §2.2).
    ScopeType {
        /// The identity that authorized the client.
        AuthenticatedIdentity = "authenticated-identity",
        /// Any resource of a SCIM resource type.
        Resource = "resource",
        /// Services behind a gateway.
        Service = "service",
        /// Actions of the management API; built-in only.
        Management = "management",
        /// Nothing that Ambit enforces itself.
        Generic = "generic",
    }
}

/// A scope as an administrator declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeDefinition {
    /// The name (RFC 6749 §3.3): never changes, unique in the realm ignoring ASCII case.
    pub name: ScopeToken,
    /// Free text for administrators.
    pub description: Option<String>,
    /// Labels without meaning to Ambit; policies examine them.
    pub tags: Vec<String>,
    /// Whether Ambit brought it: what it allows never changes then.
    pub built_in: bool,
    /// What it allows.
    pub kind: ScopeKind,
}

/// What a scope allows, by type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScopeKind {
    /// Things with the identity that authorized the client.
    AuthenticatedIdentity(AuthenticatedIdentity),
    /// Things with any resource of a type.
    Resource(Resource),
    /// Access to every URL of these services, at least one, and to no other.
    Service(Vec<ServiceId>),
    /// These rights of the management API.
    Management(ManagementRights),
    /// Nothing here; the token's audience may be this resource server (RFC 8707).
    Generic(Option<ResourceServerId>),
}

impl ScopeKind {
    /// The type that this is.
    pub fn scope_type(&self) -> ScopeType {
        match self {
            Self::AuthenticatedIdentity(_) => ScopeType::AuthenticatedIdentity,
            Self::Resource(_) => ScopeType::Resource,
            Self::Service(_) => ScopeType::Service,
            Self::Management(_) => ScopeType::Management,
            Self::Generic(_) => ScopeType::Generic,
        }
    }
}

/// Who writes a definition.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Author {
    Administrator,
    Ambit,
}

impl ScopeDefinition {
    /// Reads a definition as [`Self::to_json`] writes it, built-in ones too: for what is stored.
    pub fn from_json(map: &Map<String, Value>) -> Result<Self, DefinitionError> {
        Self::read(map, Author::Ambit)
    }

    /// Reads a definition that an administrator sends, who can make neither built-in scopes nor
    /// scopes of type `management`.
    pub fn from_request(map: &Map<String, Value>) -> Result<Self, DefinitionError> {
        Self::read(map, Author::Administrator)
    }

    fn read(map: &Map<String, Value>, author: Author) -> Result<Self, DefinitionError> {
        let kind = scope_type(map)?;
        let fields = Fields::of(kind, map)?;
        if author == Author::Administrator && map.contains_key("built_in") {
            return Err(DefinitionError::new("built_in", DefinitionRule::ServerSet));
        }
        let built_in = fields.boolean("built_in")?.unwrap_or(false);
        if kind == ScopeType::Management && !built_in {
            let problem = "can't be `management`: those scopes are built in";
            return Err(DefinitionError::invalid("type", problem));
        }
        let tags: Vec<&str> = fields.texts("tags")?;
        if tags.iter().any(|tag| tag.chars().count() > MAX_TAG) {
            let problem = format!("has a tag of more than {MAX_TAG} characters");
            return Err(DefinitionError::invalid("tags", problem));
        }
        Ok(Self {
            name: parse("name", fields.required_text("name")?)?,
            description: fields.text("description")?.map(str::to_owned),
            tags: tags.into_iter().map(str::to_owned).collect(),
            built_in,
            kind: ScopeKind::read(kind, &fields, built_in)?,
        })
    }

    /// The definition in the management API's form (product §7), in a fixed order.
    pub fn to_json(&self) -> Map<String, Value> {
        let mut map = Map::new();
        map.insert("name".into(), self.name.as_str().into());
        map.insert("type".into(), self.kind.scope_type().as_str().into());
        if let Some(description) = &self.description {
            map.insert("description".into(), description.clone().into());
        }
        map.insert("tags".into(), self.tags.clone().into());
        map.insert("built_in".into(), self.built_in.into());
        self.kind.write(&mut map);
        map
    }

    /// The definition after a JSON merge patch (RFC 7396): `null` takes a property off.
    ///
    /// `name`, `type` and `built_in` never change; of a built-in scope only `description` and
    /// `tags` do.
    pub fn updated(&self, patch: &Map<String, Value>) -> Result<Self, DefinitionError> {
        let kind = self.kind.scope_type();
        Fields::of(kind, patch)?;
        let mut map = self.to_json();
        for (field, value) in patch {
            let rule = match field.as_str() {
                "name" | "type" => Some(DefinitionRule::Immutable),
                "built_in" => Some(DefinitionRule::ServerSet),
                "description" | "tags" => None,
                _ => self.built_in.then_some(DefinitionRule::BuiltIn),
            };
            if let Some(rule) = rule {
                return Err(DefinitionError::new(field, rule));
            }
            map.insert(field.clone(), value.clone());
        }
        Self::from_json(&map)
    }
}

impl ScopeKind {
    fn read(kind: ScopeType, fields: &Fields<'_>, built_in: bool) -> Result<Self, DefinitionError> {
        Ok(match kind {
            ScopeType::AuthenticatedIdentity => {
                Self::AuthenticatedIdentity(AuthenticatedIdentity::read(fields)?)
            }
            ScopeType::Resource => Self::Resource(Resource::read(fields, built_in)?),
            ScopeType::Service => {
                let services: Vec<ServiceId> = fields.list("services")?;
                if services.is_empty() {
                    return Err(missing("services"));
                }
                Self::Service(services)
            }
            ScopeType::Management => {
                let rights = fields.list("management_operations")?;
                Self::Management(rights.into_iter().collect())
            }
            ScopeType::Generic => Self::Generic(fields.parsed("resource_server")?),
        })
    }

    fn write(&self, map: &mut Map<String, Value>) {
        match self {
            Self::AuthenticatedIdentity(identity) => identity.write(map),
            Self::Resource(resource) => resource.write(map),
            Self::Service(services) => {
                let ids = services.iter().map(|id| Value::from(id.to_string()));
                map.insert("services".into(), ids.collect());
            }
            Self::Management(rights) => {
                let rights = rights.iter().map(|right| Value::from(right.to_string()));
                map.insert("management_operations".into(), rights.collect());
            }
            Self::Generic(Some(server)) => {
                map.insert("resource_server".into(), server.to_string().into());
            }
            Self::Generic(None) => {}
        }
    }
}

fn scope_type(map: &Map<String, Value>) -> Result<ScopeType, DefinitionError> {
    match map.get("type") {
        None | Some(Value::Null) => Err(missing("type")),
        Some(Value::String(text)) => by_name(text).map_err(|error: UnknownName| {
            let near = nearest(text, ScopeType::ALL.iter().map(|t| t.as_str()));
            let hint = near
                .map(|name| format!("; did you mean `{name}`?"))
                .unwrap_or_default();
            DefinitionError::invalid("type", format!("is invalid: {error}{hint}"))
        }),
        Some(_) => Err(DefinitionError::invalid("type", "must be a string")),
    }
}
