//! The address of a realm: every lookup anywhere leads with it (T1, product §1).

use std::{fmt, str::FromStr, sync::Arc};

/// The name of a tenant or of a realm as it stands in addresses: lower-case letters, digits and
/// inner hyphens, at most 63. It never changes, and is never given out again.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(Arc<str>);

/// A name that can't stand in an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 63 lower-case letters, digits and inner hyphens")]
pub struct InvalidSlug;

impl Slug {
    /// `default`, the name of the system realm and of its tenant.
    pub fn system() -> Self {
        Self("default".into())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Slug {
    type Err = InvalidSlug;

    fn from_str(text: &str) -> Result<Self, InvalidSlug> {
        let good = (1..=63).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-');
        if good {
            Ok(Self(text.into()))
        } else {
            Err(InvalidSlug)
        }
    }
}

impl TryFrom<String> for Slug {
    type Error = InvalidSlug;

    fn try_from(text: String) -> Result<Self, InvalidSlug> {
        text.parse()
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0.as_ref().to_owned()
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The (tenant, realm) that a thing lives in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RealmKey {
    tenant: Arc<str>,
    realm: Arc<str>,
}

impl RealmKey {
    /// The realm `realm` of `tenant`.
    pub fn new(tenant: &Slug, realm: &Slug) -> Self {
        Self {
            tenant: tenant.0.clone(),
            realm: realm.0.clone(),
        }
    }

    /// `default/default`, whose tokens alone work on what lies above realms.
    pub fn system() -> Self {
        Self {
            tenant: "default".into(),
            realm: "default".into(),
        }
    }

    /// Where tenants themselves are kept.
    pub fn above_tenants() -> Self {
        Self {
            tenant: "".into(),
            realm: "".into(),
        }
    }

    /// Where the realms of a tenant are kept.
    pub fn above_realms(tenant: &Slug) -> Self {
        Self {
            tenant: tenant.0.clone(),
            realm: "".into(),
        }
    }

    /// From what a store kept: the text of [`tenant`](Self::tenant) and [`realm`](Self::realm).
    pub fn from_store(tenant: &str, realm: &str) -> Self {
        Self {
            tenant: tenant.into(),
            realm: realm.into(),
        }
    }

    /// The tenant's name; empty above tenants.
    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    /// The realm's name; empty above realms.
    pub fn realm(&self) -> &str {
        &self.realm
    }

    /// [`tenant`](Self::tenant) and [`realm`](Self::realm), for who keeps them.
    pub fn names(&self) -> (&Arc<str>, &Arc<str>) {
        (&self.tenant, &self.realm)
    }

    /// Whether this is the system realm.
    pub fn is_system(&self) -> bool {
        &*self.tenant == "default" && &*self.realm == "default"
    }

    /// The path of the realm below the public base URL.
    pub fn path(&self) -> String {
        format!("/v1/tenants/{}/realms/{}", self.tenant, self.realm)
    }

    /// A short name that no two realms share, of letters and digits.
    pub fn short_name(&self) -> String {
        let name = format!("{}:{}{}", self.tenant.len(), self.tenant, self.realm);
        let hash = jose::sha256(name.as_bytes());
        hash.iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

impl fmt::Display for RealmKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.tenant, self.realm)
    }
}
