#![allow(clippy::unwrap_used)]

use super::*;
use crate::form::MAX_VALUE_BYTES;
use crate::{ErrorCode, PromptValue};
use proptest::prelude::*;
use serde_json::json;
use url::form_urlencoded;

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const LEAST: &str = "client_id=c&response_type=code";

fn parse(form: &str) -> Result<AuthorizationRequest, OAuthError> {
    AuthorizationRequest::parse(&Parameters::parse(form.as_bytes()).unwrap())
}

fn written(request: &AuthorizationRequest) -> Value {
    serde_json::to_value(request).unwrap()
}

#[test]
fn every_parameter_is_read() {
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("client_id", "s6BhdRkqt3"),
            ("redirect_uri", "https://client.example.org/cb"),
            ("response_type", "code"),
            ("response_mode", "form_post"),
            ("scope", "openid profile"),
            ("state", "af0ifj sldkj&=#é"),
            ("nonce", "n-0S6_WzA2Mj"),
            ("prompt", "login consent"),
            ("max_age", "86400"),
            ("acr_values", "gold silver"),
            ("login_hint", "alice@example.org"),
            ("ui_locales", "fr-CA fr en"),
            ("id_token_hint", "e.y.j"),
            ("claims", r#"{"id_token":{"acr":{"essential":true}}}"#),
            ("resource", "https://api.example.org"),
            ("resource", "urn:x"),
            ("resource", "urn:x"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("display", "popup"),
            ("dpop_jkt", "x"),
            ("unheard_of", "x"),
        ])
        .finish();
    let request = parse(&form).unwrap();
    assert_eq!(request.client_id.as_str(), "s6BhdRkqt3");
    assert_eq!(request.response_mode, ResponseMode::FormPost);
    assert_eq!(request.state.as_deref(), Some("af0ifj sldkj&=#é"));
    assert!(request.prompt.contains(PromptValue::Login));
    assert_eq!(request.max_age, Some(86400));
    assert_eq!(request.acr_values, ["gold", "silver"]);
    assert_eq!(request.ui_locales, ["fr-CA", "fr", "en"]);
    assert!(
        request
            .claims
            .as_ref()
            .unwrap()
            .in_id_token("acr")
            .unwrap()
            .essential
    );
    assert_eq!(request.code_challenge.unwrap().to_string(), CHALLENGE);
    assert_eq!(request.target().redirect_uri, request.redirect_uri);
    assert!(!format!("{request:?}").contains("e.y.j"));
    assert_eq!(
        written(&request),
        json!({
            "client_id": "s6BhdRkqt3", "redirect_uri": "https://client.example.org/cb",
            "response_type": "code", "response_mode": "form_post", "scope": "openid profile",
            "state": "af0ifj sldkj&=#é", "nonce": "n-0S6_WzA2Mj", "prompt": "login consent",
            "max_age": 86400, "acr_values": "gold silver", "login_hint": "alice@example.org",
            "ui_locales": "fr-CA fr en", "id_token_hint": "e.y.j",
            "claims": {"id_token": {"acr": {"essential": true}}},
            "resource": ["https://api.example.org", "urn:x"], "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        })
    );
}

#[test]
fn little_is_required() {
    let request = parse(LEAST).unwrap();
    assert_eq!(
        written(&request),
        json!({"client_id": "c", "response_type": "code", "response_mode": "query"})
    );
    assert!(request.scope.is_none() && request.code_challenge.is_none());
    assert!(request.prompt.is_empty() && request.resource.is_empty());
}

#[test]
fn each_error_has_its_code_and_names_its_parameter() {
    use ErrorCode as E;
    for (form, code, part) in [
        ("response_type=code", E::InvalidRequest, "'client_id'"),
        ("client_id=c", E::InvalidRequest, "'response_type'"),
        (
            "client_id=c&response_type=",
            E::InvalidRequest,
            "'response_type'",
        ),
        (
            "client_id=c&response_type=code&scope=a++b",
            E::InvalidScope,
            "space",
        ),
        (
            "client_id=c&response_type=code&prompt=none+login",
            E::InvalidRequest,
            "'prompt'",
        ),
        (
            "client_id=c&response_type=code&max_age=-1",
            E::InvalidRequest,
            "'max_age'",
        ),
        (
            "client_id=c&response_type=code&max_age=%2B1",
            E::InvalidRequest,
            "'max_age'",
        ),
        (
            "client_id=c&response_type=code&max_age=1.5",
            E::InvalidRequest,
            "'max_age'",
        ),
        (
            "client_id=c&response_type=code&max_age=1e3",
            E::InvalidRequest,
            "'max_age'",
        ),
        (
            "client_id=c&response_type=code&max_age=18446744073709551616",
            E::InvalidRequest,
            "'max_age'",
        ),
        (
            "client_id=c&response_type=code&claims=%7B",
            E::InvalidRequest,
            "'claims'",
        ),
        (
            "client_id=c&response_type=code&resource=x",
            E::InvalidTarget,
            "resource",
        ),
    ] {
        let error = parse(form).unwrap_err();
        assert_eq!(error.code(), code, "{form}");
        assert!(error.description().contains(part), "{error}");
    }
}

/// REG-03: no flow but the code's, and no place for a code but query and form.
#[test]
fn reg03_other_response_types_and_modes_are_refused() {
    for response_type in [
        "token",
        "id_token",
        "none",
        "code+token",
        "code+id_token",
        "id_token+token",
        "Code",
        "code+code",
        "+code",
        "code%00x",
        "device_code",
    ] {
        let form = format!("client_id=c&response_type={response_type}");
        let Ok(parameters) = Parameters::parse(form.as_bytes()) else {
            continue;
        };
        let error = AuthorizationRequest::parse(&parameters).unwrap_err();
        assert_eq!(
            error.code(),
            ErrorCode::UnsupportedResponseType,
            "{response_type}"
        );
    }
    for mode in [
        "fragment",
        "jwt",
        "query.jwt",
        "fragment.jwt",
        "form_post.jwt",
        "web_message",
        "Query",
    ] {
        let error = parse(&format!("{LEAST}&response_mode={mode}")).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidRequest, "{mode}");
    }
}

/// REG-04: whatever combination of challenge and method is sent, `S256` or nothing comes of it.
#[test]
fn reg04_pkce_is_s256_or_refused() {
    for challenge in [
        "",
        "&code_challenge=",
        "&code_challenge=x",
        &format!("&code_challenge={CHALLENGE}"),
    ] {
        for method in [
            "",
            "&code_challenge_method=",
            "&code_challenge_method=plain",
            "&code_challenge_method=S256",
        ] {
            let read = parse(&format!("{LEAST}{challenge}{method}"));
            let absent =
                challenge.len() <= "&code_challenge=".len() && !method.ends_with(['n', '6']);
            let good = challenge.ends_with(CHALLENGE) && method.ends_with("S256");
            match read {
                Ok(request) => {
                    assert!(absent || good, "{challenge}{method}");
                    assert_eq!(request.code_challenge.is_some(), good);
                }
                Err(error) => {
                    assert!(!absent && !good, "{challenge}{method}");
                    assert_eq!(error.code(), ErrorCode::InvalidRequest);
                }
            }
        }
    }
}

/// A14, REG-09: what stands beside a request object or a pushed request is not taken for it.
#[test]
fn a14_a_request_that_is_elsewhere_is_not_read_here() {
    for elsewhere in ["request=e.y.j", "request_uri=urn:x"] {
        let error = parse(&format!("{LEAST}&{elsewhere}")).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidRequest);
    }
}

#[test]
fn reg09_every_length_is_honoured_or_refused() {
    for (name, longest) in [
        ("state", MAX_VALUE_BYTES),
        ("nonce", MAX_NONCE_BYTES),
        ("login_hint", MAX_LOGIN_HINT_BYTES),
        ("redirect_uri", 2048),
        ("acr_values", 255),
        ("ui_locales", 255),
    ] {
        for length in [1, 100, longest - 1, longest, longest + 1, longest * 2] {
            let value = "x".repeat(length);
            let form = format!("{LEAST}&{name}={value}");
            let read = Parameters::parse(form.as_bytes());
            match read.and_then(|parameters| AuthorizationRequest::parse(&parameters)) {
                Ok(request) => {
                    assert!(length <= longest, "{name} {length}");
                    assert_eq!(written(&request)[name], value);
                }
                Err(error) => {
                    assert!(length > longest, "{name} {length}");
                    assert_eq!(
                        error.description(),
                        format!("parameter '{name}' is too long")
                    );
                }
            }
        }
    }
}

proptest! {
    /// What is kept between the steps is the request: it is read again by the same rules.
    #[test]
    fn what_is_written_is_read_again(
        state in "\\PC{0,20}",
        nonce in "[a-z \\\\\"]{0,9}",
        prompt in prop::sample::select(vec!["", "none", "login", "consent select_account"]),
        max_age in prop::option::of(any::<u64>()),
        words in "([a-z]{1,5} ){0,4}",
        claims in prop::sample::select(vec!["", "{}", r#"{"userinfo":{"a":{"values":[1,"x",true,1.5]}}}"#]),
        resources in prop::collection::vec("urn:[a-c]", 0..3),
        challenge in any::<bool>(),
    ) {
        let mut form = form_urlencoded::Serializer::new(LEAST.to_owned());
        form.append_pair("state", &state.replace('\0', "")).append_pair("nonce", &nonce)
            .append_pair("prompt", prompt).append_pair("acr_values", &words)
            .append_pair("ui_locales", &words).append_pair("login_hint", &words)
            .append_pair("claims", claims);
        for resource in &resources {
            form.append_pair("resource", resource);
        }
        if let Some(max_age) = max_age {
            form.append_pair("max_age", &max_age.to_string());
        }
        if challenge {
            form.append_pair("code_challenge", CHALLENGE).append_pair("code_challenge_method", "S256");
        }
        let request = parse(&form.finish()).unwrap();
        let json = serde_json::to_string(&request).unwrap();
        let again: AuthorizationRequest = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(written(&again), written(&request));
        prop_assert_eq!(again.max_age, max_age);
        prop_assert_eq!(again.code_challenge.is_some(), challenge);
    }
}
