//! The settings file of `ambit serve`.

use crate::config::{Layer, Settings};
use url::Url;

/// Whatever the file says, secrets do not cross a network in clear text unless it asks for that, and
/// half a certificate is none; what a layer leaves open, the one below it fills.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(layer) = text.parse::<Layer>() else {
        return;
    };
    assert_eq!(layer.clone().or(Layer::default()), layer);
    assert_eq!(Layer::default().or(layer.clone()), layer);
    let insecure = layer.insecure_http == Some(true);
    let Ok((settings, _log)) = Settings::check(layer.clone()) else {
        return;
    };
    let loopback = settings.listen.ip().is_loopback();
    assert!(settings.tls.is_some() || loopback || insecure);
    match &settings.base_url {
        None => assert!(loopback),
        Some(url) => assert!(url.is_encrypted() || url.is_loopback() || insecure),
    }
    let origin = settings.base_url_at(settings.listen);
    assert!(origin.starts_with("http") && !origin.ends_with('/'));
    // REG-26: nothing of the store's password is printed.
    let [one, other] = ["hunter2", "correct horse"].map(|password| printed(&layer, password));
    assert_eq!(one, other);
}

/// The settings as they are printed, if the store had this password; none if it has none.
fn printed(layer: &Layer, password: &str) -> Option<String> {
    let mut store = Url::parse(layer.store.as_deref()?).ok()?;
    store.password()?;
    store.set_password(Some(password)).ok()?;
    let layer = Layer {
        store: Some(store.into()),
        ..layer.clone()
    };
    let (settings, _log) = Settings::check(layer).ok()?;
    Some(format!("{settings:?}"))
}
