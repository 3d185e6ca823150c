//! A form (RFC 6749 appendix B) as token, introspection and revocation request, with the client that
//! presents it. What stands before the first line feed is the `Authorization` header, if anything does.

use oauth::{
    IntrospectionRequest, PresentedClient, RevocationRequest, TokenEndpointAuthMethod,
    TokenRequest, bearer,
    form::{MAX_BODY_BYTES, MAX_NAME_BYTES, MAX_PARAMETERS, MAX_TOKEN_BYTES, Parameters},
};

/// What is accepted is what the usual, laxer decoder reads, written again too, nothing of it dropped
/// (REG-09); a request has exactly one client (C4), and no error repeats a value.
pub fn run(data: &[u8]) {
    let at = data.iter().position(|byte| *byte == b'\n');
    let (header, form) = match at {
        Some(at) => (&data[..at], &data[at + 1..]),
        None => (&[][..], data),
    };
    let header = std::str::from_utf8(header).unwrap_or_default();
    bearer_token(header);
    let Ok(parameters) = Parameters::parse(form) else {
        return;
    };
    let pairs = pairs(form);
    same(&parameters, &pairs);
    let written = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&pairs)
        .finish();
    if written.len() <= MAX_BODY_BYTES {
        let again = Parameters::parse(written.as_bytes()).expect("a written form parses");
        same(&again, &pairs);
    }
    requests(&parameters);
    let headers: &[&str] = if header.is_empty() { &[] } else { &[header] };
    if let Ok(client) = PresentedClient::from_parts(headers, &parameters) {
        one_method(&client, header, &parameters);
    }
}

fn pairs(form: &[u8]) -> Vec<(String, String)> {
    let decoded = form_urlencoded::parse(form);
    decoded
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

fn same(parameters: &Parameters, pairs: &[(String, String)]) {
    assert!(pairs.len() <= MAX_PARAMETERS);
    for (name, value) in pairs {
        assert!(name.len() <= MAX_NAME_BYTES && value.len() <= MAX_TOKEN_BYTES);
        let expected = pairs
            .iter()
            .filter(|(other, value)| other == name && !value.is_empty());
        assert!(
            parameters
                .all(name)
                .eq(expected.map(|(_, value)| value.as_str()))
        );
    }
    let names: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        format!("{parameters:?}"),
        format!("{names:?}"),
        "values are not printed"
    );
}

fn requests(parameters: &Parameters) {
    if let Ok(TokenRequest::ClientCredentials(request)) = TokenRequest::parse(parameters) {
        assert_eq!(parameters.get("grant_type"), Some("client_credentials"));
        assert_eq!(request.scope.is_some(), parameters.get("scope").is_some());
        assert!(request.scope.is_none_or(|scope| !scope.is_empty()));
        let all = parameters.all("resource");
        assert!(
            all.into_iter()
                .all(|uri| request.resource.iter().any(|r| r.as_str() == uri))
        );
    }
    let introspection = IntrospectionRequest::parse(parameters).ok();
    let revocation = RevocationRequest::parse(parameters).ok();
    let token = parameters.get("token");
    assert_eq!(introspection.as_ref().map(|request| request.token), token);
    assert_eq!(
        revocation.as_ref().map(|request| request.token.expose()),
        token
    );
}

fn one_method(client: &PresentedClient, header: &str, parameters: &Parameters) {
    use TokenEndpointAuthMethod as Method;
    let sent = |name: &str| parameters.get(name).is_some();
    let methods = [
        (Method::ClientSecretBasic, !header.is_empty()),
        (Method::ClientSecretPost, sent("client_secret")),
        (Method::PrivateKeyJwt, sent("client_assertion")),
    ];
    let used: Vec<Method> = methods
        .iter()
        .filter(|(_, used)| *used)
        .map(|(m, _)| *m)
        .collect();
    match used.as_slice() {
        [] => assert_eq!(client.method(), Method::None),
        [one] => assert_eq!(client.method(), *one),
        several => panic!("C4: {several:?} in one request"),
    }
    if let (Some(id), Some(sent)) = (client.client_id(), parameters.get("client_id")) {
        assert_eq!(id.as_str(), sent);
    }
}

/// G2: a token is taken as it was sent, or not at all.
fn bearer_token(header: &str) {
    if let Ok(Some(token)) = bearer::extract(&[header]) {
        let (scheme, rest) = header.split_once(' ').expect("a scheme and a token");
        assert!(scheme.eq_ignore_ascii_case("Bearer"));
        assert_eq!(token.expose(), rest.trim_start_matches(' '));
        assert!((1..=bearer::MAX_BEARER_BYTES).contains(&token.expose().len()));
        assert!(
            token
                .expose()
                .bytes()
                .all(|b| b.is_ascii_graphic() && b != b',')
        );
        assert!(bearer::extract(&[header, header]).is_err());
    }
}
