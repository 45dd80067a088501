//! The tabs of an integration, but for Check & Upload, which is [`super::flow`].

pub(crate) mod api_sandbox;
pub(crate) mod credentials;
pub(crate) mod data_explorer;
pub(crate) mod data_format;
pub(crate) mod opened;
pub(crate) mod settings;
