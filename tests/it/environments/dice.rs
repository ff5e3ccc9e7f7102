//! Decisions that are recorded, so that what fails can be made again and made smaller: zero is always the plainest choice,
//! and fewer or lower decisions make a plainer environment.

use std::time::{Duration, Instant};

use crate::random::Random;

/// A sequence of decisions: thrown from a seed, or played again.
pub(super) struct Dice {
    random: Option<Random>,
    taken: Vec<u64>,
    next: usize,
}

impl Dice {
    pub(super) fn thrown(seed: u64) -> Self {
        Dice { random: Some(Random(seed)), taken: Vec::new(), next: 0 }
    }

    /// The same decisions again; behind their end every decision is the plainest.
    pub(super) fn played(taken: Vec<u64>) -> Self {
        Dice { random: None, taken, next: 0 }
    }

    pub(super) fn below(&mut self, bound: u64) -> u64 {
        if let Some(random) = &mut self.random {
            self.taken.push(random.below(bound));
        }
        let taken = self.taken.get(self.next).copied().unwrap_or(0);
        self.next += 1;
        taken.min(bound - 1)
    }

    /// Both included.
    pub(super) fn between(&mut self, first: u64, last: u64) -> u64 {
        first + self.below(last - first + 1)
    }

    /// Whether something that is left out most of the time is there: once in `bound` times.
    pub(super) fn once_in(&mut self, bound: u64) -> bool {
        self.below(bound) == bound - 1
    }

    pub(super) fn chance(&mut self) -> bool {
        self.once_in(2)
    }

    pub(super) fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap()]
    }

    pub(super) fn decisions(self) -> Vec<u64> {
        self.taken
    }
}

/// How long a failure is made smaller at most.
const PATIENCE: Duration = Duration::from_secs(30);

/// The plainest decisions that still fail: pieces are left out, then single ones are lowered, as long as either helps.
pub(super) fn shrunk(mut taken: Vec<u64>, fails: impl Fn(Vec<u64>) -> bool) -> Vec<u64> {
    let started = Instant::now();
    let attempt = |candidate: &[u64]| started.elapsed() < PATIENCE && fails(candidate.to_vec());
    let mut size = taken.len();
    while size > 0 {
        let mut at = 0;
        while at + size <= taken.len() {
            let candidate = [&taken[..at], &taken[at + size..]].concat();
            if attempt(&candidate) { taken = candidate } else { at += size }
        }
        size /= 2;
    }
    for at in 0..taken.len() {
        for lower in [0, taken[at] / 2, taken[at].saturating_sub(1)] {
            let mut candidate = taken.clone();
            candidate[at] = lower;
            if lower < taken[at] && attempt(&candidate) {
                taken = candidate;
            }
        }
    }
    taken
}

#[test]
fn decisions_are_played_again_and_shrink() {
    let mut dice = Dice::thrown(7);
    let thrown: Vec<u64> = (0..50).map(|_| dice.below(100)).collect();
    let taken = dice.decisions();
    let mut again = Dice::played(taken.clone());
    assert_eq!(thrown, (0..50).map(|_| again.below(100)).collect::<Vec<_>>());
    assert_eq!(again.below(9), 0);
    // Two decisions of 60 at least are the failure; nothing else is left of it.
    let fails = |taken: Vec<u64>| taken.iter().filter(|decision| **decision >= 60).count() >= 2;
    assert_eq!(shrunk(taken, fails).len(), 2);
}
