//! Ids that no other element of the page has.

use std::sync::atomic::{AtomicU32, Ordering};

static LAST: AtomicU32 = AtomicU32::new(0);

/// `prefix-1`, `prefix-2` and so on, for as long as the page is open.
pub(crate) fn unique(prefix: &str) -> String {
    format!("{prefix}-{}", LAST.fetch_add(1, Ordering::Relaxed) + 1)
}
