//! Accepts connections and speaks HTTP/1.1 on them: limits on time and number, and an orderly end.
//!
//! Knows nothing of requests.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

use crate::client::{Peer, WithPeer};
use crate::metrics;

/// What is read or written ahead on a connection, in bytes; also the most of a request's headers.
const BUFFER: usize = 64 * 1024;
/// For requests that run when the server is told to stop.
const STOP_TIMEOUT: Duration = Duration::from_secs(30);
/// How long, and for how many bytes, a refused sender is listened to, so that the answer reaches them.
const LINGER: Duration = Duration::from_secs(10);
const LINGER_BYTES: usize = 64 * 1024 * 1024;
/// Files that are not connections: the database, the log, the listener.
const OTHER_FILES: usize = 64;

/// Connections that wait to be accepted; the usual 128 make a burst of callers try again a second later.
const BACKLOG: u32 = 4096;

/// What callers are held to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// At a time.
    pub(crate) connections: usize,
    /// For a request's headers; an idle connection is closed after the same time.
    pub(crate) header_timeout: Duration,
}

/// Listens on an address.
pub(crate) fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves until the process is told to stop (ctrl-c, SIGTERM).
pub(crate) async fn serve(listener: TcpListener, router: Router, limits: Limits) {
    let connections = Arc::new(Semaphore::new(allowed_connections(limits.connections)));
    let (stop, stopped) = watch::channel(());
    let mut end = pin!(told_to_stop());
    loop {
        let accepted = tokio::select! {
            () = &mut end => break,
            accepted = accept(&listener, &connections) => accepted,
        };
        let Some((stream, peer, permit)) = accepted else {
            continue;
        };
        let service = WithPeer {
            inner: router.clone(),
            peer,
        };
        let stopped = stopped.clone();
        tokio::spawn(async move {
            let _counted = metrics::connection();
            speak(stream, service, limits.header_timeout, stopped).await;
            drop(permit);
        });
    }
    drop((listener, stopped));
    tracing::info!("stopping");
    stop.send_replace(());
    // Ends when every connection dropped its receiver.
    if timeout(STOP_TIMEOUT, stop.closed()).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
}

async fn accept(
    listener: &TcpListener,
    connections: &Arc<Semaphore>,
) -> Option<(TcpStream, Peer, tokio::sync::OwnedSemaphorePermit)> {
    let permit = Arc::clone(connections).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, Peer(peer), permit)),
        Err(error) => {
            // Out of files, most likely; the connection stays in the queue.
            tracing::warn!(%error, "a connection could not be accepted");
            sleep(Duration::from_millis(50)).await;
            None
        }
    }
}

async fn speak(
    stream: TcpStream,
    service: WithPeer<Router>,
    header_timeout: Duration,
    mut stopped: watch::Receiver<()>,
) {
    let _ = stream.set_nodelay(true);
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(header_timeout)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    let mut is_stopping = false;
    let ended = loop {
        tokio::select! {
            ended = poll_fn(|context| connection.poll_without_shutdown(context)) => break ended,
            _ = stopped.changed(), if !is_stopping => {
                is_stopping = true;
                std::pin::Pin::new(&mut connection).graceful_shutdown();
            }
        }
    };
    if ended.is_ok() {
        linger(connection.into_parts().io.into_inner()).await;
    }
}

/// Closes our side first and reads on for a while: closing with unread bytes would take the answer back.
async fn linger(mut stream: TcpStream) {
    if stream.shutdown().await.is_err() {
        return;
    }
    let drain = async {
        // Not part of the future, which each connection holds.
        let mut buffer = vec![0; 64 * 1024];
        let mut drained = 0;
        while drained < LINGER_BYTES {
            match stream.read(&mut buffer).await {
                Ok(0) | Err(_) => break,
                Ok(read) => drained += read,
            }
        }
    };
    let _ = timeout(LINGER, drain).await;
}

/// Raises the process's limit on files as far as it goes.
fn allowed_connections(wanted: usize) -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    let current = if setrlimit(Resource::Nofile, raised).is_ok() {
        limit.maximum
    } else {
        limit.current
    };
    let files = current.map_or(usize::MAX, |files| usize::try_from(files).unwrap_or(usize::MAX));
    wanted.min(files.saturating_sub(OTHER_FILES)).max(16)
}

async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let interrupted = tokio::signal::ctrl_c();
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupted => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = interrupted.await;
        }
    }
}
