//! What a run came to, by libFuzzer's own log.

use std::fmt;

pub(super) const HEADING: &str =
    "target                  executions      per s    edges   inputs  memory  result";

/// One target's run.
#[derive(Debug, PartialEq)]
pub(super) struct Report {
    pub(super) target: String,
    /// How many inputs were tried.
    executions: u64,
    per_second: u64,
    /// Edges of the control flow that were reached.
    edges: u64,
    /// Inputs worth keeping.
    inputs: u64,
    /// Most memory that the process had, in MiB.
    memory: u64,
    /// Whether it ended by a broken property or limit.
    pub(super) broken: bool,
}

impl Report {
    /// Reads a log.
    pub(super) fn read(target: &str, log: &str, succeeded: bool) -> Self {
        let stat = |name: &str| {
            let line = log.lines().rev().find_map(|line| line.strip_prefix(name));
            line.and_then(|value| value.trim().parse().ok())
                .unwrap_or(0)
        };
        // `#1234 REDUCE cov: 567 ft: 890 corp: 12/3456b …`
        let last = log.lines().rev().find(|line| line.contains(" cov: "));
        let number = |name: &str| {
            let mut words = last.into_iter().flat_map(str::split_ascii_whitespace);
            words.find(|word| *word == name)?;
            words.next()?.split('/').next()?.parse().ok()
        };
        Self {
            target: target.to_owned(),
            executions: stat("stat::number_of_executed_units:"),
            per_second: stat("stat::average_exec_per_sec:"),
            edges: number("cov:").unwrap_or(0),
            inputs: number("corp:").unwrap_or(0),
            memory: stat("stat::peak_rss_mb:"),
            broken: !succeeded,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:20} {:>13} {:>10} {:>8} {:>8} {:>7}  {}",
            self.target,
            self.executions,
            self.per_second,
            self.edges,
            self.inputs,
            self.memory,
            if self.broken { "BROKEN" } else { "ok" }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_read() {
        let log = "#2\tINITED cov: 10 ft: 11 corp: 1/1b exec/s: 0 rss: 40Mb\n\
                   #90\tREDUCE cov: 567 ft: 890 corp: 12/3456b lim: 4 exec/s: 0 rss: 41Mb L: 4/9 MS: 1\n\
                   Done 1000 runs in 2 second(s)\n\
                   stat::number_of_executed_units: 1000\n\
                   stat::average_exec_per_sec:     500\n\
                   stat::peak_rss_mb:              41\n";
        let report = Report::read("filter", log, true);
        let expected = Report {
            target: "filter".to_owned(),
            executions: 1000,
            per_second: 500,
            edges: 567,
            inputs: 12,
            memory: 41,
            broken: false,
        };
        assert_eq!(report, expected);
        assert!(report.to_string().ends_with("ok"));
        assert!(Report::read("filter", "panicked", false).broken);
    }
}
