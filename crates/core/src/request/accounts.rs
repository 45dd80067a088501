//! Accounts: users told by their username, created, updated and deactivated in one request.
// seed: User Provisioning API, "Create / Update User", "Deactivate User"

use crate::field::Target;
use crate::rules::{email_taken, missing_value};

use super::{ByUsername, Heard, Rows, Said, SaidField, problem};
use crate::user::User;

/// What a row may say beside the username and the address.
const FIELDS: [(&str, Target); 3] = [
    ("first_name", Target::FirstName),
    ("last_name", Target::LastName),
    ("is_active", Target::IsActive),
];

/// The columns that are read.
pub const ACCOUNT_COLUMNS: [&str; 5] = ["username", "email", "first_name", "last_name", "is_active"];

/// Understands rows of `username`, `email`, `first_name`, `last_name` and `is_active`; what else they have is not read.
///
/// Of `users`, those whom the rows name by username or address. A user without a username is found by their address and
/// given it.
pub fn accounts<'d>(rows: &Rows, users: &'d [User]) -> Heard<'d> {
    let known = ByUsername::new(users);
    let mut heard = Heard::default();
    for row in &rows.rows {
        let here = (row.row, row.line);
        let username = rows.cell(row, "username").unwrap_or_default();
        let email = rows.cell(row, "email").filter(|email| !email.is_empty());
        if username.is_empty() {
            let is_absent = rows.cell(row, "username").is_none();
            let words = missing_value::words("The username", is_absent, false, None);
            heard
                .problems
                .push(problem(&missing_value::RULE, here, "username", "", words));
        }
        let found = Some(username)
            .filter(|username| !username.is_empty())
            .and_then(|username| known.find(username));
        let owner = email.and_then(|email| known.of_address(email));
        let user = match (found, owner) {
            (Some(user), _) => Some(user),
            (None, Some(owner)) if owner.username.is_none() => Some(owner),
            (None, Some(_)) if !username.is_empty() => {
                let words = email_taken::words();
                let value = email.unwrap_or_default();
                heard
                    .problems
                    .push(problem(&email_taken::RULE, here, "email", value, words));
                owner
            }
            (None, owner) => owner,
        };
        let mut fields = Vec::with_capacity(4);
        // Somebody whose username it isn't was told of above.
        if !username.is_empty() && (found.is_some() || user.is_none_or(|user| user.username.is_none())) {
            fields.push(SaidField::new("username", Target::Username, username));
        }
        for (column, target) in FIELDS {
            if let Some(text) = rows.cell(row, column) {
                // Blank says nothing of a known user, as in every upload of theirs.
                if user.is_none() || !text.is_empty() {
                    fields.push(SaidField::new(column, target, text));
                }
            }
        }
        heard.said.push(Said {
            row: row.row,
            line: row.line,
            user,
            email: email.map(str::to_owned),
            fields,
        });
    }
    heard
}
