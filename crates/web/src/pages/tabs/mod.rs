//! The tabs of an integration, but for Check & Upload, which is [`super::flow`].

pub(crate) mod credentials;
pub(crate) mod data_format;
pub(crate) mod settings;
pub(crate) mod uploads;
