//! The accept loop: bounded in connections, and in the time that each may take.

use super::stall::Stall;
use axum::{Router, body::Body, http::StatusCode, response::IntoResponse};
use hyper::{Request, Response, body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{
        conn::auto::Builder,
        graceful::{GracefulShutdown, Watcher},
    },
};
use server::Peer;
use std::{convert::Infallible, net::IpAddr, num::NonZeroU32, pin::pin, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

/// Longest TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Longest wait for the head of a request, also on a connection that is kept alive.
const HEAD: Duration = Duration::from_secs(30);
/// Longest time from the head of a request to the head of its answer, its body included.
const REQUEST: Duration = Duration::from_secs(60);
/// Longest wait for a client to read anything of its answer.
const READING: Duration = Duration::from_secs(30);
/// Longest wait for open requests at the end.
const DRAIN: Duration = Duration::from_secs(10);
/// Pause after the system refused a connection, as when it has no file descriptors left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Most header lines of a request.
const MAX_HEADERS: usize = 100;
/// Most bytes of a request's head.
const MAX_HEAD: usize = 64 * 1024;
/// Most requests at a time on one HTTP/2 connection.
const MAX_STREAMS: u32 = 128;

/// Serves until `stop`, then lets open requests end, within bounds.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    app: Router,
    max_connections: NonZeroU32,
    stop: impl Future<Output = ()>,
) {
    let slots = Arc::new(Semaphore::new(max_connections.get() as usize));
    let open = GracefulShutdown::new();
    let (closing, closed) = watch::channel(());
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener, &slots) => accepted,
        };
        let (stream, peer, slot) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection can't be accepted");
                sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        tokio::spawn(connection(
            stream,
            // Without TLS of its own there is a proxy before it, and on this machine one may be (C6).
            (tls.is_some() && !peer.to_canonical().is_loopback()).then_some(Peer(peer)),
            tls.clone(),
            app.clone(),
            open.watcher(),
            closed.clone(),
            slot,
        ));
    }
    drop((listener, closing));
    if timeout(DRAIN, open.shutdown()).await.is_err() {
        tracing::warn!("requests still open were cut off");
    }
}

async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> std::io::Result<(Stall<TcpStream>, IpAddr, OwnedSemaphorePermit)> {
    let slot = Arc::clone(slots)
        .acquire_owned()
        .await
        .map_err(std::io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok((Stall::new(stream, READING), peer.ip(), slot))
}

async fn connection(
    stream: Stall<TcpStream>,
    peer: Option<Peer>,
    tls: Option<TlsAcceptor>,
    app: Router,
    watcher: Watcher,
    mut closed: watch::Receiver<()>,
    _slot: OwnedSemaphorePermit,
) {
    let service = service_fn(move |request| answer(app.clone(), peer, request));
    let builder = builder();
    let ended = match tls {
        None => {
            watcher
                .watch(
                    builder
                        .http1_only()
                        .serve_connection(TokioIo::new(stream), service),
                )
                .await
        }
        Some(acceptor) => {
            let handshake = tokio::select! {
                handshake = timeout(HANDSHAKE, acceptor.accept(stream)) => handshake,
                _ = closed.changed() => return,
            };
            let stream = match handshake {
                Ok(Ok(stream)) => stream,
                Ok(Err(error)) => return tracing::debug!(%error, "a TLS handshake failed"),
                Err(_) => return tracing::debug!("a TLS handshake took too long"),
            };
            let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
            let builder = if http2 {
                builder.http2_only()
            } else {
                builder.http1_only()
            };
            watcher
                .watch(builder.serve_connection(TokioIo::new(stream), service))
                .await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke off");
    }
}

/// Which version of HTTP is spoken is known beforehand (RFC 7301; without TLS it is HTTP/1.1), so
/// that no client can hold a connection by never showing which.
fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(MAX_HEAD as u32)
        .keep_alive_interval(HEAD)
        .keep_alive_timeout(HANDSHAKE);
    builder
}

async fn answer(
    app: Router,
    peer: Option<Peer>,
    mut request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    if let Some(peer) = peer {
        request.extensions_mut().insert(peer);
    }
    match timeout(REQUEST, app.oneshot(request.map(Body::new))).await {
        Ok(answer) => answer,
        Err(_) => Ok(StatusCode::REQUEST_TIMEOUT.into_response()),
    }
}
