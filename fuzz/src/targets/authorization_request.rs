//! An authorization request: a query or form, or in braces the claims of a request object.

use oauth::{
    AuthorizationRequest, AuthorizationResponse, AuthorizationTarget, ClientId, PresentedRequest,
    RequestObject, Secret, form::Parameters,
};
use serde_json::{Map, Value};
use url::Url;

/// A request is what its parameters say, none dropped (REG-09); it is the same as a form, as a request
/// object, and kept and read again (REG-03, REG-04); its `state` comes back as it went.
pub fn run(data: &[u8]) {
    if data.starts_with(b"{") {
        let Ok(claims) = jose::parse_object(data) else {
            return;
        };
        let client_id = claims.get("client_id").and_then(Value::as_str);
        let Some(Ok(client_id)) = client_id.map(str::parse::<ClientId>) else {
            return;
        };
        object(&claims, &client_id);
        return;
    }
    let Ok(parameters) = Parameters::parse(data) else {
        return;
    };
    let Ok(request) = AuthorizationRequest::parse(&parameters) else {
        return;
    };
    assert!(matches!(
        PresentedRequest::parse(&parameters),
        Ok(PresentedRequest::Plain)
    ));
    assert_eq!(
        AuthorizationTarget::parse(&parameters),
        Ok(request.target())
    );
    for (name, found) in [
        ("redirect_uri", &request.redirect_uri),
        ("state", &request.state),
        ("nonce", &request.nonce),
        ("login_hint", &request.login_hint),
    ] {
        assert_eq!(parameters.get(name), found.as_deref());
    }
    assert_eq!(parameters.get("response_type"), Some("code"));
    let method = parameters.get("code_challenge_method");
    assert_eq!(request.code_challenge.is_some(), method == Some("S256"));
    let challenge = request
        .code_challenge
        .map(|challenge| challenge.to_string());
    assert_eq!(parameters.get("code_challenge"), challenge.as_deref());
    holds(&request);
}

fn object(claims: &Map<String, Value>, client_id: &ClientId) {
    let Ok(object) = RequestObject::from_claims(claims, client_id) else {
        return;
    };
    assert!(!claims.contains_key("request") && !claims.contains_key("request_uri"));
    let Ok(request) = object.request() else {
        return;
    };
    assert_eq!(object.target(), Ok(request.target()));
    let max_age = claims.get("max_age").map(|seconds| seconds.as_u64());
    assert_eq!(max_age.unwrap_or_default(), request.max_age);
    holds(&request);
}

fn holds(request: &AuthorizationRequest) {
    let written = serde_json::to_value(request).expect("a request can be written");
    let again: AuthorizationRequest =
        serde_json::from_value(written.clone()).expect("what was written can be read");
    assert_eq!(serde_json::to_value(&again).expect("and written"), written);
    let claims = written.as_object().expect("an object");
    let object = RequestObject::from_claims(claims, &request.client_id).expect("a request object");
    let same = object.request().expect("the same request");
    assert_eq!(serde_json::to_value(&same).expect("and written"), written);

    let answer = AuthorizationResponse {
        outcome: Ok(Secret::new("code")),
        state: request.state.clone(),
        iss: "https://as.example/r".parse().expect("an issuer"),
    };
    let location = answer.to_query_location("https://client.example/cb?tenant=1");
    assert!(location.bytes().all(|byte| byte.is_ascii_graphic()));
    let url = Url::parse(&location).expect("a location is a URL");
    assert_eq!(url.origin().ascii_serialization(), "https://client.example");
    let state = url.query_pairs().find(|(name, _)| name == "state");
    assert_eq!(state.map(|(_, state)| state.into_owned()), request.state);
    assert_eq!(
        url.query_pairs().filter(|(name, _)| name == "code").count(),
        1
    );
}
