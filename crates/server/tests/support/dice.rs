//! Choices that are the same in every run.

use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{RngAlgorithm, TestRng, TestRunner},
};

/// A source of choices.
pub struct Dice(TestRunner);

impl Dice {
    /// Other choices for each seed.
    pub fn new(seed: u8) -> Self {
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
        Self(TestRunner::new_with_rng(Default::default(), rng))
    }

    /// A number below another.
    pub fn below(&mut self, bound: usize) -> usize {
        (0..bound).new_tree(&mut self.0).unwrap().current()
    }

    /// One of these.
    pub fn one<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.below(of.len())]
    }
}
