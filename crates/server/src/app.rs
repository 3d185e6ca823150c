//! What every handler shares.

use crate::Metrics;
use domain::Core;
use std::sync::Arc;

/// The running server as handlers see it.
#[derive(Debug, Clone)]
pub struct App {
    core: Arc<Core>,
    metrics: Arc<Metrics>,
}

impl App {
    /// Handlers over `core`.
    pub fn new(core: Arc<Core>) -> Self {
        let metrics = Arc::new(Metrics::new(&core));
        Self { core, metrics }
    }

    /// The use cases.
    pub fn core(&self) -> &Arc<Core> {
        &self.core
    }

    /// Whether the server is reached by HTTPS, as its base URL says.
    pub(crate) fn is_https(&self) -> bool {
        self.core.base_url().starts_with("https://")
    }

    /// What is counted.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }
}
