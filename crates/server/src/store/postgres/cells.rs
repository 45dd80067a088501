//! Values of ours as PostgreSQL takes them: one by one, and as arrays.

use std::error::Error;

use bytes::BytesMut;
use tokio_postgres::types::{Format, IsNull, ToSql, Type, to_sql_checked};

use super::super::Value;
use super::super::bulk::Column;

/// One column of many rows.
pub(super) enum Array<'a> {
    Text(Vec<Option<&'a str>>),
    Int(Vec<Option<i64>>),
}

impl<'a> Array<'a> {
    pub(super) fn new(column: Column, at: usize, cells: &'a [Value<'_>], width: usize) -> Self {
        let cells = cells.iter().skip(at).step_by(width);
        match column {
            Column::Text(_) => Self::Text(
                cells
                    .map(|cell| match cell {
                        Value::Text(text) => Some(text.as_ref()),
                        _ => None,
                    })
                    .collect(),
            ),
            Column::Int(_) => Self::Int(
                cells
                    .map(|cell| match cell {
                        Value::Int(number) => Some(*number),
                        _ => None,
                    })
                    .collect(),
            ),
        }
    }

    pub(super) fn as_parameter(&self) -> &(dyn ToSql + Sync) {
        match self {
            Self::Text(texts) => texts,
            Self::Int(numbers) => numbers,
        }
    }
}

pub(super) fn parameters<'a>(values: &'a [Value<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

impl ToSql for Value<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) => number.to_sql(kind, out),
            Self::Text(text) => text.as_ref().to_sql(kind, out),
            Self::Bytes(bytes) => bytes.as_ref().to_sql(kind, out),
            Self::Keys(keys) => keys.to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        matches!(
            *kind,
            Type::TEXT | Type::INT8 | Type::TEXT_ARRAY | Type::VARCHAR | Type::BYTEA
        )
    }

    fn encode_format(&self, _kind: &Type) -> Format {
        Format::Binary
    }

    to_sql_checked!();
}
