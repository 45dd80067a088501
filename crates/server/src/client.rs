//! Who asks: the address at the other end of the connection, or the one that a trusted proxy names.
//!
//! `X-Forwarded-For` is believed only where the operator says so: anybody can send it.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::task::{Context, Poll};

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use hyper::body::Incoming;
use ipnet::IpNet;
use tower_service::Service;

static FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The other end of a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Tells each request of a connection who is at its other end.
#[derive(Debug, Clone)]
pub(crate) struct WithPeer<S> {
    pub(crate) inner: S,
    pub(crate) peer: Peer,
}

impl<S: Service<Request<Incoming>>> Service<Request<Incoming>> for WithPeer<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Incoming>) -> S::Future {
        request.extensions_mut().insert(self.peer);
        self.inner.call(request)
    }
}

/// The client's address as far as it tells one client from another: an IPv6 client has a whole /64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Client(IpAddr);

impl Client {
    /// Of a request from `peer`, behind none or some of the `trusted` proxies.
    pub(crate) fn of(peer: Option<Peer>, headers: &HeaderMap, trusted: &[IpNet]) -> Self {
        let peer = peer.map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |peer| peer.0.ip().to_canonical());
        let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
        let mut client = peer;
        if is_trusted(&peer) {
            let named: Vec<&str> = headers
                .get_all(&FORWARDED_FOR)
                .iter()
                .flat_map(|value| value.to_str().unwrap_or("?").split(','))
                .collect();
            // Each proxy adds at the end whom it saw; beyond the first that is not ours, anything may be invented.
            for name in named.iter().rev() {
                let Some(address) = address_of(name) else { break };
                client = address;
                if !is_trusted(&address) {
                    break;
                }
            }
        }
        match client {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Self(IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)))
            }
            address => Self(address),
        }
    }
}

/// Whether the other end of a connection is a proxy whose word is taken.
pub(crate) fn is_trusted(peer: Option<Peer>, trusted: &[IpNet]) -> bool {
    peer.is_some_and(|peer| trusted.iter().any(|net| net.contains(&peer.0.ip().to_canonical())))
}

impl std::fmt::Display for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            IpAddr::V6(address) => write!(f, "{address}/64"),
            IpAddr::V4(address) => address.fmt(f),
        }
    }
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1` or `[2001:db8::1]:80`
fn address_of(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let address = text
        .parse()
        .or_else(|_| text.parse().map(|with_port: SocketAddr| with_port.ip()));
    let address = address.or_else(|_| text.trim_matches(['[', ']']).parse());
    address.ok().map(|address: IpAddr| address.to_canonical())
}

impl<S: Send + Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    /// As [`crate::request::handle`] found it.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let found = parts.extensions.get::<Self>().copied();
        Ok(found.unwrap_or(Self(IpAddr::V6(Ipv6Addr::UNSPECIFIED))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let peer = Peer(SocketAddr::new(peer.parse().expect("an address"), 1));
        let headers = forwarded
            .iter()
            .map(|value| (FORWARDED_FOR.clone(), value.parse().expect("a header")))
            .collect();
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().expect("a net")).collect();
        Client::of(Some(peer), &headers, &trusted).0.to_string()
    }

    #[test]
    fn nobody_is_believed_who_is_not_trusted() {
        assert_eq!(client("192.0.2.1", &["203.0.113.9"], &[]), "192.0.2.1");
        assert_eq!(client("192.0.2.1", &["203.0.113.9"], &["10.0.0.0/8"]), "192.0.2.1");
    }

    #[test]
    fn a_trusted_proxy_names_the_client_and_no_more() {
        let trusted = ["10.0.0.0/8", "fd00::/8"];
        assert_eq!(client("10.0.0.1", &["203.0.113.9"], &trusted), "203.0.113.9");
        assert_eq!(
            client("10.0.0.1", &["1.1.1.1, 203.0.113.9:4711"], &trusted),
            "203.0.113.9"
        );
        assert_eq!(
            client("10.0.0.1", &["1.1.1.1", "203.0.113.9, 10.0.0.2"], &trusted),
            "203.0.113.9"
        );
        assert_eq!(client("10.0.0.1", &["1.1.1.1, nonsense"], &trusted), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &[], &trusted), "10.0.0.1");
        assert_eq!(
            client("::ffff:10.0.0.1", &["[2001:db8:1:2:3::4]:80"], &trusted),
            "2001:db8:1:2::"
        );
        assert_eq!(client("fd00::1", &["2001:db8::1"], &trusted), "2001:db8::");
    }
}
