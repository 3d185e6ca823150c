//! The settings of `ambit serve`: flags win over `AMBIT_*` variables, those over the file.

mod base_url;
mod file;
mod layer;
mod settings;

pub(crate) use base_url::{BaseUrl, is_loopback_host};
pub(crate) use file::read;
pub(crate) use layer::{Layer, LogFormat};
pub(crate) use settings::{LogSettings, Settings, StoreSettings, TlsSettings, has_password};
