//! Values as PostgreSQL's driver takes and gives them.

use crate::value::{Row, Value};
use domain::store::StoreError;
use std::error::Error;
use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};

/// A statement's text with this engine's placeholders.
pub(super) fn placeholders(sql: &str) -> String {
    sql.replace('?', "$")
}

/// Parameters of a prepared statement.
pub(super) fn references(params: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(|value| value as _).collect()
}

/// Parameters of a statement that is not prepared.
pub(super) fn typed(params: &[Value]) -> Vec<(&(dyn ToSql + Sync), Type)> {
    params
        .iter()
        .map(|value| {
            let of = match value {
                Value::Int(_) => Type::INT8,
                Value::Bytes(_) => Type::BYTEA,
                Value::Text(_) | Value::Shared(_) | Value::Null => Type::TEXT,
            };
            (value as _, of)
        })
        .collect()
}

impl ToSql for Value {
    fn to_sql(
        &self,
        of: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(value) => value.to_sql(of, out),
            Self::Text(text) => text.to_sql(of, out),
            Self::Shared(text) => (&**text).to_sql(of, out),
            Self::Bytes(bytes) => bytes.to_sql(of, out),
        }
    }

    fn accepts(of: &Type) -> bool {
        [Type::INT8, Type::TEXT, Type::BYTEA].contains(of)
    }

    to_sql_checked!();
}

/// A row as both engines give it.
pub(super) fn row(row: &tokio_postgres::Row) -> Result<Row, StoreError> {
    let values = row.columns().iter().enumerate().map(|(column, described)| {
        let value = match *described.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(column).map(Value::from),
            Type::INT4 => row
                .try_get::<_, Option<i32>>(column)
                .map(|v| v.map(i64::from).into()),
            Type::BYTEA => row.try_get::<_, Option<&[u8]>>(column).map(Value::from),
            _ => row.try_get::<_, Option<String>>(column).map(Value::from),
        };
        value.map_err(|error| StoreError::Corrupt(error.to_string()))
    });
    values.collect::<Result<_, _>>().map(Row)
}
