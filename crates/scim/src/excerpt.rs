//! A part of a stored resource: the top-level attributes and extensions that are written to are made a
//! tree, changed, and put back into the text. The others stay the text that they are.

use crate::{
    AttrId, ResourceSchema,
    json_text::{Malformed, Members},
    project::schemas,
    projection::escaped,
    tree::present,
};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// A stored resource, taken apart into its top-level attributes and extensions.
#[derive(Debug, Clone)]
pub struct Excerpt<'a> {
    schema: &'a ResourceSchema,
    members: Vec<Member<'a>>,
    size: usize,
}

/// A member as its text has it.
#[derive(Debug, Clone, Copy)]
struct Member<'a> {
    /// None for what the schema does not know (any more).
    root: Option<AttrId>,
    /// As JSON writes it between quotes.
    name: &'a str,
    value: &'a str,
}

impl<'a> Excerpt<'a> {
    /// The excerpts of `document`, which is of a type with this schema.
    ///
    /// # Errors
    /// [`Malformed`] if it is not JSON as this project writes it.
    pub fn of(schema: &'a ResourceSchema, document: &'a str) -> Result<Self, Malformed> {
        let mut members = Vec::with_capacity(16);
        let mut following = schema.root_ids().iter();
        for member in Members::of(document).ok_or(Malformed)? {
            let (name, value) = member?;
            let plain = unescaped(name)?;
            // As nearly always, members stand in order, and each attribute is looked at once.
            let mut ahead = following.clone();
            let root = match ahead.find(|root| schema.node(**root).key() == plain) {
                Some(root) => {
                    following = ahead;
                    Some(*root)
                }
                None => schema.root(&plain).map(|node| node.id),
            };
            members.push(Member { root, name, value });
        }
        Ok(Self {
            schema,
            members,
            size: document.len(),
        })
    }

    /// How many bytes the whole has.
    pub fn size(&self) -> usize {
        self.size
    }

    /// What there is of `roots`.
    ///
    /// # Errors
    /// As of [`of`](Self::of).
    pub fn take(&self, roots: &[AttrId]) -> Result<Map<String, Value>, Malformed> {
        let mut taken = Map::new();
        for member in &self.members {
            if let Some(root) = member.root.filter(|root| roots.contains(root)) {
                let value = serde_json::from_str(member.value).map_err(|_| Malformed)?;
                taken.insert(self.schema.node(root).key().to_owned(), value);
            }
        }
        Ok(taken)
    }

    /// The document with the values that `after` has of `roots` in the place of its own, its members in
    /// the schema's order and `schemas` what follows from them (RFC 7643 §3).
    pub fn put_back(&self, roots: &[AttrId], after: &Map<String, Value>) -> String {
        let schema = self.schema;
        let is_schemas = |root: AttrId| schema.node(root).key() == "schemas";
        let is_put = |root: AttrId| roots.contains(&root);
        let goes = |root: AttrId| is_put(root) || is_schemas(root);
        let put = present(schema, schema.root_ids(), after)
            .filter(|(node, _)| is_put(node.id) && !is_schemas(node.id));
        let put: Vec<(AttrId, String, String)> = put
            .map(|(node, value)| (node.id, escaped(node.key()), value.to_string()))
            .collect();
        let put = put.iter().map(|(root, name, value)| Member {
            root: Some(*root),
            name,
            value,
        });
        let stays = self.members.iter().copied();
        let stays = stays.filter(|member| !member.root.is_some_and(goes));
        let mut all: Vec<Member<'_>> = stays.chain(put).collect();
        all.sort_by_key(|member| member.root);
        let urns = schemas(schema, |extension| {
            all.iter().any(|member| member.root == Some(extension.id))
        });
        let mut text = String::with_capacity(self.size + 64);
        text.push_str("{\"schemas\":");
        text.push_str(&urns.to_string());
        for member in &all {
            for piece in [",\"", member.name, "\":", member.value] {
                text.push_str(piece);
            }
        }
        text.push('}');
        text
    }

    /// The text that is the value of a top-level attribute, if it has one.
    pub fn text_of(&self, name: &str) -> Option<String> {
        let member = self.members.iter().find(|member| member.name == name)?;
        serde_json::from_str(member.value).ok()
    }
}

/// A name as it is, not as JSON writes it between quotes.
fn unescaped(name: &str) -> Result<Cow<'_, str>, Malformed> {
    match name.contains('\\') {
        false => Ok(Cow::Borrowed(name)),
        true => serde_json::from_str(&format!("\"{name}\""))
            .map(Cow::Owned)
            .map_err(|_| Malformed),
    }
}
