#![allow(clippy::unwrap_used)]

use super::*;
use serde_json::json;

fn parse(form: &str) -> Result<TokenRequest, OAuthError> {
    TokenRequest::parse(&Parameters::parse(form.as_bytes()).unwrap())
}

fn client_credentials(request: TokenRequest) -> ClientCredentialsRequest {
    match request {
        TokenRequest::ClientCredentials(request) => request,
        other => panic!("{other:?}"),
    }
}

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

#[test]
fn rfc6749_4_1_3_authorization_code() {
    let form = format!(
        "grant_type=authorization_code&code=SplxlOBeZQQYbYS6WxSbIA&code_verifier={VERIFIER}\
         &redirect_uri=https%3A%2F%2Fclient%2Eexample%2Ecom%2Fcb&resource=urn%3Ax&scope=ignored"
    );
    let request = parse(&form).unwrap();
    assert_eq!(request.grant_type(), GrantType::AuthorizationCode);
    assert!(!format!("{request:?}").contains("Splx") && !format!("{request:?}").contains("dBjf"));
    let TokenRequest::AuthorizationCode(request) = request else {
        panic!("{request:?}");
    };
    assert_eq!(request.code.expose(), "SplxlOBeZQQYbYS6WxSbIA");
    assert_eq!(
        request.redirect_uri.as_deref(),
        Some("https://client.example.com/cb")
    );
    assert_eq!(request.code_verifier.unwrap().expose(), VERIFIER);
    assert_eq!(request.resource.len(), 1);

    let bare = parse("grant_type=authorization_code&code=c&code_verifier=&redirect_uri=");
    let Ok(TokenRequest::AuthorizationCode(bare)) = bare else {
        panic!("{bare:?}");
    };
    assert!(bare.code_verifier.is_none() && bare.redirect_uri.is_none());
}

#[test]
fn rfc6749_6_refresh_token() {
    let request = parse("grant_type=refresh_token&refresh_token=tGzv3&scope=a&resource=urn%3Ax");
    let Ok(TokenRequest::RefreshToken(request)) = request else {
        panic!("{request:?}");
    };
    assert_eq!(request.refresh_token.expose(), "tGzv3");
    assert_eq!(request.scope.as_ref().unwrap().to_string(), "a");
    assert_eq!(request.resource.len(), 1);
    assert!(!format!("{request:?}").contains("tGzv3"));
}

#[test]
fn rfc8628_3_4_device_code() {
    let grant = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code";
    let request = parse(&format!("{grant}&device_code=GmRh")).unwrap();
    assert_eq!(request.grant_type(), GrantType::DeviceCode);
    let TokenRequest::DeviceCode(request) = request else {
        panic!("{request:?}");
    };
    assert_eq!(request.device_code.expose(), "GmRh");
    assert!(!format!("{request:?}").contains("GmRh"));
}

/// REG-04, A5: a verifier is well formed or refused; and with a grant that has no challenge it is
/// refused too, whatever it is.
#[test]
fn reg04_a5_verifiers() {
    let code = |form: String| parse(&form).unwrap_err();
    for verifier in [
        "x".repeat(42),
        "x".repeat(129),
        format!("{VERIFIER}%20"),
        "plain".into(),
    ] {
        let error = code(format!(
            "grant_type=authorization_code&code=c&code_verifier={verifier}"
        ));
        assert_eq!(error.code(), ErrorCode::InvalidRequest, "{verifier}");
        assert!(error.description().contains("'code_verifier'"));
    }
    for form in [
        "grant_type=client_credentials",
        "grant_type=refresh_token&refresh_token=r",
        "grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=d",
    ] {
        assert!(parse(form).is_ok(), "{form}");
        let error = code(format!("{form}&code_verifier={VERIFIER}"));
        assert_eq!(error.code(), ErrorCode::InvalidRequest, "{form}");
    }
}

/// REG-09: what carries a code or token is honoured at every length, or refused by name.
#[test]
fn reg09_lengths() {
    use crate::form::{MAX_TOKEN_BYTES, MAX_VALUE_BYTES};
    for (form, name, longest) in [
        ("grant_type=authorization_code", "code", MAX_VALUE_BYTES),
        (
            "grant_type=authorization_code&code=c",
            "redirect_uri",
            MAX_REDIRECT_URI_BYTES,
        ),
        ("grant_type=refresh_token", "refresh_token", MAX_TOKEN_BYTES),
        (
            "grant_type=urn:ietf:params:oauth:grant-type:device_code",
            "device_code",
            MAX_VALUE_BYTES,
        ),
    ] {
        let read = |length: usize| {
            let form = format!("{form}&{name}={}", "x".repeat(length));
            Parameters::parse(form.as_bytes()).and_then(|form| TokenRequest::parse(&form))
        };
        assert!(read(longest).is_ok(), "{name}");
        let error = read(longest + 1).unwrap_err();
        assert_eq!(
            error.description(),
            format!("parameter '{name}' is too long")
        );
    }
}

#[test]
fn rfc6749_4_4_2_client_credentials() {
    let request = parse(
        "grant_type=client_credentials&scope=a+b&resource=https%3A%2F%2Fx&resource=urn%3Ay\
         &resource=urn%3Ay&unknown=1",
    )
    .unwrap();
    assert_eq!(request.grant_type(), GrantType::ClientCredentials);
    let request = client_credentials(request);
    assert_eq!(request.scope.unwrap().to_string(), "a b");
    let resources: Vec<_> = request
        .resource
        .iter()
        .map(ResourceIndicator::as_str)
        .collect();
    assert_eq!(resources, ["https://x", "urn:y"]);

    let bare = parse("grant_type=client_credentials&scope=").unwrap();
    assert_eq!(
        client_credentials(bare),
        ClientCredentialsRequest {
            scope: None,
            resource: vec![]
        }
    );
}

#[test]
fn each_error_has_its_code() {
    for (form, code) in [
        ("", ErrorCode::InvalidRequest),
        ("grant_type=", ErrorCode::InvalidRequest),
        ("grant_type=password", ErrorCode::UnsupportedGrantType),
        ("grant_type=authorization_code", ErrorCode::InvalidRequest),
        ("grant_type=refresh_token", ErrorCode::InvalidRequest),
        (
            "grant_type=refresh_token&refresh_token=r&scope=%22",
            ErrorCode::InvalidScope,
        ),
        (
            "grant_type=authorization_code&code=c&resource=x",
            ErrorCode::InvalidTarget,
        ),
        (
            "grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=",
            ErrorCode::InvalidRequest,
        ),
        (
            "grant_type=urn:ietf:params:oauth:grant-type:token-exchange",
            ErrorCode::UnsupportedGrantType,
        ),
        (
            "grant_type=CLIENT_CREDENTIALS",
            ErrorCode::UnsupportedGrantType,
        ),
        (
            "grant_type=client_credentials&scope=a++b",
            ErrorCode::InvalidScope,
        ),
        (
            "grant_type=client_credentials&scope=%22",
            ErrorCode::InvalidScope,
        ),
        (
            "grant_type=client_credentials&resource=x",
            ErrorCode::InvalidTarget,
        ),
        (
            "grant_type=client_credentials&resource=urn%3Aa%23b",
            ErrorCode::InvalidTarget,
        ),
    ] {
        assert_eq!(parse(form).unwrap_err().code(), code, "{form}");
    }
}

#[test]
fn rfc6749_5_1_answer() {
    let response = TokenResponse {
        access_token: Secret::new("at"),
        token_type: "Bearer",
        expires_in: 300,
        scope: "a".parse().unwrap(),
        refresh_token: None,
        id_token: None,
    };
    assert_eq!(
        serde_json::to_value(&response).unwrap(),
        json!({"access_token": "at", "token_type": "Bearer", "expires_in": 300, "scope": "a"})
    );
    assert!(!format!("{response:?}").contains("\"at\""));

    let response = TokenResponse {
        refresh_token: Some(Secret::new("rt")),
        id_token: Some(Secret::new("e.y.j")),
        ..response
    };
    let written = serde_json::to_value(&response).unwrap();
    assert_eq!(
        (&written["refresh_token"], &written["id_token"]),
        (&json!("rt"), &json!("e.y.j"))
    );
    assert!(!format!("{response:?}").contains("e.y.j"));
}
