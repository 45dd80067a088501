//! What the audit's codes are in plain words.

/// What was done: `user_updated` → `Updated user`.
pub(in crate::pages) fn action(code: &str) -> String {
    let known = ACTIONS.iter().find(|(known, _)| *known == code);
    known.map_or_else(|| code.replace('_', " "), |(_, words)| (*words).to_owned())
}

/// Every action that the audit knows, with its words.
pub(in crate::pages) const ACTIONS: [(&str, &str); 33] = [
    ("user_created", "Created user"),
    ("user_updated", "Updated user"),
    ("user_deactivated", "Deactivated user"),
    ("user_reactivated", "Reactivated user"),
    ("user_removed", "Removed user again"),
    ("users_exported", "Exported users"),
    ("group_type_created", "Created group type"),
    ("group_created", "Created group"),
    ("group_renamed", "Renamed group"),
    ("group_merged", "Merged group"),
    ("group_removed", "Removed group"),
    ("upload_allowed", "Allowed a held upload"),
    ("upload_rejected", "Rejected a held upload"),
    ("upload_undone", "Undid an upload"),
    ("integration_enabled", "Enabled integration"),
    ("integration_edited", "Edited integration"),
    ("mapping_saved", "Saved mapping"),
    ("token_created", "Created token"),
    ("token_rotated", "Rotated token"),
    ("token_revoked", "Revoked token"),
    ("api_key_created", "Created API key"),
    ("api_key_revoked", "Revoked API key"),
    ("integration_id_created", "Created integration ID"),
    ("attribute_created", "Created attribute"),
    ("settings_edited", "Edited settings"),
    ("workspace_created", "Created workspace"),
    ("set_up", "Set the workspace up"),
    ("signed_in", "Signed in"),
    ("signed_out", "Signed out"),
    ("signed_out_everywhere", "Signed out everywhere"),
    ("sign_in_failed", "Was not let in"),
    ("password_changed", "Changed own password"),
    ("password_set", "Set a password"),
];

/// Through what: `data` → `Upload by token`.
pub(in crate::pages) fn via(code: &str) -> &str {
    match code {
        "page" => "on the page",
        "api" => "through the admin API",
        "data" => "by an upload with a token",
        "account" => "through the User Provisioning API",
        "apikey" => "through the API of users with X-ApiKey",
        "usercom" => "through the API of User.com users",
        "cli" => "on the command line",
        "setup" => "by the first sign-in",
        other => other,
    }
}
