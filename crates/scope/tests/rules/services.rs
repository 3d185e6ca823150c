//! Services by method and path (product §6.4; G4, REG-16).

use crate::fixture::{grant, id, realm};
use scope::{
    Action, AmbiguousPath, CanonicalPath, Decision, DenialReason, EffectiveGrant, InvalidPattern,
    MAX_PATH_BYTES, Outcome, PathPattern, Rule, ServiceId, Subject, decide,
};
use serde_json::json;

fn realm_with_each_service() -> scope::Catalogue {
    let scopes: Vec<_> = (0..crate::fixture::SERVICES.len())
        .map(|n| {
            let service = ServiceId(id(500 + n as u128)).to_string();
            json!({"name": format!("service-{n}"), "type": "service", "services": [service]})
        })
        .collect();
    realm(&scopes)
}

fn ask(
    scopes: impl IntoIterator<Item = u128>,
    method: &str,
    path: &str,
) -> Result<Rule, DenialReason> {
    let realm = realm_with_each_service();
    let grant: EffectiveGrant = grant(&realm, Subject::Client, scopes);
    match decide(&realm, &grant, &Action::Service { method, path }) {
        Decision::Allowed { record, .. } => Ok(record.rule),
        Decision::Denied { reason, .. } => Err(reason),
    }
}

/// Which of the services (by scope, from 1) a request reaches.
fn reached(method: &str, path: &str) -> Vec<u128> {
    let all = 1..=crate::fixture::SERVICES.len() as u128;
    all.filter(|scope| ask([*scope], method, path) == Ok(Rule::Scope))
        .collect()
}

#[test]
fn exact_variable_and_open_patterns_match_at_segment_boundaries() {
    for (path, expected) in [
        ("/integration/orders", &[1][..]),
        ("/integration/orders/", &[]),
        ("/integration/ordersX", &[]),
        ("/integrationX/orders", &[]),
        ("/integration/Orders", &[]),
        ("/integration", &[]),
        ("/", &[]),
        ("/integration/orders/7", &[2]),
        ("/integration/orders/a%20b", &[2]),
        ("/integration/orders/7/lines", &[]),
        ("/integration/orders/open", &[2, 3]),
        ("/integration/reports", &[]),
        ("/integration/reports/", &[4]),
        ("/integration/reports/a/b/c/", &[4]),
        ("/integration/reportsX/a", &[]),
        ("/integration/reports/2026/total", &[4, 5]),
        ("/integration/caf%C3%A9/1/2", &[6]),
        ("/integration/caf%c3%a9/1/2", &[6]),
        ("/integration/caf%C3%A9//2", &[]),
        ("/integration/mail@home", &[7]),
        ("/integration/mail%40home", &[7]),
        ("/integration/mail%2540home", &[]),
        ("/integration/orders/100%25", &[2]),
        ("/integration/caf%C3%A9/1/", &[]),
    ] {
        assert_eq!(reached("GET", path), expected, "{path}");
    }
}

#[test]
fn a_method_that_the_service_does_not_take_is_no_match() {
    assert_eq!(ask([1], "POST", "/integration/orders"), Ok(Rule::Scope));
    for method in ["DELETE", "get", ""] {
        assert_eq!(
            ask([1], method, "/integration/orders"),
            Err(DenialReason::NoService),
            "{method}"
        );
    }
    // No methods listed: all.
    assert_eq!(
        ask([3], "PROPFIND", "/integration/orders/open"),
        Ok(Rule::Scope)
    );
}

#[test]
fn lacking_the_scope_is_told_from_lacking_the_service() {
    assert_eq!(
        ask([2, 4], "GET", "/integration/orders"),
        Err(DenialReason::Service)
    );
    assert_eq!(
        ask([2, 4], "GET", "/integration/nothing"),
        Err(DenialReason::NoService)
    );
}

/// `report`: who only lacks the scope passes and is recorded; with the scope it is an allowance.
#[test]
fn a_service_that_only_reports_lets_pass_and_says_so() {
    let total = "/integration/reports/2026/total";
    assert_eq!(ask([1], "GET", total), Ok(Rule::ReportOnly));
    assert_eq!(ask([5], "GET", total), Ok(Rule::Scope));
    assert_eq!(ask([4], "GET", total), Ok(Rule::Scope));
    // For the other methods only the enforcing service is there.
    assert_eq!(ask([1], "POST", total), Err(DenialReason::Service));
    let realm = realm_with_each_service();
    let grant = grant(&realm, Subject::Client, [1]);
    let decision = decide(
        &realm,
        &grant,
        &Action::Service {
            method: "GET",
            path: total,
        },
    );
    assert_eq!(decision.record().outcome(), Outcome::Reported);
    assert_eq!(decision.record().decided_by, None);
}

/// REG-16: what two parsers may read differently is refused, by name, even below `/*`.
#[test]
fn reg_16_ambiguous_paths_are_refused_never_guessed_at() {
    use AmbiguousPath::{
        Character, DotSegment, EmptySegment, Encoded, Encoding, NotAbsolute, TooLong,
    };
    let long = format!("/{}", "a".repeat(9000));
    let cases = [
        ("", NotAbsolute),
        ("integration/orders", NotAbsolute),
        ("*", NotAbsolute),
        ("http://host/integration/orders", NotAbsolute),
        ("//integration/orders", EmptySegment),
        ("/integration//orders", EmptySegment),
        ("/integration/reports//", EmptySegment),
        ("/integration/reports/..", DotSegment),
        ("/integration/reports/../orders", DotSegment),
        ("/integration/./orders", DotSegment),
        ("/.", DotSegment),
        ("/..", DotSegment),
        ("/integration/reports/%2e%2e/orders", Encoded),
        ("/integration/%2E/orders", Encoded),
        ("/integration/reports/.%2e/orders", Encoded),
        ("/integration/reports/a;b", Character),
        ("/integration;v=1/orders", Character),
        ("/integration/reports/..;/orders", Character),
        ("/integration/reports/%3bx", Encoded),
        ("/integration/reports/%3B", Encoded),
        ("/integration/reports%2forders", Encoded),
        ("/integration/reports/%2F", Encoded),
        ("/integration/reports\\orders", Character),
        ("/integration/reports/%5c..", Encoded),
        ("/integration/reports/%00", Encoded),
        ("/integration/reports/%0d%0aX:", Encoded),
        ("/integration/reports/%7f", Encoded),
        ("/integration/reports/%C2%85", Encoded),
        ("/integration/reports/\u{0}", Character),
        ("/integration/reports/\t", Character),
        ("/integration/reports/a b", Character),
        ("/integration/reports/é", Character),
        ("/integration/reports?x=1", Character),
        ("/integration/reports#x", Character),
        ("/integration/reports/\"", Character),
        ("/integration/reports/<a>", Character),
        ("/integration/reports/{id}", Character),
        ("/integration/reports/a|b", Character),
        ("/integration/%6frders", Encoded),
        ("/integration/orders/%2541", Encoded),
        ("/integration/orders/%252e%252e", Encoded),
        ("/integration/orders/%41", Encoded),
        ("/integration/reports/%", Encoding),
        ("/integration/reports/%2", Encoding),
        ("/integration/reports/%zz", Encoding),
        ("/integration/reports/%u002f", Encoding),
        ("/integration/reports/%+1", Encoding),
        // Over-long, surrogate, truncated, too large.
        ("/integration/reports/%C0%AF", Encoding),
        ("/integration/reports/%E0%80%AF", Encoding),
        ("/integration/reports/%ED%A0%80", Encoding),
        ("/integration/reports/%C3", Encoding),
        ("/integration/reports/%C3a", Encoding),
        ("/integration/reports/%80", Encoding),
        ("/integration/reports/%F4%90%80%80", Encoding),
        ("/integration/reports/%C3%28", Encoding),
        (long.as_str(), TooLong),
    ];
    for (path, problem) in cases {
        assert_eq!(
            ask([1, 2, 3, 4], "GET", path),
            Err(DenialReason::AmbiguousPath(problem)),
            "{path}"
        );
    }
}

#[test]
fn the_longest_path_is_a_path_and_one_more_byte_is_too_many() {
    let longest = format!("/{}", "a".repeat(MAX_PATH_BYTES - 1));
    let path = CanonicalPath::parse(&longest).unwrap();
    assert_eq!(path.as_str(), longest);
    let longer = format!("{longest}a");
    assert_eq!(CanonicalPath::parse(&longer), Err(AmbiguousPath::TooLong));
}

#[test]
fn encoded_characters_of_two_to_four_bytes_are_characters() {
    for path in ["/%C3%A9", "/%E2%82%AC", "/%F0%9F%98%80/%c3%bf-"] {
        assert!(CanonicalPath::parse(path).is_ok(), "{path}");
    }
}

/// A double encoding has two readings; an encoded percent sign before anything else has one.
#[test]
fn an_encoded_percent_sign_must_not_be_decodable_again() {
    assert!(CanonicalPath::parse("/a/%252e%252e").is_err());
    assert!(CanonicalPath::parse("/a/%25%32%65").is_err());
    assert_eq!(reached("GET", "/integration/orders/%25-e"), [2]);
    assert!("/a/%2541".parse::<PathPattern>().is_err());
}

#[test]
fn patterns_that_are_none_are_refused() {
    let parse = |text: &str| text.parse::<PathPattern>();
    assert_eq!(parse("/a/{id}/*").unwrap().as_str(), "/a/{id}/*");
    assert_eq!(parse("/a/b/").unwrap().as_str(), "/a/b/");
    for text in ["/a*", "/a/*/b", "/*/a", "/a/**", "/a/*b"] {
        assert_eq!(parse(text), Err(InvalidPattern::Wildcard), "{text}");
    }
    for text in [
        "/a/{}",
        "/a/{id",
        "/a/id}",
        "/a/x{id}",
        "/a/{i d}",
        "/a/{a}{b}",
    ] {
        assert!(
            matches!(parse(text), Err(InvalidPattern::Variable(_))),
            "{text}"
        );
    }
    for text in [
        "", "a/b", "/a//b", "/a//*", "/a/../b", "/a;b", "/a/%2f", "/a?b", "/a/%61",
    ] {
        assert!(
            matches!(parse(text), Err(InvalidPattern::Path(_))),
            "{text}"
        );
    }
    assert!(parse(&"/a".repeat(64)).is_ok());
    assert_eq!(parse(&"/a".repeat(65)), Err(InvalidPattern::TooMany));
}

/// An absolute URL given is reduced to its path.
#[test]
fn an_absolute_url_is_reduced_to_its_path() {
    let path = |text: &str| text.parse::<PathPattern>().unwrap().to_string();
    assert_eq!(
        path("https://erp.example:8443/integration/orders/*"),
        "/integration/orders/*"
    );
    assert_eq!(path("HTTP://erp.example"), "/");
}
