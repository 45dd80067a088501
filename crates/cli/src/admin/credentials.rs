//! `passmuster token …` and `passmuster api-key …`: what senders and scripts are known by.

use clap::Subcommand;
use passmuster_core::permission::Permission;
use passmuster_core::wire::integration::{ApiKey as Key, NewToken, TokenState};

use super::{Directory, print, show, table, time};
use crate::check::Output;

/// `passmuster token …`
#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Makes a further token; prints it this once
    Create {
        #[command(flatten)]
        directory: Directory,
        /// The integration's name, route or id
        #[arg(long)]
        integration: String,
        /// How long it is good; for ever unless given
        #[arg(long, value_name = "DAYS")]
        expires_in_days: Option<u64>,
        #[arg(long, value_enum, default_value_t = Output::Human)]
        output: Output,
    },
    /// Lists the tokens of an integration
    List {
        #[command(flatten)]
        directory: Directory,
        /// The integration's name, route or id
        #[arg(long)]
        integration: String,
        #[arg(long, value_enum, default_value_t = Output::Human)]
        output: Output,
    },
    /// Makes a token that takes another one's place; prints it this once
    Rotate {
        #[command(flatten)]
        directory: Directory,
        /// The integration's name, route or id
        #[arg(long)]
        integration: String,
        /// Which token, by its id, where the integration has several
        #[arg(long, value_name = "TOKEN_ID")]
        token: Option<String>,
        /// How long the old token is good still, 0 ends it at once; a day unless given
        #[arg(long, value_name = "SECONDS")]
        overlap: Option<u64>,
        #[arg(long, value_enum, default_value_t = Output::Human)]
        output: Output,
    },
    /// Ends a token at once
    Revoke {
        #[command(flatten)]
        directory: Directory,
        /// Its id, as `token list` shows it
        token_id: String,
    },
}

/// `passmuster api-key …`
#[derive(Debug, Subcommand)]
pub(crate) enum ApiKey {
    /// Makes a key; prints it this once
    Create {
        #[command(flatten)]
        directory: Directory,
        /// What the audit calls whoever uses it
        #[arg(long)]
        name: String,
        /// What it may be used for, such as "Users: Edit"; give each its own --permission; all unless given
        #[arg(long = "permission", value_name = "PERMISSION", value_parser = permission)]
        permissions: Vec<Permission>,
        #[arg(long, value_enum, default_value_t = Output::Human)]
        output: Output,
    },
    /// Lists the keys
    List {
        #[command(flatten)]
        directory: Directory,
        #[arg(long, value_enum, default_value_t = Output::Human)]
        output: Output,
    },
    /// Ends a key at once
    Revoke {
        #[command(flatten)]
        directory: Directory,
        /// Its id or its name
        key: String,
    },
}

fn permission(text: &str) -> Result<Permission, String> {
    Permission::parse(text).ok_or_else(|| {
        let all: Vec<String> = Permission::ALL
            .iter()
            .map(|known| format!("{:?}", known.as_str()))
            .collect();
        format!("use one of {}", all.join(", "))
    })
}

fn state(state: TokenState) -> &'static str {
    match state {
        TokenState::Active => "active",
        TokenState::Ending => "ending",
        TokenState::Expired => "expired",
        TokenState::Revoked => "revoked",
    }
}

fn lines_of(token: &NewToken) -> String {
    format!(
        "AUTH_TOKEN  {}\nID          {}\nENDS        {}\n\nThe token is shown this once; keep it where secrets are kept.",
        token.auth_token,
        token.token_id,
        token.expires_at.as_deref().unwrap_or("never")
    )
}

/// Runs `passmuster token …`.
pub(crate) async fn token(command: Token) -> anyhow::Result<()> {
    match command {
        Token::Create {
            directory,
            integration,
            expires_in_days,
            output,
        } => {
            let made = directory
                .open()
                .await?
                .create_token(&integration, expires_in_days)
                .await?;
            show(output, &made, || lines_of(&made))
        }
        Token::List {
            directory,
            integration,
            output,
        } => {
            let all = directory.open().await?.list_tokens(&integration).await?;
            show(output, &all, || {
                let rows = all.iter().map(|token| {
                    [
                        token.id.clone(),
                        format!("{}…", token.starts_with),
                        state(token.state).to_owned(),
                        token.created_at.clone(),
                        time(token.last_used_at.as_ref()),
                        time(token.ends_at.as_ref()),
                    ]
                });
                table(["ID", "TOKEN", "STATE", "MADE", "LAST USED", "ENDS"], rows)
            })
        }
        Token::Rotate {
            directory,
            integration,
            token,
            overlap,
            output,
        } => {
            let opened = directory.open().await?;
            let rotated = opened.rotate_token(&integration, token.as_deref(), overlap).await?;
            show(output, &rotated, || {
                format!(
                    "{}\nThe old one ends on {}.",
                    lines_of(&rotated.token),
                    rotated.old_ends_at
                )
            })
        }
        Token::Revoke { directory, token_id } => Ok(directory.open().await?.revoke_token(&token_id).await?),
    }
}

/// Runs `passmuster api-key …`.
pub(crate) async fn api_key(command: ApiKey) -> anyhow::Result<()> {
    match command {
        ApiKey::Create {
            directory,
            name,
            permissions,
            output,
        } => {
            let permissions = (!permissions.is_empty()).then_some(permissions);
            let key = directory.open().await?.create_api_key(&name, permissions).await?;
            match output {
                Output::Json => print(&serde_json::json!({ "api_key": key }).to_string()),
                Output::Human => print(&key),
            }
        }
        ApiKey::List { directory, output } => {
            let all = directory.open().await?.list_api_keys().await?;
            show(output, &all, || {
                let rows = all.iter().map(|key| {
                    [
                        key.id.clone(),
                        key.name.clone(),
                        format!("{}…", key.starts_with),
                        key.created_at.clone(),
                        time(key.last_used_at.as_ref()),
                        time(key.revoked_at.as_ref()),
                        allowed(key),
                    ]
                });
                table(
                    ["ID", "NAME", "KEY", "MADE", "LAST USED", "REVOKED", "PERMISSIONS"],
                    rows,
                )
            })
        }
        ApiKey::Revoke { directory, key } => Ok(directory.open().await?.revoke_api_key(&key).await?),
    }
}

fn allowed(key: &Key) -> String {
    let names: Vec<&str> = key.permissions.iter().map(|permission| permission.as_str()).collect();
    names.join(", ")
}
