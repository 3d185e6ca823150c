//! Random filters, most about what the caller may search.

use crate::{
    rng::Rng,
    values::{WORDS, one},
};
use scim::{AttributeSet, AttributeType, Node, Part, ResourceSchema};
use serde_json::{Value, json};

/// A name that no schema has.
pub const NOTHING: &str = "noSuchAttribute";

/// Draws filters and orders for one type.
pub struct Filters<'a> {
    pub schema: &'a ResourceSchema,
    /// What the caller may search.
    pub search: &'a AttributeSet,
    /// What a filter may ask for besides the vocabulary.
    pub literals: &'a [String],
}

impl Filters<'_> {
    pub fn draw(&self, rng: &mut Rng) -> String {
        self.level(rng, 0)
    }

    fn level(&self, rng: &mut Rng, depth: usize) -> String {
        if depth < 2 && rng.chance(25) {
            let (a, b) = (self.level(rng, depth + 1), self.level(rng, depth + 1));
            return match rng.below(3) {
                0 => format!("({a}) and ({b})"),
                1 => format!("({a}) or ({b})"),
                _ => format!("not ({a})"),
            };
        }
        self.term(rng)
    }

    fn term(&self, rng: &mut Rng) -> String {
        let node = self.node(rng);
        let Some(node) = node else {
            return format!("{NOTHING} pr");
        };
        let list = node
            .parent
            .map(|p| self.schema.node(p))
            .filter(|p| p.is_list());
        if let Some(list) = list.filter(|_| rng.chance(40)) {
            let children: Vec<&Node> = self
                .schema
                .children(list.id)
                .filter(|n| self.search.contains(n.id) || rng.chance(10))
                .collect();
            let one = self.compare(node, node.key(), rng);
            return match rng.maybe(&children).filter(|_| rng.chance(50)) {
                Some(other) => {
                    let (word, two) = (
                        *rng.pick(&["and", "or"]),
                        self.compare(other, other.key(), rng),
                    );
                    format!("{}[{one} {word} {two}]", list.path)
                }
                None if rng.chance(20) => format!("{}[not ({one})]", list.path),
                None => format!("{}[{one}]", list.path),
            };
        }
        let path = match rng.below(10) {
            0 => node.path.to_ascii_uppercase(),
            1 if node.part == Part::Core => format!("{}:{}", self.schema.base_urn(), node.path),
            _ => node.path.clone(),
        };
        self.compare(node, &path, rng)
    }

    /// A leaf to compare: most often one that the caller may search, else any.
    pub fn node(&self, rng: &mut Rng) -> Option<&Node> {
        if rng.chance(3) {
            return None;
        }
        let within = |node: &&Node| node.is_leaf() && self.search.contains(node.id);
        let wanted: Vec<&Node> = self
            .schema
            .nodes()
            .iter()
            .filter(|n| within(n) && n.part != Part::Common)
            .collect();
        if rng.chance(8) {
            let common = [
                "id",
                "meta.created",
                "meta.lastModified",
                "externalId",
                "meta.version",
            ];
            let path: &str = common[rng.below(common.len())];
            return self.schema.lookup(path);
        }
        if rng.chance(14) || wanted.is_empty() {
            let all: Vec<&Node> = self.schema.nodes().iter().filter(|n| n.is_leaf()).collect();
            return Some(*rng.pick(&all));
        }
        Some(*rng.pick(&wanted))
    }

    fn compare(&self, node: &Node, path: &str, rng: &mut Rng) -> String {
        let ops: &[&str] = match node.attribute.kind {
            AttributeType::Boolean | AttributeType::Binary => &["eq", "ne"],
            AttributeType::String | AttributeType::Reference => {
                &["eq", "ne", "co", "sw", "ew", "gt", "le"]
            }
            _ => &["eq", "ne", "gt", "ge", "lt", "le"],
        };
        if rng.chance(20) {
            return format!("{path} pr");
        }
        let op = *rng.pick(ops);
        let literal = match rng.below(12) {
            0 if op == "eq" || op == "ne" => Value::Null,
            1..4 => rng.maybe(self.literals).map_or(json!("x"), |l| json!(l)),
            _ if ["co", "sw", "ew"].contains(&op) => {
                let word = *rng.pick(&WORDS);
                json!(word.chars().take(1 + rng.below(3)).collect::<String>())
            }
            _ => one(node, rng),
        };
        let fits = literal.is_null() || literal.is_string() == one(node, rng).is_string();
        let literal = if fits { literal } else { one(node, rng) };
        format!("{path} {op} {literal}")
    }
}
