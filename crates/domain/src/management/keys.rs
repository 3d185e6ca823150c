//! Signing keys: read, made, put to use, removed. The rules of their life are in [`crate::keys`].

use super::{
    Blocked, Creatable, Created, Deletable, Field, FieldError, FieldKind, ListPage, ListQuery,
    Listable, ManagementError, Object, Readable, Target, Updatable,
    body::Body,
    edit::{Present, edit},
    field,
    list::Listing,
    table::{Create, Delete, Keys, List, Read, Update},
};
use crate::{
    Core,
    access::Permit,
    config::KeyState,
    keys::{self, KeyError, Stock},
    snapshot::{PublishedKey, RealmSnapshot},
};
use serde_json::json;

const FIELDS: &[Field] = &[
    Field::by_server("id", FieldKind::Exact),
    Field::by_server("algorithm", FieldKind::Exact),
    Field::writable("state", FieldKind::Text),
    Field::writable("forced", FieldKind::Structure),
    Field::by_server("public_key", FieldKind::Structure),
    Field::by_server("active_since", FieldKind::Time),
    Field::by_server("retired", FieldKind::Time),
    Field::by_server("published_until", FieldKind::Time),
    Field::by_server("created", FieldKind::Time),
];

impl Creatable for Keys {
    /// Makes and publishes the next key of the realm's signing algorithm.
    async fn create(
        core: &Core,
        permit: &Permit<Create<Self>>,
        _: &Target,
        body: &Object,
    ) -> Result<Created, ManagementError> {
        field::check_creation(FIELDS, body)?;
        if let Some(name) = body.keys().next() {
            let detail = "can't be set when a key is made: it begins as the next one";
            return Err(FieldError::invalid(name, detail).into());
        }
        let mut stock = Stock::default();
        let id = loop {
            let made = edit(core, permit, |Present { snapshot, now, .. }| {
                let secrets = core.secrets();
                Ok(keys::publish_next(snapshot, secrets, &mut stock, now)?)
            });
            let made = made.await;
            if !stock.refill().await? {
                break made?;
            }
        };
        let object = present(core, permit, &id)?;
        Ok(Created { id, object })
    }
}

impl Listable for Keys {
    async fn list(
        core: &Core,
        permit: &Permit<List<Self>>,
        target: &Target,
        query: &ListQuery,
    ) -> Result<ListPage, ManagementError> {
        let listing = Listing::new::<Self>(core.secrets(), permit.caller(), target, query, FIELDS)?;
        let mut keys: Vec<_> = permit.snapshot().keys().all().iter().collect();
        keys.sort_by(|a, b| a.record.kid.cmp(&b.record.kid));
        listing.page(
            keys.into_iter()
                .map(|key| (key.record.kid.clone(), to_json(key))),
        )
    }
}

impl Readable for Keys {
    async fn read(
        _: &Core,
        permit: &Permit<Read<Self>>,
        target: &Target,
    ) -> Result<Object, ManagementError> {
        find(permit.snapshot(), target.get("id"))
    }
}

impl Updatable for Keys {
    /// `"state": "active"` lets the next key sign; `"forced": true` does not wait until everyone
    /// can have it.
    async fn update(
        core: &Core,
        permit: &Permit<Update<Self>>,
        target: &Target,
        patch: &Object,
    ) -> Result<Object, ManagementError> {
        let kid = target.get("id");
        let mut stock = Stock::default();
        loop {
            let updated = edit(core, permit, |Present { snapshot, now, .. }| {
                let merged = field::patched(FIELDS, find(snapshot, kid)?, patch)?;
                let body = Body(&merged);
                let forced = body.boolean("forced")?.unwrap_or(false);
                if !patch.contains_key("state") {
                    return Err(FieldError::required("state").into());
                }
                let Some("active") = body.text("state")? else {
                    return Err(FieldError::invalid("state", "can become `active` only").into());
                };
                let secrets = core.secrets();
                Ok(keys::promote(
                    snapshot, kid, secrets, &mut stock, now, forced,
                )?)
            });
            let updated = updated.await;
            if !stock.refill().await? {
                updated?;
                return present(core, permit, kid);
            }
        }
    }
}

impl Deletable for Keys {
    /// An emergency: every token that it signed is invalid from now on.
    async fn delete(
        core: &Core,
        permit: &Permit<Delete<Self>>,
        target: &Target,
    ) -> Result<(), ManagementError> {
        let mut stock = Stock::default();
        loop {
            let deleted = edit(core, permit, |Present { snapshot, now, .. }| {
                let (kid, secrets) = (target.get("id"), core.secrets());
                Ok(keys::remove(snapshot, kid, secrets, &mut stock, now)?)
            });
            let deleted = deleted.await;
            if !stock.refill().await? {
                return deleted;
            }
        }
    }
}

impl From<KeyError> for ManagementError {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Unknown => Self::NotFound,
            KeyError::NotNext => Blocked::because("not_next", format!("{error}.")).into(),
            KeyError::TooYoung { ready } => {
                let ready = ready.to_rfc3339();
                let detail = format!(
                    "The key may sign from {ready} on, when nobody has a JWK Set without it any \
                     more; `forced` does not wait."
                );
                Blocked::because("too_young", detail).into()
            }
            KeyError::NotAtHand => Self::Unavailable(error.to_string()),
            KeyError::Crypto(error) => error.into(),
        }
    }
}

/// A key of the permit's realm as it is after a change.
fn present<K>(core: &Core, permit: &Permit<K>, kid: &str) -> Result<Object, ManagementError> {
    let snapshot = core
        .realm_by_key(permit.realm())
        .ok_or(ManagementError::NotFound)?;
    find(&snapshot, kid)
}

fn find(snapshot: &RealmSnapshot, kid: &str) -> Result<Object, ManagementError> {
    let mut keys = snapshot.keys().all().iter();
    keys.find(|key| key.record.kid == kid)
        .map(to_json)
        .ok_or(ManagementError::NotFound)
}

fn to_json(key: &PublishedKey) -> Object {
    let record = &key.record;
    let object = json!({
        "id": record.kid,
        "algorithm": record.algorithm,
        "state": match record.state {
            KeyState::Next => "next",
            KeyState::Active { .. } => "active",
            KeyState::Retired { .. } => "retired",
        },
        "public_key": key.signing.public_jwk(),
        "created": record.created.to_rfc3339(),
    });
    let mut object = object.as_object().cloned().unwrap_or_default();
    match record.state {
        KeyState::Next => {}
        KeyState::Active { since } => {
            object.insert("active_since".into(), since.to_rfc3339().into());
        }
        KeyState::Retired {
            at,
            published_until,
        } => {
            object.insert("retired".into(), at.to_rfc3339().into());
            object.insert(
                "published_until".into(),
                published_until.to_rfc3339().into(),
            );
        }
    }
    object
}
