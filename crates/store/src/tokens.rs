//! Questions about tokens.

use crate::{
    driver::{Driver, Query},
    reading::{self, token_columns, token_joins},
    value::{Value, params},
};
use domain::{
    RealmKey, Timestamp,
    store::{Page, StoreError, TokenKey, TokenQuery, TokenRecord, TokenUse},
};
use scope::ScopeId;

const FIND: &str = concat!(
    "SELECT ",
    token_columns!(),
    " FROM token t ",
    token_joins!(),
    " WHERE t.tenant = ?1 AND t.realm = ?2 AND t.token_key = ?3 ORDER BY m.scope"
);

const COUNT: &str = "SELECT COUNT(*) FROM token t WHERE t.tenant = ?1 AND t.realm = ?2";

/// How many of a scope's live tokens are shown.
const SHOWN: u32 = 5;

/// The token with this key.
pub(crate) async fn find(
    driver: &dyn Driver,
    realm: &RealmKey,
    key: &TokenKey,
) -> Result<Option<TokenRecord>, StoreError> {
    let params = params![realm.tenant(), realm.realm(), key.0.as_slice()];
    let rows = driver.query(Query::point(FIND, params)).await?;
    Ok(reading::tokens(rows)?.pop())
}

/// Tokens in order of their keys.
pub(crate) async fn list(
    driver: &dyn Driver,
    realm: &RealmKey,
    query: &TokenQuery,
) -> Result<Page<TokenRecord>, StoreError> {
    let (conditions, mut params) = conditions(realm, query);
    params.push(Value::from(u64::from(query.limit) + 1));
    let sql = format!(
        concat!(
            "SELECT ",
            token_columns!(),
            " FROM (SELECT * FROM token t WHERE t.tenant = ?1 AND t.realm = ?2{} \
             ORDER BY t.token_key LIMIT ?{}) t ",
            token_joins!(),
            " ORDER BY t.token_key, m.scope"
        ),
        conditions,
        params.len()
    );
    let rows = driver.query(Query::load(sql, params)).await?;
    let mut items = reading::tokens(rows)?;
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    Ok(Page { items, more })
}

/// Who carries a scope at `now`.
pub(crate) async fn scope_use(
    driver: &dyn Driver,
    realm: &RealmKey,
    scope: &ScopeId,
    now: Timestamp,
) -> Result<TokenUse, StoreError> {
    let query = TokenQuery {
        scope: Some(*scope),
        live_at: Some(now),
        limit: SHOWN,
        ..TokenQuery::default()
    };
    let (conditions, params) = conditions(realm, &query);
    let rows = driver
        .query(Query::load(format!("{COUNT}{conditions}"), params))
        .await?;
    let count = rows.first().map_or(Ok(0), |row| row.count(0))?;
    let first = list(driver, realm, &query).await?.items;
    // A token may have come between the two questions.
    Ok(TokenUse {
        count: count.max(first.len() as u64),
        first,
    })
}

/// What a query asks of a token called `t`, beyond its realm.
pub(crate) fn conditions(realm: &RealmKey, query: &TokenQuery) -> (String, Vec<Value>) {
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
    if let Some(now) = query.live_at {
        add(
            " AND t.revoked_at IS NULL AND t.expires_at > {}",
            now.micros().into(),
        );
    }
    if let Some(after) = query.after {
        add(" AND t.token_key > {}", after.0.as_slice().into());
    }
    (text, params)
}
