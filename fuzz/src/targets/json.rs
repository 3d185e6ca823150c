//! JSON as the three readers here read it: `scim`'s, `jose`'s, and the library's own.

use serde_json::Value;

/// S8, J12: what a strict reader accepts, the laxer ones accept and read alike; nobody accepts a member
/// twice; and what was accepted is the same once written and read again.
pub fn run(data: &[u8]) {
    let lax = serde_json::from_slice::<Value>(data).ok();
    let token = jose::parse_object(data).ok().map(Value::Object);
    let body = scim::json::read(data);
    match &body {
        Ok(value) => {
            assert_eq!(Some(value), lax.as_ref());
            assert!(depth(value) <= scim::json::MAX_DEPTH);
            if value.is_object() {
                assert_eq!(Some(value), token.as_ref(), "`scim` is the stricter reader");
            }
            let written = serde_json::to_vec(value).expect("JSON can be written");
            assert_eq!(scim::json::read(&written).as_ref(), Ok(value));
        }
        Err(error) => {
            assert_eq!(error.status, 400);
            assert!(error.detail.len() < 512, "an error repeats what it refuses");
        }
    }
    if let Some(value) = &token {
        assert_eq!(Some(value), lax.as_ref());
        let written = serde_json::to_vec(value).expect("JSON can be written");
        assert_eq!(
            jose::parse_object(&written)
                .ok()
                .map(Value::Object)
                .as_ref(),
            Some(value)
        );
    }
    if let (Some(Value::Object(_)), None) = (&lax, &token) {
        // The lax reader keeps the last of two members of one name, and so writes less.
        assert!(
            members(data) > count(lax.as_ref()),
            "refused without a reason"
        );
    }
}

/// How many members the text writes: colons outside strings.
fn members(text: &[u8]) -> usize {
    let (mut inside, mut escaped, mut found) = (false, false, 0);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            b':' if !inside => found += 1,
            _ => {}
        }
    }
    found
}

/// How many members the value has.
fn count(value: Option<&Value>) -> usize {
    match value {
        Some(Value::Array(items)) => items.iter().map(|item| count(Some(item))).sum(),
        Some(Value::Object(map)) => map.values().map(|item| 1 + count(Some(item))).sum(),
        _ => 0,
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(map) => 1 + map.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}
