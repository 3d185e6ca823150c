//! `aud` as one column: a JSON array of strings.

use domain::store::StoreError;

pub(crate) fn write(audience: &[String]) -> String {
    serde_json::Value::from(audience).to_string()
}

pub(crate) fn read(text: &str) -> Result<Vec<String>, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Corrupt(format!("audience: {error}")))
}
