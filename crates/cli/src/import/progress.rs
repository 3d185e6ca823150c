//! The bar on standard error, if that is a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// Shows how far an import has come.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// Begins a phase of `length` steps.
    pub(super) fn begin(phase: &'static str, length: usize) -> Self {
        let bar = ProgressBar::new(length as u64).with_message(phase);
        // The template is fixed; the plain style is as good if it were wrong.
        if let Ok(style) = ProgressStyle::with_template("{msg:12} {wide_bar} {pos}/{len} {eta}") {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// So many more are done.
    pub(super) fn advance(&self, count: usize) {
        self.0.inc(count as u64);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
