//! Keys at hand before the edit that needs them.

use super::KeyError;
use jose::{Algorithm, JoseError, SigningKey};
use std::sync::Arc;

/// Keys of slow algorithms, made while nobody waits for the writer's lock.
///
/// An edit [takes](Self::take) what it needs. If that is not at hand the edit is refused with
/// [`KeyError::NotAtHand`], nothing has changed, and it is tried again after
/// [`refill`](Self::refill), with what it had taken by then: nobody has seen these keys.
#[derive(Default)]
pub(crate) struct Stock {
    at_hand: Vec<Arc<SigningKey>>,
    /// What was taken since the last refill.
    taken: Vec<Arc<SigningKey>>,
    /// What was lacking since then.
    lacking: Vec<Algorithm>,
    made: usize,
}

/// Most slow keys that are made for one change: each takes a processor for a good part of a second.
const MOST: usize = 16;

impl Stock {
    /// Says that so many keys will be taken.
    pub(super) fn reserve(&mut self, algorithm: Algorithm, count: usize) -> Result<(), KeyError> {
        if !is_slow(algorithm) {
            return Ok(());
        }
        let there = self.at_hand.iter().filter(|k| k.algorithm() == algorithm);
        let lacking = count.saturating_sub(there.count());
        if lacking == 0 {
            return Ok(());
        }
        self.lacking.extend(std::iter::repeat_n(algorithm, lacking));
        Err(KeyError::NotAtHand)
    }

    /// A key of the algorithm that nobody else gets.
    pub(super) fn take(&mut self, algorithm: Algorithm) -> Result<Arc<SigningKey>, KeyError> {
        let mut keys = self.at_hand.iter();
        if let Some(at) = keys.position(|key| key.algorithm() == algorithm) {
            let key = self.at_hand.swap_remove(at);
            self.taken.push(Arc::clone(&key));
            return Ok(key);
        }
        self.reserve(algorithm, 1)?;
        Ok(Arc::new(SigningKey::generate(algorithm)?))
    }

    /// Makes what the last edit lacked; answers whether it lacked anything, and is to be tried
    /// again.
    ///
    /// # Errors
    /// [`KeyError::TooMany`] if it lacks more than is made for one change, or if the library fails.
    pub(crate) async fn refill(&mut self) -> Result<bool, KeyError> {
        if self.lacking.is_empty() {
            return Ok(false);
        }
        self.made += self.lacking.len();
        if self.made > MOST {
            return Err(KeyError::TooMany);
        }
        self.at_hand.append(&mut self.taken);
        for algorithm in std::mem::take(&mut self.lacking) {
            self.at_hand.push(Arc::new(generated(algorithm).await?));
        }
        Ok(true)
    }
}

/// RSA keys are made of large primes that are looked for by trial.
fn is_slow(algorithm: Algorithm) -> bool {
    use Algorithm::{Ps256, Ps384, Ps512, Rs256, Rs384, Rs512};
    matches!(algorithm, Rs256 | Rs384 | Rs512 | Ps256 | Ps384 | Ps512)
}

/// A new key, made where others do not wait for the processor.
pub(super) async fn generated(algorithm: Algorithm) -> Result<SigningKey, JoseError> {
    let made = tokio::task::spawn_blocking(move || SigningKey::generate(algorithm));
    // It is never aborted.
    made.await.unwrap_or(Err(JoseError::Crypto))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn quick_keys_are_always_at_hand() {
        let mut stock = Stock::default();
        stock.reserve(Algorithm::Es256, 2).unwrap();
        let (one, other) = (
            stock.take(Algorithm::Es256).unwrap(),
            stock.take(Algorithm::Es256).unwrap(),
        );
        assert_ne!(one.kid(), other.kid());
    }

    #[tokio::test]
    async fn slow_keys_are_made_between_two_tries() {
        let mut stock = Stock::default();
        assert!(!stock.refill().await.unwrap(), "nothing was asked for");
        let rsa = Algorithm::Rs256;
        assert_eq!(stock.reserve(rsa, 2), Err(KeyError::NotAtHand));
        assert!(stock.refill().await.unwrap());
        stock.reserve(rsa, 2).unwrap();
        let (one, other) = (stock.take(rsa).unwrap(), stock.take(rsa).unwrap());
        assert_ne!(one.kid(), other.kid());
        assert!(!stock.refill().await.unwrap(), "it had what it needed");
        assert!(matches!(stock.take(rsa), Err(KeyError::NotAtHand)));
    }

    #[tokio::test]
    async fn each_try_comes_further_and_there_is_an_end() {
        let mut stock = Stock::default();
        let rsa = Algorithm::Rs256;
        for before in 0..MOST {
            for _ in 0..before {
                stock.take(rsa).unwrap();
            }
            assert!(matches!(stock.take(rsa), Err(KeyError::NotAtHand)));
            assert!(stock.refill().await.unwrap());
        }
        for _ in 0..MOST {
            stock.take(rsa).unwrap();
        }
        assert!(matches!(stock.take(rsa), Err(KeyError::NotAtHand)));
        assert!(matches!(stock.refill().await, Err(KeyError::TooMany)));
    }
}
