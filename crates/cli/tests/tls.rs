//! `ambit serve` with TLS.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::{io::Write, net::TcpStream, time::Duration};
use support::{Folder, Server, ambit, run, stderr};

/// Writes an authority, and a certificate for 127.0.0.1 signed by it.
fn certify(folder: &Folder) -> [String; 3] {
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let leaf = leaf.signed_by(&key, &authority).unwrap();
    [
        folder.write("ca.pem", &authority.pem()),
        folder.write("cert.pem", &leaf.pem()),
        folder.write("key.pem", &key.serialize_pem()),
    ]
}

fn client(authority: &str) -> reqwest::Client {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let authority = reqwest::Certificate::from_pem(&std::fs::read(authority).unwrap()).unwrap();
    reqwest::Client::builder()
        .tls_certs_only([authority])
        .no_proxy()
        .build()
        .unwrap()
}

// The client must answer the server's goodbye while the test waits for the server.
#[tokio::test(flavor = "multi_thread")]
async fn tls_is_served_over_http2_and_its_certificate_is_verified() {
    let folder = Folder::new();
    let [authority, cert, key] = certify(&folder);
    let admin = folder.text("admin.json");
    let server = Server::start(
        &folder,
        &[
            "--tls-cert",
            &cert,
            "--tls-key",
            &key,
            "--bootstrap-credentials",
            &admin,
        ],
    );
    assert!(server.base.starts_with("https://"), "{}", server.base);
    let answer = client(&authority)
        .get(format!("{}/health", server.base))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.version(), reqwest::Version::HTTP_2);
    assert_eq!(answer.text().await.unwrap(), "ok\n");

    let ldif = folder.write("a.ldif", "dn: uid=a\nobjectClass: person\nuid: a\n");
    let import = |more: &[&str]| {
        let arguments = ["import", "ldif", &ldif, "--credentials", &admin];
        ambit().args(arguments).args(more).output().unwrap()
    };
    let stranger = import(&[]);
    assert_eq!(
        stranger.status.code(),
        Some(1),
        "T11: an unknown authority was trusted"
    );
    let known = import(&["--ca-cert", &authority]);
    assert_eq!(known.status.code(), Some(0), "{}", stderr(&known));
    server.stop();
}

#[test]
fn a_handshake_that_never_comes_does_not_hold_the_server_up() {
    let folder = Folder::new();
    let [_, cert, key] = certify(&folder);
    let server = Server::start(&folder, &["--tls-cert", &cert, "--tls-key", &key]);
    let mut silent = TcpStream::connect(server.address()).unwrap();
    let mut plain = TcpStream::connect(server.address()).unwrap();
    plain
        .write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    silent.write_all(b"\x16").unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let began = std::time::Instant::now();
    server.stop();
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_certificate_that_does_not_fit_is_refused() {
    let folder = Folder::new();
    let [_, cert, key] = certify(&folder);
    let other = folder.write("other.pem", &KeyPair::generate().unwrap().serialize_pem());
    let store = folder.store();
    for (cert, key, expected) in [
        (cert.as_str(), other.as_str(), "can't be used"),
        (key.as_str(), key.as_str(), "holds no certificate"),
        (cert.as_str(), cert.as_str(), "tls_key"),
        (
            "/nowhere.pem",
            key.as_str(),
            "tls_cert /nowhere.pem can't be read",
        ),
    ] {
        let address = "127.0.0.1:0";
        let arguments = [
            "serve",
            "--listen",
            address,
            "--store",
            &store,
            "--tls-cert",
            cert,
            "--tls-key",
            key,
        ];
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(1));
        assert!(
            stderr(&output).contains(expected),
            "{expected}: {}",
            stderr(&output)
        );
    }
}
