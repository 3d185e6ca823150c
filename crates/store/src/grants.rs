//! Questions about grants.

use crate::{
    changes::grants_of,
    driver::{Driver, Query},
    reading::{self, grant_columns, token_joins},
    value::{Value, params},
};
use domain::{
    RealmKey, Timestamp,
    store::{GrantId, GrantQuery, GrantRecord, GrantsOf, Page, StoreError, TokenKey},
};

const FIND: &str = concat!(
    "SELECT ",
    grant_columns!(),
    " FROM access_grant t ",
    token_joins!(),
    " WHERE t.tenant = ?1 AND t.realm = ?2 AND t.id = ?3 ORDER BY m.scope"
);

/// The grant with this id.
pub(crate) async fn find(
    driver: &dyn Driver,
    realm: &RealmKey,
    id: &GrantId,
) -> Result<Option<GrantRecord>, StoreError> {
    let params = params![realm.tenant(), realm.realm(), id.0.as_slice()];
    let rows = driver.query(Query::point(FIND, params)).await?;
    Ok(reading::grants(rows)?.pop())
}

/// Grants in order of their ids.
pub(crate) async fn list(
    driver: &dyn Driver,
    realm: &RealmKey,
    query: &GrantQuery,
) -> Result<Page<GrantRecord>, StoreError> {
    let (conditions, mut params) = conditions(realm, query);
    params.push(Value::from(u64::from(query.limit) + 1));
    let sql = format!(
        concat!(
            "SELECT ",
            grant_columns!(),
            " FROM (SELECT * FROM access_grant t WHERE t.tenant = ?1 AND t.realm = ?2{} \
             ORDER BY t.id LIMIT ?{}) t ",
            token_joins!(),
            " ORDER BY t.id, m.scope"
        ),
        conditions,
        params.len()
    );
    let rows = driver.query(Query::load(sql, params)).await?;
    let mut items = reading::grants(rows)?;
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    Ok(Page { items, more })
}

/// The keys of the tokens of grants that have not expired at `now`.
pub(crate) async fn tokens(
    driver: &dyn Driver,
    realm: &RealmKey,
    of: &GrantsOf,
    now: Timestamp,
) -> Result<Vec<TokenKey>, StoreError> {
    let (statements, more) = grants_of(of);
    let mut params = params![realm.tenant(), realm.realm(), now.micros()];
    params.extend(more);
    let sql = format!(
        "SELECT t.token_key FROM token t \
         WHERE t.tenant = ?1 AND t.realm = ?2 AND t.expires_at > ?3 AND t.grant_id IN (\
            SELECT g.id FROM access_grant g WHERE g.tenant = ?1 AND g.realm = ?2 AND {})",
        statements.condition
    );
    let rows = driver.query(Query::load(sql, params)).await?;
    rows.into_iter()
        .map(|row| row.bytes(0).map(TokenKey))
        .collect()
}

/// What a query asks of a grant called `t`, beyond its realm.
pub(crate) fn conditions(realm: &RealmKey, query: &GrantQuery) -> (String, Vec<Value>) {
    let mut text = String::new();
    let mut params = params![realm.tenant(), realm.realm()];
    let mut add = |fragment: &str, value: Value| {
        params.push(value);
        text.push_str(&fragment.replace("{}", &format!("?{}", params.len())));
    };
    if let Some(client) = query.client {
        add(
            " AND t.scope_set IN (SELECT c.id FROM scope_set c \
             WHERE c.tenant = ?1 AND c.realm = ?2 AND c.client = {})",
            client.to_string().into(),
        );
    }
    if let Some(scope) = query.scope {
        add(
            " AND t.scope_set IN (SELECT c.scope_set FROM scope_set_member c \
             WHERE c.tenant = ?1 AND c.realm = ?2 AND c.scope = {})",
            scope.to_string().into(),
        );
    }
    if let Some(person) = &query.person {
        add(" AND t.person = {}", (&person.0).into());
    }
    if let Some(session) = &query.session {
        add(" AND t.session = {}", session.0.as_slice().into());
    }
    if let Some(now) = query.live_at {
        add(
            " AND t.revoked_at IS NULL AND t.expires_at > {}",
            now.micros().into(),
        );
    }
    if let Some(after) = query.after {
        add(" AND t.id > {}", after.0.as_slice().into());
    }
    (text, params)
}
