//! Hashing passwords: each takes 19 MiB and a processor for a while (U4, R23).
//!
//! A few threads of their own do it, one password after the other, and give way to every other: a
//! storm of sign-ins waits for its turn and does not hold up a decision. Who comes when too many wait
//! is told so at once.

use crate::store::StoreError;
use factors::password::hash::{self, Verdict};
use oauth::Secret;
use std::{
    panic::{self, AssertUnwindSafe},
    sync::{Arc, LazyLock, Mutex, PoisonError, mpsc},
    thread,
};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

/// How many passwords are hashed at once.
const THREADS: usize = 2;
/// How many may wait: so many take about nine seconds.
const WAITING: usize = 512;

/// What a thread is to do.
type Work = Box<dyn FnOnce() + Send>;

static HASHING: LazyLock<mpsc::SyncSender<Work>> = LazyLock::new(|| {
    let (sender, receiver) = mpsc::sync_channel::<Work>(WAITING);
    let receiver = Arc::new(Mutex::new(receiver));
    for number in 0..THREADS {
        let receiver = receiver.clone();
        let thread = thread::Builder::new().name(format!("hashing-{number}"));
        // Without a thread nothing is hashed, and whoever asks is told so.
        if let Err(error) = thread.spawn(move || work(&receiver)) {
            tracing::error!(%error, "no thread for hashing passwords");
        }
    }
    sender
});

fn work(receiver: &Mutex<mpsc::Receiver<Work>>) {
    give_way();
    loop {
        let next = receiver
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        match next {
            // Whoever waits for one that panics hears that it ended; the thread goes on.
            Ok(work) => drop(panic::catch_unwind(AssertUnwindSafe(work))),
            Err(mpsc::RecvError) => return,
        }
    }
}

/// Every thread that has something else to do goes first, but not so that nobody ever signs in beside
/// a busy neighbour.
fn give_way() {
    #[cfg(target_os = "linux")]
    if let Err(error) =
        rustix::process::setpriority_process(Some(rustix::thread::gettid()), LESS_URGENT)
    {
        tracing::debug!(%error, "hashing is as urgent as anything else");
    }
}

/// The niceness of what can wait: a tenth of the share of others (setpriority(2)).
#[cfg(target_os = "linux")]
const LESS_URGENT: i32 = 10;

/// What became of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hashed {
    /// It is the password.
    Right,
    /// It is the password, and was hashed with other parameters than those of today.
    RightButOutdated,
    /// It is not.
    Wrong,
}

/// What was typed, as far as it is looked at: of what is too long to be anybody's password, as much as shows that. It is not
/// cut anywhere else, for only its normal form has a length (U4).
pub(crate) fn typed(password: &Secret) -> Zeroizing<String> {
    let looked_at = password.expose().chars().take(hash::MOST_BYTES + 1);
    Zeroizing::new(looked_at.collect())
}

/// A PHC string of Argon2id (RFC 9106).
///
/// # Errors
/// If hashing fails, or too many wait for it.
pub(crate) async fn hash_password(password: Zeroizing<String>) -> Result<String, StoreError> {
    in_turn(move || {
        let salt = jose::random_bytes().map_err(|error| error.to_string())?;
        hash::hash(&password, salt).map_err(|error| error.to_string())
    })
    .await
}

/// Whether `password` is the one that was hashed; where there is none, it takes as long to say no
/// (U5).
///
/// # Errors
/// If hashing fails, or too many wait for it.
pub(crate) async fn verify_password(
    phc: Option<String>,
    password: Zeroizing<String>,
) -> Result<Hashed, StoreError> {
    in_turn(move || {
        let known = phc.as_deref().filter(|phc| phc.starts_with('$'));
        let verdict = hash::verify(known.unwrap_or(hash::NO_ONE), &password);
        Ok(match (known, verdict) {
            (Some(_), Verdict::Right) => Hashed::Right,
            (Some(_), Verdict::RightButOutdated) => Hashed::RightButOutdated,
            _ => Hashed::Wrong,
        })
    })
    .await
}

async fn in_turn<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, StoreError> {
    let (done, outcome) = oneshot::channel();
    let work: Work = Box::new(move || {
        // Nobody may be waiting any more: then it is not worth while.
        if !done.is_closed() {
            let _ = done.send(work());
        }
    });
    HASHING
        .try_send(work)
        .map_err(|_| StoreError::Unavailable("too many passwords wait to be hashed".to_owned()))?;
    match outcome.await {
        Ok(Ok(hashed)) => Ok(hashed),
        Ok(Err(error)) => Err(StoreError::Engine(format!("hashing: {error}"))),
        Err(_) => Err(StoreError::Engine("hashing ended early".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };
    use tokio::task::JoinSet;

    /// U4, R23: however many come, two are hashed at once, and a bounded number waits.
    #[tokio::test]
    async fn u4_two_are_hashed_at_once_and_not_everybody_waits() {
        const MANY: usize = 2 * WAITING;
        static NOW: AtomicUsize = AtomicUsize::new(0);
        static MOST: AtomicUsize = AtomicUsize::new(0);
        let mut storm = JoinSet::new();
        for _ in 0..MANY {
            storm.spawn(in_turn(|| {
                let now = NOW.fetch_add(1, Ordering::SeqCst) + 1;
                MOST.fetch_max(now, Ordering::SeqCst);
                thread::sleep(Duration::from_millis(2));
                NOW.fetch_sub(1, Ordering::SeqCst);
                Ok(())
            }));
        }
        let outcomes = storm.join_all().await;
        let (done, refused): (Vec<_>, Vec<_>) = outcomes.iter().partition(|one| one.is_ok());
        assert!(done.len() >= WAITING && !refused.is_empty());
        for one in refused {
            assert!(matches!(one, Err(StoreError::Unavailable(_))));
        }
        assert_eq!(MOST.load(Ordering::SeqCst), THREADS);
        // It is over, and nobody is shut out.
        in_turn(|| Ok(())).await.unwrap();
    }
}
