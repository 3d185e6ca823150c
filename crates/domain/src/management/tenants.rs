//! Owners of realms (product §1), for tokens of the system realm only.

use super::{
    Blocked, Creatable, Created, Definition, Deletable, Field, FieldError, FieldKind, ListPage,
    ListQuery, Listable, ManagementError, Object, Readable, Target, Updatable, UsedBy,
    body::Body,
    edit::edit_above,
    entity_tag, field,
    list::Listing,
    table::{Create, Delete, List, Read, Tenants, Update},
};
use crate::{
    Core, RealmKey, Slug,
    access::Permit,
    config::Tenant,
    core::Above,
    directory::Directory,
    scim::Preconditions,
    store::{Conflict, Kind},
};
use scope::Uses;
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) const DEFINITION: Definition = Definition {
    resource: "tenants",
    singular: "tenant",
    about: "An owner of realms. Nothing crosses from one tenant to another.",
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
    Field::writable(
        "display_name",
        FieldKind::Text,
        "A name for people, of at most 200 characters.",
    ),
    Field::writable(
        "active",
        FieldKind::Boolean,
        "Whether anything in it may be used.",
    )
    .default("true"),
    Field::by_server("realms", FieldKind::Exacts, "The names of its realms."),
    Field::created(),
    Field::updated(),
];

impl Creatable for Tenants {
    async fn create(
        core: &Core,
        permit: &Permit<Create<Self>>,
        _: &Target,
        body: &Object,
    ) -> Result<Created, ManagementError> {
        field::check_creation(FIELDS, body)?;
        let (name, now) = (slug(body)?, core.now());
        let tenant = read(
            body,
            Tenant {
                name,
                display_name: None,
                active: true,
                created: now,
                updated: now,
            },
        )?;
        let tenant = Arc::new(tenant);
        let made = edit_above(core, permit, RealmKey::above_tenants(), {
            let tenant = tenant.clone();
            move |directory, _| {
                if directory.tenant(tenant.name.as_str()).is_some() {
                    return Err(Conflict::Duplicate { kind: Kind::Tenant }.into());
                }
                check_fresh(directory, tenant.name.as_str(), "")?;
                Ok((vec![Above::PutTenant(tenant)], ()))
            }
        });
        made.await?;
        Ok(Created {
            id: tenant.name.to_string(),
            object: to_json(&tenant, &core.directory()),
            once: Object::new(),
        })
    }
}

impl Listable for Tenants {
    async fn list(
        core: &Core,
        permit: &Permit<List<Self>>,
        target: &Target,
        query: &ListQuery,
    ) -> Result<ListPage, ManagementError> {
        let listing = Listing::new::<Self>(core.secrets(), permit.caller(), target, query)?;
        let directory = core.directory();
        let tenants = directory.tenants();
        let named = tenants.map(|tenant| (tenant.name.to_string(), tenant));
        listing.page(named, |tenant| to_json(tenant, &directory))
    }
}

impl Readable for Tenants {
    async fn read(
        core: &Core,
        _: &Permit<Read<Self>>,
        target: &Target,
    ) -> Result<Object, ManagementError> {
        let directory = core.directory();
        find(&directory, target).map(|tenant| to_json(tenant, &directory))
    }
}

impl Updatable for Tenants {
    async fn update(
        core: &Core,
        permit: &Permit<Update<Self>>,
        target: &Target,
        patch: &Object,
        conditions: &Preconditions,
    ) -> Result<Object, ManagementError> {
        let updated = edit_above(core, permit, RealmKey::above_tenants(), |directory, now| {
            let before = find(directory, target)?;
            expect(core, directory, before, conditions)?;
            let merged = field::patched(FIELDS, to_json(before, directory), patch)?;
            let after = read(
                &merged,
                Tenant {
                    updated: now,
                    ..Tenant::clone(before)
                },
            )?;
            if !after.active && after.name == Slug::system() {
                let detail = "can't be false: nobody could switch the system tenant on again";
                return Err(FieldError::invalid("active", detail).into());
            }
            let after = Arc::new(after);
            Ok((vec![Above::PutTenant(after.clone())], after))
        });
        let tenant = updated.await?;
        Ok(to_json(&tenant, &core.directory()))
    }
}

impl Deletable for Tenants {
    /// Refused while it has realms. Its name is never given out again (T7).
    async fn delete(
        core: &Core,
        permit: &Permit<Delete<Self>>,
        target: &Target,
        conditions: &Preconditions,
    ) -> Result<(), ManagementError> {
        let deleted = edit_above(core, permit, RealmKey::above_tenants(), |directory, _| {
            let tenant = find(directory, target)?;
            expect(core, directory, tenant, conditions)?;
            let realms = directory.realms_of(tenant.name.as_str());
            let realms: Uses<_> = realms.map(|realm| realm.key().realm().to_owned()).collect();
            if let Some(used_by) = UsedBy::of("realms", &realms) {
                return Err(Blocked::in_use("The tenant", vec![used_by]).into());
            }
            Ok((vec![Above::DeleteTenant(tenant.name.clone())], ()))
        });
        deleted.await
    }
}

fn find<'d>(directory: &'d Directory, target: &Target) -> Result<&'d Arc<Tenant>, ManagementError> {
    directory
        .tenant(target.get("tenant"))
        .ok_or(ManagementError::NotFound)
}

/// That the tenant is as the caller expects.
fn expect(
    core: &Core,
    directory: &Directory,
    tenant: &Tenant,
    conditions: &Preconditions,
) -> Result<(), ManagementError> {
    // Tags of tenants are shown in the system realm, whose tokens alone reach them.
    entity_tag::check(conditions, || core.entity_tag(&to_json(tenant, directory)))
}

/// The name of a new tenant or realm.
pub(super) fn slug(body: &Object) -> Result<Slug, FieldError> {
    let name = Body(body).required_text("name")?;
    name.parse()
        .map_err(|error: crate::InvalidSlug| FieldError::invalid("name", error.to_string()))
}

/// A name that was used once is never given out again, for whatever still names it (T7).
pub(super) fn check_fresh(
    directory: &Directory,
    tenant: &str,
    realm: &str,
) -> Result<(), ManagementError> {
    if directory.is_retired(tenant, realm) {
        let detail = "The name was used before, and is never given out again.";
        return Err(Blocked::because("retired", detail).into());
    }
    Ok(())
}

fn read(body: &Object, around: Tenant) -> Result<Tenant, FieldError> {
    let body = Body(body);
    Ok(Tenant {
        display_name: body.owned("display_name", 200)?,
        active: body.boolean("active")?.unwrap_or(true),
        ..around
    })
}

pub(super) fn to_json(tenant: &Tenant, directory: &Directory) -> Object {
    let realms = directory.realms_of(tenant.name.as_str());
    let realms: Vec<Value> = realms.map(|realm| realm.key().realm().into()).collect();
    let mut object = Object::new();
    object.insert("id".into(), tenant.name.as_str().into());
    object.insert("name".into(), tenant.name.as_str().into());
    if let Some(name) = &tenant.display_name {
        object.insert("display_name".into(), json!(name));
    }
    object.insert("active".into(), tenant.active.into());
    object.insert("realms".into(), realms.into());
    object.insert("created".into(), tenant.created.to_rfc3339().into());
    object.insert("updated".into(), tenant.updated.to_rfc3339().into());
    object
}
