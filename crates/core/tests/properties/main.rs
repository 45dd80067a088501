//! What holds of every body, mapping and directory, tried on generated ones: 2,000 of each, or `PROPTEST_CASES` many.
//!
//! A case that fails is shrunk and written to `proptest-regressions`; it joins `tests/suite` when it is mended.

mod again;
mod back;
mod bodies;
mod corpus;
mod mending;
mod one_pass;
mod oracles;
mod parts;
mod pieces;
mod senders;
mod standing;
mod total;
mod twin;
mod worlds;
mod written;

use proptest::test_runner::Config;

/// How many cases each property is tried on.
fn cases() -> Config {
    if std::env::var_os("PROPTEST_CASES").is_some() {
        Config::default()
    } else {
        Config::with_cases(2_000)
    }
}
