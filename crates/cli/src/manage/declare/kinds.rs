//! What the file of a realm holds, and what it leaves out.

use crate::manage::{
    change::Object,
    definition::{self, Access, Definition, Field},
    names::folded,
    noun::{self, Noun},
    table::visible,
    world::text,
};
use serde_json::Value;

/// The settings of the realm itself.
pub(super) const REALM: &str = "realm";

/// Every kind of object in the file, so that what is referred to comes before what refers to it.
const ORDER: &[&str] = &[
    "resource-servers",
    "schemas",
    "resource-types",
    "services",
    "scopes",
    "claims",
    "policies",
    "identity-providers",
    "roles",
    "applications",
    "connectors",
    "sync-profiles",
];

/// Of what Ambit brings with it, what can be changed.
const BUILT_IN: &[(&str, &[&str])] = &[
    ("resource-types", &["description", "schema_extensions"]),
    ("scopes", &["description", "tags"]),
    ("claims", &["paths"]),
    ("roles", &["description"]),
];

/// A kind of object in the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    /// What the command line calls it.
    pub(super) noun: &'static Noun,
    /// Its definition.
    pub(super) definition: &'static Definition,
}

/// All kinds, in order.
pub(super) fn all() -> Vec<Kind> {
    ORDER
        .iter()
        .filter_map(|resource| Kind::of(resource))
        .collect()
}

/// The scopes assigned to a client, which stand with the client.
pub(super) fn assigned() -> Option<Kind> {
    Kind::of("assigned-scopes")
}

/// The realm's own settings.
pub(super) fn realm() -> Option<Kind> {
    Kind::of("realms")
}

impl Kind {
    fn of(resource: &str) -> Option<Self> {
        Some(Self {
            noun: noun::of_resource(resource)?,
            definition: definition::of(resource)?,
        })
    }

    /// The field by which an object of this kind is known: of that, the server has each once.
    pub(super) fn name_field(self) -> &'static str {
        self.definition.named_by
    }

    /// By what an object of this kind is known in the file: its name, and its version if it has one.
    pub(super) fn key(self, object: &Object) -> (String, String) {
        let version = match self.noun.has_versions() {
            true => text(object, "version"),
            false => "",
        };
        let name = text(object, self.name_field());
        let name = match self.definition.field(self.name_field()) {
            Some(field) => folded(field, name),
            None => name.to_owned(),
        };
        (name, version.to_ascii_lowercase())
    }

    /// What an object of this kind is called where people read of it.
    pub(super) fn title(self, object: &Object) -> String {
        let (title, name) = (self.noun.title, text(object, self.name_field()));
        visible(&match (self.noun.has_versions(), text(object, "version")) {
            (true, version) if !version.is_empty() => format!("{title} `{name}` {version}"),
            _ => format!("{title} `{name}`"),
        })
    }

    /// Whether an object of a realm is none of the file's business: who made it was no administrator.
    pub(super) fn is_foreign(self, object: &Object) -> bool {
        object.get("self_registered") == Some(&Value::Bool(true))
    }

    /// Whether Ambit brought it.
    pub(super) fn is_built_in(self, object: &Object) -> bool {
        object.get("built_in") == Some(&Value::Bool(true))
    }

    /// The fields that the file says of an object, in order; `built_in` if Ambit brought it.
    pub(super) fn fields(self, built_in: bool) -> Vec<&'static Field> {
        let changeable = BUILT_IN
            .iter()
            .find(|(kind, _)| *kind == self.definition.resource);
        let changeable = changeable.map_or(&[][..], |(_, fields)| fields);
        let said = |field: &&Field| match (field.access, built_in) {
            (Access::ByServer, _) => false,
            _ if definition::names_people(self.definition.resource, field.name) => false,
            _ if field.name == self.name_field() => true,
            // Of the command line's own application everything, but that it is there.
            (_, true) => changeable.contains(&field.name) || self.noun.has_versions(),
            (_, false) => true,
        };
        self.definition.fields.iter().filter(said).collect()
    }

    /// The field that tells whether an object has the secret `field`.
    pub(super) fn has(field: &Field) -> String {
        format!("has_{}", field.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manage::noun::{NOUNS, Verb};

    /// A kind of object that is new comes into the file, or stands here with why it does not.
    #[test]
    fn what_somebody_makes_is_in_the_file() {
        let elsewhere = [
            "assigned-scopes", // with their clients
            "realms",          // the realm itself is a table of its own
            "tenants",         // above the realm
            "keys",            // made by the server, and not to be taken elsewhere
            "secrets",         // the same
        ];
        for noun in NOUNS {
            let is_made = noun.verbs.contains(&Verb::Create);
            let is_known = ORDER.contains(&noun.resource) || elsewhere.contains(&noun.resource);
            assert_eq!(is_made, is_known, "{}", noun.resource);
        }
        assert_eq!(all().len(), ORDER.len());
    }

    #[test]
    fn what_is_referred_to_comes_first() {
        let at = |resource: &str| ORDER.iter().position(|known| *known == resource);
        for kind in all() {
            for field in kind.definition.fields {
                if let Some(other) = field.refers_to {
                    let resource = kind.definition.resource;
                    assert!(at(other) < at(resource), "{resource} refers to {other}");
                }
            }
        }
    }
}
