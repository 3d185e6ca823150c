//! The one writer: a thread that commits everything queued together (group commit).
//!
//! A batch that meets a conflict fails alone: usually before it has changed anything, and else the
//! group is applied once more, each batch in a savepoint of its own. All that succeeded are
//! acknowledged after the one COMMIT, and so one flush, that made them durable.

use super::{
    connection::{broken_constraint, store_error},
    prepared::Prepared,
};
use crate::{
    OpenError,
    driver::{Batch, IfBroken, IfNone, Lock, Step},
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
    let prepared = Prepared::of(connection);
    let mut group = Vec::with_capacity(GROUP);
    while queue.blocking_recv_many(&mut group, GROUP) > 0 {
        gather(&mut queue, &mut group);
        match owned() {
            Ok(()) => commit_group(&prepared, &mut group),
            Err(error) => fail(&mut group, &error.into()),
        }
    }
}

/// Lets whoever is about to write do so first, so that more share the flush: what runs on this
/// processor gets its turn, and where nothing else does, this takes no time. A lone writer is
/// served at once.
fn gather(queue: &mut mpsc::Receiver<Job>, group: &mut Vec<Job>) {
    let mut before = 1;
    while (before + 1..GROUP).contains(&group.len()) {
        before = group.len();
        std::thread::yield_now();
        let more = std::iter::from_fn(|| queue.try_recv().ok());
        group.extend(more.take(GROUP - before));
    }
}

/// Applies a group in one transaction and answers each of its jobs.
fn commit_group(prepared: &Prepared<'_>, group: &mut Vec<Job>) {
    let batches = || group.iter().map(|job| &job.batch);
    let done = match apply_together(prepared, batches()) {
        Ok(Some(outcomes)) => Ok(outcomes),
        Ok(None) => apply_apart(prepared, batches()),
        Err(error) => Err(error),
    };
    let committed = done.and_then(|outcomes| {
        if prepared.connection().is_autocommit() {
            return Err(lost());
        }
        prepared.execute(&"COMMIT".into(), &[]).map_err(engine)?;
        Ok(outcomes)
    });
    if committed.is_err() {
        roll_back(prepared);
    }
    match committed {
        Ok(outcomes) => {
            for (job, outcome) in group.drain(..).zip(outcomes) {
                // Whoever asked may have gone; the batch is applied all the same.
                let _ = job.answer.send(outcome);
            }
        }
        // Conflicts are void too: they may be with what was not committed.
        Err(error) => fail(group, &error),
    }
}

/// Applies the batches to one transaction, as long as none leaves anything to undo: nearly always.
/// If one does, the transaction is rolled back, and the answer is none.
fn apply_together<'b>(
    prepared: &Prepared<'_>,
    batches: impl Iterator<Item = &'b Batch>,
) -> Result<Option<Vec<Outcome>>, CommitError> {
    prepared
        .execute(&"BEGIN IMMEDIATE".into(), &[])
        .map_err(engine)?;
    let mut outcomes = Vec::new();
    for batch in batches {
        let before = prepared.connection().total_changes();
        let outcome = apply(prepared, batch);
        // An error such as a full disk rolls the whole transaction back at once.
        if prepared.connection().is_autocommit() {
            return Err(outcome.err().unwrap_or_else(lost));
        }
        // A statement that fails undoes what it did itself.
        if outcome.is_err() && prepared.connection().total_changes() != before {
            prepared.execute(&"ROLLBACK".into(), &[]).map_err(engine)?;
            return Ok(None);
        }
        outcomes.push(outcome);
    }
    Ok(Some(outcomes))
}

/// Applies the batches to one transaction, each in a savepoint of its own, which costs a copy of
/// every page that it changes.
fn apply_apart<'b>(
    prepared: &Prepared<'_>,
    batches: impl Iterator<Item = &'b Batch>,
) -> Result<Vec<Outcome>, CommitError> {
    prepared
        .execute(&"BEGIN IMMEDIATE".into(), &[])
        .map_err(engine)?;
    let mut outcomes = Vec::new();
    for batch in batches {
        if prepared.connection().is_autocommit() {
            return Err(lost());
        }
        outcomes.push(apply_in_savepoint(prepared, batch));
    }
    Ok(outcomes)
}

fn apply_in_savepoint(prepared: &Prepared<'_>, batch: &Batch) -> Outcome {
    prepared
        .execute(&"SAVEPOINT batch".into(), &[])
        .map_err(engine)?;
    let outcome = apply(prepared, batch);
    let ended = end_savepoint(prepared, outcome.is_ok());
    if let Err(error) = ended {
        // Half a batch may be left, which must never be committed: the whole group goes.
        tracing::error!(%error, "a savepoint can't be ended");
        prepared.execute(&"ROLLBACK".into(), &[]).map_err(engine)?;
        return Err(engine(error));
    }
    outcome
}

/// Keeps or undoes what was done since the savepoint, if the transaction still stands.
fn end_savepoint(prepared: &Prepared<'_>, keep: bool) -> rusqlite::Result<()> {
    if !keep && !prepared.connection().is_autocommit() {
        prepared.execute(&"ROLLBACK TO batch".into(), &[])?;
    }
    if !prepared.connection().is_autocommit() {
        prepared.execute(&"RELEASE batch".into(), &[])?;
    }
    Ok(())
}

fn roll_back(prepared: &Prepared<'_>) {
    if !prepared.connection().is_autocommit()
        && let Err(error) = prepared.execute(&"ROLLBACK".into(), &[])
    {
        tracing::error!(%error, "rollback failed");
    }
}

fn apply(prepared: &Prepared<'_>, batch: &Batch) -> Outcome {
    let mut counts = Vec::with_capacity(batch.changes.len());
    for change in &batch.changes {
        let mut count = 0;
        for step in change {
            let touched = apply_step(prepared, step)?;
            count += if step.counts { touched } else { 0 };
        }
        counts.push(count);
    }
    Ok(counts)
}

fn apply_step(prepared: &Prepared<'_>, step: &Step) -> Result<u64, CommitError> {
    if step.asks.is_some_and(|lock| lock != Lock::None) && matches!(step.if_none, IfNone::Fine) {
        // There is one writer: it holds everything alone.
        return Ok(0);
    }
    let run = match step.asks {
        None => prepared.execute(&step.sql, &step.params),
        Some(_) => prepared
            .query(&step.sql, &step.params)
            .map(|rows| rows.len() as u64),
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
            let rows = prepared.query(&(*sql).into(), params).map_err(engine)?;
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

fn fail(group: &mut Vec<Job>, error: &CommitError) {
    for job in group.drain(..) {
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
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
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
        connection.execute("CREATE TABLE t (a)", []).unwrap();
        let insert = "INSERT INTO t VALUES (1)";
        let (good, first) = job(&[insert]);
        // Without its savepoint it can't be rolled back alone.
        let (bad, second) = job(&[insert, "RELEASE batch", "INSERT INTO nowhere VALUES (1)"]);
        let (late, third) = job(&[insert]);
        commit_group(&Prepared::of(&connection), &mut vec![good, bad, late]);
        for outcome in [first, second, third] {
            let outcome = outcome.blocking_recv().unwrap();
            assert!(
                matches!(outcome, Err(CommitError::Store(StoreError::Unavailable(_)))),
                "{outcome:?}"
            );
        }
        assert!(connection.is_autocommit());
        let rows = Prepared::of(&connection)
            .query(&"SELECT a FROM t".into(), &[])
            .unwrap();
        assert!(rows.is_empty(), "{rows:?}");
        // The next group is not concerned.
        let (next, outcome) = job(&[insert]);
        commit_group(&Prepared::of(&connection), &mut vec![next]);
        assert!(outcome.blocking_recv().unwrap().is_ok());
    }
    #[test]
    fn a_batch_that_fails_does_so_alone() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute("CREATE TABLE t (a UNIQUE)", []).unwrap();
        // The second has nothing to undo, the third has.
        let batches: [&[&'static str]; 4] = [
            &["INSERT INTO t VALUES (1)"],
            &["INSERT INTO t VALUES (1)"],
            &["INSERT INTO t VALUES (2), (3)", "INSERT INTO t VALUES (1)"],
            &["INSERT INTO t VALUES (2)"],
        ];
        for group in [&batches[..2], &batches[..]] {
            connection.execute("DELETE FROM t", []).unwrap();
            let (mut jobs, answers): (Vec<_>, Vec<_>) =
                group.iter().map(|batch| job(batch)).unzip();
            commit_group(&Prepared::of(&connection), &mut jobs);
            let succeeded: Vec<_> = answers
                .into_iter()
                .map(|answer| answer.blocking_recv().unwrap().is_ok())
                .collect();
            assert_eq!(succeeded, [true, false, false, true][..group.len()]);
            let rows = Prepared::of(&connection)
                .query(&"SELECT a FROM t".into(), &[])
                .unwrap();
            assert_eq!(rows.len(), group.len() / 2);
        }
    }
}
