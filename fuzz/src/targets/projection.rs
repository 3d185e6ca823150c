//! The visible part of a stored resource, copied out of its text (RFC 7644 §3.9): a SCIM resource, or the
//! text of what is stored.

use super::samples::{SOME, USERS};
use scim::{Derived, Projection, json, project, validate};
use serde_json::{Map, Value};
use std::sync::LazyLock;

static ALL: LazyLock<Projection> =
    LazyLock::new(|| Projection::compile(&USERS, USERS.all_attributes()));
static PART: LazyLock<Projection> = LazyLock::new(|| Projection::compile(&USERS, &SOME));

const ID: &str = "2819c223-7f76-453a-919d-413861904646";

/// Copying text and projecting a tree give the same bytes (S2, S5). What is no stored text is refused or
/// copied, and breaks nothing.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let id = Value::from(ID).to_string();
    let derived = Derived {
        id: &id,
        members: &[("title", "\"derived\""), ("nickName", "null")],
    };
    for projection in [&*ALL, &*PART] {
        // Either outcome will do.
        drop(projection.text(text, derived));
    }
    let Ok(body) = json::read_object(data) else {
        return;
    };
    let Ok(resource) = validate::canonical(&USERS, body) else {
        return;
    };
    let stored = serde_json::to_string(&resource).expect("a resource can be written");
    for (projection, visible) in [(&*ALL, USERS.all_attributes()), (&*PART, &*SOME)] {
        let derived = Derived {
            id: &id,
            members: &[],
        };
        let copied = projection
            .text(&stored, derived)
            .expect("it is as it was stored");
        let tree = project(&USERS, &with_id(&resource), visible);
        let written = serde_json::to_vec(&tree).expect("a projection can be written");
        assert_eq!(text_of(&copied), text_of(&written), "{stored}");
    }
}

/// The resource with its `id`, which comes second.
fn with_id(resource: &Map<String, Value>) -> Map<String, Value> {
    let mut whole = resource.clone();
    whole.shift_insert(1.min(resource.len()), "id".to_owned(), ID.into());
    whole
}

fn text_of(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("JSON is text")
}
