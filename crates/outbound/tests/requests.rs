//! What is sent, what is taken for an answer, and what is not (F1, F2, F3, F6), against servers on loopback.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use domain::{
    Outbound, OutboundAnswer, OutboundError, OutboundMethod, OutboundRefusal, OutboundRequest,
};
use outbound::{HttpOutbound, Policy, Resolver};
use secrecy::SecretString;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use support::{Server, answer};

const JSON: &str = "content-type: application/json\r\n";

fn local() -> Policy {
    Policy {
        loopback_allowed: true,
        timeout: Duration::from_secs(2),
        ..Policy::default()
    }
}

fn outbound(policy: Policy) -> HttpOutbound {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    HttpOutbound::new(policy).unwrap()
}

fn get(url: &str) -> OutboundRequest {
    OutboundRequest {
        method: OutboundMethod::Get,
        url: url.to_owned(),
        headers: Vec::new(),
        accept: "application/jwk-set+json, application/json",
    }
}

async fn asked(server: &Server) -> Result<OutboundAnswer, OutboundError> {
    outbound(local()).send(get(&server.url())).await
}

async fn refused(server: &Server) -> OutboundRefusal {
    asked(server).await.unwrap_err().refusal()
}

#[tokio::test]
async fn a_document_is_fetched() {
    let headers = "content-type: Application/JSON; charset=utf-8\r\nset-cookie: a=b\r\n";
    let server = Server::answering("200 OK", headers, "{}").await;
    let outbound = outbound(local());
    for _ in 0..2 {
        let answer = outbound.send(get(&server.url())).await.unwrap();
        assert_eq!(answer.status, 200);
        assert_eq!(answer.content_type.as_deref(), Some("application/json"));
        assert_eq!(answer.body, b"{}");
    }
    let requests = server.requests();
    assert!(
        requests[0].starts_with("GET /path HTTP/1.1\r\n"),
        "{requests:?}"
    );
    assert!(requests[0].contains("accept: application/jwk-set+json, application/json\r\n"));
    let lower = requests.concat().to_lowercase();
    for unwanted in ["cookie", "referer", "accept-encoding", "authorization"] {
        assert!(!lower.contains(unwanted), "{unwanted}: {requests:?}");
    }
    assert_eq!(server.connections(), 2, "no connection is kept");
}

#[tokio::test]
async fn a_form_is_posted_with_credentials() {
    let server = Server::answering("400 Bad Request", JSON, r#"{"error":"invalid_grant"}"#).await;
    let request = OutboundRequest {
        method: OutboundMethod::PostForm(vec![
            ("grant_type".into(), "authorization_code".into()),
            ("code".into(), "a&b=c d".into()),
        ]),
        headers: vec![("authorization", SecretString::from("Basic eDp5"))],
        ..get(&server.url())
    };
    let answer = outbound(local()).send(request).await.unwrap();
    assert_eq!(answer.status, 400);
    assert_eq!(answer.body, br#"{"error":"invalid_grant"}"#);
    let request = server.requests().concat();
    assert!(request.starts_with("POST /path HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("content-type: application/x-www-form-urlencoded\r\n"));
    assert!(request.contains("authorization: Basic eDp5\r\n"));
    assert!(request.ends_with("\r\n\r\ngrant_type=authorization_code&code=a%26b%3Dc+d"));
}

#[tokio::test]
async fn no_header_is_smuggled() {
    let server = Server::answering("200 OK", JSON, "{}").await;
    let request = OutboundRequest {
        headers: vec![("authorization", SecretString::from("a\r\nhost: evil"))],
        ..get(&server.url())
    };
    let error = outbound(local()).send(request).await.unwrap_err();
    assert_eq!(error.refusal(), OutboundRefusal::Forbidden);
    assert!(!error.detail().contains("evil"));
    assert_eq!(server.connections(), 0);
}

/// F2 (CVE-2026-4366): an allowed address that points to another one does not make that one allowed.
#[tokio::test]
async fn redirects_are_not_followed() {
    let aim = Server::answering("200 OK", JSON, "{}").await;
    for status in [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Temporary",
        "308 Permanent",
    ] {
        let headers = format!("{JSON}location: {}\r\n", aim.url());
        let server = Server::answering(status, &headers, "{}").await;
        assert_eq!(
            refused(&server).await,
            OutboundRefusal::Redirect,
            "{status}"
        );
    }
    assert_eq!(aim.connections(), 0);
}

#[tokio::test]
async fn only_a_success_is_an_answer() {
    for (status, code) in [
        ("400 Bad Request", 400),
        ("401 Unauthorized", 401),
        ("404 Not Found", 404),
        ("429 Too Many Requests", 429),
        ("500 Internal Server Error", 500),
    ] {
        let server = Server::answering(status, JSON, "{}").await;
        assert_eq!(refused(&server).await, OutboundRefusal::Status(code));
    }
}

#[tokio::test]
async fn another_media_type_is_refused() {
    for headers in [
        "content-type: text/html\r\n",
        "content-type: application/json+x\r\n",
        "content-type: application/jsonp\r\n",
        "content-type: \r\n",
        "",
    ] {
        let server = Server::answering("200 OK", headers, "{}").await;
        assert_eq!(
            refused(&server).await,
            OutboundRefusal::ContentType,
            "{headers}"
        );
    }
    let server = Server::answering("200 OK", "content-type: text/html\r\n", "<p>").await;
    let request = OutboundRequest {
        accept: "*/*",
        ..get(&server.url())
    };
    assert_eq!(outbound(local()).send(request).await.unwrap().body, b"<p>");
    // Nothing at all has no type: the answer of a logout endpoint.
    let server = Server::answering("204 No Content", "", "").await;
    assert_eq!(asked(&server).await.unwrap().status, 204);
}

#[tokio::test]
async fn a_large_answer_is_refused() {
    let most = Policy::default().max_body;
    assert_eq!(most, 256 * 1024);
    let fits = "x".repeat(most);
    let server = Server::answering("200 OK", JSON, &fits).await;
    assert_eq!(asked(&server).await.unwrap().body.len(), most);
    let server = Server::answering("200 OK", JSON, &(fits.clone() + "x")).await;
    assert_eq!(refused(&server).await, OutboundRefusal::TooLarge);
    // Without a length, it is counted as it comes.
    let endless = format!("HTTP/1.1 200 OK\r\n{JSON}connection: close\r\n\r\n{fits}");
    let mut parts = vec![(Duration::ZERO, endless.into_bytes())];
    parts.extend(vec![(Duration::ZERO, fits.clone().into_bytes()); 400]);
    let server = Server::start(parts, None).await;
    assert_eq!(refused(&server).await, OutboundRefusal::TooLarge);
    // What expands is not expanded, so it is small and of no use, and asked for by nobody.
    let headers = format!("{JSON}content-encoding: gzip\r\n");
    let server = Server::answering("200 OK", &headers, "not gzip").await;
    assert_eq!(asked(&server).await.unwrap().body, b"not gzip");
}

#[tokio::test]
async fn a_slow_server_is_given_up() {
    assert_eq!(Policy::default().timeout, Duration::from_secs(5));
    let whole = answer("200 OK", JSON, "{\"slow\": true}");
    let drip = whole
        .iter()
        .map(|byte| (Duration::from_millis(40), vec![*byte]));
    let silent = vec![(Duration::from_secs(60), whole.clone())];
    for parts in [silent, drip.collect()] {
        let server = Server::start(parts, None).await;
        let policy = Policy {
            timeout: Duration::from_millis(500),
            ..local()
        };
        let begin = Instant::now();
        let error = outbound(policy).send(get(&server.url())).await.unwrap_err();
        assert_eq!(error.refusal(), OutboundRefusal::Timeout);
        assert!(begin.elapsed() < Duration::from_secs(5));
    }
}

/// F6: one sentence for all, so that nobody maps a network through the server.
#[tokio::test]
async fn errors_read_the_same() {
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = format!("http://{}/", nobody.local_addr().unwrap());
    drop(nobody);
    let missing = Server::answering("404 Not Found", JSON, "{}").await;
    let broken = Server::start(vec![(Duration::ZERO, b"SSH-2.0-x\r\n\r\n".to_vec())], None).await;
    let slow = Server::start(vec![(Duration::from_secs(60), Vec::new())], None).await;
    let policy = Policy {
        timeout: Duration::from_millis(500),
        ..local()
    };
    let outbound = outbound(policy);
    let mut texts = BTreeSet::new();
    let mut refusals = Vec::new();
    for url in [
        closed,
        missing.url(),
        broken.url(),
        slow.url(),
        "https://10.0.0.1/".to_owned(),
        "https://no-such-name.invalid/".to_owned(),
    ] {
        let error = outbound.send(get(&url)).await.unwrap_err();
        texts.insert(error.to_string());
        assert!(!error.detail().is_empty(), "{url}");
        refusals.push(error.refusal());
    }
    assert_eq!(texts.len(), 1, "{texts:?}");
    use OutboundRefusal::{Forbidden, Status, Timeout, Unreachable};
    assert_eq!(
        refusals[..5],
        [Unreachable, Status(404), Unreachable, Timeout, Forbidden]
    );
}

/// Answers in turn, the last one for ever, and counts.
struct Turns {
    answers: Vec<Vec<&'static str>>,
    asked: Mutex<Vec<String>>,
}

#[async_trait::async_trait]
impl Resolver for Turns {
    async fn addresses(&self, name: &str) -> std::io::Result<Vec<IpAddr>> {
        let mut asked = self.asked.lock().unwrap();
        let turn = asked.len().min(self.answers.len() - 1);
        asked.push(name.to_owned());
        let answer = self.answers[turn].iter();
        Ok(answer.map(|address| address.parse().unwrap()).collect())
    }
}

fn turning(policy: Policy, answers: Vec<Vec<&'static str>>) -> (HttpOutbound, Arc<Turns>) {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let asked = Mutex::default();
    let turns = Arc::new(Turns { answers, asked });
    let resolver: Arc<dyn Resolver> = turns.clone();
    (
        HttpOutbound::with_resolver(policy, resolver).unwrap(),
        turns,
    )
}

/// F1: a name that is public when it is looked at and 127.0.0.1 when it is connected to is looked up once for both.
#[tokio::test]
async fn a_name_that_changes_its_mind_gains_nothing() {
    let server = Server::answering("200 OK", JSON, "{}").await;
    let policy = Policy {
        timeout: Duration::from_millis(500),
        ..local()
    };
    // 3000::1 is global unicast that nobody was given.
    let (outbound, turns) = turning(policy, vec![vec!["3000::1"], vec!["127.0.0.1"]]);
    let url = "https://rebind.example:8443/";
    let first = outbound.send(get(url)).await.unwrap_err();
    assert_ne!(first.refusal(), OutboundRefusal::Forbidden);
    assert_eq!(turns.asked.lock().unwrap().as_slice(), ["rebind.example"]);
    for _ in 0..3 {
        let later = outbound.send(get(url)).await.unwrap_err();
        assert_eq!(later.refusal(), OutboundRefusal::Forbidden, "{later:?}");
        assert!(later.detail().contains("127.0.0.1"), "{}", later.detail());
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn one_forbidden_address_among_public_ones_is_enough() {
    for answers in [
        vec!["3000::1", "10.0.0.1"],
        vec!["169.254.169.254", "3000::1"],
        vec!["::ffff:127.0.0.1"],
        vec!["64:ff9b::7f00:1"],
        vec![],
    ] {
        let (outbound, _) = turning(Policy::default(), vec![answers.clone()]);
        let error = outbound.send(get("https://mixed.example/")).await;
        let error = error.unwrap_err();
        assert_eq!(error.refusal(), OutboundRefusal::Forbidden, "{answers:?}");
    }
}

#[tokio::test]
async fn localhost_is_only_ever_loopback() {
    let server = Server::answering("200 OK", JSON, "{}").await;
    let url = format!("http://op.localhost:{}/", server.address.port());
    let (outbound, _) = turning(local(), vec![vec!["127.0.0.1"], vec!["10.0.0.1"]]);
    assert!(outbound.send(get(&url)).await.is_ok());
    let error = outbound.send(get(&url)).await.unwrap_err();
    assert_eq!(error.refusal(), OutboundRefusal::Forbidden);
}

/// TLS is verified: against the system's authorities, and those of the policy.
#[tokio::test]
async fn certificates_are_verified() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let made = rcgen::generate_simple_self_signed(vec!["op.localhost".to_owned()]).unwrap();
    let der = made.cert.der().clone();
    let key = rustls::pki_types::PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![der.clone()], key)
        .unwrap();
    let tls = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let parts = vec![(Duration::ZERO, answer("200 OK", JSON, "{}"))];
    let server = Server::start(parts, Some(tls)).await;
    let port = server.address.port();
    let trusting = Policy {
        extra_roots: vec![der.to_vec()],
        ..local()
    };
    for (policy, name, is_right) in [
        (local(), "op.localhost", false),
        (trusting.clone(), "op.localhost", true),
        (trusting, "other.localhost", false),
    ] {
        let (outbound, _) = turning(policy, vec![vec!["127.0.0.1"]]);
        let answer = outbound.send(get(&format!("https://{name}:{port}/"))).await;
        match answer {
            Ok(answer) => assert!(is_right && answer.body == b"{}", "{name}"),
            Err(error) => {
                assert!(!is_right, "{name}: {}", error.detail());
                assert_eq!(error.refusal(), OutboundRefusal::Unreachable);
            }
        }
    }
    assert_eq!(server.requests().len(), 1, "nothing is sent to a stranger");
}
