//! Who changed what.

use gloo_net::http::Request;
use passmuster_core::wire::audit::{AuditCount, AuditList};

use super::{Answer, read, with_query};

/// One page of the audit, newest first; the keys and values are those of the request.
pub(crate) async fn audit(query: &[(&str, &str)]) -> Answer<AuditList> {
    read(with_query(Request::get("/api/admin/audit/"), query)).await
}

/// How many entries the audit has.
pub(crate) async fn audit_count(query: &[(&str, &str)]) -> Answer<AuditCount> {
    read(with_query(Request::get("/api/admin/audit/count/"), query)).await
}
