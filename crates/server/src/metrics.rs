//! What is counted, without a name of anyone in it.
//!
//! Each route finds its counters when the router is made, so that counting a request is adding to
//! a few numbers: nothing is looked up, made or locked.

use axum::http::{Method, StatusCode};
use domain::Core;
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, text::encode},
    metrics::{MetricType, counter::ConstCounter},
    registry::Registry,
};
use std::{
    fmt,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

/// The counters of every route.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    routes: Arc<Routes>,
}

#[derive(Debug, Default)]
struct Routes(Mutex<Vec<Arc<RouteCounters>>>);

/// The counters of one path.
#[derive(Debug)]
pub(crate) struct RouteCounters {
    /// The template of the path, never a path with its ids.
    route: &'static str,
    /// In the order of [`METHODS`]; a method has counters once it was called.
    methods: [OnceLock<Box<Counters>>; METHODS.len()],
}

/// What is counted of one method of one path.
#[derive(Debug)]
struct Counters {
    /// By status, from 100 on.
    statuses: [AtomicU64; 500],
    /// By the time taken: as long as the bound with the same place, and longer than all of them.
    durations: [AtomicU64; BOUNDS.len() + 1],
    nanoseconds: AtomicU64,
}

/// Methods as labels. RFC 9110 §9.1 lets a caller make up any: those share the last one, or else
/// anyone could make labels without end.
const METHODS: [&str; 10] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "other",
];

/// The bounds of the histogram, in seconds.
const BOUNDS: [f64; 12] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
];

impl Metrics {
    /// Nothing is counted yet.
    pub(crate) fn new(core: &Arc<Core>) -> Self {
        let mut registry = Registry::with_prefix("ambit");
        let routes = Arc::new(Routes::default());
        registry.register_collector(Box::new(routes.clone()));
        registry.register_collector(Box::new(Signatures(core.clone())));
        Self { registry, routes }
    }

    /// The counters of a path.
    pub(crate) fn route(&self, route: &'static str) -> Arc<RouteCounters> {
        let counters = Arc::new(RouteCounters::new(route));
        let mut routes = self.routes.0.lock().unwrap_or_else(PoisonError::into_inner);
        routes.push(counters.clone());
        counters
    }

    /// The text that a scraper reads.
    pub(crate) fn encode(&self) -> String {
        let mut text = String::new();
        // Writing to a String does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

impl RouteCounters {
    /// Nothing is counted yet.
    pub(crate) fn new(route: &'static str) -> Self {
        Self {
            route,
            methods: Default::default(),
        }
    }

    /// The template of the path.
    pub(crate) fn route(&self) -> &'static str {
        self.route
    }

    /// Counts one request.
    pub(crate) fn count(&self, method: &Method, status: StatusCode, took: Duration) {
        let at = METHODS.iter().position(|label| *label == method.as_str());
        let Some(counters) = self.methods.get(at.unwrap_or(METHODS.len() - 1)) else {
            return;
        };
        counters.get_or_init(Box::default).count(status, took);
    }

    /// How many requests were answered with a status.
    #[cfg(test)]
    pub(crate) fn answered(&self, status: StatusCode) -> u64 {
        let at = usize::from(status.as_u16()).saturating_sub(100);
        let counted = self
            .each()
            .filter_map(|(_, counters)| counters.statuses.get(at));
        counted.map(|count| count.load(Relaxed)).sum()
    }

    fn each(&self) -> impl Iterator<Item = ([(&'static str, &'static str); 2], &Counters)> {
        let counted = METHODS.iter().zip(&self.methods);
        counted.filter_map(|(method, counters)| {
            let labels = [("method", *method), ("route", self.route)];
            Some((labels, counters.get()?.as_ref()))
        })
    }
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            statuses: [const { AtomicU64::new(0) }; 500],
            durations: Default::default(),
            nanoseconds: AtomicU64::new(0),
        }
    }
}

impl Counters {
    fn count(&self, status: StatusCode, took: Duration) {
        let status = usize::from(status.as_u16()).saturating_sub(100);
        let seconds = took.as_secs_f64();
        let bound = BOUNDS.iter().position(|bound| seconds <= *bound);
        let counted = [
            self.statuses.get(status),
            self.durations.get(bound.unwrap_or(BOUNDS.len())),
        ];
        for counter in counted.into_iter().flatten() {
            counter.fetch_add(1, Relaxed);
        }
        let nanoseconds = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.nanoseconds.fetch_add(nanoseconds, Relaxed);
    }
}

impl Collector for Routes {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let routes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let each = || routes.iter().flat_map(|route| route.each());
        let help = "Requests answered";
        let mut metric =
            encoder.encode_descriptor("http_requests", help, None, MetricType::Counter)?;
        for ([method, route], counters) in each() {
            for (status, count) in (100_u16..).zip(&counters.statuses) {
                let (count, status) = (count.load(Relaxed), status.to_string());
                if count > 0 {
                    metric
                        .encode_family(&[method, route, ("status", status.as_str())])?
                        .encode_counter::<[(&str, &str); 0], _, u64>(&count, None)?;
                }
            }
        }
        let name = "http_request_duration_seconds";
        let help = "Time from the head of a request to the head of its answer";
        let mut metric = encoder.encode_descriptor(name, help, None, MetricType::Histogram)?;
        for (labels, counters) in each() {
            let bounds = BOUNDS.iter().copied().chain([f64::MAX]);
            let buckets: Vec<(f64, u64)> = bounds
                .zip(counters.durations.iter().map(|count| count.load(Relaxed)))
                .collect();
            let count = buckets.iter().map(|(_, count)| count).sum();
            let seconds = Duration::from_nanos(counters.nanoseconds.load(Relaxed)).as_secs_f64();
            metric
                .encode_family(&labels)?
                .encode_histogram::<[(&str, &str); 0]>(seconds, count, &buckets, None)?;
        }
        Ok(())
    }
}

/// How many signatures of access tokens were checked: one for each token that was new, however
/// often it came.
#[derive(Debug)]
struct Signatures(Arc<Core>);

impl Collector for Signatures {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        use prometheus_client::encoding::EncodeMetric;
        let name = "access_token_signatures_checked";
        let help = "Signatures of access tokens that were checked";
        let metric = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
        ConstCounter::new(self.0.signatures_checked()).encode(metric)
    }
}
