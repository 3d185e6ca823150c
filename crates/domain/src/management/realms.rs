//! Realms (product §1): made, listed and deleted by tokens of the system realm; read and updated
//! by their own only.

use super::{
    Blocked, Creatable, Created, Definition, Deletable, Field, FieldError, FieldKind, ListPage,
    ListQuery, Listable, ManagementError, Object, Target,
    authority::Authority,
    body::Body,
    configured::{Alter, Find, Show},
    edit::edit_above,
    entity_tag,
    field::{self, words_of},
    list::Listing,
    present::Present,
    registration_policy, service_settings,
    table::{Create, Delete, List, Realms},
    tenants::{check_fresh, slug},
};
use crate::{
    Core, Edit, RealmKey, Slug,
    access::Permit,
    config::{ConfigObject, Realm, RealmConfig, RealmSettings},
    core::Above,
    keys::{self, NewPair},
    scim::Preconditions,
    snapshot::RealmSnapshot,
    store::{Conflict, Kind},
    tokens::MAX_ACCESS_TOKEN_LIFETIME,
};
use factors::password::PasswordPolicy;
use jose::Algorithm;
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) const DEFINITION: Definition = Definition {
    resource: "realms",
    singular: "realm",
    about: "A realm: an OAuth issuer with its own people, applications and scopes. Everything but tenants and realms lives in exactly one.",
    named_by: "name",
    fields: FIELDS,
};

const FIELDS: &[Field] = &[
    Field::by_server("id", FieldKind::Exact, "Its name."),
    Field::at_creation(
        "name",
        FieldKind::Exact,
        "Its name in addresses: lower-case letters, digits and `-`. Never given out again.",
    )
    .required(),
    Field::writable("display_name", FieldKind::Text, "What people see of it, of at most 200 characters."),
    Field::writable(
        "signing_algorithm",
        FieldKind::Exact,
        "What access tokens are signed with. The first key of another algorithm is published at once, and signs when everyone can have it.",
    )
    .default("ES256")
    .words(|| words_of(&SIGNING_ALGORITHMS)),
    Field::writable(
        "access_token_lifetime",
        FieldKind::Integer,
        "How long access tokens last where the application says nothing, in seconds.",
    )
    .default("3600"),
    Field::writable(
        "password_policy",
        FieldKind::Structure,
        "What passwords must be, and how sign-ins are limited.",
    )
    .default("length and guessability only"),
    Field::writable(
        "registration",
        FieldKind::Structure,
        "Whether clients may register themselves (`open`), for which scopes at most (`scopes`), and how many (`max_clients`).",
    )
    .default("closed"),
    Field::writable(
        "service_prefix",
        FieldKind::Exact,
        "What the URL of every service begins with: a path without a slash at its end.",
    )
    .default("/integration"),
    Field::writable(
        "service_projects",
        FieldKind::Texts,
        "The projects whose services are `offered` where services are chosen for a scope.",
    )
    .default("Default"),
    Field::by_server("tenant", FieldKind::Exact, "The tenant that owns it."),
    Field::by_server("issuer", FieldKind::Exact, "Its OAuth issuer, which is its root (RFC 8414 §2)."),
    Field::by_server(
        "administrator",
        FieldKind::Structure,
        "The credentials of its first administrator, shown once, when it is made.",
    ),
    Field::created(),
    Field::updated(),
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
            let realm = Realm {
                created: now,
                updated: now,
                ..realm.clone()
            };
            Ok(core.fresh_realm(Arc::new(realm), &keys, now)?)
        });
        let bootstrap = made.await?;
        let key = RealmKey::new(&realm.tenant, &realm.name);
        let made = core.realm_by_key(&key).ok_or(ManagementError::NotFound)?;
        let administrator = json!({
            "client_id": bootstrap.client_id,
            "client_secret": bootstrap.client_secret.expose(),
            "set_up": bootstrap.set_up.expose(),
        });
        Ok(Created {
            id: realm.name.to_string(),
            object: to_json(&made),
            once: Object::from_iter([("administrator".to_owned(), administrator)]),
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
        let listing = Listing::new::<Self>(core.secrets(), permit.caller(), target, query)?;
        let realms = directory.realms_of(tenant.name.as_str());
        let named = realms.map(|realm| (realm.key().realm().to_owned(), realm));
        listing.page(named, |realm| to_json(realm))
    }
}

/// A token's own realm: no other is read or changed by it.
impl Find for Realms {
    type Record<'s> = &'s RealmSnapshot;

    fn find<'s>(
        snapshot: &'s RealmSnapshot,
        _: &Target,
    ) -> Result<Self::Record<'s>, ManagementError> {
        Ok(snapshot)
    }
}

impl Show for Realms {
    fn show(_: &RealmSnapshot, realm: Self::Record<'_>) -> Object {
        to_json(realm)
    }
}

impl Alter for Realms {
    fn alter(
        present: &mut Present<'_>,
        _: &Target,
        patch: &Object,
    ) -> Result<Edit<()>, ManagementError> {
        let (snapshot, caller, now) = (present.snapshot, present.caller, present.now);
        let config = snapshot.config();
        let before = &config.realm;
        let merged = field::patched(FIELDS, to_json(snapshot), patch)?;
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
        let secrets = present.core.secrets();
        let upkeep = keys::upkeep(snapshot, algorithm, secrets, present.stock, now)?;
        let (_, edit) = upkeep.split();
        Ok(edit.put(ConfigObject::Realm(after)))
    }
}

impl Deletable for Realms {
    /// Everything in it goes, and its name is never given out again (T7).
    async fn delete(
        core: &Core,
        permit: &Permit<Delete<Self>>,
        target: &Target,
        conditions: &Preconditions,
    ) -> Result<(), ManagementError> {
        let tenant: Slug = target
            .get("tenant")
            .parse()
            .map_err(|_| ManagementError::NotFound)?;
        let place = RealmKey::above_realms(&tenant);
        let deleted = edit_above(core, permit, place, |directory, _| {
            let realm = directory.realm(target.get("tenant"), target.get("realm"));
            let realm = realm.ok_or(ManagementError::NotFound)?;
            entity_tag::check(conditions, || core.entity_tag(&to_json(realm)))?;
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
        service_prefix: service_settings::prefix(body, config)?,
        service_projects: service_settings::projects(body)?,
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

pub(super) fn to_json(snapshot: &RealmSnapshot) -> Object {
    let config = snapshot.config();
    let realm = &config.realm;
    let mut object = Object::new();
    object.insert("id".into(), realm.name.as_str().into());
    object.insert("tenant".into(), realm.tenant.as_str().into());
    object.insert("name".into(), realm.name.as_str().into());
    if let Some(name) = &realm.display_name {
        object.insert("display_name".into(), json!(name));
    }
    object.insert("issuer".into(), snapshot.issuer().as_str().into());
    object.insert(
        "password_policy".into(),
        json!(realm.settings.password_policy),
    );
    object.insert(
        "registration".into(),
        registration_policy::to_json(&realm.settings.registration, Some(config)),
    );
    let settings = &realm.settings;
    object.insert("service_prefix".into(), json!(settings.service_prefix));
    object.insert("service_projects".into(), json!(settings.service_projects));
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
