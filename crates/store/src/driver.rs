//! The seam between what is said (statements, written once) and who says it (two thin drivers).
//!
//! Statements use numbered placeholders `?1`, `?2`, which SQLite takes as they are and PostgreSQL's
//! driver writes as `$1`, `$2`: nothing else in a statement may be a question mark.

use crate::value::{Row, Value};
use async_trait::async_trait;
use domain::store::{CommitError, Conflict, StoreError};
use std::borrow::Cow;

/// The text of a statement: fixed ones are borrowed, and prepared once per connection.
pub(crate) type Sql = Cow<'static, str>;

/// How much work a question may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// A few rows by key: answered on the calling task.
    Point,
    /// A search: bounded by [`crate::OpenOptions::search_timeout`] (S9), away from the calling task.
    Scan,
    /// Reading everything, as at start, or what a change depends on: unbounded.
    Load,
}

/// A question.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) sql: Sql,
    pub(crate) params: Vec<Value>,
    pub(crate) pace: Pace,
}

impl Query {
    /// A question for a few rows by key.
    pub(crate) fn point(sql: &'static str, params: Vec<Value>) -> Self {
        Self {
            sql: sql.into(),
            params,
            pace: Pace::Point,
        }
    }

    /// A question for as many rows as there are.
    pub(crate) fn load(sql: impl Into<Sql>, params: Vec<Value>) -> Self {
        Self {
            sql: sql.into(),
            params,
            pace: Pace::Load,
        }
    }
}

/// What follows when a statement touches no row.
#[derive(Debug)]
pub(crate) enum IfNone {
    /// Nothing: any number is fine.
    Fine,
    /// This conflict.
    Conflict(Conflict),
    /// Depends on whether the question finds anything.
    Ask {
        sql: &'static str,
        params: Vec<Value>,
        found: Conflict,
        absent: Conflict,
    },
}

impl IfNone {
    /// The likeliest conflict, if it is one.
    pub(crate) fn conflict(&self) -> Option<&Conflict> {
        match self {
            Self::Fine => None,
            Self::Conflict(conflict)
            | Self::Ask {
                found: conflict, ..
            } => Some(conflict),
        }
    }
}

/// What follows when a statement breaks a constraint.
#[derive(Debug)]
pub(crate) enum IfBroken {
    /// The store is at fault.
    Fault,
    /// This conflict.
    Conflict(Conflict),
    /// Someone wrote at the same time: the batch may be tried again.
    Retry,
    /// Someone may have written at the same time: the batch may be tried again, and if that does
    /// not help, this conflict.
    RetryOr(Conflict),
}

/// A kind of constraint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Constraint {
    Unique,
    Foreign,
}

/// Until the end of its batch, a question may hold the rows that it finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lock {
    /// It does not.
    None,
    /// With others that hold them so; nobody holds them alone meanwhile.
    Shared,
    /// Alone.
    Alone,
}

/// One statement of a batch, with what it expects.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) sql: Sql,
    pub(crate) params: Vec<Value>,
    /// What becomes of the rows that are found, if it only asks.
    pub(crate) asks: Option<Lock>,
    /// Whether its rows count as rows of its change.
    pub(crate) counts: bool,
    pub(crate) if_none: IfNone,
    pub(crate) if_duplicate: IfBroken,
    pub(crate) if_dangling: IfBroken,
}

impl Step {
    /// A statement whose rows don't count and that expects nothing.
    pub(crate) fn new(sql: impl Into<Sql>, params: Vec<Value>) -> Self {
        Self {
            sql: sql.into(),
            params,
            asks: None,
            counts: false,
            if_none: IfNone::Fine,
            if_duplicate: IfBroken::Fault,
            if_dangling: IfBroken::Fault,
        }
    }

    /// A question: the rows that it finds are those that it touches.
    pub(crate) fn ask(sql: impl Into<Sql>, params: Vec<Value>, lock: Lock) -> Self {
        Self {
            asks: Some(lock),
            ..Self::new(sql, params)
        }
    }

    /// Its rows are the rows of the change.
    pub(crate) fn counted(mut self) -> Self {
        self.counts = true;
        self
    }

    /// It must touch a row.
    pub(crate) fn or(mut self, conflict: Conflict) -> Self {
        self.if_none = IfNone::Conflict(conflict);
        self
    }

    /// It must touch a row; why it did not is asked.
    pub(crate) fn or_ask(
        mut self,
        sql: &'static str,
        params: Vec<Value>,
        found: Conflict,
        absent: Conflict,
    ) -> Self {
        self.if_none = IfNone::Ask {
            sql,
            params,
            found,
            absent,
        };
        self
    }

    /// It may meet a row with the same key.
    pub(crate) fn if_duplicate(mut self, conflict: Conflict) -> Self {
        self.if_duplicate = IfBroken::Conflict(conflict);
        self
    }

    /// It may break a foreign key.
    pub(crate) fn if_dangling(mut self, broken: IfBroken) -> Self {
        self.if_dangling = broken;
        self
    }

    /// What follows from breaking `constraint`.
    pub(crate) fn broken(&self, constraint: Constraint) -> &IfBroken {
        match constraint {
            Constraint::Unique => &self.if_duplicate,
            Constraint::Foreign => &self.if_dangling,
        }
    }
}

/// The statements of one commit: applied whole or not at all.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// For each change its statements, in order.
    pub(crate) changes: Vec<Vec<Step>>,
    /// How many rows of the attribute index they write.
    pub(crate) index_rows: usize,
}

/// An engine.
#[async_trait]
pub(crate) trait Driver: Send + Sync + 'static {
    /// Answers a question.
    async fn query(&self, query: Query) -> Result<Vec<Row>, StoreError>;

    /// Applies a batch, durably, and answers how many rows each change touched.
    async fn apply(&self, batch: Batch) -> Result<Vec<u64>, CommitError>;

    /// Whether the engine answers and is still owned by this process.
    async fn check(&self) -> Result<(), StoreError>;

    /// Whether it is still owned, as far as is known without asking it.
    fn owned(&self) -> bool;
}
