//! The spine: bytes to records, records and directory to a plan.

use std::borrow::Cow;

use crate::mapping::Mapping;
use crate::plan::{Directory, Plan};
use crate::problem::Report;
use crate::read::decode::Encoding;

/// What whoever checks a body may choose.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many problems of each severity the report holds in full.
    pub problem_limit: usize,
    /// The encoding, when it is known (a `charset`, a person's choice); `None`: found in the body.
    pub encoding: Option<Encoding>,
}

impl Default for Options {
    fn default() -> Self {
        Self { problem_limit: 100, encoding: None }
    }
}

/// What to read from the directory before deciding; every list sorted and without repeats.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// Keys ([`crate::user::email_key`]) of the e-mail addresses named, those of managers included.
    pub email_keys: Vec<String>,
    /// Keys of the usernames named; those of managers included when they are named by username.
    pub username_keys: Vec<String>,
    /// Keys of the aliases named.
    pub alias_keys: Vec<String>,
    /// Slug and values of the integration IDs named.
    pub integration_ids: Vec<(String, Vec<String>)>,
}

/// A decision: what checking found and, without errors, what would change.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// What checking found.
    pub report: Report,
    /// What applying would change; `None` when the report has errors.
    pub plan: Option<Plan>,
}

/// A body that was read and checked by itself, before anything is known of the directory.
pub struct Prepared<'a> {
    _body: Cow<'a, [u8]>,
}

impl Prepared<'_> {
    /// Records read.
    pub fn records(&self) -> u64 {
        unimplemented!()
    }

    /// What to read from the directory before [`decide`].
    pub fn needs(&self) -> Needs {
        unimplemented!()
    }

    /// The report as far as it goes without a directory.
    pub fn into_report(self) -> Report {
        unimplemented!()
    }
}

/// Reads and checks a body by itself.
pub fn prepare<'a>(_body: &'a [u8], _mapping: &'a Mapping, _options: &Options) -> Prepared<'a> {
    unimplemented!()
}

/// Holds what was prepared against the directory.
pub fn decide(_prepared: Prepared<'_>, _directory: &Directory) -> Decision {
    unimplemented!()
}
