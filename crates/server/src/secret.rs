//! Secrets: made from 256 random bits, kept as digests, and passwords as argon2id.

use std::fmt::Write;

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::clock::Clock;
use crate::error::Failure;

/// Characters of a secret that are kept to tell it from others.
const SHOWN: usize = 8;
/// The fewest characters of a password.
pub(crate) const PASSWORD_CHARACTERS: usize = 12;
/// The most bytes of a password that are hashed.
const PASSWORD_BYTES: usize = 1024;
/// Passwords hashed at a time: each takes 19 MiB.
static HASHING: Semaphore = Semaphore::const_new(2);

/// A secret that is shown once.
#[derive(Debug)]
pub(crate) struct Secret {
    /// What its owner keeps: 64 hexadecimal digits.
    pub(crate) text: String,
    /// What we keep.
    pub(crate) digest: String,
}

impl Secret {
    pub(crate) fn new(clock: Clock) -> Self {
        let text = hex(&clock.random::<32>());
        Self {
            digest: digest(text.as_bytes()),
            text,
        }
    }

    /// Its first characters.
    pub(crate) fn starts_with(&self) -> &str {
        &self.text[..SHOWN]
    }
}

/// SHA-256 in hexadecimal.
pub(crate) fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// The hash of a new password, as a PHC string.
///
/// # Errors
/// 400 for a password that is too short.
pub(crate) async fn hash_password(password: String, clock: Clock) -> Result<String, Failure> {
    if password.chars().count() < PASSWORD_CHARACTERS || password.len() > PASSWORD_BYTES {
        let description = format!("The password needs at least {PASSWORD_CHARACTERS} characters.");
        return Err(Failure::invalid(
            description,
            "A sentence of a few words is easy to keep in mind.",
        ));
    }
    let salt = clock.random::<16>();
    let _permit = HASHING.acquire().await;
    let hashed = spawn_blocking(move || {
        Argon2::default()
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map(|hash| hash.to_string())
    });
    let hashed = hashed.await.map_err(|error| Failure::internal(error.to_string()))?;
    hashed.map_err(|error| Failure::internal(error.to_string()))
}

/// Whether the password is the one of the hash; takes as long when there is none.
pub(crate) async fn is_password(password: String, hash: Option<String>) -> bool {
    /// Of no password in use.
    const NOBODYS: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    if password.len() > PASSWORD_BYTES {
        return false;
    }
    let _permit = HASHING.acquire().await;
    let verified = spawn_blocking(move || {
        let hash = hash.as_deref().unwrap_or(NOBODYS);
        Argon2::default().verify_password(password.as_bytes(), hash).is_ok()
    });
    verified.await.unwrap_or(false)
}
