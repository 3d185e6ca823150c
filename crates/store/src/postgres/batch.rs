//! Applying a batch: BEGIN and all statements in one round trip, then COMMIT in another.

use super::{connection, get, value};
use crate::driver::{Batch, IfBroken, IfNone, Lock, Step};
use deadpool_postgres::{Object, Pool};
use domain::store::{CommitError, Conflict, StoreError};
use futures_util::{FutureExt, future::BoxFuture};
use std::{task::Poll, time::Duration};
use tokio_postgres::{Error, Statement};

/// How often a batch is tried when the engine asks for it, or a foreign key that someone else's
/// write broke.
const ATTEMPTS: u32 = 8;

/// Why an attempt was not applied.
enum Failure {
    /// For good.
    Final(CommitError),
    /// Others wrote at the same time; this is the answer if that goes on.
    Transient(CommitError),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Final(error.into())
    }
}

/// Applies `batch` whole.
pub(super) async fn apply(pool: &Pool, batch: &Batch) -> Result<Vec<u64>, CommitError> {
    for attempt in 1.. {
        // The connection is back before anything else is waited for.
        match attempt_once(get(pool).await?, batch).await {
            Ok(counts) => return Ok(counts),
            Err(Failure::Final(error)) => return Err(error),
            Err(Failure::Transient(error)) if attempt >= ATTEMPTS => return Err(error),
            Err(Failure::Transient(_)) => {
                tokio::time::sleep(Duration::from_millis(3 << attempt)).await;
            }
        }
    }
    Ok(Vec::new())
}

async fn attempt_once(client: Object, batch: &Batch) -> Result<Vec<u64>, Failure> {
    let mut statements = Vec::new();
    for step in batch.changes.iter().flatten() {
        let text = value::placeholders(&step.sql) + locking(step.asks);
        statements.push(
            client
                .prepare_cached(&text)
                .await
                .map_err(connection::error)?,
        );
    }
    let transaction = Transaction(Some(client));
    let outcome = transaction.run(batch, &statements).await;
    transaction.end(outcome).await
}

/// How this engine is told to hold rows. The shared lock is the one that foreign keys take.
fn locking(asks: Option<Lock>) -> &'static str {
    match asks {
        None | Some(Lock::None) => "",
        Some(Lock::Shared) => " FOR KEY SHARE",
        Some(Lock::Alone) => " FOR UPDATE",
    }
}

/// A connection with a transaction. Dropped before its end, the connection is closed: whoever
/// asked has gone, or the end is not known.
struct Transaction(Option<Object>);

impl Drop for Transaction {
    fn drop(&mut self) {
        if let Some(client) = self.0.take() {
            drop(Object::take(client));
        }
    }
}

impl Transaction {
    async fn run(&self, batch: &Batch, statements: &[Statement]) -> Result<Vec<u64>, Failure> {
        let Some(client) = &self.0 else {
            return Ok(Vec::new());
        };
        let begin = start(client.batch_execute("BEGIN").boxed());
        let steps = batch.changes.iter().flatten();
        let started: Vec<_> = steps
            .zip(statements)
            .map(|(step, statement)| {
                let run = async move {
                    client
                        .execute(statement, &value::references(&step.params))
                        .await
                };
                (step, start(run.boxed()))
            })
            .collect();
        begin.finish().await.map_err(connection::error)?;
        let mut touched = Vec::with_capacity(started.len());
        let mut overtaken = None;
        for (step, started) in started {
            match started.finish().await {
                Ok(rows) => {
                    touched.push(rows);
                    if rows == 0 && overtaken.is_none() {
                        overtaken = step.if_none.conflict();
                    }
                }
                Err(error) => return Err(broken(step, error, overtaken)),
            }
        }
        let mut touched = touched.into_iter();
        let mut counts = Vec::with_capacity(batch.changes.len());
        for change in &batch.changes {
            let mut count = 0;
            for (step, rows) in change.iter().zip(&mut touched) {
                if rows == 0 {
                    none_touched(client, step).await?;
                }
                count += if step.counts { rows } else { 0 };
            }
            counts.push(count);
        }
        Ok(counts)
    }

    async fn end(mut self, outcome: Result<Vec<u64>, Failure>) -> Result<Vec<u64>, Failure> {
        let Some(client) = &self.0 else {
            return outcome;
        };
        let ended = match &outcome {
            Ok(_) => client.batch_execute("COMMIT").await,
            Err(_) => client.batch_execute("ROLLBACK").await,
        };
        match ended {
            Ok(()) => drop(self.0.take()),
            Err(error) if outcome.is_ok() => return Err(failure(error)),
            Err(error) => tracing::warn!(%error, "rollback failed"),
        }
        outcome
    }
}

async fn none_touched(client: &Object, step: &Step) -> Result<(), Failure> {
    let conflict = match &step.if_none {
        IfNone::Fine => return Ok(()),
        IfNone::Conflict(conflict) => conflict,
        IfNone::Ask {
            sql,
            params,
            found,
            absent,
        } => {
            let text = value::placeholders(sql);
            let statement = client
                .prepare_cached(&text)
                .await
                .map_err(connection::error)?;
            let rows = client.query(&statement, &value::references(params)).await;
            if rows.map_err(connection::error)?.is_empty() {
                absent
            } else {
                found
            }
        }
    };
    Err(Failure::Final(Conflict::clone(conflict).into()))
}

/// A step that did not find what it expected holds no lock on it: the steps after it run into what others are just
/// writing, and the constraint that one of them breaks says nothing of this batch.
fn broken(step: &Step, error: Error, overtaken: Option<&Conflict>) -> Failure {
    let constraint = connection::broken_constraint(&error);
    if let (Some(_), Some(conflict)) = (&constraint, overtaken) {
        return Failure::Transient(conflict.clone().into());
    }
    match constraint.map(|constraint| step.broken(constraint)) {
        Some(IfBroken::Conflict(conflict)) => Failure::Final(conflict.clone().into()),
        Some(IfBroken::Retry) => Failure::Transient(connection::error(error).into()),
        Some(IfBroken::RetryOr(conflict)) => Failure::Transient(conflict.clone().into()),
        Some(IfBroken::Fault) | None => failure(error),
    }
}

fn failure(error: Error) -> Failure {
    if connection::is_transient(&error) {
        Failure::Transient(connection::error(error).into())
    } else {
        connection::error(error).into()
    }
}

/// A request that was sent, and whose answer may have to be waited for.
enum Started<'a, T> {
    Answered(T),
    Waiting(BoxFuture<'a, T>),
}

/// Sends a request: the driver does so when its future is first polled, so requests leave in the
/// order in which they are started, and none waits for the answer to another.
fn start<T>(mut request: BoxFuture<'_, T>) -> Started<'_, T> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match request.poll_unpin(&mut context) {
        Poll::Ready(answer) => Started::Answered(answer),
        Poll::Pending => Started::Waiting(request),
    }
}

impl<T> Started<'_, T> {
    async fn finish(self) -> T {
        match self {
            Self::Answered(answer) => answer,
            Self::Waiting(request) => request.await,
        }
    }
}
