//! Users of the directory.

use gloo_net::http::Request;
use passmuster_core::wire::directory::UserList;

use super::{Answer, read, with_query};

/// One page of users, by address.
pub(crate) async fn users(search: &str, cursor: &str) -> Answer<UserList> {
    let request = Request::get("/api/admin/users/");
    let query = [("search", search), ("limit", "50"), ("cursor", cursor)];
    read(with_query(request, &query).send().await).await
}
