//! Things to keep in a store.

use domain::{
    RealmKey, Slug, Timestamp,
    store::{
        Change, Commit, CommitError, ConfigRow, Conflict, Expect, IndexRow, Kind, ResourceId,
        ResourceQuery, ResourceWrite, ScopeSet, ScopeSetId, Store, StoredResource, TokenKey,
        TokenRecord, TokenStatus, Window,
    },
};
use scim::{
    ResourceSchema, core,
    filter::{self, Filter},
};
use scope::{ClientId, GrantedScope, ScopeId};
use std::sync::Arc;

pub fn realm(tenant: &str, realm: &str) -> RealmKey {
    let slug = |text: &str| text.parse::<Slug>().unwrap();
    RealmKey::new(&slug(tenant), &slug(realm))
}

pub fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}

fn uuid(number: u32) -> String {
    format!("00000000-0000-7000-8000-{number:012x}")
}

pub fn scope_id(number: u32) -> ScopeId {
    uuid(number).parse().unwrap()
}

pub fn client_id(number: u32) -> ClientId {
    uuid(number).parse().unwrap()
}

pub fn resource_id(text: &str) -> ResourceId {
    ResourceId(text.into())
}

pub fn commit(realm: &RealmKey, changes: impl IntoIterator<Item = Change>) -> Commit {
    Commit {
        realm: realm.clone(),
        changes: changes.into_iter().collect(),
    }
}

/// Applies changes that meet nothing unexpected.
pub async fn apply(
    store: &Arc<dyn Store>,
    realm: &RealmKey,
    changes: impl IntoIterator<Item = Change>,
) -> Vec<u64> {
    submit(store, realm, changes).await.unwrap()
}

/// Commits changes, where what is replaced is called as the store calls it unless they say how.
pub async fn submit(
    store: &Arc<dyn Store>,
    realm: &RealmKey,
    changes: impl IntoIterator<Item = Change>,
) -> Result<Vec<u64>, CommitError> {
    let mut changes: Vec<Change> = changes.into_iter().collect();
    for change in &mut changes {
        if let Change::PutResource { expect, write } = change
            && *expect != Expect::Absent
            && write.resource.number.is_none()
        {
            let found = store.find_resource(realm, &write.resource_type, &write.resource.id);
            write.resource.number = found.await.unwrap().and_then(|found| found.number);
        }
    }
    store.commit(commit(realm, changes)).await
}

/// Applies changes that meet a conflict.
pub async fn conflict(
    store: &Arc<dyn Store>,
    realm: &RealmKey,
    changes: impl IntoIterator<Item = Change>,
) -> Conflict {
    match submit(store, realm, changes).await {
        Err(CommitError::Conflict(conflict)) => conflict,
        other => panic!("expected a conflict, met {other:?}"),
    }
}

pub fn object(realm: &RealmKey, kind: Kind, id: &str, key: Option<&str>, body: &str) -> ConfigRow {
    ConfigRow {
        realm: realm.clone(),
        kind,
        id: id.into(),
        unique_key: key.map(Into::into),
        body: body.into(),
    }
}

pub fn put_scope(realm: &RealmKey, number: u32) -> Change {
    Change::PutConfig(object(
        realm,
        Kind::Scope,
        &scope_id(number).to_string(),
        None,
        "{}",
    ))
}

pub fn put_client(realm: &RealmKey, number: u32) -> Change {
    let id = client_id(number).to_string();
    Change::PutConfig(object(realm, Kind::Application, &id, None, "{}"))
}

pub fn delete_scope(realm: &RealmKey, number: u32) -> Change {
    let id = scope_id(number).to_string();
    Change::DeleteConfig {
        realm: realm.clone(),
        kind: Kind::Scope,
        id,
    }
}

/// A set of scopes (all of version 1) of a client; its id follows from both.
pub fn scope_set(client: u32, scopes: &[u32]) -> ScopeSet {
    let mut id = [0; 16];
    id[0] = u8::try_from(client).unwrap();
    for (place, scope) in scopes.iter().enumerate() {
        id[place + 1] = u8::try_from(*scope).unwrap();
    }
    let granted = |scope: &u32| GrantedScope {
        scope: scope_id(*scope),
        version: 1,
    };
    ScopeSet {
        id: ScopeSetId(id),
        client: client_id(client),
        scopes: scopes.iter().map(granted).collect(),
    }
}

pub fn key(number: u32) -> TokenKey {
    let mut key = [7; 32];
    key[..4].copy_from_slice(&number.to_be_bytes());
    TokenKey(key)
}

/// A token issued at 1,000 that expires at 2,000.
pub fn token(number: u32, set: &ScopeSet) -> TokenRecord {
    TokenRecord {
        key: key(number),
        scope_set: Arc::new(set.clone()),
        subject: format!("subject {number}"),
        audience: vec!["https://a.example/".into(), "urn:b \"quoted\"".into()],
        issued_at: at(1_000),
        expires_at: at(2_000),
        status: TokenStatus::Issued,
        grant: None,
    }
}

/// What records a token with its scope set.
pub fn issue(number: u32, set: &ScopeSet) -> [Change; 2] {
    [
        Change::EnsureScopeSet(set.clone()),
        Change::InsertToken(token(number, set)),
    ]
}

/// A realm with scopes 1 to 3 and clients 1 and 2.
pub async fn configured(store: &Arc<dyn Store>, realm: &RealmKey) {
    let scopes = (1..=3).map(|scope| put_scope(realm, scope));
    let clients = (1..=2).map(|client| put_client(realm, client));
    apply(store, realm, scopes.chain(clients)).await;
}

/// A resource of a type, version 1, without attributes.
pub fn resource(resource_type: &str, id: &str) -> ResourceWrite {
    ResourceWrite {
        resource_type: resource_type.into(),
        resource: StoredResource {
            id: resource_id(id),
            number: None,
            version: 1,
            created: at(10),
            modified: at(10),
            document: format!("{{\"made\":\"{id}\"}}"),
        },
        index: Vec::new(),
        replaced: Vec::new(),
        touches: Vec::new(),
        display: None,
        password_hash: None,
    }
}

/// A value of a resource that others may have too.
pub fn row(path: &str, value: &str) -> IndexRow {
    IndexRow {
        path: path.into(),
        element: 0,
        primary: false,
        unique: false,
        value: value.into(),
    }
}

/// A value that no other resource of the type may have.
pub fn unique(path: &str, value: &str) -> IndexRow {
    IndexRow {
        unique: true,
        ..row(path, value)
    }
}

/// A group with members.
pub fn group(id: &str, members: &[&str]) -> ResourceWrite {
    let index = members.iter().zip(0..).map(|(member, element)| IndexRow {
        element,
        ..row("members.value", member)
    });
    ResourceWrite {
        index: index.collect(),
        touches: members.iter().copied().map(resource_id).collect(),
        display: Some(format!("Group {id}")),
        ..resource("Group", id)
    }
}

pub fn create(write: ResourceWrite) -> Change {
    Change::PutResource {
        expect: Expect::Absent,
        write: Box::new(write),
    }
}

/// Replaces version `expected`.
pub fn replace(expected: u64, mut write: ResourceWrite) -> Change {
    write.resource.version = expected + 1;
    Change::PutResource {
        expect: Expect::Version(expected),
        write: Box::new(write),
    }
}

pub fn delete(resource_type: &str, id: &str, version: Option<u64>) -> Change {
    let resource_type = resource_type.into();
    Change::DeleteResource {
        resource_type,
        id: resource_id(id),
        version,
        at: at(77),
    }
}

pub async fn find(
    store: &Arc<dyn Store>,
    realm: &RealmKey,
    resource_type: &str,
    id: &str,
) -> Option<StoredResource> {
    store
        .find_resource(realm, &resource_type.into(), &resource_id(id))
        .await
        .unwrap()
}

/// As [`find`], without the number that the store gave the resource.
pub async fn find_as_written(
    store: &Arc<dyn Store>,
    realm: &RealmKey,
    resource_type: &str,
    id: &str,
) -> Option<StoredResource> {
    let mut found = find(store, realm, resource_type, id).await?;
    assert!(found.number.take().is_some(), "every resource has one");
    Some(found)
}

/// The version of an existing resource.
pub async fn version(store: &Arc<dyn Store>, realm: &RealmKey, kind: &str, id: &str) -> u64 {
    find(store, realm, kind, id).await.unwrap().version
}

/// The first ten users that match a filter.
pub fn users(filter: &str) -> ResourceQuery {
    let schemas = core::schemas();
    let user = core::resource_types()
        .into_iter()
        .find(|t| t.name == "User");
    let find = |urn: &str| schemas.iter().find(|schema| schema.id == urn);
    let schema = Arc::new(ResourceSchema::compile(user.unwrap(), find).unwrap());
    let filter: Filter = filter.parse().unwrap();
    ResourceQuery {
        filter: Some(filter::bind(&filter, &schema, schema.all_attributes()).unwrap()),
        schema,
        sort: None,
        window: Window::Offset(0),
        count: 10,
        total: false,
        unbounded: false,
    }
}

/// The ids of those users.
pub async fn found(store: &Arc<dyn Store>, realm: &RealmKey, filter: &str) -> Vec<String> {
    let page = store.search(realm, &users(filter)).await.unwrap();
    page.items.iter().map(|user| user.id.to_string()).collect()
}

/// Fills a realm with users of whom a search looks at 20,000 values, eight times, and finds none.
pub async fn slow_search(store: &Arc<dyn Store>, realm: &RealmKey) -> ResourceQuery {
    let email = |element: u32| IndexRow {
        element,
        ..row("emails.value", &format!("{element}@example.com"))
    };
    let all = (0..200).map(|number| {
        let index = (0..100).map(email).collect();
        create(ResourceWrite {
            index,
            ..resource("User", &format!("u{number}"))
        })
    });
    apply(store, realm, all).await;
    let terms: Vec<String> = (0..8)
        .map(|part| format!("emails co \"x{part}\""))
        .collect();
    ResourceQuery {
        total: true,
        ..users(&terms.join(" or "))
    }
}
