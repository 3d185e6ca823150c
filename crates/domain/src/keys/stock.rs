//! Keys at hand before the edit that needs them.

use super::KeyError;
use jose::{Algorithm, JoseError, SigningKey};

/// Keys of slow algorithms, made while nobody waits for the writer's lock.
///
/// An edit [takes](Self::take) what it needs. If that is not at hand the edit is refused with
/// [`KeyError::NotAtHand`], nothing has changed, and it is tried again after
/// [`refill`](Self::refill).
#[derive(Default)]
pub(crate) struct Stock {
    at_hand: Vec<SigningKey>,
    /// What was asked for since the last refill.
    asked: Vec<Algorithm>,
    short: bool,
}

impl Stock {
    /// Says that so many keys will be taken.
    pub(super) fn reserve(&mut self, algorithm: Algorithm, count: usize) -> Result<(), KeyError> {
        if !is_slow(algorithm) {
            return Ok(());
        }
        self.asked.extend(std::iter::repeat_n(algorithm, count));
        let there = self.at_hand.iter().filter(|k| k.algorithm() == algorithm);
        if there.count() >= count {
            return Ok(());
        }
        self.short = true;
        Err(KeyError::NotAtHand)
    }

    /// A key of the algorithm that nobody else gets.
    pub(super) fn take(&mut self, algorithm: Algorithm) -> Result<SigningKey, KeyError> {
        let mut keys = self.at_hand.iter();
        if let Some(at) = keys.position(|key| key.algorithm() == algorithm) {
            return Ok(self.at_hand.swap_remove(at));
        }
        self.reserve(algorithm, 1)?;
        Ok(SigningKey::generate(algorithm)?)
    }

    /// Makes what the last edit lacked; answers whether it lacked anything, and is to be tried
    /// again.
    ///
    /// # Errors
    /// If the library fails.
    pub(crate) async fn refill(&mut self) -> Result<bool, JoseError> {
        if !std::mem::take(&mut self.short) {
            return Ok(false);
        }
        for algorithm in std::mem::take(&mut self.asked) {
            self.at_hand.push(generated(algorithm).await?);
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
}
