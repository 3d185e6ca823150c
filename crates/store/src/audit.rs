//! Questions about audit trails.

use crate::{
    driver::{Driver, Pace, Query, Sql},
    reading::{self, audit_columns},
    statements,
    value::{Value, params},
};
use domain::{
    RealmKey,
    store::{AuditHead, AuditQuery, AuditRow, Page, StoreError},
};

/// Events in order of their numbers.
pub(crate) async fn list(
    driver: &dyn Driver,
    realm: &RealmKey,
    query: &AuditQuery,
) -> Result<Page<AuditRow>, StoreError> {
    let (conditions, mut params) = conditions(realm, query);
    params.push(Value::from(u64::from(query.limit) + 1));
    let order = if query.newest_first { " DESC" } else { "" };
    let sql = format!(
        concat!(
            "SELECT ",
            audit_columns!(),
            " FROM audit_event e WHERE e.tenant = ?1 AND e.realm = ?2{} \
             ORDER BY e.sequence{} LIMIT ?{}"
        ),
        conditions,
        order,
        params.len()
    );
    let question = Query {
        sql: Sql::Owned(sql),
        params,
        pace: Pace::Scan,
    };
    let rows = driver.query(question).await?;
    let mut items: Vec<AuditRow> = rows
        .into_iter()
        .map(reading::audit)
        .collect::<Result<_, _>>()?;
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    Ok(Page { items, more })
}

/// Where a chain ends.
pub(crate) async fn head(
    driver: &dyn Driver,
    realm: &RealmKey,
) -> Result<Option<AuditHead>, StoreError> {
    let params = params![realm.tenant(), realm.realm()];
    let rows = driver.query(Query::point(statements::AUDIT_HEAD, params));
    let row = rows.await?.into_iter().next();
    row.map(|row| reading::audit_head(&row, 0)).transpose()
}

/// Where all chains end.
pub(crate) async fn heads(driver: &dyn Driver) -> Result<Vec<(RealmKey, AuditHead)>, StoreError> {
    let query = Query::load(statements::AUDIT_HEADS, Vec::new());
    let rows = driver.query(query).await?;
    rows.into_iter()
        .map(|mut row| {
            let (tenant, realm) = (row.text(0)?, row.text(1)?);
            let head = reading::audit_head(&row, 2)?;
            Ok((RealmKey::from_store(&tenant, &realm), head))
        })
        .collect()
}

/// What a query asks of an event called `e`, beyond its place.
fn conditions(realm: &RealmKey, query: &AuditQuery) -> (String, Vec<Value>) {
    let mut text = String::new();
    let mut params = params![realm.tenant(), realm.realm()];
    let mut add = |condition: &str, value: Option<Value>| {
        if let Some(value) = value {
            params.push(value);
            text.push_str(&format!(" AND e.{condition} ?{}", params.len()));
        }
    };
    add("sequence >", query.after.map(Value::from));
    add("sequence <", query.before.map(Value::from));
    add("client =", query.client.as_deref().map(Value::from));
    add("person =", query.person.as_deref().map(Value::from));
    add("action =", query.action.as_deref().map(Value::from));
    add("resource =", query.resource.as_deref().map(Value::from));
    add("id =", query.id.as_deref().map(Value::from));
    add("noted_at >=", query.from.map(|at| at.micros().into()));
    add("noted_at <=", query.to.map(|at| at.micros().into()));
    (text, params)
}
