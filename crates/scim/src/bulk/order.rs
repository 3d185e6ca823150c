//! The order in which the operations of a bulk request run (RFC 7644 §3.7.1, §3.7.2).

use super::{BulkMethod, BulkOperation, BulkRequest, references};
use std::collections::{BTreeSet, HashMap};

/// One step of a bulk request; the numbers are indexes of [`BulkRequest::entries`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Run the operation; all that it refers to ran before it.
    Run(usize),
    /// Run the POST [`without`](super::without) its references to `postponed`: the resources that
    /// refer to each other in a circle can't all come first.
    Create {
        /// The operation.
        operation: usize,
        /// The bulkIds that have no resource yet.
        postponed: BTreeSet<String>,
    },
    /// Give the resource that [`Step::Create`] made its whole data.
    Complete(usize),
}

/// A plan that runs every operation once what it refers to exists, and otherwise in request order:
/// an operation that refers ahead waits, the others don't move.
///
/// A circle of references is broken at its first POST. A reference to a bulkId that no operation has
/// is nobody's to wait for: [`resolve`](super::resolve) refuses it. Entries that are refused already
/// are not in the plan.
pub fn order(request: &BulkRequest) -> Vec<Step> {
    let mut planner = Planner::new(request);
    for index in 0..request.entries.len() {
        planner.run_if_ready(index);
    }
    while let Some(index) = planner.first_of_a_circle() {
        planner.create_partly(index);
    }
    planner.steps
}

struct Planner {
    /// For each operation that has not run, the POSTs it waits for, with their bulkIds.
    waiting: HashMap<usize, HashMap<usize, String>>,
    /// What of a partly created resource is still missing.
    incomplete: HashMap<usize, BTreeSet<usize>>,
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
            incomplete: HashMap::new(),
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
            self.waiting.remove(&index);
            self.steps.push(Step::Run(index));
            self.created(index);
        }
    }

    fn create_partly(&mut self, index: usize) {
        let postponed = self.waiting.remove(&index).unwrap_or_default();
        self.incomplete
            .insert(index, postponed.keys().copied().collect());
        self.steps.push(Step::Create {
            operation: index,
            postponed: postponed.into_values().collect(),
        });
        self.created(index);
    }

    /// The resource of `post` exists: what waited only for it runs, in request order.
    fn created(&mut self, post: usize) {
        let mut queue = BTreeSet::from([post]);
        while let Some(post) = queue.pop_first() {
            for referrer in self.referrers.remove(&post).unwrap_or_default() {
                if let Some(targets) = self.waiting.get_mut(&referrer) {
                    targets.remove(&post);
                    if targets.is_empty() {
                        self.waiting.remove(&referrer);
                        self.steps.push(Step::Run(referrer));
                        queue.insert(referrer);
                    }
                }
                if let Some(missing) = self.incomplete.get_mut(&referrer) {
                    missing.remove(&post);
                    if missing.is_empty() {
                        self.incomplete.remove(&referrer);
                        self.steps.push(Step::Complete(referrer));
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
