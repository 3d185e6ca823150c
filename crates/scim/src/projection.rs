//! [`project()`](crate::project()) on text: what a caller gets to see of a stored resource, copied out
//! of its JSON without making a tree of it.
//!
//! It is compiled once for a set of visible attributes. `project` says what it means; a test compares.

use crate::{
    AttributeSet, Node, ResourceSchema,
    json_text::{Elements, Malformed, Members},
};

/// What lies in one set of visible attributes, member by member.
#[derive(Debug, Clone)]
pub struct Projection {
    roots: Vec<Member>,
    /// The URN of the base schema, as JSON.
    base: String,
}

/// A member of which something is visible; there are no others.
#[derive(Debug, Clone)]
struct Member {
    /// Its name as JSON writes it between quotes.
    key: Box<str>,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    /// `schemas` lists what is left, whatever is stored.
    Schemas,
    Leaf,
    Complex(Vec<Member>),
    Extension(Vec<Member>),
}

/// What an answer shows that is not in the stored document: names, and values as JSON.
#[derive(Debug, Clone, Copy)]
pub struct Derived<'a> {
    /// The value of `id`, which comes second.
    pub id: &'a str,
    /// What takes the place of a stored member, or follows after all of them.
    pub members: &'a [(&'a str, &'a str)],
}

impl Projection {
    /// The projection to `visible`, which is what
    /// [`Selection::visible`](crate::Selection::visible) answers.
    pub fn compile(schema: &ResourceSchema, visible: &AttributeSet) -> Self {
        Self {
            roots: members(schema, schema.roots(), visible),
            base: escaped(schema.base_urn()),
        }
    }

    /// The visible part of a stored document and of what is derived, as JSON.
    ///
    /// # Errors
    /// [`Malformed`] if the document is not JSON as this project writes it.
    pub fn text(&self, document: &str, derived: Derived<'_>) -> Result<Vec<u8>, Malformed> {
        let mut shown = Shown::new(document.len());
        let mut id = Some(("id", derived.id));
        let mut placed = vec![false; derived.members.len()];
        for member in Members::of(document).ok_or(Malformed)? {
            let (key, stored) = member?;
            let mut value = stored;
            for ((name, derived), placed) in derived.members.iter().zip(&mut placed) {
                if *name == key {
                    (value, *placed) = (derived, true);
                }
            }
            shown.add(self, key, value)?;
            if let Some((key, value)) = id.take() {
                shown.add(self, key, value)?;
            }
        }
        let new = derived.members.iter().zip(placed);
        let new = new.filter_map(|(member, placed)| (!placed).then_some(*member));
        for (key, value) in id.into_iter().chain(new) {
            shown.add(self, key, value)?;
        }
        Ok(shown.finish(self))
    }
}

/// What is shown so far; `schemas` comes first, and is known last.
struct Shown<'p> {
    rest: Vec<u8>,
    /// The root that should come next.
    next: usize,
    schemas: bool,
    extensions: Vec<&'p str>,
}

impl<'p> Shown<'p> {
    fn new(size: usize) -> Self {
        Self {
            rest: Vec::with_capacity(size + 512),
            next: 0,
            schemas: false,
            extensions: Vec::new(),
        }
    }

    fn add(&mut self, projection: &'p Projection, key: &str, value: &str) -> Result<(), Malformed> {
        let Some(member) = find(&projection.roots, &mut self.next, key) else {
            return Ok(());
        };
        #[cfg(feature = "leaks")]
        if crate::leaks::is(crate::leaks::Leak::HiddenExtension) && key == "schemas" {
            return put(member, key, value, &mut self.rest).map(drop);
        }
        if let Kind::Schemas = member.kind {
            self.schemas = true;
        } else if put(member, key, value, &mut self.rest)?
            && let Kind::Extension(_) = member.kind
        {
            self.extensions.push(&member.key);
        }
        Ok(())
    }

    fn finish(self, projection: &Projection) -> Vec<u8> {
        let mut text = Vec::with_capacity(self.rest.len() + 256);
        text.push(b'{');
        if self.schemas {
            text.extend_from_slice(b"\"schemas\":[\"");
            text.extend_from_slice(projection.base.as_bytes());
            // In the order of the schema, not of the document.
            for member in &projection.roots {
                if self.extensions.contains(&&*member.key) {
                    text.extend_from_slice(b"\",\"");
                    text.extend_from_slice(member.key.as_bytes());
                }
            }
            text.extend_from_slice(b"\"]");
        }
        let rest = match self.schemas {
            true => &self.rest[..],
            // Every member begins with a comma.
            false => self.rest.get(1..).unwrap_or_default(),
        };
        text.extend_from_slice(rest);
        text.push(b'}');
        text
    }
}

/// Writes a member, after a comma, if anything of it is visible.
fn put(member: &Member, key: &str, value: &str, out: &mut Vec<u8>) -> Result<bool, Malformed> {
    let before = out.len();
    out.extend_from_slice(b",\"");
    out.extend_from_slice(key.as_bytes());
    out.extend_from_slice(b"\":");
    let any = match &member.kind {
        Kind::Leaf | Kind::Schemas => {
            out.extend_from_slice(value.as_bytes());
            true
        }
        Kind::Complex(inner) | Kind::Extension(inner) => complex(inner, value, out)?,
    };
    if !any {
        out.truncate(before);
    }
    Ok(any)
}

/// Writes what is visible of an object or of each object of an array, if there is anything.
fn complex(members: &[Member], value: &str, out: &mut Vec<u8>) -> Result<bool, Malformed> {
    let Some(elements) = Elements::of(value) else {
        return object(members, value, out);
    };
    let mut any = false;
    out.push(b'[');
    for element in elements {
        let before = out.len();
        if any {
            out.push(b',');
        }
        match object(members, element?, out)? {
            true => any = true,
            #[cfg(feature = "leaks")]
            false if crate::leaks::is(crate::leaks::Leak::EmptyElements) => {
                out.extend_from_slice(b"{}");
                any = true;
            }
            false => out.truncate(before),
        }
    }
    out.push(b']');
    Ok(any)
}

fn object(members: &[Member], value: &str, out: &mut Vec<u8>) -> Result<bool, Malformed> {
    let Some(stored) = Members::of(value) else {
        return Ok(false);
    };
    let (begin, mut next) = (out.len(), 0);
    for member in stored {
        let (key, value) = member?;
        if let Some(member) = find(members, &mut next, key) {
            put(member, key, value, out)?;
        }
    }
    match out.get_mut(begin) {
        Some(comma) => *comma = b'{',
        None => return Ok(false),
    }
    out.push(b'}');
    Ok(true)
}

/// The member of a name; `next` is where it should be, if names come in the schema's order.
fn find<'m>(members: &'m [Member], next: &mut usize, key: &str) -> Option<&'m Member> {
    let is = |member: &Member| *member.key == *key;
    let (before, after) = members.split_at_checked(*next)?;
    match after.iter().position(is) {
        Some(at) => {
            *next += at + 1;
            after.get(at)
        }
        None => {
            let found = before.iter().find(|member| is(member));
            let spelt = || members.iter().find(|m| m.key.eq_ignore_ascii_case(key));
            found.or_else(spelt)
        }
    }
}

fn members<'s>(
    schema: &'s ResourceSchema,
    nodes: impl Iterator<Item = &'s Node>,
    visible: &AttributeSet,
) -> Vec<Member> {
    let visible_part = |node: &Node| {
        let inner = || members(schema, schema.children(node.id), visible);
        let kind = match node.is_leaf() {
            true if node.parent.is_none() && node.key() == "schemas" => Kind::Schemas,
            true => Kind::Leaf,
            false if node.part == crate::Part::Extension && node.parent.is_none() => {
                Kind::Extension(inner())
            }
            false => Kind::Complex(inner()),
        };
        let key = escaped(node.key()).into();
        Member { key, kind }
    };
    nodes
        .filter(|node| schema.any(visible, node.id))
        .map(visible_part)
        .collect()
}

/// A text as JSON writes it between quotes.
pub(crate) fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    let inner = quoted.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
    inner.unwrap_or_default().to_owned()
}
