//! Questions about what carries the scopes of a client.

use crate::{
    driver::{Driver, Query},
    grants, tokens,
    value::Value,
};
use domain::{
    RealmKey, Timestamp,
    store::{AssignmentUse, GrantQuery, StoreError, TokenQuery},
};
use scope::{ClientId, ScopeId};

/// What of a client carries a scope at `now`, each counted to `most`.
pub(crate) async fn of(
    driver: &dyn Driver,
    realm: &RealmKey,
    (client, scope): (ClientId, ScopeId),
    now: Timestamp,
    most: u32,
) -> Result<AssignmentUse, StoreError> {
    let (client, scope, live_at) = (Some(client), Some(scope), Some(now));
    let query = TokenQuery {
        client,
        scope,
        live_at,
        ..TokenQuery::default()
    };
    let asked = tokens::conditions(realm, &query);
    let (tokens, newest) = counted(driver, ("token", "issued_at"), asked, most).await?;
    let query = GrantQuery {
        client,
        scope,
        live_at,
        ..GrantQuery::default()
    };
    let asked = grants::conditions(realm, &query);
    let (grants, _) = counted(driver, ("access_grant", "created_at"), asked, most).await?;
    Ok(AssignmentUse {
        tokens,
        newest,
        grants,
    })
}

/// How many rows of a table there are, and the latest time in a column of those.
async fn counted(
    driver: &dyn Driver,
    (table, column): (&str, &str),
    (conditions, mut params): (String, Vec<Value>),
    most: u32,
) -> Result<(u64, Option<Timestamp>), StoreError> {
    params.push(Value::from(u64::from(most)));
    let sql = format!(
        "SELECT COUNT(*), MAX(u.at) FROM (SELECT t.{column} AS at FROM {table} t \
         WHERE t.tenant = ?1 AND t.realm = ?2{conditions} LIMIT ?{}) u",
        params.len()
    );
    let rows = driver.query(Query::load(sql, params)).await?;
    let Some(row) = rows.first() else {
        return Ok((0, None));
    };
    let latest = row.optional_int(1)?.map(Timestamp::from_micros);
    Ok((row.count(0)?, latest))
}
