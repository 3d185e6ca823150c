//! Random values of attributes, from one small vocabulary, so that filters match some resources and
//! not others; and whole resources made of them.

use crate::rng::Rng;
use scim::{AttributeSet, AttributeType, Node, Part, ResourceSchema, Uniqueness};
use serde_json::{Map, Value, json};

pub const WORDS: [&str; 10] = [
    "Ada", "ada", "Bob", "work", "home", "Zoë", "10%_off", "O'Brien", "Guide", "a",
];

/// A value of a leaf, or one element of it if it is multi-valued.
pub fn one(node: &Node, rng: &mut Rng) -> Value {
    match node.attribute.kind {
        AttributeType::Boolean => json!(rng.chance(50)),
        AttributeType::Integer => json!(rng.below(4)),
        AttributeType::Decimal => json!(rng.below(6) as f64 / 2.0),
        AttributeType::DateTime => {
            json!(format!("2026-0{}-01T00:00:00Z", 1 + rng.below(4)))
        }
        AttributeType::Binary => json!(*rng.pick(&["AAEC", "AAED", "Zm9v"])),
        AttributeType::Reference => {
            json!(format!("https://example.com/{}", rng.below(3)))
        }
        _ => match rng.maybe(&node.attribute.canonical_values) {
            Some(word) if rng.chance(70) => json!(word),
            _ => json!(*rng.pick(&WORDS)),
        },
    }
}

/// Draws documents of one type.
pub struct Documents<'a> {
    pub schema: &'a ResourceSchema,
    /// Ids that references may name.
    pub ids: &'a [String],
    /// What a value that must be unique begins with; numbers follow.
    pub unique: &'a str,
    /// Whether every display name is a new one: then both worlds rename when one does.
    pub renaming: bool,
}

impl Documents<'_> {
    /// A document with random values of the leaves in `drawn`, and those of `kept` where it has them.
    /// No leaf in `drawn` may have a value in `kept`.
    pub fn draw(&self, kept: &Map<String, Value>, drawn: &AttributeSet, rng: &mut Rng) -> Value {
        let roots: Vec<&Node> = self
            .schema
            .roots()
            .filter(|n| n.part != Part::Common || n.key() == "externalId")
            .collect();
        let mut document = self.members(&roots, kept, drawn, rng);
        let urns = self.schema.extensions().map(|n| n.key().to_owned());
        let urns: Vec<String> = urns.filter(|urn| document.contains_key(urn)).collect();
        let schemas: Vec<&str> = std::iter::once(self.schema.base_urn())
            .chain(urns.iter().map(String::as_str))
            .collect();
        let mut whole = Map::from_iter([("schemas".to_owned(), json!(schemas))]);
        whole.append(&mut document);
        Value::Object(whole)
    }

    fn members(
        &self,
        nodes: &[&Node],
        kept: &Map<String, Value>,
        drawn: &AttributeSet,
        rng: &mut Rng,
    ) -> Map<String, Value> {
        let mut members = Map::new();
        for node in nodes {
            let kept = kept.get(node.key());
            let value = match node.is_leaf() {
                true => kept.cloned().or_else(|| self.leaf(node, drawn, rng)),
                false => self.complex(node, kept, drawn, rng),
            };
            if let Some(value) = value.filter(|v| !is_empty(v)) {
                members.insert(node.key().to_owned(), value);
            }
        }
        members
    }

    fn leaf(&self, node: &Node, drawn: &AttributeSet, rng: &mut Rng) -> Option<Value> {
        let writable = drawn.contains(node.id)
            && !self.schema.is_read_only(node.id)
            && node.key() != "password";
        let always = node.attribute.required
            || node.path == "members.type"
            || (self.renaming && node.path == "displayName");
        if !writable || !(always || rng.chance(55)) {
            return None;
        }
        Some(match node.attribute.multi_valued {
            true => {
                let mut values: Vec<Value> =
                    (0..rng.below(4)).map(|_| self.value(node, rng)).collect();
                values.dedup();
                Value::Array(values)
            }
            false => self.value(node, rng),
        })
    }

    /// A value of a leaf, alone in its realm if it must be.
    pub fn value(&self, node: &Node, rng: &mut Rng) -> Value {
        if node.attribute.uniqueness != Uniqueness::None {
            return json!(format!("{}{:x}", self.unique, rng.next() >> 24));
        }
        let names_a_resource =
            node.path == "members.value" || node.path.ends_with(":manager.value");
        if names_a_resource && let Some(id) = rng.maybe(self.ids) {
            return json!(id);
        }
        match node.path.as_str() {
            "displayName" if self.renaming => {
                json!(format!("{} {:x}", rng.pick(&WORDS), rng.next() >> 40))
            }
            "members.type" => json!(*rng.pick(&["User", "Group"])),
            _ => one(node, rng),
        }
    }

    fn complex(
        &self,
        node: &Node,
        kept: Option<&Value>,
        drawn: &AttributeSet,
        rng: &mut Rng,
    ) -> Option<Value> {
        let children: Vec<&Node> = self.schema.children(node.id).collect();
        let nothing = Map::new();
        if !node.is_list() {
            let kept = kept.and_then(Value::as_object).unwrap_or(&nothing);
            if kept.is_empty() && !rng.chance(70) {
                return None;
            }
            return Some(Value::Object(self.members(&children, kept, drawn, rng)));
        }
        let mut elements: Vec<Value> = Vec::new();
        for kept in kept.and_then(Value::as_array).into_iter().flatten() {
            let kept = kept.as_object().unwrap_or(&nothing);
            elements.push(Value::Object(self.members(&children, kept, drawn, rng)));
        }
        // Elements of which nothing is kept, anywhere between the others.
        for _ in 0..rng.below(3) {
            let element = Value::Object(self.members(&children, &nothing, drawn, rng));
            if !is_empty(&element) && !elements.contains(&element) {
                elements.insert(rng.below(elements.len() + 1), element);
            }
        }
        let may_be_primary = self
            .schema
            .child(node.id, "primary")
            .filter(|primary| drawn.contains(primary.id));
        if may_be_primary.is_some() {
            one_primary(&mut elements, rng);
        }
        Some(Value::Array(elements))
    }
}

/// Leaves at most one `primary: true` (RFC 7643 §2.4).
fn one_primary(elements: &mut [Value], rng: &mut Rng) {
    let chosen = rng.below(elements.len().max(1));
    for (index, element) in elements.iter_mut().enumerate() {
        if let Some(primary) = element.get_mut("primary")
            && index != chosen
        {
            *primary = json!(false);
        }
    }
}

pub fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(values) => values.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

/// What of a document lies in `leaves`, element by element.
pub fn part_of(
    schema: &ResourceSchema,
    document: &Map<String, Value>,
    leaves: &AttributeSet,
) -> Map<String, Value> {
    let roots: Vec<&Node> = schema
        .roots()
        .filter(|n| n.part != Part::Common || n.key() == "externalId")
        .collect();
    part(schema, &roots, document, leaves)
}

fn part(
    schema: &ResourceSchema,
    nodes: &[&Node],
    members: &Map<String, Value>,
    leaves: &AttributeSet,
) -> Map<String, Value> {
    let mut kept = Map::new();
    for node in nodes {
        let Some(value) = members.get(node.key()) else {
            continue;
        };
        let children: Vec<&Node> = schema.children(node.id).collect();
        let nothing = Map::new();
        let within = |value: &Value| {
            let object = value.as_object().unwrap_or(&nothing);
            Value::Object(part(schema, &children, object, leaves))
        };
        let value = match value {
            value if node.is_leaf() => leaves.contains(node.id).then(|| value.clone()),
            Value::Array(elements) => {
                let elements = elements.iter().map(within).filter(|e| !is_empty(e));
                Some(elements.collect())
            }
            object => Some(within(object)),
        };
        if let Some(value) = value.filter(|v| !is_empty(v)) {
            kept.insert(node.key().to_owned(), value);
        }
    }
    kept
}

/// Leaves one of the elements that look alike, ignoring case: a POST would.
pub fn distinct(document: &mut Map<String, Value>) {
    for value in document.values_mut() {
        match value {
            Value::Array(elements) => {
                let mut seen: Vec<String> = Vec::new();
                elements.retain(|element| {
                    let telling = match element.get("value") {
                        Some(id) if element.get("type").is_some() => id,
                        _ => element,
                    };
                    let telling = scim::fold(&telling.to_string()).into_owned();
                    let new = !seen.contains(&telling);
                    seen.push(telling);
                    new
                });
            }
            Value::Object(members) => distinct(members),
            _ => {}
        }
    }
}
