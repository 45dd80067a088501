//! Signing in by guessing: after a few failures each further try has to wait longer, for the account and the address.
//!
//! Nobody is locked out for good: an account waits a minute at most, and not at all for those who signed in to it from
//! the same address before. Kept in memory: a restart forgets, and each of several servers counts for itself.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use passmuster_core::user::email_key;

use crate::client::Client;
use crate::clock::Clock;
use crate::error::Failure;
use crate::metrics::TurnedAway;
use crate::rates::too_many;

/// Failures without a wait.
const FREE: u32 = 5;
/// After the last of them; doubled by each further one.
const FIRST_WAIT: i64 = 5 * SECOND;
/// Whoever knows an account's address could make its owner wait: not long.
const LONGEST_WAIT_OF_ACCOUNT: i64 = 60 * SECOND;
const LONGEST_WAIT_OF_ADDRESS: i64 = 15 * 60 * SECOND;
/// What is not tried for so long is forgotten.
const MEMORY: i64 = 60 * 60 * SECOND;
/// Who signed in from where is remembered so long.
const MEMORY_OF_SUCCESS: i64 = 30 * 24 * 3600 * SECOND;
/// Accounts and addresses that are remembered, at most.
const ENTRIES: usize = 50_000;

const SECOND: i64 = 1_000_000;

/// Who failed, and who signed in from where.
#[derive(Debug, Default)]
pub(crate) struct Tries {
    hasher: RandomState,
    entries: Mutex<HashMap<u64, Entry>>,
}

/// Of an account, an address, or an account that was signed in to from an address. Times in microseconds.
#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    failures: u32,
    wait_until: i64,
    last_at: i64,
    succeeded_at: Option<i64>,
}

/// A try that may be made; it counts as failed until it says otherwise.
#[derive(Debug)]
#[must_use]
pub(crate) struct Try<'a> {
    tries: &'a Tries,
    keys: [u64; 2],
    pair: u64,
    now: i64,
}

impl Tries {
    /// Before the password is looked at, and before it is known whether there is such an account.
    ///
    /// # Errors
    /// 429 while account or address have to wait.
    pub(crate) fn begin(&self, workspace: &str, email: &str, client: Client, clock: Clock) -> Result<Try<'_>, Failure> {
        let now = clock.now();
        let email = email_key(email.trim());
        let pair = self.hasher.hash_one((workspace, &email, client));
        let address = self.hasher.hash_one(client);
        let mut entries = self.entries();
        let is_familiar = entries.get(&pair).is_some_and(|entry| entry.succeeded_at.is_some());
        let account = if is_familiar {
            pair
        } else {
            self.hasher.hash_one((workspace, &email))
        };
        let gates = [(account, LONGEST_WAIT_OF_ACCOUNT), (address, LONGEST_WAIT_OF_ADDRESS)];
        let wait = gates
            .iter()
            .filter_map(|(key, _)| entries.get(key).map(|entry| entry.wait_until - now))
            .max();
        if let Some(wait) = wait.filter(|wait| *wait > 0) {
            let wait = Duration::from_micros(wait.unsigned_abs());
            return Err(too_many(
                TurnedAway::SignIn,
                "Signing in failed too often.",
                &format!("Wait {}, then try again.", in_words(wait)),
                wait,
            ));
        }
        make_room(&mut entries, now);
        for (key, longest) in gates {
            let entry = entries.entry(key).or_default();
            if now - entry.last_at > MEMORY {
                entry.failures = 0;
            }
            entry.failures = entry.failures.saturating_add(1);
            entry.last_at = now;
            let beyond = entry.failures.saturating_sub(FREE);
            if entry.failures >= FREE {
                entry.wait_until = now + FIRST_WAIT.saturating_mul(1 << beyond.min(20)).min(longest);
            }
        }
        Ok(Try {
            tries: self,
            keys: [account, address],
            pair,
            now,
        })
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<u64, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Try<'_> {
    /// The password was right: what was counted against account and address is forgotten.
    pub(crate) fn succeed(self) {
        let mut entries = self.tries.entries();
        for key in self.keys {
            entries.remove(&key);
        }
        let entry = Entry {
            last_at: self.now,
            succeeded_at: Some(self.now),
            ..Entry::default()
        };
        entries.insert(self.pair, entry);
    }
}

/// Forgets what is old when there are too many, then whatever keeps nobody waiting, then everything.
fn make_room(entries: &mut HashMap<u64, Entry>, now: i64) {
    if entries.len() < ENTRIES {
        return;
    }
    entries.retain(|_, entry| {
        let memory = if entry.succeeded_at.is_some() {
            MEMORY_OF_SUCCESS
        } else {
            MEMORY
        };
        now - entry.last_at < memory
    });
    if entries.len() >= ENTRIES {
        entries.retain(|_, entry| entry.wait_until > now);
    }
    if entries.len() >= ENTRIES {
        entries.clear();
    }
}

/// `1 second`, `2 minutes`
fn in_words(wait: Duration) -> String {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let (number, word) = if seconds <= 60 {
        (seconds.max(1), "second")
    } else {
        (seconds.div_ceil(60), "minute")
    };
    crate::notices::counted(number, word)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::net::SocketAddr;

    use axum::http::HeaderMap;

    use super::*;
    use crate::client::Peer;

    thread_local! {
        static NOW: Cell<i64> = const { Cell::new(1_000_000_000_000) };
    }

    fn clock() -> Clock {
        Clock::new(|| NOW.with(Cell::get), |bytes| bytes.fill(0))
    }

    fn wait(seconds: i64) {
        NOW.with(|now| now.set(now.get() + seconds * SECOND));
    }

    fn from(last: u8) -> Client {
        Client::of(
            Some(Peer(SocketAddr::from(([192, 0, 2, last], 1)))),
            &HeaderMap::new(),
            &[],
        )
    }

    fn fails(tries: &Tries, email: &str, last: u8) -> bool {
        tries.begin("w", email, from(last), clock()).is_ok()
    }

    fn hint(tries: &Tries, email: &str, last: u8) -> String {
        let refused = tries.begin("w", email, from(last), clock()).expect_err("has to wait");
        refused.body.errors[0].hint.clone().unwrap_or_default()
    }

    #[test]
    fn the_sixth_try_waits_and_each_further_one_longer() {
        let tries = Tries::default();
        // Another address each time: it is the account that waits.
        assert!((1..=5).all(|last| fails(&tries, "Ann@a.co", last)));
        assert_eq!(hint(&tries, "ann@A.co ", 6), "Wait 5 seconds, then try again.");
        wait(6);
        assert!(fails(&tries, "ann@a.co", 6));
        assert_eq!(hint(&tries, "ann@a.co", 7), "Wait 10 seconds, then try again.");
        for last in 7..100 {
            wait(61);
            assert!(fails(&tries, "ann@a.co", last), "never longer than a minute");
        }
        wait(2 * 3600);
        assert!(
            (100..105).all(|last| fails(&tries, "ann@a.co", last)),
            "and forgotten in the end"
        );
    }

    #[test]
    fn an_address_that_tries_many_accounts_waits_too() {
        let tries = Tries::default();
        assert!((0..5).all(|at| fails(&tries, &format!("user{at}@a.co"), 1)));
        assert_eq!(hint(&tries, "ann@a.co", 1), "Wait 5 seconds, then try again.");
        assert!(fails(&tries, "ann@a.co", 2));
    }

    #[test]
    fn success_is_a_new_beginning() {
        let tries = Tries::default();
        assert!((0..4).all(|_| fails(&tries, "ann@a.co", 1)));
        tries
            .begin("w", "ann@a.co", from(1), clock())
            .expect("the fifth is free")
            .succeed();
        assert!((0..5).all(|_| fails(&tries, "ann@a.co", 1)));
        assert!(!fails(&tries, "ann@a.co", 1));
    }

    #[test]
    fn who_guesses_elsewhere_does_not_keep_the_owner_out() {
        let tries = Tries::default();
        tries
            .begin("w", "ann@a.co", from(1), clock())
            .expect("the first")
            .succeed();
        assert!((2..7).all(|last| fails(&tries, "ann@a.co", last)));
        assert!(!fails(&tries, "ann@a.co", 7));
        assert!(fails(&tries, "ann@a.co", 1));
    }

    #[test]
    fn the_table_stays_small() {
        let tries = Tries::default();
        for at in 0..(ENTRIES as u32 * 3) {
            let [a, b, c, d] = at.to_be_bytes();
            let peer = Peer(SocketAddr::from(([a, b, c, d], 1)));
            let client = Client::of(Some(peer), &HeaderMap::new(), &[]);
            let _ = tries.begin("w", &format!("user{at}@a.co"), client, clock());
        }
        assert!(tries.entries().len() <= ENTRIES + 2);
    }
}
