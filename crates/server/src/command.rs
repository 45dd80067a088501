//! What the command line asks of a directory, beside a running server.
//!
//! The same functions as the page's, without HTTP; a refusal becomes text.

use std::sync::Arc;

use passmuster_core::group::{AttributeType, GroupType, IntegrationIdType};
use passmuster_core::mapping::Mapping;
use passmuster_core::permission::Permission;
use passmuster_core::user::User;
use passmuster_core::wire::directory::Catalog;
use passmuster_core::wire::integration::{
    ApiKey, EnableIntegration, EnabledIntegration, Integration, IntegrationEdit, NewToken, RotatedToken, Token,
    UndoAnswer,
};
use passmuster_core::wire::workspace::{Settings, SettingsEdit, WorkspaceInfo};

use crate::admin::people::{self, Existing};
use crate::admin::{self, By, credentials, enabled};
use crate::error::Failure;
use crate::store::workspaces::{self, Workspace};
use crate::{App, Clock, Config, Db, StoreError, secret, undo};

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

/// A user to be made at the command line.
#[derive(Debug, Clone, Default)]
pub struct NewPerson {
    /// The address.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// `None` with Salesforce: the address.
    pub username: Option<String>,
    /// Whether they administer the workspace.
    pub is_admin: bool,
    /// One of the core's roles.
    pub role: Option<String>,
}

/// A directory, opened for a command.
#[derive(Debug)]
pub struct Command {
    app: Arc<App>,
    workspace: Workspace,
}

impl Command {
    /// Opens the database that `config` names, for the workspace of a subdomain.
    ///
    /// # Errors
    /// Those of the database, or a workspace that is not there.
    pub async fn open(config: Config, subdomain: &str) -> Result<Self, CommandError> {
        let db = Db::open(&config.database, false).await?;
        let app = App::new(config, db, Clock::default()).await?;
        let workspace = find_workspace(&app, subdomain).await?;
        Ok(Self { app, workspace })
    }

    /// Makes a workspace.
    ///
    /// # Errors
    /// A name or subdomain that can't be one, or is taken.
    pub async fn create_workspace(&self, name: &str, subdomain: &str) -> Result<WorkspaceInfo, CommandError> {
        Ok(admin::workspaces::create(&self.app, BY, name, subdomain).await?)
    }

    /// All workspaces of the database, by subdomain.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn list_workspaces(&self) -> Result<Vec<WorkspaceInfo>, CommandError> {
        Ok(admin::workspaces::list(&self.app).await?)
    }

    /// Edits the workspace's settings.
    ///
    /// # Errors
    /// A name that can't be one.
    pub async fn edit_settings(&self, wanted: SettingsEdit) -> Result<Settings, CommandError> {
        Ok(admin::workspaces::edit(&self.app, &self.workspace, BY, wanted).await?)
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
        Ok(enabled::enable_integration(&self.app, &self.workspace, BY, wanted, public_url).await?)
    }

    /// All integrations, with their tokens and newest uploads; oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn list_integrations(&self, public_url: &str) -> Result<Vec<Integration>, CommandError> {
        Ok(enabled::list_integrations(&self.app, &self.workspace, public_url).await?)
    }

    /// Edits the settings of an integration, told by id, route or name; its name.
    ///
    /// # Errors
    /// An integration that is not there, a value that is not sound, or one enabled too many.
    pub async fn edit_integration(&self, wanted: &str, edits: IntegrationEdit) -> Result<String, CommandError> {
        let edited = enabled::edit_integration(&self.app, &self.workspace, BY, (wanted, edits)).await?;
        Ok(edited.name)
    }

    /// Gives a user a password, and ends their sessions.
    ///
    /// # Errors
    /// A user that is not there, or a password that is too short.
    pub async fn set_password(&self, email: &str, password: String) -> Result<(), CommandError> {
        let hash = secret::hash_password(password, self.app.clock).await?;
        Ok(people::set_password(&self.app, &self.workspace, BY, (email, &hash)).await?)
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

    /// Makes a custom attribute of users.
    ///
    /// # Errors
    /// A name or options that are not sound, or a name that is taken.
    pub async fn create_attribute(&self, wanted: AttributeType) -> Result<AttributeType, CommandError> {
        Ok(admin::create_attribute(&self.app, &self.workspace, BY, wanted).await?)
    }

    /// Makes a key for the admin API, with these permissions or with all; the key itself.
    ///
    /// # Errors
    /// A name that can't be one.
    pub async fn create_api_key(
        &self,
        name: &str,
        permissions: Option<Vec<Permission>>,
    ) -> Result<String, CommandError> {
        Ok(credentials::create_api_key(&self.app, &self.workspace, BY, name, permissions).await?)
    }

    /// All keys of the admin API, newest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn list_api_keys(&self) -> Result<Vec<ApiKey>, CommandError> {
        Ok(credentials::list_api_keys(&self.app, &self.workspace).await?)
    }

    /// Ends the key of this id or name at once.
    ///
    /// # Errors
    /// A key that is not there, or several of the name.
    pub async fn revoke_api_key(&self, key: &str) -> Result<(), CommandError> {
        Ok(credentials::revoke_api_key(&self.app, &self.workspace, BY, key).await?)
    }

    /// Makes a further token of an integration.
    ///
    /// # Errors
    /// An integration that is not there, or a number of days that is not sound.
    pub async fn create_token(&self, integration: &str, days: Option<u64>) -> Result<NewToken, CommandError> {
        Ok(credentials::create_token(&self.app, &self.workspace, BY, integration, days).await?)
    }

    /// The tokens of an integration, newest first.
    ///
    /// # Errors
    /// An integration that is not there.
    pub async fn list_tokens(&self, integration: &str) -> Result<Vec<Token>, CommandError> {
        Ok(credentials::list_tokens(&self.app, &self.workspace, integration).await?)
    }

    /// Makes a token that takes the place of this one, or of the only one, which is good for the overlap still.
    ///
    /// # Errors
    /// An integration or token that is not there or is over; several to choose from.
    pub async fn rotate_token(
        &self,
        integration: &str,
        token_id: Option<&str>,
        overlap_seconds: Option<u64>,
    ) -> Result<RotatedToken, CommandError> {
        let place = (integration, token_id);
        Ok(credentials::rotate_token(&self.app, &self.workspace, BY, place, overlap_seconds).await?)
    }

    /// Ends a token at once.
    ///
    /// # Errors
    /// A token that is not there.
    pub async fn revoke_token(&self, token_id: &str) -> Result<(), CommandError> {
        Ok(credentials::revoke_token(&self.app, &self.workspace, BY, None, token_id).await?)
    }

    /// Makes a user.
    ///
    /// # Errors
    /// Values that no body could have, a user that is there, a password that is too short.
    pub async fn create_user(&self, person: NewPerson, password: Option<String>) -> Result<User, CommandError> {
        let password_hash = match password {
            Some(password) => Some(secret::hash_password(password, self.app.clock).await?),
            None => None,
        };
        let user = people::NewUser {
            email: person.email,
            first_name: person.first_name,
            last_name: person.last_name,
            is_admin: person.is_admin,
            role: person.role,
            username: person.username,
            password_hash,
        };
        Ok(people::create_user(&self.app, &self.workspace, BY, &user, Existing::Refuse).await?)
    }

    /// Takes back an upload as far as that can be; with `apply` false it only says what that would do.
    ///
    /// # Errors
    /// An upload that is not there, or of which nothing is applied.
    pub async fn undo(&self, upload_id: &str, apply: bool) -> Result<UndoAnswer, CommandError> {
        Ok(if apply {
            undo::carry_out(&self.app, &self.workspace, upload_id, BY, None).await?
        } else {
            undo::plan(&self.app, &self.workspace, upload_id).await?
        })
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
        Ok(people::export_users(&self.app, &self.workspace, integration).await?)
    }
}

async fn find_workspace(app: &App, subdomain: &str) -> Result<Workspace, Failure> {
    let mut tx = app.db.read().await?;
    let found = workspaces::find(&mut tx, subdomain).await?;
    found.ok_or_else(|| Failure::not_found(&format!("workspace {subdomain:?}")))
}

/// The first sign-in's token, while nobody administers the default workspace.
pub(crate) async fn offer_setup(app: &App) -> Result<Option<String>, CommandError> {
    let workspace = find_workspace(app, workspaces::DEFAULT).await?;
    Ok(people::offer_setup(app, &workspace).await?)
}
