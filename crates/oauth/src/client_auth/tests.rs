#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use crate::ErrorCode;
use proptest::prelude::*;

fn present(headers: &[&str], body: &str) -> Result<PresentedClient, OAuthError> {
    PresentedClient::from_parts(headers, &Parameters::parse(body.as_bytes()).unwrap())
}

fn refused(headers: &[&str], body: &str) -> ErrorCode {
    present(headers, body).unwrap_err().code()
}

fn basic_header(pair: &str) -> String {
    format!("Basic {}", STANDARD.encode(pair))
}

const ASSERTION_TYPE: &str =
    "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";

#[test]
fn rfc6749_2_3_1_example_header() {
    match present(&["Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3"], "").unwrap() {
        PresentedClient::Basic { id, secret } => {
            assert_eq!(id.as_str(), "s6BhdRkqt3");
            assert_eq!(secret.expose(), "7Fjfp0ZBr1KtDRbnfVdmIw");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn basic_is_form_decoded_after_base64() {
    for (pair, id, secret) in [
        ("a%3Ab:c%2Bd+e", "a:b", "c+d e"),
        ("a:b:c", "a", "b:c"),
        ("a:%C3%A9", "a", "é"),
        ("a:é", "a", "é"),
    ] {
        for scheme in ["Basic", "basic", "BASIC "] {
            let header = basic_header(pair).replacen("Basic", scheme, 1);
            let client = present(&[&header], "").unwrap();
            let PresentedClient::Basic { secret: found, .. } = &client else {
                panic!("{client:?}")
            };
            assert_eq!(client.client_id().unwrap().as_str(), id);
            assert_eq!(found.expose(), secret);
        }
    }
}

#[test]
fn rfc6749_5_2_a_failed_header_is_invalid_client() {
    for pair in [
        "", "a", "a:", ":b", "a:%", "a:%zz", "%ff:b", "a:%00", "a\u{7}:b",
    ] {
        assert_eq!(
            refused(&[&basic_header(pair)], ""),
            ErrorCode::InvalidClient,
            "{pair:?}"
        );
    }
    for header in [
        "",
        "Basic",
        "Basic !",
        "Basic YTpi=",
        "Basic YTpi YTpi",
        "Bearer YTpi",
        "Basic _-8=",
    ] {
        assert_eq!(
            refused(&[header], ""),
            ErrorCode::InvalidClient,
            "{header:?}"
        );
    }
    let long = basic_header(&format!("{}:b", "a".repeat(257)));
    assert_eq!(refused(&[&long], ""), ErrorCode::InvalidClient);
}

#[test]
fn each_method_in_the_body() {
    use TokenEndpointAuthMethod as M;
    let assertion = format!("{ASSERTION_TYPE}&client_assertion=a.b.c");
    for (body, method, id) in [
        (
            "client_id=me&client_secret=s",
            M::ClientSecretPost,
            Some("me"),
        ),
        ("client_id=me", M::None, Some("me")),
        ("client_id=me&client_secret=", M::None, Some("me")),
        (assertion.as_str(), M::PrivateKeyJwt, None),
        (
            &format!("{assertion}&client_id=me"),
            M::PrivateKeyJwt,
            Some("me"),
        ),
    ] {
        let client = present(&[], body).unwrap();
        assert_eq!(client.method(), method, "{body}");
        assert_eq!(client.client_id().map(ClientId::as_str), id, "{body}");
    }
}

#[test]
fn c4_exactly_one_method() {
    let header = basic_header("me:s");
    let headers = [header.as_str()];
    let assertion = format!("{ASSERTION_TYPE}&client_assertion=a.b.c");
    for (headers, body) in [
        (&headers[..], "client_secret=s&client_id=me".to_owned()),
        (&headers[..], assertion.clone()),
        (&headers[..], "client_id=other".to_owned()),
        (&[], format!("{assertion}&client_secret=s&client_id=me")),
        (
            &[],
            format!("{ASSERTION_TYPE}&client_secret=s&client_id=me"),
        ),
        (&[header.as_str(), header.as_str()], String::new()),
    ] {
        assert_eq!(refused(headers, &body), ErrorCode::InvalidRequest, "{body}");
    }
    let repeated = present(&headers, "client_id=me").unwrap();
    assert_eq!(
        repeated.method(),
        TokenEndpointAuthMethod::ClientSecretBasic
    );
}

#[test]
fn incomplete_or_unknown_presentations() {
    for (body, code) in [
        ("", ErrorCode::InvalidClient),
        ("client_id=a%0Ab", ErrorCode::InvalidClient),
        ("client_secret=s", ErrorCode::InvalidRequest),
        ("client_assertion=a.b.c", ErrorCode::InvalidRequest),
        (ASSERTION_TYPE, ErrorCode::InvalidRequest),
        (
            "client_assertion=a&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Asaml2-bearer",
            ErrorCode::InvalidClient,
        ),
    ] {
        assert_eq!(refused(&[], body), code, "{body}");
    }
}

#[test]
fn debug_shows_no_secret() {
    let client = present(&[&basic_header("me:hunter2")], "").unwrap();
    let printed = format!("{client:?}");
    assert!(
        printed.contains("me") && !printed.contains("hunter2"),
        "{printed}"
    );
}

proptest! {
    #[test]
    fn encoded_credentials_come_back(id in "[ -~]{1,40}", secret in "[^\u{0}]{1,40}") {
        let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let header = basic_header(&format!("{}:{}", encode(&id), encode(&secret)));
        let client = present(&[&header], "").unwrap();
        prop_assert_eq!(client.client_id().unwrap().as_str(), &id);
        match client {
            PresentedClient::Basic { secret: found, .. } => prop_assert_eq!(found.expose(), &secret),
            other => prop_assert!(false, "{other:?}"),
        }
    }

    #[test]
    fn arbitrary_headers_do_not_panic(header in "(Basic |Bearer )?\\PC{0,40}") {
        let _ = present(&[&header], "client_id=me");
    }
}
