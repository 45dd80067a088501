//! Every page: where it lies, what it is called, where the menu lists it and what it takes to see it.
//!
//! The one place that knows addresses; links are made from here.

use passmuster_core::permission::Permission;

/// What the server can do, for programs.
pub(crate) const OPENAPI: &str = "/api/openapi.json";

/// A page of the application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Page {
    /// The first admin, by the one-time link.
    Setup,
    /// E-mail and password.
    SignIn,
    /// All users of the workspace.
    Users,
    /// One user, by e-mail address.
    User(String),
    /// Group types, their groups and members.
    Groups,
    /// Who changed what.
    Audit,
    /// The settings of the workspace.
    Settings,
    /// One's own account.
    Profile,
    /// All integrations of the workspace.
    Integrations,
    /// Enabling one more.
    EnableIntegration,
    /// One integration, at one of its tabs.
    Integration(String, Tab),
    /// One upload of an integration.
    Upload(String, String),
    /// Checking a file without signing in.
    Check,
    /// Every operation of the server, by hand.
    Sandbox,
}

/// A tab of an integration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    /// Name, admin e-mail, enabled.
    Settings,
    /// File format and mapping.
    DataFormat,
    /// Endpoint and tokens.
    Credentials,
    /// The flow from a file to an upload.
    CheckUpload,
    /// What was received.
    DataExplorer,
    /// Requests to the endpoint, made by hand.
    ApiSandbox,
}

impl Tab {
    /// In the order of the page.
    pub(crate) const ALL: [Self; 6] = [
        Self::Settings,
        Self::DataFormat,
        Self::Credentials,
        Self::CheckUpload,
        Self::DataExplorer,
        Self::ApiSandbox,
    ];

    /// Its name in the address.
    pub(crate) fn slug(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::DataFormat => "data-format",
            Self::Credentials => "credentials",
            Self::CheckUpload => "check-upload",
            Self::DataExplorer => "data-explorer",
            Self::ApiSandbox => "api-sandbox",
        }
    }

    /// Its name for people.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Settings => "Settings",
            Self::DataFormat => "Data Format",
            Self::Credentials => "Credentials",
            Self::CheckUpload => "Check & Upload",
            Self::DataExplorer => "Data Explorer",
            Self::ApiSandbox => "API Sandbox",
        }
    }

    /// The tab of an address.
    pub(crate) fn parse(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tab| tab.slug() == slug)
    }
}

impl Page {
    /// Its address.
    pub(crate) fn path(&self) -> String {
        match self {
            Self::Setup => "/setup".to_owned(),
            Self::SignIn => "/sign-in".to_owned(),
            Self::Users => "/users".to_owned(),
            Self::User(email) => format!("/users/{}", in_path(email)),
            Self::Groups => "/groups".to_owned(),
            Self::Audit => "/audit".to_owned(),
            Self::Settings => "/settings".to_owned(),
            Self::Profile => "/profile".to_owned(),
            Self::Integrations => "/integrations".to_owned(),
            Self::EnableIntegration => "/integrations/new".to_owned(),
            Self::Integration(id, tab) => format!("/integrations/{id}/{}", tab.slug()),
            Self::Upload(integration, upload) => format!("/integrations/{integration}/data-explorer/{upload}"),
            Self::Check => "/check".to_owned(),
            Self::Sandbox => "/sandbox".to_owned(),
        }
    }

    /// Its heading, and the title of the window.
    pub(crate) fn title(&self) -> &'static str {
        match self {
            Self::Setup => "Set up Passmuster",
            Self::SignIn => "Sign in",
            Self::Users => "Users",
            Self::User(_) => "User",
            Self::Groups => "Groups",
            Self::Audit => "Audit",
            Self::Settings => "Settings",
            Self::Profile => "My Profile",
            Self::Integrations => "Integrations",
            Self::EnableIntegration => "Enable Integration",
            Self::Integration(_, tab) => tab.label(),
            Self::Upload(..) => "Upload",
            Self::Check => "Check a file",
            Self::Sandbox => "API Sandbox",
        }
    }

    /// The permissions of which one is enough to see it; none: anyone may. What of it may be changed is the page's to tell.
    pub(crate) fn permissions(&self) -> &'static [Permission] {
        match self {
            Self::Setup | Self::SignIn | Self::Check | Self::Profile => &[],
            Self::Users | Self::User(_) => &[Permission::UsersEdit],
            Self::Groups => &[
                Permission::GroupsEdit,
                Permission::UsersEdit,
                Permission::IntegrationsEdit,
            ],
            Self::Audit => &[Permission::AuditView],
            Self::Settings => &[
                Permission::IntegrationsEdit,
                Permission::UsersEdit,
                Permission::GroupsEdit,
            ],
            Self::EnableIntegration | Self::Sandbox => &[Permission::IntegrationsEdit],
            Self::Integrations | Self::Integration(..) | Self::Upload(..) => {
                &[Permission::IntegrationsEdit, Permission::UsersEdit]
            }
        }
    }
}

/// A text as a part of an address; `@` stays, as in `/users/ann@example.com`.
pub(crate) fn in_path(text: &str) -> String {
    String::from(js_sys::encode_uri_component(text)).replace("%40", "@")
}
