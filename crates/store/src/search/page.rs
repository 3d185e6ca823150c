//! One page of a search, in order.

use super::{
    Composer,
    source::{Place, Stored},
};
use crate::{
    attributes::RealmAttributes,
    driver::{Driver, Pace, Query, Sql},
    reading::{self, resource_columns},
    value::Value,
};
use domain::{
    RealmKey,
    store::{After, ResourcePage, ResourceQuery, StoreError, Window},
};
use scim::{filter::BoundFilter, sort::SortBy};

/// How far an unsorted page may begin to be read at once.
const NEAR: u64 = 200;
/// How many documents, which may each be large, are read at once.
const SMALL: u32 = 25;

/// The resources that match, counted, ordered and paged.
pub(crate) async fn search(
    driver: &dyn Driver,
    realm: &RealmKey,
    attributes: &RealmAttributes,
    query: &ResourceQuery,
) -> Result<ResourcePage, StoreError> {
    if query.filter == Some(BoundFilter::Constant(false)) {
        return Ok(ResourcePage {
            total: query.total.then_some(0),
            items: Vec::new(),
            next: None,
        });
    }
    let page = match query.count {
        0 => None,
        _ => Some(page(driver, realm, attributes, query).await?),
    };
    let total = match (query.total, &page) {
        (false, _) => None,
        // A first page that is the last one is all that there is.
        (true, Some(page)) if query.window == Window::Offset(0) && page.next.is_none() => {
            Some(u64::try_from(page.items.len()).unwrap_or(u64::MAX))
        }
        (true, _) => Some(count(driver, realm, attributes, query).await?),
    };
    let (items, next) = page.map_or_else(Default::default, |page| (page.items, page.next));
    Ok(ResourcePage { total, items, next })
}

/// How many resources match.
async fn count(
    driver: &dyn Driver,
    realm: &RealmKey,
    attributes: &RealmAttributes,
    query: &ResourceQuery,
) -> Result<u64, StoreError> {
    let mut composer = Composer::new(realm, &query.schema, attributes);
    let (matching, lookup) = composer.matching(query);
    let count = Query {
        sql: Sql::Owned(format!("SELECT COUNT(*) {matching}")),
        params: composer.params,
        pace: pace(query, lookup),
    };
    let rows = driver.query(count).await?;
    rows.first().map_or(Ok(0), |row| row.count(0))
}

/// The page alone, without a total.
async fn page(
    driver: &dyn Driver,
    realm: &RealmKey,
    attributes: &RealmAttributes,
    query: &ResourceQuery,
) -> Result<ResourcePage, StoreError> {
    let mut composer = Composer::new(realm, &query.schema, attributes);
    let (matching, lookup) = composer.matching(query);
    let key = query
        .sort
        .and_then(|sort| Some((composer.sort_key(&sort)?, sort.descending)));
    let near = matches!(query.window, Window::Offset(offset) if offset <= NEAR)
        || matches!(query.window, Window::After(_));
    let plain = filter(query).is_none() && key.is_none();
    let at_once = lookup || (plain && near && query.count <= SMALL);
    let sql = match &key {
        Some((key, descending)) => composer.sorted(&matching, key, *descending, query),
        None => composer.by_id(&matching, filter(query).is_some() && !lookup, query),
    };
    let page = Query {
        sql: Sql::Owned(sql),
        params: composer.params,
        pace: pace(query, at_once),
    };
    let mut items = Vec::new();
    let mut next = None;
    let wanted = usize::try_from(query.count).unwrap_or(usize::MAX);
    let mut rows = driver.query(page).await?;
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    for mut row in rows {
        let resource = reading::resource(&mut row)?;
        next = Some(After {
            key: row.optional_text(6)?,
            id: resource.id.clone(),
        });
        items.push(resource);
    }
    Ok(ResourcePage {
        total: None,
        items,
        next: next.filter(|_| more),
    })
}

/// The filter, if it leaves anything out.
fn filter(query: &ResourceQuery) -> Option<&BoundFilter> {
    let filter = query.filter.as_ref();
    filter.filter(|filter| **filter != BoundFilter::Constant(true))
}

fn pace(query: &ResourceQuery, at_once: bool) -> Pace {
    match at_once {
        _ if query.unbounded => Pace::Load,
        true => Pace::Point,
        false => Pace::Scan,
    }
}

impl Composer<'_> {
    /// `FROM` and `WHERE` of what matches, and whether that is one resource at most.
    fn matching(&mut self, query: &ResourceQuery) -> (String, bool) {
        let all = "FROM resource r WHERE r.tenant = ?1 AND r.realm = ?2 AND r.type = ?3";
        match filter(query) {
            None => (all.to_owned(), false),
            Some(filter) => (
                format!("{all} AND {}", self.filter(filter)),
                self.is_lookup(filter),
            ),
        }
    }

    /// The expression that resources are sorted by; none if it is their id, ascending.
    fn sort_key(&mut self, sort: &SortBy) -> Option<Key> {
        Some(match self.place(self.schema.node(sort.attr)) {
            Place::Text(_) if !sort.descending => return None,
            Place::Text(column) => Key {
                expression: column.to_owned(),
                is_time: false,
            },
            Place::Time(column) => Key {
                expression: column.to_owned(),
                is_time: true,
            },
            Place::Rows(source) => {
                let value = match source.value {
                    Stored::Text { head, tail } => format!("{head} || {tail}"),
                    Stored::Constant(value) => format!("'{value}'"),
                };
                let primary = match sort.primary_visible {
                    true => format!("{} DESC, ", source.primary),
                    false => String::new(),
                };
                let (from, order) = (source.from, source.order);
                let (resource, key) = (source.resource, source.key);
                let expression = format!(
                    "(SELECT {value} {from} AND {resource} = {key} ORDER BY {primary}{order} LIMIT 1)"
                );
                Key {
                    expression,
                    is_time: false,
                }
            }
        })
    }

    /// A page in order of ids. Where many may match that are not found in this order, ids are
    /// sorted alone, and the page's resources are read afterwards.
    fn by_id(&mut self, matching: &str, many: bool, query: &ResourceQuery) -> String {
        let after = match &query.window {
            Window::After(after) => format!(" AND r.id > {}", self.bind(&*after.id.0)),
            Window::Offset(_) => String::new(),
        };
        let window = self.window(query);
        let columns = resource_columns!();
        if many {
            format!(
                "SELECT {columns}, NULL \
                 FROM (SELECT r.number {matching}{after} ORDER BY r.id {window}) k \
                 JOIN resource r ON r.number = k.number ORDER BY r.id"
            )
        } else {
            format!("SELECT {columns}, NULL {matching}{after} ORDER BY r.id {window}")
        }
    }

    /// A page in order of a key, then of ids: keys are sorted alone, and the page's resources are
    /// read afterwards.
    fn sorted(
        &mut self,
        matching: &str,
        key: &Key,
        descending: bool,
        query: &ResourceQuery,
    ) -> String {
        // RFC 7644 §3.4.2.3: without a value last if ascending, first if descending.
        let order = if descending {
            "DESC NULLS FIRST"
        } else {
            "ASC NULLS LAST"
        };
        let after = match &query.window {
            Window::After(after) => format!(" WHERE {}", self.after(after, key, descending)),
            Window::Offset(_) => String::new(),
        };
        let window = self.window(query);
        format!(
            concat!(
                "SELECT ",
                resource_columns!(),
                ", CAST(s.sort_key AS TEXT) FROM (\
                 SELECT k.number, k.id, k.sort_key \
                 FROM (SELECT r.number, r.id, {} AS sort_key {}) k{} \
                 ORDER BY k.sort_key {}, k.id {}) s \
                 JOIN resource r ON r.number = s.number \
                 ORDER BY s.sort_key {}, s.id"
            ),
            key.expression, matching, after, order, window, order
        )
    }

    /// The condition that a resource comes after the given place.
    fn after(&mut self, after: &After, key: &Key, descending: bool) -> String {
        let id = self.bind(&*after.id.0);
        let Some(value) = &after.key else {
            return match descending {
                true => format!("(k.sort_key IS NOT NULL OR k.id > {id})"),
                false => format!("(k.sort_key IS NULL AND k.id > {id})"),
            };
        };
        let value = match key.is_time {
            true => Value::Int(value.parse().unwrap_or_default()),
            false => Value::from(value.as_str()),
        };
        let value = self.bind(value);
        match descending {
            true => format!("(k.sort_key < {value} OR (k.sort_key = {value} AND k.id > {id}))"),
            false => format!(
                "(k.sort_key > {value} OR (k.sort_key = {value} AND k.id > {id}) \
                 OR k.sort_key IS NULL)"
            ),
        }
    }

    /// One more than wanted, to know whether there is more.
    fn window(&mut self, query: &ResourceQuery) -> String {
        let limit = self.bind(u64::from(query.count) + 1);
        match query.window {
            Window::Offset(offset) if offset > 0 => {
                format!("LIMIT {limit} OFFSET {}", self.bind(offset))
            }
            _ => format!("LIMIT {limit}"),
        }
    }
}

/// What resources are sorted by.
struct Key {
    expression: String,
    is_time: bool,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{driver::Batch, value::Row};
    use domain::store::CommitError;
    use scim::{ResourceSchema, core};
    use std::sync::{Arc, Mutex};

    /// Finds nothing, and remembers how much work it was told that would be.
    #[derive(Default)]
    struct Paces(Mutex<Vec<Pace>>);

    #[async_trait::async_trait]
    impl Driver for Paces {
        async fn query(&self, query: Query) -> Result<Vec<Row>, StoreError> {
            self.0.lock().unwrap().push(query.pace);
            Ok(Vec::new())
        }

        async fn apply(&self, _: Batch) -> Result<Vec<u64>, CommitError> {
            Ok(Vec::new())
        }

        async fn check(&self) -> Result<(), StoreError> {
            Ok(())
        }

        fn owned(&self) -> bool {
            true
        }
    }

    async fn pace_of(count: u32, unbounded: bool) -> Vec<Pace> {
        let user = core::resource_types().into_iter().next().unwrap();
        let schemas = core::schemas();
        let find = |urn: &str| schemas.iter().find(|schema| schema.id == urn);
        let query = ResourceQuery {
            schema: Arc::new(ResourceSchema::compile(user, find).unwrap()),
            filter: None,
            sort: None,
            window: Window::Offset(0),
            count,
            total: false,
            unbounded,
        };
        let driver = Paces::default();
        let attributes = RealmAttributes::default();
        search(&driver, &RealmKey::system(), &attributes, &query)
            .await
            .unwrap();
        driver.0.into_inner().unwrap()
    }

    #[tokio::test]
    async fn only_a_small_page_is_read_on_the_calling_task() {
        assert_eq!(pace_of(SMALL, false).await, [Pace::Point]);
        assert_eq!(pace_of(SMALL + 1, false).await, [Pace::Scan]);
    }

    #[tokio::test]
    async fn a_question_of_ambits_own_has_all_the_time_it_needs() {
        for count in [1, 200] {
            assert_eq!(pace_of(count, true).await, [Pace::Load]);
        }
    }
}
