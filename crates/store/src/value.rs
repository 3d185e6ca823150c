//! What goes into a statement and comes out of it, for both engines.

use domain::store::StoreError;
use std::sync::Arc;

/// A parameter or a column.
#[derive(Clone, PartialEq)]
pub(crate) enum Value {
    /// `NULL`.
    Null,
    /// `BIGINT`: counts, versions, microseconds, truth as 0 and 1.
    Int(i64),
    /// `TEXT`.
    Text(String),
    /// `TEXT` that others have too; never in a row.
    Shared(Arc<str>),
    /// `BYTEA` or `BLOB`.
    Bytes(Vec<u8>),
}

/// The kind alone: what drivers log of a statement's parameters must hold nothing of what is kept
/// (REG-26).
impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Null => "Null",
            Self::Int(_) => "Int",
            Self::Text(_) | Self::Shared(_) => "Text",
            Self::Bytes(_) => "Bytes",
        })
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<u64> for Value {
    fn from(value: u64) -> Self {
        Self::Int(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Int(i64::from(value))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Int(i64::from(value))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<&Arc<str>> for Value {
    fn from(value: &Arc<str>) -> Self {
        Self::Shared(value.clone())
    }
}

impl From<&[u8]> for Value {
    fn from(value: &[u8]) -> Self {
        Self::Bytes(value.to_vec())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// One row of an answer.
#[derive(Debug)]
pub(crate) struct Row(pub(crate) Vec<Value>);

impl Row {
    /// Takes a column that is text.
    pub(crate) fn text(&mut self, column: usize) -> Result<String, StoreError> {
        self.optional_text(column)?
            .ok_or_else(|| unreadable(column))
    }

    /// Takes a column that is text or `NULL`.
    pub(crate) fn optional_text(&mut self, column: usize) -> Result<Option<String>, StoreError> {
        match self.take(column) {
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::Null) => Ok(None),
            _ => Err(unreadable(column)),
        }
    }

    /// A column that is an integer.
    pub(crate) fn int(&self, column: usize) -> Result<i64, StoreError> {
        self.optional_int(column)?.ok_or_else(|| unreadable(column))
    }

    /// A column that is an integer or `NULL`.
    pub(crate) fn optional_int(&self, column: usize) -> Result<Option<i64>, StoreError> {
        match self.0.get(column) {
            Some(Value::Int(value)) => Ok(Some(*value)),
            Some(Value::Null) => Ok(None),
            _ => Err(unreadable(column)),
        }
    }

    /// A column that counts something.
    pub(crate) fn count(&self, column: usize) -> Result<u64, StoreError> {
        u64::try_from(self.int(column)?).map_err(|_| unreadable(column))
    }

    /// A column of exactly `N` bytes.
    pub(crate) fn bytes<const N: usize>(&self, column: usize) -> Result<[u8; N], StoreError> {
        match self.0.get(column) {
            Some(Value::Bytes(bytes)) => {
                bytes.as_slice().try_into().map_err(|_| unreadable(column))
            }
            _ => Err(unreadable(column)),
        }
    }

    /// A column of exactly `N` bytes, or `NULL`.
    pub(crate) fn optional_bytes<const N: usize>(
        &self,
        column: usize,
    ) -> Result<Option<[u8; N]>, StoreError> {
        match self.0.get(column) {
            Some(Value::Null) => Ok(None),
            _ => self.bytes(column).map(Some),
        }
    }

    fn take(&mut self, column: usize) -> Option<Value> {
        self.0
            .get_mut(column)
            .map(|value| std::mem::replace(value, Value::Null))
    }
}

fn unreadable(column: usize) -> StoreError {
    StoreError::Corrupt(format!("column {column} has an unexpected type"))
}

/// A list of parameters from anything that is one.
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$($crate::value::Value::from($value)),*] };
}
pub(crate) use params;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reg_26_what_a_value_is_does_not_show() {
        let values: Vec<Value> = params!["canary", 7_i64, &b"canary"[..], None::<i64>];
        assert_eq!(format!("{values:?}"), "[Text, Int, Bytes, Null]");
    }
}
