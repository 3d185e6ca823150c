//! TLS by rustls.

use crate::{config::TlsSettings, secret_file::warn_if_shared};
use anyhow::Context;
use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// An acceptor of TLS 1.3 and 1.2 with the given certificate, offering HTTP/2 and HTTP/1.1.
pub(crate) fn acceptor(settings: &TlsSettings) -> anyhow::Result<TlsAcceptor> {
    let (cert, key) = (&settings.cert, &settings.key);
    let chain = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("tls_cert {} can't be read", cert.display()))?;
    anyhow::ensure!(
        !chain.is_empty(),
        "tls_cert {} holds no certificate",
        cert.display()
    );
    warn_if_shared(key);
    let private_key = PrivateKeyDer::from_pem_file(key)
        .with_context(|| format!("tls_key {} can't be read", key.display()))?;
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, private_key)
        .context("the certificate and its key can't be used")?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// The one cryptographic provider of the process.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}
