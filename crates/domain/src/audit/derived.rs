//! What the audit trail says of changes that say nothing of themselves.

use super::{Action, Event, Object};
use crate::{
    Edit, RealmKey,
    directory::Directory,
    management::{shown, shown_tenant},
    snapshot::RealmSnapshot,
    store::Kind,
};

/// A thing as it was and as it is; nothing of what was not and is not shown.
fn event(
    resource: &'static str,
    id: impl ToString,
    before: Option<Object>,
    after: Option<Object>,
) -> Option<Event> {
    Some(match (before, after) {
        (None, None) => return None,
        (None, Some(after)) => Event::created(resource, id, after),
        (Some(before), Some(after)) => Event::updated(resource, id, before, after),
        (Some(before), None) => Event::deleted(resource, id, before),
    })
}

/// All that the audit trail says of an edit of a realm: what the edit says itself, and what it changes
/// besides.
pub(crate) fn of_edit<T>(
    before: &RealmSnapshot,
    after: &RealmSnapshot,
    edit: &Edit<T>,
) -> Vec<Event> {
    let put = edit.puts.iter().map(|object| (object.kind(), object.id()));
    let changed = edit.deletes.iter().cloned().chain(put);
    let besides = changed.filter_map(|(kind, id)| {
        let resource = kind.resource()?;
        if edit.events.iter().any(|event| says(event, kind, &id)) {
            return None;
        }
        let (was, is) = (shown(before, kind, &id), shown(after, kind, &id));
        let unknown = || Some(Event::new(Action::Update, resource, &id));
        event(resource, &id, was, is).or_else(unknown)
    });
    edit.events.iter().cloned().chain(besides).collect()
}

/// Whether an event is about an object, or about a part of it, whose id begins with the object's.
fn says(event: &Event, kind: Kind, id: &str) -> bool {
    let whole = kind.resource() == Some(event.resource) && event.id == id;
    let of = event.id.split('/').next();
    whole || kind.parts().contains(&event.resource) && of == Some(id)
}

/// What the audit trail says of a tenant.
pub(crate) fn of_tenant(name: &str, before: &Directory, after: &Directory) -> Option<Event> {
    let shown = |directory| shown_tenant(directory, name);
    event("tenants", name, shown(before), shown(after))
}

/// What the audit trail of its tenant's realms says of a realm.
pub(crate) fn of_realm(realm: &RealmKey, before: &Directory, after: &Directory) -> Option<Event> {
    let shown = |directory: &Directory| {
        let snapshot = directory.realm_by_key(realm)?;
        shown(snapshot, Kind::Realm, realm.realm())
    };
    event("realms", realm.realm(), shown(before), shown(after))
}
