//! The one writer: a thread that commits everything queued together (group commit).
//!
//! Each batch has its own savepoint, so one that meets a conflict fails alone; all that succeeded
//! are acknowledged after the one COMMIT, and so one flush, that made them durable.

use super::connection::{broken_constraint, execute, query, store_error};
use crate::{
    OpenError,
    driver::{Batch, IfBroken, IfNone, Step},
};
use domain::store::{CommitError, Conflict, StoreError};
use rusqlite::Connection;
use std::thread::JoinHandle;
use tokio::sync::{mpsc, oneshot};

/// Most batches that are committed together, and that wait for it.
const GROUP: usize = 256;

type Outcome = Result<Vec<u64>, CommitError>;

struct Job {
    batch: Batch,
    answer: oneshot::Sender<Outcome>,
}

/// The way to the thread.
pub(super) struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread, which asks `owned` before each group.
    pub(super) fn start(
        connection: Connection,
        owned: impl Fn() -> Result<(), StoreError> + Send + 'static,
    ) -> Result<Self, OpenError> {
        let (jobs, queue) = mpsc::channel(GROUP);
        let thread = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || run(&connection, &owned, queue))
            .map_err(|error| OpenError::Engine(error.to_string()))?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// Applies a batch, durably.
    pub(super) async fn apply(&self, batch: Batch) -> Outcome {
        let stopped = || StoreError::Unavailable("the writer has stopped".into());
        let (answer, outcome) = oneshot::channel();
        let jobs = self.jobs.as_ref().ok_or_else(stopped)?;
        jobs.send(Job { batch, answer })
            .await
            .map_err(|_| stopped())?;
        outcome.await.map_err(|_| stopped())?
    }
}

impl Drop for Writer {
    /// Waits until what is queued is written and the connection is closed.
    fn drop(&mut self) {
        self.jobs = None;
        if self
            .thread
            .take()
            .is_some_and(|thread| thread.join().is_err())
        {
            tracing::error!("the store's writer panicked");
        }
    }
}

fn run(
    connection: &Connection,
    owned: &dyn Fn() -> Result<(), StoreError>,
    mut queue: mpsc::Receiver<Job>,
) {
    let mut group = Vec::with_capacity(GROUP);
    while queue.blocking_recv_many(&mut group, GROUP) > 0 {
        match owned() {
            Ok(()) => commit_group(connection, group.drain(..)),
            Err(error) => fail(group.drain(..), &error.into()),
        }
    }
}

/// Applies a group in one transaction and answers each of its jobs.
fn commit_group(connection: &Connection, group: impl Iterator<Item = Job>) {
    if let Err(error) = execute(connection, "BEGIN IMMEDIATE", &[]) {
        return fail(group, &engine(error));
    }
    let mut done = Vec::with_capacity(GROUP);
    for job in group {
        // An error such as a full disk rolls the whole transaction back at once.
        let outcome = if connection.is_autocommit() {
            Err(lost())
        } else {
            apply_in_savepoint(connection, &job.batch)
        };
        done.push((job.answer, outcome));
    }
    let committed = if connection.is_autocommit() {
        Err(lost())
    } else {
        execute(connection, "COMMIT", &[]).map(drop).map_err(engine)
    };
    if committed.is_err()
        && !connection.is_autocommit()
        && let Err(error) = execute(connection, "ROLLBACK", &[])
    {
        tracing::error!(%error, "rollback failed");
    }
    for (answer, outcome) in done {
        // Conflicts are void too: they may be with what was not committed.
        let outcome = match &committed {
            Ok(()) => outcome,
            Err(error) => Err(unavailable(error)),
        };
        // Whoever asked may have gone; the batch is applied all the same.
        let _ = answer.send(outcome);
    }
}

fn apply_in_savepoint(connection: &Connection, batch: &Batch) -> Outcome {
    execute(connection, "SAVEPOINT batch", &[]).map_err(engine)?;
    let outcome = apply(connection, batch);
    let ended = end_savepoint(connection, outcome.is_ok());
    if let Err(error) = ended {
        // Half a batch may be left, which must never be committed: the whole group goes.
        tracing::error!(%error, "a savepoint can't be ended");
        execute(connection, "ROLLBACK", &[]).map_err(engine)?;
        return Err(engine(error));
    }
    outcome
}

/// Keeps or undoes what was done since the savepoint, if the transaction still stands.
fn end_savepoint(connection: &Connection, keep: bool) -> rusqlite::Result<()> {
    if !keep && !connection.is_autocommit() {
        execute(connection, "ROLLBACK TO batch", &[])?;
    }
    if !connection.is_autocommit() {
        execute(connection, "RELEASE batch", &[])?;
    }
    Ok(())
}

fn apply(connection: &Connection, batch: &Batch) -> Outcome {
    let mut counts = Vec::with_capacity(batch.changes.len());
    for change in &batch.changes {
        let mut count = 0;
        for step in change {
            let touched = apply_step(connection, step)?;
            count += if step.counts { touched } else { 0 };
        }
        counts.push(count);
    }
    Ok(counts)
}

fn apply_step(connection: &Connection, step: &Step) -> Result<u64, CommitError> {
    let run = match step.asks {
        None => execute(connection, &step.sql, &step.params),
        // There is one writer: it holds everything alone.
        Some(_) => query(connection, &step.sql, &step.params).map(|rows| rows.len() as u64),
    };
    let touched = match run {
        Ok(touched) => touched,
        Err(error) => return Err(broken(step, error)),
    };
    match &step.if_none {
        IfNone::Conflict(conflict) if touched == 0 => Err(conflict.clone().into()),
        IfNone::Ask {
            sql,
            params,
            found,
            absent,
        } if touched == 0 => {
            let rows = query(connection, sql, params).map_err(engine)?;
            let conflict = if rows.is_empty() { absent } else { found };
            Err(CommitError::from(Conflict::clone(conflict)))
        }
        _ => Ok(touched),
    }
}

fn broken(step: &Step, error: rusqlite::Error) -> CommitError {
    match broken_constraint(&error).map(|constraint| step.broken(constraint)) {
        // There is one writer: nobody wrote at the same time.
        Some(IfBroken::Conflict(conflict) | IfBroken::RetryOr(conflict)) => conflict.clone().into(),
        Some(IfBroken::Fault | IfBroken::Retry) | None => engine(error),
    }
}

fn fail(group: impl Iterator<Item = Job>, error: &CommitError) {
    for job in group {
        let _ = job.answer.send(Err(unavailable(error)));
    }
}

fn engine(error: rusqlite::Error) -> CommitError {
    CommitError::Store(store_error(error))
}

/// The same failure for everyone of a group: nothing was applied, and it may be tried again.
fn unavailable(error: &CommitError) -> CommitError {
    let text = match error {
        CommitError::Store(StoreError::Unavailable(text)) => text.clone(),
        other => other.to_string(),
    };
    CommitError::Store(StoreError::Unavailable(text))
}

fn lost() -> CommitError {
    CommitError::Store(StoreError::Unavailable(
        "the transaction was rolled back".into(),
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn job(statements: &[&'static str]) -> (Job, oneshot::Receiver<Outcome>) {
        let steps = statements.iter().map(|sql| Step::new(*sql, Vec::new()));
        let batch = Batch {
            changes: vec![steps.collect()],
            ..Batch::default()
        };
        let (answer, outcome) = oneshot::channel();
        (Job { batch, answer }, outcome)
    }

    #[test]
    fn a_batch_that_can_t_be_undone_takes_the_whole_group_with_it() {
        let connection = Connection::open_in_memory().unwrap();
        execute(&connection, "CREATE TABLE t (a)", &[]).unwrap();
        let insert = "INSERT INTO t VALUES (1)";
        let (good, first) = job(&[insert]);
        // Without its savepoint it can't be rolled back alone.
        let (bad, second) = job(&[insert, "RELEASE batch", "INSERT INTO nowhere VALUES (1)"]);
        let (late, third) = job(&[insert]);
        commit_group(&connection, [good, bad, late].into_iter());
        for outcome in [first, second, third] {
            let outcome = outcome.blocking_recv().unwrap();
            assert!(
                matches!(outcome, Err(CommitError::Store(StoreError::Unavailable(_)))),
                "{outcome:?}"
            );
        }
        assert!(connection.is_autocommit());
        let rows = query(&connection, "SELECT a FROM t", &[]).unwrap();
        assert!(rows.is_empty(), "{rows:?}");
        // The next group is not concerned.
        let (next, outcome) = job(&[insert]);
        commit_group(&connection, std::iter::once(next));
        assert!(outcome.blocking_recv().unwrap().is_ok());
    }
}
