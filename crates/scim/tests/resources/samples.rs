//! Random PATCH operations, kept in parts so that a model can read them without a parser.

use super::fixture::EXTENSION;
use proptest::{collection::vec, prelude::*, sample::Index};
use scim::{AttributeSet, Node, ResourceSchema, patch::Op};
use serde_json::{Map, Value, json};

/// One operation.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub(crate) op: Op,
    /// Member names that lead to the attribute.
    pub(crate) keys: Vec<String>,
    pub(crate) filter: Option<Test>,
    /// The sub-attribute of a list's elements.
    pub(crate) sub: Option<String>,
    pub(crate) value: Value,
    pathless: bool,
}

/// `sub eq literal`, `not (sub eq literal)`, or `sub pr` without a literal.
#[derive(Debug, Clone)]
pub(crate) struct Test {
    pub(crate) sub: String,
    pub(crate) literal: Option<Value>,
    pub(crate) negated: bool,
}

/// What chance decides of an operation.
type Dice = (u8, Index, u8, Index, Index, bool);

pub(crate) fn dice() -> impl Strategy<Value = Vec<Dice>> {
    let one = (
        0u8..3,
        any::<Index>(),
        0u8..8,
        any::<Index>(),
        any::<Index>(),
        any::<bool>(),
    );
    vec(one, 1..4)
}

impl Sample {
    /// An operation on one of `targets`, with values from `source`; filters test visible sub-attributes
    /// and mostly values that `current` has.
    pub(crate) fn roll(
        schema: &ResourceSchema,
        targets: &[&Node],
        visible: &AttributeSet,
        (current, source): (&Map<String, Value>, &Map<String, Value>),
        (op, target, form, sub, element, flag): Dice,
    ) -> Self {
        let node = *target.get(targets);
        let keys = keys(schema, node);
        let mut sample = Self {
            op: [Op::Add, Op::Replace, Op::Remove][usize::from(op)],
            value: lookup(source, &keys)
                .cloned()
                .unwrap_or_else(|| plain(node)),
            keys,
            filter: None,
            sub: None,
            pathless: flag && form == 0 && op != 2,
        };
        let testable: Vec<&Node> = schema
            .children(node.id)
            .filter(|c| visible.contains(c.id) && scim::index::is_filterable(schema, c))
            .collect();
        if node.is_list() && form >= 3 && !testable.is_empty() {
            let tested = sub.get(&testable);
            let elements = |from: &Map<String, Value>| {
                lookup(from, &sample.keys)
                    .and_then(Value::as_array)
                    .cloned()
            };
            let elements = elements(current).or(elements(source)).unwrap_or_default();
            let literal = elements
                .get(element.index(elements.len().max(1)))
                .and_then(|e| e.get(tested.key()));
            sample.filter = Some(Test {
                sub: tested.key().to_owned(),
                literal: literal.cloned().filter(|_| form != 7),
                negated: form == 6,
            });
        }
        let subs: Vec<&Node> = schema
            .children(node.id)
            .filter(|c| !schema.is_read_only(c.id))
            .collect();
        if node.is_list() && (form == 2 || form == 4 || form == 6) {
            let sub = element.get(&subs);
            let values = sample.value.as_array().cloned().unwrap_or_default();
            sample.value = values
                .iter()
                .find_map(|v| v.get(sub.key()))
                .cloned()
                .unwrap_or_else(|| plain(sub));
            sample.sub = Some(sub.key().to_owned());
        } else if sample.filter.is_some() {
            sample.value = sample.value.get(0).cloned().unwrap_or(sample.value);
        }
        sample
    }

    pub(crate) fn json(&self) -> Value {
        let mut path = match self.keys.as_slice() {
            [urn, rest @ ..] if urn == EXTENSION && !rest.is_empty() => {
                format!("{urn}:{}", rest.join("."))
            }
            keys => keys.join("."),
        };
        if let Some(test) = &self.filter {
            let sub = &test.sub;
            path += &match &test.literal {
                None => format!("[{sub} pr]"),
                Some(literal) if test.negated => format!("[not ({sub} eq {literal})]"),
                Some(literal) => format!("[{sub} eq {literal}]"),
            };
        }
        if let Some(sub) = &self.sub {
            path = format!("{path}.{sub}");
        }
        match self.op {
            Op::Remove => json!({ "op": "remove", "path": path }),
            op if self.pathless => json!({ "op": name(op), "value": { path: self.value } }),
            op => json!({ "op": name(op), "path": path, "value": self.value }),
        }
    }
}

fn name(op: Op) -> &'static str {
    if op == Op::Add { "Add" } else { "replace" }
}

fn plain(node: &Node) -> Value {
    match (node.is_list(), node.is_leaf(), node.attribute.multi_valued) {
        (true, _, _) => json!([{"value": "Ada", "type": "work"}]),
        (_, false, _) => json!({}),
        (_, _, true) => json!(["Ada"]),
        _ if node.key() == "primary" => json!(true),
        _ if node.key() == "size" => json!(1),
        _ => json!("Ada"),
    }
}

pub(crate) fn keys(schema: &ResourceSchema, node: &Node) -> Vec<String> {
    let mut keys = node
        .parent
        .map_or_else(Vec::new, |parent| keys(schema, schema.node(parent)));
    keys.push(node.key().to_owned());
    keys
}

pub(crate) fn lookup<'v>(resource: &'v Map<String, Value>, keys: &[String]) -> Option<&'v Value> {
    let (first, rest) = keys.split_first()?;
    rest.iter()
        .try_fold(resource.get(first)?, |value, key| value.get(key))
}
