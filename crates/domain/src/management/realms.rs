//! Realms (product §1): made, listed and deleted by tokens of the system realm; read and updated
//! by their own only.

use super::{
    Blocked, Creatable, Created, Deletable, Field, FieldError, FieldKind, ListPage, ListQuery,
    Listable, ManagementError, Object, Readable, Target, Updatable,
    authority::Authority,
    body::Body,
    edit::{Present, edit, edit_above},
    field,
    list::Listing,
    registration_policy,
    table::{Create, Delete, List, Read, Realms, Update},
    tenants::{check_fresh, slug},
};
use crate::{
    Core, RealmKey, Slug,
    access::Permit,
    config::{ConfigObject, Realm, RealmConfig, RealmSettings},
    core::Above,
    keys::{self, NewPair, Stock},
    store::{Conflict, Kind},
    tokens::MAX_ACCESS_TOKEN_LIFETIME,
};
use factors::password::PasswordPolicy;
use jose::Algorithm;
use serde_json::{Value, json};
use std::sync::Arc;

const FIELDS: &[Field] = &[
    Field::by_server("id", FieldKind::Exact),
    Field::at_creation("name", FieldKind::Exact),
    Field::writable("display_name", FieldKind::Text),
    Field::writable("signing_algorithm", FieldKind::Exact),
    Field::writable("access_token_lifetime", FieldKind::Integer),
    Field::writable("password_policy", FieldKind::Structure),
    Field::writable("registration", FieldKind::Structure),
    Field::by_server("tenant", FieldKind::Exact),
    Field::by_server("issuer", FieldKind::Exact),
    Field::by_server("administrator", FieldKind::Structure),
    Field::by_server("created", FieldKind::Time),
    Field::by_server("updated", FieldKind::Time),
];

/// What access tokens may be signed with.
const SIGNING_ALGORITHMS: [(&str, Algorithm); 4] = [
    ("ES256", Algorithm::Es256),
    ("EdDSA", Algorithm::EdDsa),
    ("RS256", Algorithm::Rs256),
    ("PS256", Algorithm::Ps256),
];

impl Creatable for Realms {
    /// Answers the credentials of the realm's first administrator, this once.
    async fn create(
        core: &Core,
        permit: &Permit<Create<Self>>,
        target: &Target,
        body: &Object,
    ) -> Result<Created, ManagementError> {
        field::check_creation(FIELDS, body)?;
        let (name, now) = (slug(body)?, core.now());
        let tenant: Slug = target
            .get("tenant")
            .parse()
            .map_err(|_| ManagementError::NotFound)?;
        let realm = read(
            body,
            Realm {
                tenant: tenant.clone(),
                name,
                display_name: None,
                active: true,
                settings: RealmSettings::default(),
                created: now,
                updated: now,
            },
            None,
        )?;
        let realm = Arc::new(realm);
        let keys = NewPair::prepare(realm.settings.signing_algorithm).await?;
        let place = RealmKey::above_realms(&tenant);
        let made = edit_above(core, permit, place, |directory, now| {
            directory
                .tenant(tenant.as_str())
                .ok_or(ManagementError::NotFound)?;
            if directory
                .realm(tenant.as_str(), realm.name.as_str())
                .is_some()
            {
                return Err(Conflict::Duplicate { kind: Kind::Realm }.into());
            }
            check_fresh(directory, tenant.as_str(), realm.name.as_str())?;
            Ok(core.fresh_realm(realm.clone(), &keys, now)?)
        });
        let bootstrap = made.await?;
        let mut object = to_json(&realm, None, core.base_url());
        let administrator = json!({
            "client_id": bootstrap.client_id,
            "client_secret": bootstrap.client_secret.expose(),
            "set_up": bootstrap.set_up.expose(),
        });
        object.insert("administrator".into(), administrator);
        Ok(Created {
            id: realm.name.to_string(),
            object,
        })
    }
}

impl Listable for Realms {
    async fn list(
        core: &Core,
        permit: &Permit<List<Self>>,
        target: &Target,
        query: &ListQuery,
    ) -> Result<ListPage, ManagementError> {
        let directory = core.directory();
        let tenant = directory
            .tenant(target.get("tenant"))
            .ok_or(ManagementError::NotFound)?;
        let listing = Listing::new::<Self>(core.secrets(), permit.caller(), target, query, FIELDS)?;
        let realms = directory
            .realms_of(tenant.name.as_str())
            .map(|realm| realm.config());
        listing.page(realms.map(|config| {
            let object = to_json(&config.realm, Some(config), core.base_url());
            (config.realm.name.to_string(), object)
        }))
    }
}

impl Readable for Realms {
    async fn read(
        core: &Core,
        permit: &Permit<Read<Self>>,
        _: &Target,
    ) -> Result<Object, ManagementError> {
        let config = permit.snapshot().config();
        Ok(to_json(&config.realm, Some(config), core.base_url()))
    }
}

impl Updatable for Realms {
    async fn update(
        core: &Core,
        permit: &Permit<Update<Self>>,
        _: &Target,
        patch: &Object,
    ) -> Result<Object, ManagementError> {
        let mut stock = Stock::default();
        loop {
            let updated = edit(core, permit, |present| {
                let Present {
                    snapshot,
                    caller,
                    now,
                } = present;
                let config = snapshot.config();
                let before = &config.realm;
                let object = to_json(before, Some(config), core.base_url());
                let merged = field::patched(FIELDS, object, patch)?;
                let after = Realm {
                    updated: now,
                    ..Realm::clone(before)
                };
                let after = Arc::new(read(&merged, after, Some(config))?);
                let authority = Authority { snapshot, caller };
                let (old, new) = (&before.settings, &after.settings);
                registration_policy::check(authority, &old.registration, &new.registration)?;
                // The first key of another algorithm is published at once, to sign when it may.
                let algorithm = after.settings.signing_algorithm;
                let upkeep = keys::upkeep(snapshot, algorithm, core.secrets(), &mut stock, now)?;
                let object = to_json(&after, Some(config), core.base_url());
                Ok(upkeep.answering(object).put(ConfigObject::Realm(after)))
            });
            let updated = updated.await;
            if !stock.refill().await? {
                return updated;
            }
        }
    }
}

impl Deletable for Realms {
    /// Everything in it goes, and its name is never given out again (T7).
    async fn delete(
        core: &Core,
        permit: &Permit<Delete<Self>>,
        target: &Target,
    ) -> Result<(), ManagementError> {
        let tenant: Slug = target
            .get("tenant")
            .parse()
            .map_err(|_| ManagementError::NotFound)?;
        let place = RealmKey::above_realms(&tenant);
        let deleted = edit_above(core, permit, place, |directory, _| {
            let realm = directory.realm(target.get("tenant"), target.get("realm"));
            let realm = realm.ok_or(ManagementError::NotFound)?;
            if realm.key().is_system() {
                let detail = "The system realm can't be deleted.";
                return Err(Blocked::because("system_realm", detail).into());
            }
            Ok((vec![Above::DeleteRealm(realm.config().realm.clone())], ()))
        });
        deleted.await
    }
}

fn read(body: &Object, around: Realm, config: Option<&RealmConfig>) -> Result<Realm, FieldError> {
    let body = Body(body);
    let default = RealmSettings::default();
    let lifetime = body.number("access_token_lifetime", 1..=MAX_ACCESS_TOKEN_LIFETIME)?;
    let settings = RealmSettings {
        signing_algorithm: body
            .one_of("signing_algorithm", &SIGNING_ALGORITHMS)?
            .unwrap_or(default.signing_algorithm),
        access_token_lifetime: lifetime.unwrap_or(default.access_token_lifetime),
        password_policy: body
            .value("password_policy")
            .map(password_policy)
            .transpose()?
            .unwrap_or_default(),
        registration: body
            .value("registration")
            .map(|value| registration_policy::read(value, config))
            .transpose()?
            .unwrap_or_default(),
        ..default
    };
    Ok(Realm {
        display_name: body.owned("display_name", 200)?,
        settings,
        ..around
    })
}

fn password_policy(value: &Value) -> Result<PasswordPolicy, FieldError> {
    let invalid = |detail: String| FieldError::invalid("password_policy", detail);
    let policy: PasswordPolicy = serde_json::from_value(value.clone())
        .map_err(|error| invalid(format!("is no password policy: {error}")))?;
    policy
        .validate()
        .map_err(|error| invalid(format!("can't be: {error}")))?;
    Ok(policy)
}

fn to_json(realm: &Realm, config: Option<&RealmConfig>, base_url: &str) -> Object {
    let key = RealmKey::new(&realm.tenant, &realm.name);
    let mut object = Object::new();
    object.insert("id".into(), realm.name.as_str().into());
    object.insert("tenant".into(), realm.tenant.as_str().into());
    object.insert("name".into(), realm.name.as_str().into());
    if let Some(name) = &realm.display_name {
        object.insert("display_name".into(), json!(name));
    }
    object.insert("issuer".into(), format!("{base_url}{}", key.path()).into());
    object.insert(
        "password_policy".into(),
        json!(realm.settings.password_policy),
    );
    object.insert(
        "registration".into(),
        registration_policy::to_json(&realm.settings.registration, config),
    );
    object.insert(
        "signing_algorithm".into(),
        json!(realm.settings.signing_algorithm),
    );
    object.insert(
        "access_token_lifetime".into(),
        realm.settings.access_token_lifetime.into(),
    );
    object.insert("created".into(), realm.created.to_rfc3339().into());
    object.insert("updated".into(), realm.updated.to_rfc3339().into());
    object
}
