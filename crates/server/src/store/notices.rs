//! Notices: what the admin of an integration is to be told.

use super::{Stored, Tx};

/// One thing that happened.
#[derive(Debug)]
pub(crate) struct NewNotice<'a> {
    /// Two of the same id are one.
    pub(crate) id: &'a str,
    pub(crate) integration_id: &'a str,
    pub(crate) kind: &'a str,
    /// The id of the upload or token.
    pub(crate) about: &'a str,
    pub(crate) text: &'a str,
    /// Microseconds since 1970.
    pub(crate) at: i64,
}

/// Adds a notice, unless the integration has no admin's address or the notice is there already.
pub(crate) async fn insert(tx: &mut Tx, workspace: &str, notice: &NewNotice<'_>) -> Stored<()> {
    let sql = "INSERT INTO notices (workspace_id, id, integration_id, kind, about, text, at) \
               SELECT i.workspace_id, CAST($3 AS TEXT), i.id, CAST($4 AS TEXT), CAST($5 AS TEXT), CAST($6 AS TEXT), \
               CAST($7 AS BIGINT) FROM integrations i \
               WHERE i.workspace_id = $1 AND i.id = $2 AND i.admin_email IS NOT NULL ON CONFLICT DO NOTHING";
    let values = [
        workspace.into(),
        notice.integration_id.into(),
        notice.id.into(),
        notice.kind.into(),
        notice.about.into(),
        notice.text.into(),
        notice.at.into(),
    ];
    tx.execute(sql, &values).await?;
    Ok(())
}
