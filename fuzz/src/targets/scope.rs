//! A scope (RFC 6749 §3.3), read by `oauth` and by the grammar below.

use oauth::{MAX_SCOPE_BYTES, MAX_SCOPE_TOKEN_BYTES, MAX_SCOPE_TOKENS, Scope, ScopeToken};

/// Both accept the same texts, and keep the same tokens in the same order (G9). Printed, parsed and in
/// JSON it is the same scope.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let scope = text.parse::<Scope>().ok();
    let tokens = expected(text);
    let found = scope
        .as_ref()
        .map(|scope| scope.iter().map(ScopeToken::as_str).collect());
    assert_eq!(found, tokens, "{text:?}");
    let Some(scope) = scope else {
        return;
    };
    let printed = scope.to_string();
    assert_eq!(printed.parse::<Scope>().as_ref(), Ok(&scope));
    let json = serde_json::to_string(&scope).expect("a scope can be written");
    assert_eq!(
        serde_json::from_str::<Scope>(&json).ok().as_ref(),
        Some(&scope)
    );
    for token in &scope {
        assert!(scope.contains(token));
        assert_eq!(token.as_str().parse::<ScopeToken>().as_ref(), Ok(token));
        let parts = token.resource().zip(token.action());
        let whole = parts.map(|(resource, action)| format!("{resource}:{action}"));
        assert!(whole.is_none_or(|whole| whole == token.as_str()));
        assert_eq!(token.fold(), token.as_str().to_ascii_lowercase());
    }
}

fn expected(text: &str) -> Option<Vec<&str>> {
    let allowed = |byte: u8| byte.is_ascii_graphic() && !b"\"\\+,".contains(&byte);
    let tokens: Vec<&str> = text.split(' ').collect();
    let good = |token: &&str| {
        (1..=MAX_SCOPE_TOKEN_BYTES).contains(&token.len()) && token.bytes().all(allowed)
    };
    if text.len() > MAX_SCOPE_BYTES || tokens.len() > MAX_SCOPE_TOKENS || !tokens.iter().all(good) {
        return None;
    }
    let mut once: Vec<&str> = Vec::new();
    for token in tokens {
        if !once.contains(&token) {
            once.push(token);
        }
    }
    Some(once)
}
