//! From a [`Commit`] in the domain's words to the statements that apply it.

mod audit;
mod config;
mod entry;
mod grant;
mod guard;
mod index;
mod resource;
mod token;

pub(crate) use grant::condition as grants_of;

use crate::{attributes::RealmAttributes, driver::Batch, value::Value};
use domain::{
    RealmKey,
    store::{Change, Commit, Expect},
};

/// The statements of `commit`, change by change, where `attributes` are those of its realm and
/// `number` makes the numbers of new resources.
pub(crate) fn batch(
    commit: &Commit,
    attributes: &RealmAttributes,
    number: impl Fn() -> i64,
) -> Batch {
    let index_rows = |change: &Change| match change {
        Change::PutResource { write, .. } => write.index.len(),
        _ => 0,
    };
    let realm = &commit.realm;
    let steps = |change: &Change| match change {
        Change::AdvanceRevision { expected } => config::advance(realm, *expected),
        Change::ExpectRevision { revision } => guard::revision(realm, *revision),
        Change::ExpectNoResources(resource_type) => guard::no_resources(realm, resource_type),
        Change::ExpectResource { resource_type, id } => guard::resource(realm, resource_type, id),
        Change::PutConfig(row) => config::put(row),
        Change::DeleteConfig { realm, kind, id } => config::delete(realm, *kind, id),
        Change::AppendAudit(append) => audit::append(append),
        Change::DeleteRealm(realm) => config::delete_realm(realm),
        Change::ReleaseScope { scope, now } => token::release(realm, scope, *now),
        Change::EnsureScopeSet(set) => token::ensure_set(realm, set),
        Change::InsertToken(token) => token::insert(realm, token),
        Change::RevokeToken { key, at } => token::revoke(realm, key, *at),
        Change::DeleteTokensOfClient(client) => token::delete_of_client(realm, client),
        Change::InsertGrant(record) => grant::insert(realm, record),
        Change::RenewGrant {
            id,
            generation,
            next,
            at,
            expires_at,
        } => grant::renew(realm, id, (*generation, *next), *at, *expires_at),
        Change::RevokeGrants { of, at } => grant::revoke(realm, of, *at),
        Change::PutEntry { expect, entry } => entry::put(realm, *expect, entry),
        Change::PutEntryIn { realm, entry } => entry::put(realm, Expect::Absent, entry),
        Change::TouchEntry { kind, key, person } => entry::touch(realm, *kind, key, person),
        Change::DeleteEntry { kind, key, version } => entry::delete(realm, *kind, key, *version),
        Change::ExpectEntry { kind, key, version } => entry::expect(realm, *kind, key, *version),
        Change::DeleteEntriesOf { person, kind, but } => {
            entry::delete_of(realm, person, *kind, but.as_ref())
        }
        Change::SetPassword {
            resource_type,
            id,
            hash,
        } => resource::set_password(realm, resource_type, id, hash),
        Change::UseAssertion { key, expires_at } => token::use_assertion(realm, key, *expires_at),
        Change::PutResource { expect, write } => match expect {
            Expect::Absent => resource::create(realm, number(), write, attributes),
            Expect::Version(version) => resource::replace(realm, *version, write, attributes),
        },
        Change::DeleteResource {
            resource_type,
            id,
            version,
            at,
        } => resource::delete(realm, resource_type, id, *version, *at),
    };
    Batch {
        changes: commit.changes.iter().map(steps).collect(),
        index_rows: commit.changes.iter().map(index_rows).sum(),
    }
}

/// Tenant, realm and more: how the parameters of every statement begin (T1).
fn keyed(realm: &RealmKey, more: impl IntoIterator<Item = Value>) -> Vec<Value> {
    let (tenant, realm) = realm.names();
    let more = more.into_iter();
    let mut params = Vec::with_capacity(2 + more.size_hint().0);
    params.extend([tenant.into(), realm.into()]);
    params.extend(more);
    params
}
