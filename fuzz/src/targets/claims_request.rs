//! The `claims` parameter (OIDC Core §5.5).

use oauth::{ClaimRequest, ClaimsRequest, WantedValue, form::MAX_VALUE_BYTES};
use serde_json::Value;

/// What is accepted, another strict reader accepts too (J12); no claim is dropped; written and read
/// again it is the same, and it stays within the bounds of a parameter.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(request) = text.parse::<ClaimsRequest>() else {
        return;
    };
    let members = jose::parse_object(data).expect("no member twice");
    for (place, claims) in [
        ("userinfo", &request.userinfo),
        ("id_token", &request.id_token),
    ] {
        let asked = members.get(place).and_then(Value::as_object);
        let names = asked.into_iter().flat_map(|claims| claims.keys());
        assert!(names.eq(claims.iter().map(|claim| &claim.name)));
        assert!(claims.len() <= 64);
        for claim in claims {
            let sent = asked.and_then(|claims| claims.get(&claim.name));
            self::claim(claim, sent.expect("a claim that was asked for"));
        }
    }
    let written = request.to_json().to_string();
    assert!(written.len() <= MAX_VALUE_BYTES);
    assert_eq!(written.parse().as_ref(), Ok(&request));
}

fn claim(claim: &ClaimRequest, sent: &Value) {
    assert!((1..=255).contains(&claim.name.len()));
    assert_eq!(claim.essential, sent["essential"] == Value::Bool(true));
    match &claim.wanted {
        WantedValue::Any => assert!(sent.get("value").is_none() && sent.get("values").is_none()),
        WantedValue::One(value) => assert_eq!(value, &sent["value"]),
        WantedValue::OneOf(values) => {
            assert_eq!(Some(values), sent["values"].as_array());
            assert!(values.iter().all(|value| claim.wanted.admits(value)));
        }
    }
}
