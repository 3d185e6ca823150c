//! Uniform choices out of random bytes that are handed over in blocks.

use zeroize::Zeroizing;

/// Draws numbers from blocks of random bytes.
pub(crate) struct Draw<F> {
    block: Zeroizing<[u8; 32]>,
    used: usize,
    next_block: F,
}

impl<E, F: FnMut() -> Result<[u8; 32], E>> Draw<F> {
    pub(crate) fn new(next_block: F) -> Self {
        Self {
            block: Zeroizing::new([0; 32]),
            used: 32,
            next_block,
        }
    }

    fn byte(&mut self) -> Result<u8, E> {
        if self.used >= self.block.len() {
            *self.block = (self.next_block)()?;
            self.used = 0;
        }
        let byte = self.block.get(self.used).copied().unwrap_or_default();
        self.used += 1;
        Ok(byte)
    }

    /// A number below `end`, each as likely as the others; 0 if `end` is 0. `end` is at most 256.
    pub(crate) fn below(&mut self, end: usize) -> Result<usize, E> {
        if end <= 1 {
            return Ok(0);
        }
        // Bytes in the incomplete last stretch would favour small numbers.
        let fair = 256 - 256 % end;
        loop {
            let byte = usize::from(self.byte()?);
            if byte < fair {
                return Ok(byte % end);
            }
        }
    }

    /// One of `from`, each as likely as the others.
    pub(crate) fn one_of<T: Copy>(&mut self, from: &[T]) -> Result<Option<T>, E> {
        Ok(from.get(self.below(from.len())?).copied())
    }

    /// Puts `items` into an order, each as likely as the others (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) -> Result<(), E> {
        for end in (1..items.len()).rev() {
            let other = self.below(end + 1)?;
            items.swap(end, other);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use std::convert::Infallible;

    /// Every byte once, in blocks of 32, over and over.
    fn every_byte() -> impl FnMut() -> Result<[u8; 32], Infallible> {
        let mut next = 0_u8;
        move || {
            Ok(std::array::from_fn(|_| {
                let byte = next;
                next = next.wrapping_add(1);
                byte
            }))
        }
    }

    #[test]
    fn every_number_is_as_likely_as_the_others() {
        for end in [2_usize, 3, 10, 54, 100, 256] {
            let mut draw = Draw::new(every_byte());
            let mut seen = vec![0_u32; end];
            for _ in 0..(256 - 256 % end) {
                seen[draw.below(end).unwrap()] += 1;
            }
            let first = seen[0];
            assert!(seen.iter().all(|times| *times == first), "{end}: {seen:?}");
        }
    }

    #[test]
    fn nothing_to_choose_from_draws_nothing() {
        let mut draw = Draw::new(|| Err("no randomness"));
        assert_eq!(draw.below(0), Ok(0));
        assert_eq!(draw.below(1), Ok(0));
        assert_eq!(draw.one_of::<char>(&[]), Ok(None));
        assert_eq!(draw.below(2), Err("no randomness"));
    }

    #[test]
    fn shuffling_keeps_what_is_there() {
        let mut items: Vec<usize> = (0..40).collect();
        Draw::new(every_byte()).shuffle(&mut items).unwrap();
        assert_ne!(items, (0..40).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..40).collect::<Vec<_>>());
    }
}
