//! What the command line asks of a directory, beside a running server.
//!
//! The same functions as the page's, without HTTP; a refusal becomes text.

use std::sync::Arc;

use passmuster_core::group::{GroupType, IntegrationIdType};
use passmuster_core::mapping::Mapping;
use passmuster_core::user::User;
use passmuster_core::wire::directory::Catalog;
use passmuster_core::wire::integration::{EnableIntegration, EnabledIntegration};

use crate::admin::{self, By, Existing};
use crate::error::Failure;
use crate::store::workspaces::{self, Workspace};
use crate::{App, Clock, Config, Db, StoreError, secret};

/// What the audit says of whoever sits at the command line.
const BY: By<'static> = By {
    actor: "command line",
    via: "cli",
};

/// Why a command was refused, in words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct CommandError(String);

impl From<Failure> for CommandError {
    fn from(failure: Failure) -> Self {
        let lines = failure.body.errors.iter().map(|item| match &item.hint {
            Some(hint) => format!("{} {hint}", item.description),
            None => item.description.clone(),
        });
        let mut text = lines.collect::<Vec<_>>().join("\n");
        if let Some(cause) = failure.cause {
            text = format!("{text} ({cause})");
        }
        Self(text)
    }
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}

/// A directory, opened for a command.
#[derive(Debug)]
pub struct Command {
    app: Arc<App>,
    workspace: Workspace,
}

impl Command {
    /// Opens the database that `config` names.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn open(config: Config) -> Result<Self, CommandError> {
        let db = Db::open(&config.database, false).await?;
        let app = App::new(config, db, Clock::default()).await?;
        let workspace = default_workspace(&app).await?;
        Ok(Self { app, workspace })
    }

    /// Enables an integration.
    ///
    /// # Errors
    /// A name, route or mapping that is not sound, or one integration too many.
    pub async fn create_integration(
        &self,
        wanted: EnableIntegration,
        public_url: &str,
    ) -> Result<EnabledIntegration, CommandError> {
        Ok(admin::enable_integration(&self.app, &self.workspace, BY, wanted, public_url).await?)
    }

    /// Makes a group type.
    ///
    /// # Errors
    /// A name that can't be one, or is taken.
    pub async fn create_group_type(&self, name: &str) -> Result<GroupType, CommandError> {
        Ok(admin::create_group_type(&self.app, &self.workspace, BY, name).await?)
    }

    /// Makes a kind of integration ID.
    ///
    /// # Errors
    /// A name that can't be one, or is taken.
    pub async fn create_integration_id(&self, name: &str) -> Result<IntegrationIdType, CommandError> {
        Ok(admin::create_integration_id(&self.app, &self.workspace, BY, name).await?)
    }

    /// Makes a key for the admin API; the key itself.
    ///
    /// # Errors
    /// A name that can't be one.
    pub async fn create_api_key(&self, name: &str) -> Result<String, CommandError> {
        Ok(admin::create_api_key(&self.app, &self.workspace, BY, name).await?)
    }

    /// Makes a user.
    ///
    /// # Errors
    /// Values that no body could have, a user that is there, a password that is too short.
    pub async fn create_user(
        &self,
        email: String,
        (first_name, last_name): (String, String),
        is_admin: bool,
        password: Option<String>,
    ) -> Result<User, CommandError> {
        let password_hash = match password {
            Some(password) => Some(secret::hash_password(password, self.app.clock).await?),
            None => None,
        };
        let user = admin::NewUser {
            email,
            first_name,
            last_name,
            is_admin,
            password_hash,
        };
        Ok(admin::create_user(&self.app, &self.workspace, BY, &user, Existing::Refuse).await?)
    }

    /// Every user by address, what a mapping may name, and the mapping of the integration of this name, if one is
    /// asked for.
    ///
    /// # Errors
    /// An integration that is not there.
    pub async fn export_users(
        &self,
        integration: Option<&str>,
    ) -> Result<(Option<Mapping>, Catalog, Vec<User>), CommandError> {
        Ok(admin::export_users(&self.app, &self.workspace, integration).await?)
    }
}

async fn default_workspace(app: &App) -> Result<Workspace, Failure> {
    let mut tx = app.db.read().await?;
    let found = workspaces::find(&mut tx, workspaces::DEFAULT).await?;
    found.ok_or_else(|| Failure::internal("the default workspace is there"))
}

/// The first sign-in's token, while nobody administers the default workspace.
pub(crate) async fn offer_setup(app: &App) -> Result<Option<String>, CommandError> {
    let workspace = default_workspace(app).await?;
    Ok(admin::offer_setup(app, &workspace).await?)
}
