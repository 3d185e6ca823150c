//! Services behind gateways (product §6.4).

use crate::Timestamp;
use scope::{Enforcement, PathPattern, ServiceEntry, ServiceId};
use serde::{Deserialize, Serialize};

/// What every service URL begins with, if the realm sets nothing else.
pub const DEFAULT_SERVICE_PREFIX: &str = "/integration";
/// The project of a service that names none.
pub const DEFAULT_PROJECT: &str = "Default";

/// A service of the catalogue: some URLs, which a scope opens as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// Its id.
    pub id: ServiceId,
    /// Its name, unique in the realm ignoring ASCII case.
    pub name: String,
    /// Free text.
    pub description: Option<String>,
    /// What it is; that decides nothing.
    pub kind: ServiceKind,
    /// The project that it belongs to, by which those who choose services find it.
    pub project: String,
    /// Its URLs, as paths.
    #[serde(with = "pattern")]
    pub url: PathPattern,
    /// The HTTP methods that it takes; empty for all.
    pub methods: Vec<String>,
    /// Where a gateway finds it.
    pub upstream: Option<String>,
    /// Whether lacking its scope denies.
    #[serde(with = "enforcement")]
    pub enforcement: Enforcement,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// What a service is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum ServiceKind {
    Integration,
    RestResource,
}

impl Service {
    /// As far as it decides.
    pub(crate) fn entry(&self) -> ServiceEntry {
        ServiceEntry {
            id: self.id,
            name: self.name.clone(),
            url: self.url.clone(),
            methods: self.methods.clone(),
            enforcement: self.enforcement,
        }
    }
}

/// URLs serialise as they are written.
mod pattern {
    use scope::PathPattern;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(url: &PathPattern, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(url.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<PathPattern, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

/// As the management API writes it too.
mod enforcement {
    use scope::Enforcement;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(
        enforcement: &Enforcement,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.serialize_str(match enforcement {
            Enforcement::Enforce => "enforce",
            Enforcement::Report => "report",
        })
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Enforcement, D::Error> {
        match String::deserialize(from)?.as_str() {
            "enforce" => Ok(Enforcement::Enforce),
            "report" => Ok(Enforcement::Report),
            _ => Err(D::Error::custom("neither `enforce` nor `report`")),
        }
    }
}
