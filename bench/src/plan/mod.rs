//! What is measured, one group after the other, always on the same core.

mod engine;
mod floors;
mod management;
pub mod names;
mod peers;
mod people;
mod reads;
mod start;
mod tokens;
mod writes;

use crate::{
    figures::Figures,
    load::{Pace, Scenario, measure},
    options::Options,
    process::Server,
};
use anyhow::Result;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// A part of the run that can be asked for by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Start and memory of Ambit, empty.
    Start,
    /// Ambit's tokens.
    Tokens,
    /// People at Ambit: signing in, codes and claims.
    People,
    /// Ambit's SCIM reads, with more and more people, and its start with all of them.
    Reads,
    /// Ambit's SCIM writes, and the engine by itself.
    Writes,
    /// Ambit's lists of configuration objects.
    Management,
    /// Bare handlers.
    Floors,
    /// npm `oidc-provider`.
    OidcProvider,
    /// npm `scimmy`.
    Scimmy,
}

impl Group {
    /// Every one, in the order in which they are measured: what is compared is close together.
    pub const ALL: [Self; 9] = [
        Self::Start,
        Self::Floors,
        Self::Tokens,
        Self::People,
        Self::OidcProvider,
        Self::Management,
        Self::Writes,
        Self::Reads,
        Self::Scimmy,
    ];

    /// Its name in `--only`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Tokens => "tokens",
            Self::People => "people",
            Self::Reads => "reads",
            Self::Writes => "writes",
            Self::Management => "management",
            Self::Floors => "floors",
            Self::OidcProvider => "oidc-provider",
            Self::Scimmy => "scimmy",
        }
    }
}

/// A run under way.
#[derive(Debug)]
pub struct Run {
    options: Options,
    figures: Figures,
}

impl Run {
    /// Measures what the options ask for.
    ///
    /// # Errors
    /// If a server can't be started or filled. What was answered wrongly is among the figures.
    pub async fn all(options: Options) -> Result<Figures> {
        let mut run = Self {
            options,
            figures: Figures::default(),
        };
        for group in Group::ALL {
            if !run.options.only.contains(&group) {
                continue;
            }
            run.say(&format!("{}:", group.name()));
            match group {
                Group::Start => run.start().await?,
                Group::Tokens => run.tokens().await?,
                Group::People => run.people().await?,
                Group::Reads => run.reads().await?,
                Group::Writes => run.writes().await?,
                Group::Management => run.management().await?,
                Group::Floors => run.floors().await?,
                Group::OidcProvider => run.oidc_provider().await?,
                Group::Scimmy => run.scimmy().await?,
            }
        }
        Ok(run.figures)
    }

    /// Puts one kind of load on a server. A wrong answer takes the figure away, and fails the run
    /// in the end.
    async fn load(&mut self, scenario: Scenario, address: SocketAddr, server: &Server) {
        match measure(scenario, address, server, self.pace()).await {
            Ok(figure) => {
                self.say(&format!("  {figure}"));
                self.figures.add(figure);
            }
            Err(wrong) => self.wrong(&wrong),
        }
    }

    fn wrong(&mut self, wrong: &anyhow::Error) {
        self.say(&format!("  WRONG: {wrong:#}"));
        self.figures.fail(format!("{wrong:#}"));
    }

    fn note(&mut self, name: String, number: f64, unit: &str) {
        self.say(&format!("  {name}: {number:.1} {unit}"));
        self.figures.note(name, number);
    }

    fn pace(&self) -> Pace {
        self.options.pace
    }

    /// A folder for a server's files that is not there yet.
    fn folder(&self, name: &str) -> PathBuf {
        self.options.folder.join(name)
    }

    fn binary(&self) -> &Path {
        &self.options.binary
    }

    fn say(&self, line: &str) {
        (self.options.say)(line);
    }
}

/// The name of a figure that depends on how many people there are.
#[must_use]
pub fn with(what: &str, people: u64) -> String {
    format!("{what}, {people} people")
}
