//! The order in which the operations of a bulk request run (RFC 7644 §3.7.1, §3.7.2).

use super::{BulkMethod, BulkOperation, BulkRequest, references};
use std::collections::{BTreeSet, HashMap};

/// One step of a bulk request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The operation to run: an index of [`BulkRequest::entries`].
    pub operation: usize,
    /// The bulkIds that it refers to and that have no resource yet, though an operation will make
    /// one: resources that refer to each other in a circle can't all come first.
    pub ahead: BTreeSet<String>,
}

/// A plan that runs every operation once what it refers to exists, and otherwise in request order:
/// an operation that refers ahead waits, the others don't move.
///
/// A circle of references is entered at its first POST (RFC 7644 §3.7.1: it MUST be tried). A
/// reference to a bulkId that no operation has is nobody's to wait for: [`resolve`](super::resolve)
/// refuses it. Entries that are refused already are not in the plan.
pub fn order(request: &BulkRequest) -> Vec<Step> {
    let mut planner = Planner::new(request);
    for index in 0..request.entries.len() {
        planner.run_if_ready(index);
    }
    while let Some(index) = planner.first_of_a_circle() {
        planner.run(index);
    }
    planner.steps
}

struct Planner {
    /// For each operation that has not run, the POSTs it waits for, with their bulkIds.
    waiting: HashMap<usize, HashMap<usize, String>>,
    /// For each POST, the operations that refer to it.
    referrers: HashMap<usize, Vec<usize>>,
    steps: Vec<Step>,
}

impl Planner {
    fn new(request: &BulkRequest) -> Self {
        let operations = |index: usize| {
            request
                .entries
                .get(index)
                .and_then(|e| e.operation.as_ref().ok())
        };
        let is_post = |o: &BulkOperation| o.method == BulkMethod::Post;
        let posts: HashMap<&str, usize> = (0..request.entries.len())
            .filter(|index| operations(*index).is_some_and(is_post))
            .filter_map(|index| Some((request.entries.get(index)?.bulk_id.as_deref()?, index)))
            .collect();
        let mut planner = Self {
            waiting: HashMap::new(),
            referrers: HashMap::new(),
            steps: Vec::new(),
        };
        for index in 0..request.entries.len() {
            let Some(operation) = operations(index) else {
                continue;
            };
            let targets: HashMap<usize, String> = references(operation)
                .into_iter()
                .filter_map(|id| posts.get(id).map(|post| (*post, id.to_owned())))
                .collect();
            for post in targets.keys() {
                planner.referrers.entry(*post).or_default().push(index);
            }
            planner.waiting.insert(index, targets);
        }
        planner
    }

    fn run_if_ready(&mut self, index: usize) {
        if self.waiting.get(&index).is_some_and(HashMap::is_empty) {
            self.run(index);
        }
    }

    fn run(&mut self, index: usize) {
        self.push(index);
        self.created(index);
    }

    /// Whatever the operation waits for still, it refers ahead to.
    fn push(&mut self, operation: usize) {
        let ahead = self.waiting.remove(&operation).unwrap_or_default();
        let ahead = ahead.into_values().collect();
        self.steps.push(Step { operation, ahead });
    }

    /// The resource of `post` exists: what waited only for it runs, in request order.
    fn created(&mut self, post: usize) {
        let mut queue = BTreeSet::from([post]);
        while let Some(post) = queue.pop_first() {
            for referrer in self.referrers.remove(&post).unwrap_or_default() {
                if let Some(targets) = self.waiting.get_mut(&referrer) {
                    targets.remove(&post);
                    if targets.is_empty() {
                        self.push(referrer);
                        queue.insert(referrer);
                    }
                }
            }
        }
    }

    /// The lowest-numbered POST of some circle among the operations that wait.
    ///
    /// Whoever waits then waits, at last, for a circle: following what is waited for finds it.
    fn first_of_a_circle(&self) -> Option<usize> {
        let mut at = *self.waiting.keys().min()?;
        let mut seen = Vec::new();
        while !seen.contains(&at) {
            seen.push(at);
            at = *self.waiting.get(&at)?.keys().min()?;
        }
        let start = seen.iter().position(|index| *index == at)?;
        seen.get(start..)?.iter().min().copied()
    }
}
