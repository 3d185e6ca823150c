//! What objects are called.

use super::{
    change::Object,
    definition::{self, Field, FieldKind},
    noun::Noun,
    world::text,
};
use std::collections::BTreeMap;

/// The field of which the server has each value once.
pub(super) fn known_by(noun: &Noun) -> &'static str {
    definition::of(noun.resource).map_or("id", |definition| definition.named_by)
}

/// The fields that name an object: what people call it, and what it alone is called, if that is another.
pub(super) fn naming(noun: &Noun) -> impl Iterator<Item = &'static Field> {
    let (name, known) = (noun.name_field(), known_by(noun));
    let definition = definition::of(noun.resource);
    let fields = definition.map_or(&[][..], |definition| definition.fields);
    let is_naming = move |field: &&Field| field.name == name || field.name == known;
    fields.iter().filter(is_naming)
}

/// A text as the server compares those of a field.
pub(super) fn folded(field: &Field, text: &str) -> String {
    match field.kind {
        FieldKind::Exact => text.to_owned(),
        _ => text.to_ascii_lowercase(),
    }
}

/// Whether an object is called this.
pub(super) fn is_called(noun: &Noun, object: &Object, name: &str) -> bool {
    naming(noun).any(|field| folded(field, text(object, field.name)) == folded(field, name))
}

/// The names of objects by their ids. What two are called names neither.
pub(super) fn by_id(noun: &Noun, all: &[Object]) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    // What people call it last, as it is to be preferred.
    let mut fields: Vec<&Field> = naming(noun).collect();
    fields.sort_by_key(|field| field.name == noun.name_field());
    for field in fields {
        let name = |object: &Object| folded(field, text(object, field.name));
        let mut twins: BTreeMap<String, usize> = BTreeMap::new();
        for object in all {
            *twins.entry(name(object)).or_default() += 1;
        }
        for object in all {
            if twins.get(&name(object)) == Some(&1) {
                let (id, name) = (text(object, "id"), text(object, field.name));
                names.insert(id.to_owned(), name.to_owned());
            }
        }
    }
    names
}
