//! Every page: where it lies, what it is called, where the menu lists it and what it takes to see it.
//!
//! The one place that knows addresses; links are made from here.

/// A page of the application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Page {
    /// The first admin, by the one-time link.
    Setup,
    /// E-mail and password.
    SignIn,
    /// All users of the workspace.
    Users,
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
    Uploads,
}

impl Tab {
    /// In the order of the page.
    pub(crate) const ALL: [Self; 5] = [
        Self::CheckUpload,
        Self::Uploads,
        Self::DataFormat,
        Self::Credentials,
        Self::Settings,
    ];

    /// Its name in the address.
    pub(crate) fn slug(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::DataFormat => "data-format",
            Self::Credentials => "credentials",
            Self::CheckUpload => "check-upload",
            Self::Uploads => "uploads",
        }
    }

    /// Its name for people.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Settings => "Settings",
            Self::DataFormat => "Data Format",
            Self::Credentials => "Credentials",
            Self::CheckUpload => "Check & Upload",
            Self::Uploads => "Uploads",
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
            Self::Integrations => "/integrations".to_owned(),
            Self::EnableIntegration => "/integrations/new".to_owned(),
            Self::Integration(id, tab) => format!("/integrations/{id}/{}", tab.slug()),
            Self::Upload(integration, upload) => format!("/integrations/{integration}/uploads/{upload}"),
            Self::Check => "/check".to_owned(),
        }
    }

    /// Its heading, and the title of the window.
    pub(crate) fn title(&self) -> &'static str {
        match self {
            Self::Setup => "Set up Passmuster",
            Self::SignIn => "Sign in",
            Self::Users => "Users",
            Self::Integrations => "Integrations",
            Self::EnableIntegration => "Enable Integration",
            Self::Integration(_, tab) => tab.label(),
            Self::Upload(..) => "Upload",
            Self::Check => "Check a file",
        }
    }

    /// The permission it takes; `None`: anyone may see it.
    pub(crate) fn permission(&self) -> Option<&'static str> {
        match self {
            Self::Setup | Self::SignIn | Self::Check => None,
            Self::Users => Some("Users: Edit"),
            Self::Integrations | Self::EnableIntegration | Self::Integration(..) | Self::Upload(..) => {
                Some("Integrations: Edit")
            }
        }
    }
}
