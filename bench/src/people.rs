//! The people that every server is filled with: the same ones, by number.

use crate::random::mix;

/// Numbers of the people who are created while it is measured: nobody is filled in with one.
pub const NEWCOMERS: u64 = 500_000;

const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Five letters of person `number`, in their user name and addresses: what `co` looks for. A
/// piece of four of them is found in few others.
#[must_use]
pub fn tag(number: u64) -> String {
    let mixed = mix(number);
    let letter = |place: u32| {
        let index = usize::try_from((mixed >> (5 * place)) & 31).unwrap_or(0);
        ALPHABET.get(index).copied().map_or('a', char::from)
    };
    (0..5).map(letter).collect()
}

/// The user name of person `number`. Ten people share what is before the last digit: what `sw`
/// looks for.
#[must_use]
pub fn user_name(number: u64) -> String {
    format!("person-{number:06}-{}", tag(number))
}

/// The address of person `number`.
#[must_use]
pub fn email(number: u64) -> String {
    format!("person-{number:06}-{}@example.com", tag(number))
}

/// The body that creates person `number` (RFC 7644 §3.3).
#[must_use]
pub fn person(number: u64) -> String {
    let (user_name, email) = (user_name(number), email(number));
    format!(
        concat!(
            r#"{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"#,
            r#""userName":"{user_name}","externalId":"e{number}","displayName":"Person {number}","#,
            r#""name":{{"givenName":"Given{number}","familyName":"Family{number}"}},"#,
            r#""emails":[{{"value":"{email}","type":"work","primary":true}}],"#,
            r#""active":true,"title":"Engineer"}}"#
        ),
        user_name = user_name,
        number = number,
        email = email,
    )
}

/// The body that gives somebody another title (RFC 7644 §3.5.2).
#[must_use]
pub fn new_title(title: &str) -> String {
    format!(
        concat!(
            r#"{{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"#,
            r#""Operations":[{{"op":"replace","path":"title","value":"{title}"}}]}}"#
        ),
        title = title,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn bodies_are_json_and_people_differ() {
        let (one, other): (Value, Value) = (
            serde_json::from_str(&person(17)).unwrap(),
            serde_json::from_str(&person(18)).unwrap(),
        );
        assert_eq!(one["userName"], user_name(17));
        assert_ne!(one["emails"], other["emails"]);
        let patch: Value = serde_json::from_str(&new_title("T1")).unwrap();
        assert_eq!(patch["Operations"][0]["value"], "T1");
    }

    #[test]
    fn a_tag_is_all_but_unique() {
        let tags: std::collections::HashSet<_> = (0..10_000).map(tag).collect();
        assert!(tags.len() > 9_990, "{}", tags.len());
    }
}
