//! Questions about entries.

use crate::{
    driver::{Driver, Query},
    reading,
    value::{Value, params},
};
use domain::{
    RealmKey,
    store::{Entry, EntryQuery, Page, StoreError},
};

/// Entries of a kind in order of their keys.
pub(crate) async fn list(
    driver: &dyn Driver,
    realm: &RealmKey,
    query: &EntryQuery,
) -> Result<Page<Entry>, StoreError> {
    let (conditions, mut params) = conditions(realm, query);
    params.push(Value::from(u64::from(query.limit) + 1));
    let sql = format!(
        "SELECT e.entry_key, e.person, e.client, e.version, e.expires_at, e.body FROM entry e \
         WHERE e.tenant = ?1 AND e.realm = ?2 AND e.kind = ?3{conditions} \
         ORDER BY e.entry_key LIMIT ?{}",
        params.len()
    );
    let rows = driver.query(Query::load(sql, params)).await?.into_iter();
    let read = rows.map(|row| reading::entry(query.kind, row));
    let mut items: Vec<Entry> = read.collect::<Result<_, _>>()?;
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    Ok(Page { items, more })
}

/// What a query asks of an entry called `e`, beyond its realm and kind.
fn conditions(realm: &RealmKey, query: &EntryQuery) -> (String, Vec<Value>) {
    let mut text = String::new();
    let mut params = params![realm.tenant(), realm.realm(), query.kind.as_str()];
    let mut add = |condition: &str, value: Option<Value>| {
        if let Some(value) = value {
            params.push(value);
            text.push_str(&format!(" AND e.{condition} ?{}", params.len()));
        }
    };
    add("client =", query.client.map(|id| id.to_string().into()));
    add("person =", query.person.as_ref().map(|id| (&id.0).into()));
    add(
        "entry_key >",
        query.after.map(|key| key.0.as_slice().into()),
    );
    (text, params)
}
