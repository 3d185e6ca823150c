//! Signing keys: read, made, put to use, removed. The rules of their life are in [`crate::keys`].

use super::{
    Blocked, Definition, Field, FieldError, FieldKind, ManagementError, Object, Target,
    body::Body,
    configured::{All, Alter, Find, Make, Remove, Show},
    field,
    present::{Made, Present},
    table::Keys,
};
use crate::{
    Edit,
    config::KeyState,
    keys::{self, KeyError},
    snapshot::{PublishedKey, RealmSnapshot},
};
use serde_json::json;

pub(super) const DEFINITION: Definition = Definition {
    resource: "keys",
    singular: "signing key",
    about: "A key that the realm signs tokens with. Keys follow each other by themselves; here they can be made, put to use and removed by hand.",
    named_by: "id",
    fields: FIELDS,
};

const FIELDS: &[Field] = &[
    Field::by_server("id", FieldKind::Exact, "The key ID (`kid`, RFC 7517 §4.5)."),
    Field::by_server("algorithm", FieldKind::Exact, "What it signs with (RFC 7518 §3.1)."),
    Field::writable(
        "state",
        FieldKind::Text,
        "`next` is published and does not sign yet, `active` signs, `retired` is published still. It can be set to `active` only.",
    )
    .words(|| vec!["next", "active", "retired"]),
    Field::writable(
        "forced",
        FieldKind::Structure,
        "With `state`: whether it may sign before everyone can have it.",
    )
    .default("false"),
    Field::by_server("public_key", FieldKind::Structure, "Its public part, as a JWK (RFC 7517)."),
    Field::by_server("active_since", FieldKind::Time, "Since when it signs."),
    Field::by_server("retired", FieldKind::Time, "Since when it signs no more."),
    Field::by_server("published_until", FieldKind::Time, "How long it is published."),
    Field::created(),
];

impl Find for Keys {
    type Record<'s> = &'s PublishedKey;

    fn find<'s>(
        snapshot: &'s RealmSnapshot,
        target: &Target,
    ) -> Result<Self::Record<'s>, ManagementError> {
        let kid = target.get("id");
        let mut keys = snapshot.keys().all().iter();
        keys.find(|key| key.record.kid == kid)
            .ok_or(ManagementError::NotFound)
    }
}

impl Show for Keys {
    fn show(_: &RealmSnapshot, key: Self::Record<'_>) -> Object {
        to_json(key)
    }
}

impl All for Keys {
    fn all<'s>(
        snapshot: &'s RealmSnapshot,
        _: &Target,
    ) -> Result<impl Iterator<Item = (String, Self::Record<'s>)> + Send, ManagementError> {
        let mut keys: Vec<_> = snapshot.keys().all().iter().collect();
        keys.sort_by(|a, b| a.record.kid.cmp(&b.record.kid));
        Ok(keys.into_iter().map(|key| (key.record.kid.clone(), key)))
    }
}

impl Make for Keys {
    /// Makes and publishes the next key of the realm's signing algorithm.
    fn make(
        present: &mut Present<'_>,
        _: &Target,
        body: &Object,
    ) -> Result<Edit<Made>, ManagementError> {
        field::check_creation(FIELDS, body)?;
        if let Some(name) = body.keys().next() {
            let detail = "can't be set when a key is made: it begins as the next one";
            return Err(FieldError::invalid(name, detail).into());
        }
        let secrets = present.core.secrets();
        let (snapshot, now) = (present.snapshot, present.now);
        let (kid, edit) = keys::publish_next(snapshot, secrets, present.stock, now)?.split();
        Ok(edit.answering(Made::new(kid)))
    }
}

impl Alter for Keys {
    /// `"state": "active"` lets the next key sign; `"forced": true` does not wait until everyone
    /// can have it.
    fn alter(
        present: &mut Present<'_>,
        target: &Target,
        patch: &Object,
    ) -> Result<Edit<()>, ManagementError> {
        let key = Self::find(present.snapshot, target)?;
        let merged = field::patched(FIELDS, to_json(key), patch)?;
        let body = Body(&merged);
        let forced = body.boolean("forced")?.unwrap_or(false);
        if !patch.contains_key("state") {
            return Err(FieldError::required("state").into());
        }
        let Some("active") = body.text("state")? else {
            return Err(FieldError::invalid("state", "can become `active` only").into());
        };
        let secrets = present.core.secrets();
        let (snapshot, now, kid) = (present.snapshot, present.now, target.get("id"));
        Ok(keys::promote(
            snapshot,
            kid,
            secrets,
            present.stock,
            now,
            forced,
        )?)
    }
}

impl Remove for Keys {
    /// An emergency: every token that it signed is invalid from now on.
    fn remove(present: &mut Present<'_>, target: &Target) -> Result<Edit<()>, ManagementError> {
        let secrets = present.core.secrets();
        let (snapshot, now, kid) = (present.snapshot, present.now, target.get("id"));
        Ok(keys::remove(snapshot, kid, secrets, present.stock, now)?)
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
            KeyError::TooMany => {
                let detail = "make too many RSA keys at once: send fewer at a time";
                FieldError::new("operations", "too_much", detail).into()
            }
            KeyError::Crypto(error) => error.into(),
        }
    }
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
