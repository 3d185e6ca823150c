#![allow(clippy::unwrap_used)]

use super::*;
use crate::{ErrorCode, Secret};
use serde_json::json;

fn read(json: &Value) -> Result<ClientMetadata, OAuthError> {
    ClientMetadata::from_json(json.as_object().unwrap())
}

/// The least that can be registered, with one member more.
fn with(name: &str, value: Value) -> Result<ClientMetadata, OAuthError> {
    let mut json = json!({"redirect_uris": ["https://client.example.org/cb"]});
    json[name] = value;
    read(&json)
}

fn all() -> Value {
    json!({
        "redirect_uris": ["https://client.example.org/cb", "https://client.example.org/cb2"],
        "token_endpoint_auth_method": "private_key_jwt",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "application_type": "web",
        "client_name": "Mein Beispiel ✓",
        "client_uri": "https://client.example.org/",
        "logo_uri": "https://client.example.org/logo.png",
        "policy_uri": "https://client.example.org/policy",
        "tos_uri": "https://client.example.org/tos",
        "contacts": ["ve7jtb@example.org"],
        "scope": "openid profile",
        "jwks": {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA"}]},
        "software_id": "4NRB1-0XZABZI9E6-5SM3R",
        "software_version": "2.0",
        "token_endpoint_auth_signing_alg": "EdDSA",
        "id_token_signed_response_alg": "ES256",
        "userinfo_signed_response_alg": "RS256",
        "request_object_signing_alg": "EdDSA",
        "subject_type": "public",
        "default_max_age": 3600,
        "require_auth_time": true,
        "default_acr_values": ["gold"],
        "post_logout_redirect_uris": ["https://client.example.org/bye"],
        "backchannel_logout_uri": "https://client.example.org/logout",
        "backchannel_logout_session_required": true,
        "require_pushed_authorization_requests": true,
        "require_signed_request_object": true,
    })
}

#[test]
fn rfc7591_2_every_member_is_read_and_written() {
    let metadata = read(&all()).unwrap();
    assert_eq!(metadata.redirect_uris.len(), 2);
    assert_eq!(metadata.default_max_age, Some(3600));
    assert_eq!(serde_json::to_value(&metadata).unwrap(), all());
    let again: ClientMetadata = serde_json::from_value(all()).unwrap();
    assert_eq!(again, metadata);
}

#[test]
fn rfc7591_2_defaults() {
    let json = json!({
        "redirect_uris": ["https://client.example.org/cb", "https://client.example.org/cb"],
        "client_name": null, "client_name#fr": "x", "unheard_of": {"a": []},
    });
    assert_eq!(
        serde_json::to_value(read(&json).unwrap()).unwrap(),
        json!({
            "redirect_uris": ["https://client.example.org/cb"],
            "token_endpoint_auth_method": "client_secret_basic",
            "grant_types": ["authorization_code"],
            "response_types": ["code"],
        })
    );
    let device = json!({
        "token_endpoint_auth_method": "none",
        "grant_types": ["urn:ietf:params:oauth:grant-type:device_code"],
    });
    let device = read(&device).unwrap();
    assert!(device.response_types.is_empty() && device.redirect_uris.is_empty());
    let written = serde_json::to_value(&device).unwrap();
    assert_eq!(read(&written).unwrap(), device);
}

/// Each member in turn is given every other type of JSON.
#[test]
fn a_wrong_type_names_its_member() {
    let others = [
        json!(1),
        json!(true),
        json!("\u{7f}"),
        json!([1]),
        json!({"a": 1}),
        json!(-1.5),
    ];
    for (name, good) in all().as_object().unwrap() {
        for other in &others {
            let same = std::mem::discriminant(good) == std::mem::discriminant(other);
            if same && good.is_boolean() {
                continue;
            }
            // A good number is the one that is no fraction.
            if name == "default_max_age" && other == &json!(1) {
                continue;
            }
            let mut json = all();
            json[name] = other.clone();
            let error = read(&json).unwrap_err();
            let uris = ["redirect_uris", "post_logout_redirect_uris"].contains(&name.as_str());
            let text = format!("'{name}'");
            assert!(
                error.description().contains(&text),
                "{name} {other}: {error}"
            );
            if !uris {
                assert_eq!(
                    error.code(),
                    ErrorCode::InvalidClientMetadata,
                    "{name} {other}"
                );
            }
        }
    }
}

/// REG-02, H2: every member that is an address, in every dangerous scheme.
#[test]
fn reg02_h2_every_address_is_vetted() {
    for scheme in [
        "javascript",
        "JavaScript",
        "data",
        "vbscript",
        "file",
        "blob",
        "ftp",
        "http",
    ] {
        let address = format!("{scheme}://client.example.org/x");
        for name in [
            "client_uri",
            "logo_uri",
            "policy_uri",
            "tos_uri",
            "backchannel_logout_uri",
        ] {
            let error = with(name, json!(address)).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidClientMetadata, "{name}");
            assert!(error.description().contains(name));
        }
        for name in ["redirect_uris", "post_logout_redirect_uris"] {
            let both = json!(["https://client.example.org/cb", address]);
            let error = with(name, both).unwrap_err();
            assert_eq!(
                error.code(),
                ErrorCode::InvalidRedirectUri,
                "{name} {address}"
            );
            assert!(error.description().contains(name));
        }
    }
    for local in [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://10.0.0.1/",
    ] {
        assert!(
            with("backchannel_logout_uri", json!(local)).is_err(),
            "{local}"
        );
    }
}

#[test]
fn f1_no_key_set_is_fetched() {
    let error = with("jwks_uri", json!("https://client.example.org/jwks")).unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidClientMetadata);
    assert!(error.description().contains("'jwks_uri' is not supported"));
}

/// OpenID Connect Registration §2.
#[test]
fn redirection_uris_fit_the_application_type() {
    let register = |kind: Value, uri: &str| {
        read(&json!({"redirect_uris": [uri], "application_type": kind})).map_err(|e| e.code())
    };
    let (https, loopback) = ("https://client.example.org/cb", "http://127.0.0.1/cb");
    let private = "com.example.app:/cb";
    let uri = Some(ErrorCode::InvalidRedirectUri);
    for (kind, fits, others) in [
        ("web", vec![https], vec![loopback, private]),
        ("native", vec![loopback, private], vec![https]),
    ] {
        for good in fits {
            assert!(register(json!(kind), good).is_ok(), "{kind} {good}");
            assert!(register(Value::Null, good).is_ok(), "{good}");
        }
        for bad in others {
            assert_eq!(register(json!(kind), bad).err(), uri, "{kind} {bad}");
        }
    }
    let other = register(json!("desktop"), https).err();
    assert_eq!(other, Some(ErrorCode::InvalidClientMetadata));
}

/// What a client would rely on, and can't have, is no unknown member.
#[test]
fn what_is_not_supported_is_refused_and_not_ignored() {
    for (name, value) in [
        ("sector_identifier_uri", json!("https://x.example/s")),
        ("request_uris", json!(["https://x.example/r"])),
        ("frontchannel_logout_uri", json!("https://x.example/l")),
        ("id_token_encrypted_response_alg", json!("RSA-OAEP")),
        ("authorization_signed_response_alg", json!("ES256")),
        ("dpop_bound_access_tokens", json!(true)),
        ("tls_client_certificate_bound_access_tokens", json!(true)),
    ] {
        let error = with(name, value).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidClientMetadata, "{name}");
        let text = format!("'{name}' is not supported");
        assert!(error.description().contains(&text), "{error}");
    }
    for (name, nothing) in [
        ("request_uris", json!([])),
        ("dpop_bound_access_tokens", json!(false)),
        ("software_statement", Value::Null),
    ] {
        assert!(with(name, nothing).is_ok(), "{name}");
    }
}

#[test]
fn rfc7591_3_2_2_no_software_statement_is_approved() {
    let code = |statement| {
        let error = with("software_statement", statement).unwrap_err();
        error.code()
    };
    let unapproved = ErrorCode::UnapprovedSoftwareStatement;
    assert_eq!(code(json!("eyJhbGciOiJFUzI1NiJ9.e30.AA")), unapproved);
    for statement in [json!("x"), json!("a..b"), json!("a.b.c.d"), json!({})] {
        assert_eq!(code(statement), ErrorCode::InvalidSoftwareStatement);
    }
}

/// J12, REG-20.
#[test]
fn a_body_is_one_small_object_without_doubles() {
    let read = |body: &[u8]| ClientMetadata::members(body).map_err(|error| error.code());
    assert_eq!(read(b"{\"a\": [{\"b\": 1}]}").unwrap().len(), 1);
    let long = format!("{{\"a\": \"{}\"}}", "x".repeat(64 * 1024));
    let deep = format!("{{\"a\": {}{}}}", "[".repeat(9), "]".repeat(9));
    for body in ["", "[]", "1", "{\"a\": 1, \"a\": 2}", "{} {}", &long, &deep] {
        let refused = read(body.as_bytes());
        assert_eq!(refused, Err(ErrorCode::InvalidRequest), "{body:.40}");
    }
    assert!(read(b"\xff").is_err());
}

/// REG-03, B9, J2, J3: no flow, method or algorithm that is not built can be registered.
#[test]
fn reg03_what_is_not_built_is_refused() {
    for (name, value) in [
        ("grant_types", json!(["authorization_code", "implicit"])),
        ("grant_types", json!(["password"])),
        ("grant_types", json!([])),
        ("response_types", json!(["token"])),
        ("response_types", json!(["code", "code id_token"])),
        ("response_types", json!([])),
        ("token_endpoint_auth_method", json!("client_secret_jwt")),
        ("token_endpoint_auth_method", json!("NONE")),
        ("id_token_signed_response_alg", json!("none")),
        ("id_token_signed_response_alg", json!("noNE")),
        ("id_token_signed_response_alg", json!("HS256")),
        ("userinfo_signed_response_alg", json!("HS512")),
        ("request_object_signing_alg", json!("none")),
        ("subject_type", json!("pairwise")),
    ] {
        let error = with(name, value.clone()).unwrap_err();
        assert_eq!(
            error.code(),
            ErrorCode::InvalidClientMetadata,
            "{name} {value}"
        );
        assert!(error.description().contains(name), "{error}");
    }
}

#[test]
fn rules_between_members() {
    let code = |json: Value| read(&json).unwrap_err().code();
    let uris = json!(["https://client.example.org/cb"]);
    assert_eq!(code(json!({})), ErrorCode::InvalidRedirectUri);
    assert_eq!(
        code(json!({"redirect_uris": []})),
        ErrorCode::InvalidRedirectUri
    );
    for json in [
        json!({"grant_types": ["client_credentials"], "response_types": ["code"]}),
        json!({"grant_types": ["client_credentials"], "token_endpoint_auth_method": "none"}),
        json!({"redirect_uris": uris, "token_endpoint_auth_method": "private_key_jwt"}),
        json!({"redirect_uris": uris, "require_signed_request_object": true}),
        json!({"redirect_uris": uris, "backchannel_logout_session_required": true}),
    ] {
        assert_eq!(
            code(json.clone()),
            ErrorCode::InvalidClientMetadata,
            "{json}"
        );
    }
    assert!(read(&json!({"grant_types": ["client_credentials"]})).is_ok());
}

#[test]
fn only_public_keys_are_registered() {
    for jwks in [
        json!({"keys": []}),
        json!({"keys": {}}),
        json!({}),
        json!([]),
        json!({"keys": [1]}),
        json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA", "d": "AA"}]}),
        json!({"keys": [{"kty": "oct", "k": "AA"}]}),
        json!({"keys": [{"kty": "RSA", "n": "AA", "e": "AQAB", "p": "AA"}]}),
        json!({"keys": vec![json!({"kty": "OKP"}); 21]}),
        json!({"keys": [{"kty": "RSA", "n": "A".repeat(16 * 1024)}]}),
    ] {
        let error = with("jwks", jwks).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidClientMetadata);
    }
}

#[test]
fn reg09_h7_sizes_and_counts_are_bounded() {
    let uris = |count: usize| {
        let uris: Vec<String> = (0..count)
            .map(|n| format!("https://x.example/{n}"))
            .collect();
        with("redirect_uris", json!(uris))
    };
    assert_eq!(uris(50).unwrap().redirect_uris.len(), 50);
    assert!(uris(51).is_err());
    for name in ["client_name", "software_id", "software_version"] {
        assert!(with(name, json!("x".repeat(255))).is_ok(), "{name}");
        for text in [
            "x".repeat(256),
            String::new(),
            "a\nb".into(),
            "a\0".into(),
            "\u{85}".into(),
        ] {
            assert!(with(name, json!(text)).is_err(), "{name} {text:?}");
        }
    }
    for name in ["contacts", "default_acr_values"] {
        assert!(with(name, json!(vec!["x"; 20])).is_ok(), "{name}");
        assert!(with(name, json!(vec!["x"; 21])).is_err(), "{name}");
        assert!(with(name, json!(["x".repeat(256)])).is_err(), "{name}");
    }
    assert!(with("scope", json!("a".repeat(201))).is_err());
    assert!(with("scope", json!("a  b")).is_err());
}

#[test]
fn rfc7591_3_2_1_information() {
    let mut information = ClientInformation {
        client_id: "s6BhdRkqt3".parse().unwrap(),
        client_id_issued_at: 2_893_256_800,
        secret: Some(IssuedSecret {
            client_secret: Secret::new("cf136dc3c1fc"),
            client_secret_expires_at: 0,
        }),
        registration_access_token: Some(Secret::new("reg-23410913")),
        registration_client_uri: "https://as.example/register/s6BhdRkqt3".into(),
        metadata: with("client_name", json!("x")).unwrap(),
    };
    let mut expected = json!({
        "client_id": "s6BhdRkqt3", "client_id_issued_at": 2_893_256_800_i64,
        "client_secret": "cf136dc3c1fc", "client_secret_expires_at": 0,
        "registration_access_token": "reg-23410913",
        "registration_client_uri": "https://as.example/register/s6BhdRkqt3",
        "redirect_uris": ["https://client.example.org/cb"],
        "token_endpoint_auth_method": "client_secret_basic",
        "grant_types": ["authorization_code"], "response_types": ["code"], "client_name": "x",
    });
    assert_eq!(serde_json::to_value(&information).unwrap(), expected);
    let printed = format!("{information:?}");
    assert!(!printed.contains("cf136") && !printed.contains("reg-23"));

    information.secret = None;
    information.registration_access_token = None;
    for name in [
        "client_secret",
        "client_secret_expires_at",
        "registration_access_token",
    ] {
        expected.as_object_mut().unwrap().remove(name);
    }
    assert_eq!(serde_json::to_value(&information).unwrap(), expected);
}

#[test]
fn rfc7592_2_2_update() {
    let update = |json: Value| ClientUpdate::from_json(json.as_object().unwrap());
    let good = json!({
        "client_id": "c", "client_secret": "s", "redirect_uris": ["https://client.example.org/cb"],
    });
    let read = update(good.clone()).unwrap();
    assert_eq!(read.client_id.as_str(), "c");
    assert_eq!(read.client_secret.as_ref().unwrap().expose(), "s");
    assert!(!format!("{read:?}").contains("\"s\""));
    for name in [
        "registration_access_token",
        "registration_client_uri",
        "client_secret_expires_at",
        "client_id_issued_at",
    ] {
        let mut json = good.clone();
        json[name] = json!(1);
        let error = update(json).unwrap_err();
        assert!(error.description().contains(name), "{error}");
    }
    for (name, value) in [
        ("client_id", Value::Null),
        ("client_id", json!("é")),
        ("client_secret", json!(1)),
        ("client_secret", json!("")),
        // H4: what is wrong in a registration is wrong in an update.
        ("redirect_uris", json!(["javascript:alert(1)"])),
        ("redirect_uris", Value::Null),
        ("logo_uri", json!("data:image/svg+xml,x")),
    ] {
        let mut json = good.clone();
        json[name] = value.clone();
        assert!(update(json).is_err(), "{name} {value}");
    }
}
