//! F1: URLs that must never be asked, in every spelling that has fooled somebody (REG-12).
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use outbound::{Forbidden, HttpOutbound, Policy, Resolver};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::{Outbound, OutboundMethod, OutboundRefusal, OutboundRequest};

/// One a line; blank lines and lines that begin with `#` do not count.
const CORPUS: &str = include_str!("forbidden-urls.txt");

fn corpus() -> Vec<&'static str> {
    let lines = CORPUS.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with("# "))
        .collect()
}

/// Answers every name with a public address, and counts.
struct Anything(Arc<AtomicUsize>);

#[async_trait::async_trait]
impl Resolver for Anything {
    async fn addresses(&self, _: &str) -> std::io::Result<Vec<IpAddr>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(vec!["3000::1".parse().unwrap()])
    }
}

fn get(url: &str) -> OutboundRequest {
    OutboundRequest {
        method: OutboundMethod::Get,
        url: url.to_owned(),
        headers: Vec::new(),
        accept: "application/json",
    }
}

#[tokio::test]
async fn none_of_the_corpus_is_asked_or_even_looked_up() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let lookups = Arc::new(AtomicUsize::new(0));
    let resolver = Arc::new(Anything(Arc::clone(&lookups)));
    let outbound = HttpOutbound::with_resolver(Policy::default(), resolver).unwrap();
    let corpus = corpus();
    assert!(corpus.len() >= 150, "{}", corpus.len());
    for url in corpus {
        assert!(Policy::default().check_url(url).is_err(), "{url}");
        let refused = outbound.send(get(url)).await.unwrap_err();
        assert_eq!(refused.refusal(), OutboundRefusal::Forbidden, "{url}");
        assert_eq!(refused.to_string(), "the address gave no usable answer");
    }
    assert_eq!(lookups.load(Ordering::SeqCst), 0);
}

#[test]
fn the_rule_that_is_broken_is_named() {
    let why = |url: &str| Policy::default().check_url(url).unwrap_err();
    assert_eq!(why("http://example.com/"), Forbidden::Scheme);
    assert_eq!(why("https://example.com:22/"), Forbidden::Port(22));
    assert_eq!(why("https://me@example.com/"), Forbidden::Userinfo);
    assert_eq!(why("https:"), Forbidden::NotAnUrl);
    assert_eq!(why("https://metadata/"), Forbidden::Name("metadata".into()));
    let loopback = Forbidden::Address("127.0.0.1".parse().unwrap());
    assert_eq!(why("https://2130706433/"), loopback);
}

#[test]
fn public_urls_are_allowed() {
    for url in [
        "https://example.com",
        "https://example.com/.well-known/openid-configuration",
        "https://EXAMPLE.com:443/jwks?x=1",
        "https://op.example.co.uk:8443/jwks",
        "https://bücher.example/jwks",
        "https://8.8.8.8/jwks",
        "https://[2606:4700::1111]/jwks",
        "https://localhost.example.com/",
        "https://mylocal.example/",
        "https://example.com./",
    ] {
        assert!(Policy::default().check_url(url).is_ok(), "{url}");
    }
}

#[test]
fn loopback_is_for_those_who_turn_it_on() {
    let policy = Policy {
        loopback_allowed: true,
        ..Policy::default()
    };
    for url in [
        "http://127.0.0.1:8080/jwks",
        "http://localhost:1/",
        "http://op.localhost:9000/",
        "https://localhost:9443/",
        "http://[::1]:8080/",
        "http://127.8.8.8/",
    ] {
        assert!(policy.check_url(url).is_ok(), "{url}");
        assert!(Policy::default().check_url(url).is_err(), "{url}");
    }
    // It opens loopback, and nothing else of the corpus.
    for url in corpus() {
        let Ok(allowed) = policy.check_url(url) else {
            continue;
        };
        let host = allowed.host_str().unwrap();
        let is_loopback = host.contains("localhost") || host.starts_with("127.") || host == "[::1]";
        assert!(is_loopback, "{url}");
    }
}
