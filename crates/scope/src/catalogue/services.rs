//! Services by URL: a tree of path segments (product §6.4).

use super::{CompileError, ServiceEntry};
use crate::{
    id::ServiceId,
    path::{CanonicalPath, Segment, normal_segment},
};
use std::{collections::HashMap, ops::ControlFlow};

/// What every service URL begins with, if the realm sets nothing else.
pub(super) const DEFAULT_PREFIX: &str = "/integration";

/// The services of a realm, found by method and path.
#[derive(Debug)]
pub(crate) struct ServiceTable {
    entries: Vec<ServiceEntry>,
    by_id: HashMap<ServiceId, u32>,
    /// The first is the root.
    nodes: Vec<Node>,
}

/// What may follow some beginning of a path.
#[derive(Debug, Default)]
struct Node {
    literals: HashMap<String, usize>,
    variable: Option<usize>,
    /// Services whose URL ends here.
    here: Vec<u32>,
    /// Services whose URL goes on with `/*`.
    below: Vec<u32>,
}

impl ServiceTable {
    pub(crate) fn compile(
        entries: Vec<ServiceEntry>,
        prefix: &str,
        errors: &mut Vec<CompileError>,
    ) -> Self {
        let mut table = Self {
            entries: Vec::new(),
            by_id: HashMap::new(),
            nodes: vec![Node::default()],
        };
        let mut names = std::collections::HashSet::new();
        for (index, entry) in (0_u32..).zip(entries) {
            check(&entry, prefix, errors);
            if !names.insert(entry.name.to_ascii_lowercase()) {
                errors.push(CompileError::DuplicateServiceName(entry.name.clone()));
            }
            if table.by_id.insert(entry.id, index).is_some() {
                errors.push(CompileError::DuplicateService(entry.id));
            }
            table.insert(index, &entry);
            table.entries.push(entry);
        }
        table
    }

    pub(crate) fn index(&self, id: ServiceId) -> Option<u32> {
        self.by_id.get(&id).copied()
    }

    pub(crate) fn get(&self, index: u32) -> Option<&ServiceEntry> {
        self.entries.get(usize::try_from(index).ok()?)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &ServiceEntry> {
        self.entries.iter()
    }

    /// Calls `found` with every service that has the URL and takes the method, the most specific
    /// first (a literal segment before a variable, a variable before `/*`), until it breaks.
    pub(crate) fn matching(
        &self,
        method: &str,
        path: CanonicalPath<'_>,
        mut found: impl FnMut(u32, &ServiceEntry) -> ControlFlow<()>,
    ) {
        let mut takes = |index: u32| match self.get(index) {
            Some(entry) if takes_method(entry, method) => found(index, entry),
            _ => ControlFlow::Continue(()),
        };
        // The recursion is as deep as the longest pattern: at most `MAX_PATTERN_SEGMENTS`.
        let _ = self.visit(0, Some(path.segments()), &mut takes);
    }

    fn visit(
        &self,
        node: usize,
        rest: Option<&str>,
        found: &mut dyn FnMut(u32) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let Some(node) = self.nodes.get(node) else {
            return ControlFlow::Continue(());
        };
        let Some(rest) = rest else {
            return node.here.iter().try_for_each(|index| found(*index));
        };
        let (segment, rest) = match rest.split_once('/') {
            Some((segment, rest)) => (segment, Some(rest)),
            None => (rest, None),
        };
        if let Some(next) = node.literals.get(normal_segment(segment).as_ref()) {
            self.visit(*next, rest, found)?;
        }
        if let Some(next) = node.variable.filter(|_| !segment.is_empty()) {
            self.visit(next, rest, found)?;
        }
        node.below.iter().try_for_each(|index| found(*index))
    }

    fn insert(&mut self, index: u32, entry: &ServiceEntry) {
        let mut at = 0;
        for segment in &entry.url.segments {
            at = self.child(at, segment);
        }
        if let Some(node) = self.nodes.get_mut(at) {
            let list = if entry.url.open {
                &mut node.below
            } else {
                &mut node.here
            };
            list.push(index);
        }
    }

    fn child(&mut self, parent: usize, segment: &Segment) -> usize {
        let new = self.nodes.len();
        let Some(node) = self.nodes.get_mut(parent) else {
            return parent;
        };
        let child = match segment {
            Segment::Literal(text) => *node.literals.entry(text.clone()).or_insert(new),
            Segment::Variable => *node.variable.get_or_insert(new),
        };
        if child == new {
            self.nodes.push(Node::default());
        }
        child
    }
}

fn takes_method(entry: &ServiceEntry, method: &str) -> bool {
    entry.methods.is_empty() || entry.methods.iter().any(|m| m == method)
}

fn check(entry: &ServiceEntry, prefix: &str, errors: &mut Vec<CompileError>) {
    if !entry.url.is_below(prefix) {
        let (service, prefix) = (entry.name.clone(), prefix.to_owned());
        errors.push(CompileError::ServicePrefix { service, prefix });
    }
    // `token` of RFC 9110 §5.6.2.
    let is_token = |m: &str| {
        !m.is_empty()
            && m.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
    };
    if let Some(method) = entry.methods.iter().find(|m| !is_token(m)) {
        let (service, method) = (entry.name.clone(), method.clone());
        errors.push(CompileError::ServiceMethod { service, method });
    }
}
