//! Foreign APIs, one a file: each turns its own requests into submissions, and holds no SQL and no rule about users.

pub(crate) mod data;
pub(crate) mod odata;
