//! How much one sender may ask for: so much that nobody honest meets it, and nobody can take it all.
//!
//! A credential that was recognised has a budget of its own; everything else shares that of its address. Whoever shows
//! credentials that are not known is soon not looked up any more. All tables have a fixed size, whatever is invented.

use std::cell::Cell;
use std::hash::{BuildHasher, RandomState};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::http::header::{AUTHORIZATION, RETRY_AFTER};
use axum::http::{HeaderMap, Method, StatusCode};
use governor::clock::{Clock as _, DefaultClock};
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed, StateStore};
use governor::{Quota, RateLimiter};

use crate::auth::session_secret;
use crate::client::Client;
use crate::config::Config;
use crate::error::Failure;
use crate::metrics::{self, TurnedAway};

/// Senders that are told apart; two that fall together share a budget.
const CELLS: usize = 1 << 16;
/// Credentials that are not known, from one address in a minute.
const FAILURES: NonZeroU32 = NonZeroU32::new(20).expect("not zero");

tokio::task_local! {
    static RECOGNISED: Cell<bool>;
}

/// Says of the request that runs now that its credential is a good one.
pub(crate) fn recognise() {
    // Outside of a request there is nobody to tell.
    let _ = RECOGNISED.try_with(|recognised| recognised.set(true));
}

/// Runs a request; whether its credential was recognised.
pub(crate) async fn watch<T>(request: impl Future<Output = T>) -> (T, bool) {
    let watched = async {
        let done = request.await;
        (done, RECOGNISED.with(Cell::get))
    };
    RECOGNISED.scope(Cell::new(false), watched).await
}

/// One number for each of a fixed number of senders.
struct Cells(Box<[AtomicU64]>);

impl Cells {
    fn new() -> Self {
        Self((0..CELLS).map(|_| AtomicU64::new(0)).collect())
    }

    fn cell(&self, key: u64) -> &AtomicU64 {
        &self.0[place(key)]
    }

    fn set(&self, key: u64, value: u64) {
        self.cell(key).store(value, Ordering::Relaxed);
    }

    fn get(&self, key: u64) -> u64 {
        self.cell(key).load(Ordering::Relaxed)
    }
}

fn place(key: u64) -> usize {
    usize::try_from(key % CELLS as u64).unwrap_or_default()
}

/// The limiter's memory: never more than its cells.
struct Budgets(Box<[InMemoryState]>);

impl StateStore for Budgets {
    type Key = u64;

    fn measure_and_replace<T, F, E>(&self, key: &u64, f: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        self.0[place(*key)].measure_and_replace(&NotKeyed::NonKey, f)
    }
}

struct Limiter(RateLimiter<u64, Budgets, DefaultClock>);

impl Limiter {
    fn new(quota: Quota) -> Self {
        let cells = (0..CELLS).map(|_| InMemoryState::default()).collect();
        Self(RateLimiter::new(quota, Budgets(cells), DefaultClock::default()))
    }

    /// Takes one from the budget, or says how long there is none.
    fn take(&self, key: u64) -> Result<(), Duration> {
        self.0
            .check_key(&key)
            .map_err(|until| until.wait_time_from(DefaultClock::default().now()))
    }
}

/// A budget that is spent by what failed, and asked before.
struct Patience {
    limiter: Limiter,
    /// Microseconds since the start until which there is none.
    spent_until: Cells,
}

impl Patience {
    fn new() -> Self {
        Self {
            limiter: Limiter::new(Quota::per_minute(FAILURES)),
            spent_until: Cells::new(),
        }
    }

    fn wait(&self, key: u64, now: u64) -> Option<Duration> {
        let left = self.spent_until.get(key).saturating_sub(now);
        (left > 0).then(|| Duration::from_micros(left))
    }

    fn spend(&self, key: u64, now: u64) {
        if let Err(wait) = self.limiter.take(key) {
            let wait = u64::try_from(wait.as_micros()).unwrap_or(u64::MAX);
            self.spent_until.set(key, now.saturating_add(wait));
        }
    }
}

/// What everybody has asked for lately.
pub(crate) struct Rates {
    start: Instant,
    hasher: RandomState,
    uploads: Option<Limiter>,
    reads: Option<Limiter>,
    /// Credentials that were recognised, by place: whose they are is told by the rest of their hash.
    known: Cells,
    /// Those that were not.
    unknown: Cells,
    /// Of those who show the same unknown credential again and again, and of those who show ever new ones: an address
    /// may hold somebody with a stale script beside somebody with a new token.
    repeating: Patience,
    inventing: Patience,
}

impl std::fmt::Debug for Rates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rates")
    }
}

/// A request that may run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    address: u64,
    credential: Option<Credential>,
}

#[derive(Debug, Clone, Copy)]
struct Credential {
    hash: u64,
    /// In a header that programs send. A browser goes on sending the cookie of a session that ended.
    is_shown: bool,
}

impl Rates {
    pub(crate) fn new(config: &Config) -> Self {
        let limiter = |rate: u32| NonZeroU32::new(rate).map(|rate| Limiter::new(Quota::per_second(rate)));
        Self {
            start: Instant::now(),
            hasher: RandomState::new(),
            uploads: limiter(config.upload_rate),
            reads: limiter(config.read_rate),
            known: Cells::new(),
            unknown: Cells::new(),
            repeating: Patience::new(),
            inventing: Patience::new(),
        }
    }

    /// Lets a request run, or says when it may.
    ///
    /// # Errors
    /// 429 with `Retry-After`.
    pub(crate) fn ask(&self, method: &Method, headers: &HeaderMap, client: Client) -> Result<Asked, Failure> {
        let asked = Asked {
            address: self.hash("address", client),
            credential: self.credential(headers),
        };
        let known = asked
            .credential
            .filter(|credential| self.known.get(credential.hash) == credential.hash);
        if known.is_none()
            && let Some(shown) = asked.credential.filter(|credential| credential.is_shown)
            && let Some(wait) = self.patience(shown).wait(asked.address, self.now())
        {
            return Err(too_many(
                TurnedAway::UnknownCredential,
                "Too many requests with tokens or keys that are not known came from your address.",
                "Check the token or key, wait, and send the request again.",
                wait,
            ));
        }
        let is_read = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
        let limiter = if is_read { &self.reads } else { &self.uploads };
        let key = known.map_or(asked.address, |credential| credential.hash);
        match limiter.as_ref().map_or(Ok(()), |limiter| limiter.take(key)) {
            Ok(()) => Ok(asked),
            Err(wait) => Err(too_many(
                TurnedAway::Rate,
                "More requests came than one sender may send in a second.",
                "Wait as long as Retry-After says, and send them one after the other.",
                wait,
            )),
        }
    }

    /// Takes note of how a request went.
    pub(crate) fn settle(&self, asked: Asked, status: StatusCode, is_recognised: bool) {
        let Some(credential) = asked.credential else { return };
        if is_recognised {
            self.known.set(credential.hash, credential.hash);
        } else if status == StatusCode::UNAUTHORIZED {
            if self.known.get(credential.hash) == credential.hash {
                self.known.set(credential.hash, 0);
            }
            if credential.is_shown {
                self.patience(credential).spend(asked.address, self.now());
                self.unknown.set(credential.hash, credential.hash);
            }
        }
    }

    fn patience(&self, credential: Credential) -> &Patience {
        if self.unknown.get(credential.hash) == credential.hash {
            &self.repeating
        } else {
            &self.inventing
        }
    }

    fn credential(&self, headers: &HeaderMap) -> Option<Credential> {
        let shown = headers.get(AUTHORIZATION).or_else(|| headers.get("x-apikey"));
        match shown {
            Some(value) => Some(Credential {
                hash: self.hash("shown", value.as_bytes()),
                is_shown: true,
            }),
            None => session_secret(headers).map(|secret| Credential {
                hash: self.hash("session", secret),
                is_shown: false,
            }),
        }
    }

    fn hash(&self, kind: &str, value: impl std::hash::Hash) -> u64 {
        self.hasher.hash_one((kind, value))
    }

    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

/// 429; says when to come back.
pub(crate) fn too_many(reason: TurnedAway, description: &str, hint: &str, wait: Duration) -> Failure {
    metrics::turned_away(reason);
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    Failure::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", description, hint)
        .with_header(RETRY_AFTER, &seconds.max(1).to_string())
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;
    use crate::client::Peer;

    fn client(last: u8) -> Client {
        Client::of(
            Some(Peer(SocketAddr::from(([192, 0, 2, last], 1)))),
            &HeaderMap::new(),
            &[],
        )
    }

    fn rates(rate: u32) -> Rates {
        Rates::new(&Config {
            upload_rate: rate,
            read_rate: rate,
            ..Config::default()
        })
    }

    fn with_token(token: &str) -> HeaderMap {
        [(AUTHORIZATION, format!("Token {token}").parse().expect("a header"))]
            .into_iter()
            .collect()
    }

    /// Asks and is answered.
    fn ask(rates: &Rates, token: &str, last: u8, good: bool) -> Result<(), String> {
        let asked = rates
            .ask(&Method::POST, &with_token(token), client(last))
            .map_err(|failure| failure.body.errors[0].id.clone())?;
        let status = if good {
            StatusCode::CREATED
        } else {
            StatusCode::UNAUTHORIZED
        };
        rates.settle(asked, status, good);
        Ok(())
    }

    #[test]
    fn a_known_credential_has_a_budget_of_its_own() {
        let rates = rates(10);
        assert_eq!(ask(&rates, "good", 1, true), Ok(()));
        let taken = (0..20).filter(|_| ask(&rates, "good", 1, true).is_ok()).count();
        assert!((10..=11).contains(&taken), "{taken}");
        // Neither the address nor another credential has to suffer for it.
        assert_eq!(ask(&rates, "other", 1, true), Ok(()));
        assert!(rates.ask(&Method::POST, &HeaderMap::new(), client(1)).is_ok());
    }

    #[test]
    fn zero_is_no_limit() {
        let rates = rates(0);
        assert!((0..10_000).all(|_| ask(&rates, "good", 1, true).is_ok()));
    }

    #[test]
    fn an_address_of_inventors_is_not_looked_up_but_what_is_known_there_works() {
        let rates = rates(0);
        assert_eq!(ask(&rates, "good", 1, true), Ok(()));
        let looked_up = (0..100)
            .filter(|at| ask(&rates, &format!("invented {at}"), 1, false).is_ok())
            .count();
        assert!((20..=22).contains(&looked_up), "{looked_up}");
        assert_eq!(ask(&rates, "good", 1, true), Ok(()));
        assert_eq!(ask(&rates, "new and good", 1, true), Err("rate_limited".to_owned()));
        assert_eq!(ask(&rates, "new and good", 2, true), Ok(()));
    }

    #[test]
    fn a_stale_script_does_not_keep_a_new_token_out() {
        let rates = rates(0);
        let looked_up = (0..100).filter(|_| ask(&rates, "stale", 1, false).is_ok()).count();
        assert!((20..=23).contains(&looked_up), "{looked_up}");
        assert_eq!(ask(&rates, "new and good", 1, true), Ok(()));
    }

    #[test]
    fn a_revoked_credential_is_known_no_more() {
        let rates = rates(0);
        assert_eq!(ask(&rates, "good", 1, true), Ok(()));
        let looked_up = (0..100).filter(|_| ask(&rates, "good", 1, false).is_ok()).count();
        assert!((20..=24).contains(&looked_up), "{looked_up}");
    }

    #[test]
    fn a_session_that_ended_is_no_attack() {
        let rates = rates(0);
        let headers: HeaderMap = [(
            axum::http::header::COOKIE,
            "__Host-passmuster=gone".parse().expect("a header"),
        )]
        .into_iter()
        .collect();
        for _ in 0..100 {
            let asked = rates.ask(&Method::GET, &headers, client(1)).expect("no limit");
            rates.settle(asked, StatusCode::UNAUTHORIZED, false);
        }
    }
}
