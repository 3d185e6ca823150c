//! One filter, one order, one directory: what each evaluation says.

use super::directory::{Directory, draw};
use domain::store::{ResourceQuery, Store, Window};
use proptest::{
    prelude::*,
    sample::select,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use scim::{
    AttributePath, ResourceSchema,
    filter::{self, BoundFilter, Filter},
    sort::{self, SortBy, SortOrder},
    testing::arb_filter,
};
use serde_json::Value;
use std::{collections::BTreeMap, iter::Sum, ops::AddAssign, sync::Arc};

/// What was compared.
#[derive(Debug, Default, Clone, Copy)]
pub struct Tally {
    pub filters: u32,
    /// Filters that match some resources but not all.
    pub telling: u32,
    /// Searches that were sorted, and read page by page too.
    pub sorted: u32,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.filters += other.filters;
        self.telling += other.telling;
        self.sorted += other.sorted;
    }
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        let mut all = Self::default();
        tallies.for_each(|tally| all += tally);
        all
    }
}

/// Chance, the same in every run.
pub fn runner(seed: u32) -> TestRunner {
    let mut bytes = [42; 32];
    bytes[..4].copy_from_slice(&seed.to_be_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    TestRunner::new_with_rng(Config::default(), rng)
}

/// Compares `count` random filters over the resources of one type.
pub async fn compare(
    runner: &mut TestRunner,
    stores: &[Arc<dyn Store>],
    directory: &Directory,
    schema: &Arc<ResourceSchema>,
    count: u32,
) -> Tally {
    let all = &directory.seen[&schema.resource_type().name];
    let filters = arb_filter(schema);
    let orders = orders(schema);
    let mut tally = Tally::default();
    for number in 0..count {
        // Most are short, as people's are; every tenth is of any length.
        let drawn = loop {
            let drawn = draw(runner, &filters);
            if number % 10 == 0 || terms(&drawn) <= 4 {
                break drawn;
            }
        };
        let bound = filter::bind(&drawn, schema, schema.all_attributes()).unwrap();
        let order = (number % 100 == 0).then(|| draw(runner, &orders));
        let expected = evaluate(&bound, order.as_ref(), schema, all);
        tally.filters += 1;
        tally.telling += u32::from(!expected.is_empty() && expected.len() < all.len());
        tally.sorted += u32::from(order.is_some());
        for (engine, store) in stores.iter().enumerate() {
            let query = ResourceQuery {
                schema: Arc::clone(schema),
                filter: Some(bound.clone()),
                sort: order,
                window: Window::Offset(0),
                count: 200,
                total: false,
                unbounded: false,
            };
            let context = || {
                format!(
                    "{drawn} sorted by {order:?} in {}, engine {engine}: {bound:?}",
                    directory.realm
                )
            };
            let found = ids(store, directory, query.clone()).await;
            if found != expected {
                let differ = |id: &&String| found.contains(id) != expected.contains(id);
                let wrong = all.keys().find(differ).map(|id| &all[id]);
                panic!(
                    "{}\nfound {found:?}\nexpected {expected:?}\n{wrong:#?}",
                    context()
                );
            }
            if number % 100 == 0 {
                assert_eq!(
                    by_pages(store, directory, query).await,
                    expected,
                    "{}",
                    context()
                );
            }
        }
    }
    tally
}

fn terms(filter: &Filter) -> usize {
    match filter {
        Filter::And(inner) | Filter::Or(inner) => inner.iter().map(terms).sum(),
        Filter::Not(inner) | Filter::Element { filter: inner, .. } => terms(inner),
        Filter::Present(_) | Filter::Compare { .. } => 1,
    }
}

/// Orders by any attribute that can be sorted by.
fn orders(schema: &ResourceSchema) -> BoxedStrategy<SortBy> {
    let mut orders = Vec::new();
    for node in schema.nodes() {
        for order in [SortOrder::Ascending, SortOrder::Descending] {
            let path: AttributePath = node.path.parse().unwrap();
            let mut visible = schema.all_attributes().clone();
            orders.extend(sort::bind(&path, order, schema, &visible));
            // Not everyone may see which element is the primary one.
            if let Some(primary) = node.parent.and_then(|p| schema.child(p, "primary")) {
                visible.remove(primary.id);
                orders.extend(sort::bind(&path, order, schema, &visible));
            }
        }
    }
    select(orders).boxed()
}

fn evaluate(
    filter: &BoundFilter,
    order: Option<&SortBy>,
    schema: &ResourceSchema,
    all: &BTreeMap<String, Value>,
) -> Vec<String> {
    let matching = all
        .iter()
        .filter(|(_, resource)| filter::matches(filter, schema, resource));
    let mut matching: Vec<_> = matching.collect();
    if let Some(order) = order {
        matching.sort_by(|(_, a), (_, b)| sort::compare(order, schema, a, b));
    }
    matching.into_iter().map(|(id, _)| id.clone()).collect()
}

async fn ids(store: &Arc<dyn Store>, directory: &Directory, query: ResourceQuery) -> Vec<String> {
    let page = store.search(&directory.realm, &query).await.unwrap();
    assert_eq!(page.next, None);
    page.items
        .into_iter()
        .map(|resource| resource.id.to_string())
        .collect()
}

/// The same by pages of five, each after the last of the one before (RFC 9865), which every
/// offset must agree with.
async fn by_pages(
    store: &Arc<dyn Store>,
    directory: &Directory,
    query: ResourceQuery,
) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    let mut after = None;
    loop {
        let window = after.map_or(Window::Offset(0), Window::After);
        let paged = ResourceQuery {
            window,
            count: 5,
            total: true,
            ..query.clone()
        };
        let page = store.search(&directory.realm, &paged).await.unwrap();
        let by_offset = ResourceQuery {
            window: Window::Offset(ids.len() as u64),
            ..paged
        };
        assert_eq!(
            store.search(&directory.realm, &by_offset).await.unwrap(),
            page
        );
        ids.extend(page.items.iter().map(|resource| resource.id.to_string()));
        after = page.next;
        if after.is_none() {
            assert_eq!(page.total, Some(ids.len() as u64));
            return ids;
        }
    }
}
