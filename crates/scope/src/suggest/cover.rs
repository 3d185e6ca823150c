//! Smallest covers: the fewest candidates that together meet every need.

use oauth::ScopeToken;

/// Covers of at most this many are searched for exhaustively; larger ones are built greedily.
const EXACT: usize = 4;
/// Most partial covers looked at before the search settles for the best so far.
const BUDGET: usize = 20_000;
/// Most candidates that the search distinguishes.
const MAX_CANDIDATES: usize = 512;

/// A set of needs, 64 to a word.
pub(super) type Bits = Vec<u64>;

/// What a scope costs where others would do as well: the less, the better.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cost {
    /// 1 if the client would have to be assigned it first.
    pub(super) unassigned: usize,
    /// Rights beyond what is needed.
    pub(super) extra: usize,
    /// Its name.
    pub(super) name: ScopeToken,
}

/// A scope that meets some needs.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    /// The needs.
    pub(super) covers: Bits,
    /// What it costs.
    pub(super) cost: Cost,
}

pub(super) fn bits(flags: impl ExactSizeIterator<Item = bool>) -> Bits {
    let mut words = vec![0; flags.len().div_ceil(64)];
    for (index, flag) in flags.enumerate() {
        if let Some(word) = words.get_mut(index / 64).filter(|_| flag) {
            *word |= 1 << (index % 64);
        }
    }
    words
}

pub(super) fn count(bits: &Bits) -> usize {
    bits.iter().map(|word| word.count_ones() as usize).sum()
}

fn contains(bits: &Bits, index: usize) -> bool {
    bits.get(index / 64)
        .is_some_and(|word| word & (1 << (index % 64)) != 0)
}

fn union(a: &Bits, b: &Bits) -> Bits {
    a.iter().zip(b).map(|(a, b)| a | b).collect()
}

fn is_subset(a: &Bits, b: &Bits) -> bool {
    a.iter().zip(b).all(|(a, b)| a & !b == 0)
}

/// The smallest, then cheapest, candidates that together meet needs `0..needs`; none if all of them
/// together don't, or nothing is needed.
pub(super) fn smallest_cover(needs: usize, candidates: Vec<Candidate>) -> Option<Vec<Candidate>> {
    let everything = bits(std::iter::repeat_n(true, needs));
    let nothing = bits(std::iter::repeat_n(false, needs));
    let together = candidates
        .iter()
        .fold(nothing.clone(), |all, c| union(&all, &c.covers));
    if needs == 0 || together != everything {
        return None;
    }
    let useful = undominated(candidates, &everything);
    let mut search = Search {
        needs,
        useful: &useful,
        best: None,
        budget: BUDGET,
    };
    for size in 1..=EXACT {
        search.extend(size, &mut Vec::new(), &nothing);
        if search.best.is_some() {
            break;
        }
    }
    Some(
        search
            .best
            .map_or_else(|| greedy(&useful, nothing), |(_, best)| best),
    )
}

/// Leaves out every candidate that another one replaces at no higher cost: no smallest cover gets
/// worse by the exchange.
fn undominated(mut candidates: Vec<Candidate>, everything: &Bits) -> Vec<Candidate> {
    candidates.sort_by(|a, b| (count(&b.covers), &a.cost).cmp(&(count(&a.covers), &b.cost)));
    let mut kept: Vec<Candidate> = Vec::new();
    let mut covered: Bits = vec![0; everything.len()];
    for candidate in candidates {
        let replaced = kept
            .iter()
            .any(|k| is_subset(&candidate.covers, &k.covers) && k.cost <= candidate.cost);
        // Past the bound only what meets a need that nothing met yet is kept, so that a cover exists.
        let crowded = kept.len() >= MAX_CANDIDATES && is_subset(&candidate.covers, &covered);
        if !replaced && !crowded {
            covered = union(&covered, &candidate.covers);
            kept.push(candidate);
        }
    }
    kept
}

/// What a cover costs as a whole: unassigned scopes, extra rights, names in order.
type Total<'a> = (usize, usize, Vec<&'a ScopeToken>);

struct Search<'a> {
    needs: usize,
    useful: &'a [Candidate],
    best: Option<(Total<'a>, Vec<Candidate>)>,
    budget: usize,
}

impl<'a> Search<'a> {
    /// Tries every way to meet the remaining needs with `left` more candidates.
    fn extend(&mut self, left: usize, chosen: &mut Vec<&'a Candidate>, covered: &Bits) {
        let Some(need) = (0..self.needs).find(|need| !contains(covered, *need)) else {
            let total = total(chosen);
            if self.best.as_ref().is_none_or(|(best, _)| total < *best) {
                self.best = Some((total, chosen.iter().copied().cloned().collect()));
            }
            return;
        };
        if left == 0 {
            return;
        }
        // Some member of the cover meets this need: branching on it alone misses none.
        for candidate in self.useful.iter().filter(|c| contains(&c.covers, need)) {
            if self.budget == 0 {
                return;
            }
            self.budget -= 1;
            chosen.push(candidate);
            self.extend(left - 1, chosen, &union(covered, &candidate.covers));
            chosen.pop();
        }
    }
}

fn total<'a>(chosen: &[&'a Candidate]) -> Total<'a> {
    let mut names: Vec<_> = chosen.iter().map(|c| &c.cost.name).collect();
    names.sort_unstable();
    let unassigned = chosen.iter().map(|c| c.cost.unassigned).sum();
    (unassigned, chosen.iter().map(|c| c.cost.extra).sum(), names)
}

/// Takes what meets the most unmet needs until none is left.
fn greedy(useful: &[Candidate], mut covered: Bits) -> Vec<Candidate> {
    let mut chosen = Vec::new();
    loop {
        let gain = |c: &Candidate| count(&union(&covered, &c.covers)) - count(&covered);
        let next = useful
            .iter()
            .max_by(|a, b| gain(a).cmp(&gain(b)).then_with(|| b.cost.cmp(&a.cost)));
        let Some(next) = next.filter(|c| gain(c) > 0) else {
            return chosen;
        };
        covered = union(&covered, &next.covers);
        chosen.push(next.clone());
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use proptest::prelude::*;

    fn candidate(name: usize, covers: &[bool], unassigned: bool, extra: usize) -> Candidate {
        let name = format!("s{name}").parse().unwrap();
        let cost = Cost {
            unassigned: unassigned.into(),
            extra,
            name,
        };
        Candidate {
            covers: bits(covers.iter().copied()),
            cost,
        }
    }

    /// Every subset, the plain way.
    fn brute_force(needs: usize, candidates: &[Candidate]) -> Option<Vec<ScopeToken>> {
        let mut best: Option<(usize, Total<'_>)> = None;
        for subset in 1_u32..1 << candidates.len() {
            let chosen: Vec<_> = (0..candidates.len())
                .filter(|i| subset & (1 << i) != 0)
                .map(|i| &candidates[i])
                .collect();
            if (0..needs).all(|need| chosen.iter().any(|c| contains(&c.covers, need))) {
                let cost = (chosen.len(), total(&chosen));
                if best.as_ref().is_none_or(|b| cost < *b) {
                    best = Some(cost);
                }
            }
        }
        best.map(|(_, (_, _, names))| names.into_iter().cloned().collect())
    }

    proptest! {
        #[test]
        fn it_is_the_smallest_and_then_the_cheapest(
            table in proptest::collection::vec(
                (proptest::collection::vec(any::<bool>(), 6), any::<bool>(), 0_usize..4), 0..9),
        ) {
            let candidates: Vec<_> = table.iter().enumerate()
                .map(|(i, (covers, unassigned, extra))| candidate(i, covers, *unassigned, *extra))
                .collect();
            let expected = brute_force(6, &candidates);
            let found = smallest_cover(6, candidates).map(|cover| {
                let mut names: Vec<_> = cover.into_iter().map(|c| c.cost.name).collect();
                names.sort_unstable();
                names
            });
            match (found, expected) {
                (Some(found), Some(expected)) if expected.len() <= EXACT => {
                    prop_assert_eq!(found, expected);
                }
                (found, expected) => prop_assert_eq!(found.is_some(), expected.is_some()),
            }
        }
    }

    #[test]
    fn nothing_needed_or_unmeetable_is_no_cover() {
        assert!(smallest_cover(0, vec![]).is_none());
        assert!(smallest_cover(2, vec![candidate(1, &[true, false], false, 0)]).is_none());
    }

    #[test]
    fn a_candidate_is_left_out_where_another_does_as_well_for_no_more() {
        let wide = candidate(1, &[true, true, false], false, 1);
        let narrow_and_dear = candidate(2, &[true, false, false], false, 2);
        let narrow_and_cheap = candidate(3, &[false, true, false], false, 0);
        let everything = bits([true, true, false].into_iter());
        let kept = undominated(vec![narrow_and_cheap, narrow_and_dear, wide], &everything);
        let names: Vec<_> = kept.iter().map(|c| c.cost.name.as_str()).collect();
        assert_eq!(names, ["s1", "s3"]);
    }

    #[test]
    fn what_others_meet_already_may_still_be_cheaper() {
        let candidates = vec![
            candidate(1, &[true, true, false], false, 5),
            candidate(2, &[false, true, true], false, 5),
            candidate(3, &[true, false, false], false, 0),
        ];
        let cover = smallest_cover(3, candidates).unwrap();
        let names: Vec<_> = cover.iter().map(|c| c.cost.name.as_str()).collect();
        assert_eq!(names, ["s3", "s2"]);
    }

    /// Each need has a hundred candidates, and no four meet them all: to try every four would take minutes.
    #[test]
    fn a_search_that_leads_nowhere_is_cut_short() {
        let strides = [1, 7, 11, 13, 17, 19, 23, 29];
        let spread = |i: usize| {
            let mut covers = [false; 60];
            for step in 0..14 {
                covers[(i + step * strides[i / 60]) % 60] = true;
            }
            candidate(i, &covers, false, 0)
        };
        let cover = smallest_cover(60, (0..480).map(spread).collect()).unwrap();
        let met = cover.iter().fold(bits([false; 60].into_iter()), |met, c| {
            union(&met, &c.covers)
        });
        assert_eq!(count(&met), 60);
        assert!((5..=10).contains(&cover.len()), "{}", cover.len());
    }

    /// More than `EXACT` are needed, and more candidates exist than are told apart.
    #[test]
    fn a_large_cover_is_found_greedily_and_covers() {
        let single = |i: usize| {
            let covers: Vec<bool> = (0..600).map(|n| n == i).collect();
            candidate(i, &covers, false, 0)
        };
        let cover = smallest_cover(600, (0..600).map(single).collect()).unwrap();
        assert_eq!(cover.len(), 600);
    }
}
