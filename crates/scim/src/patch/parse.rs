//! Reading a PATCH request (RFC 7644 §3.5.2).

use super::PatchPath;
use crate::{ScimError, ScimType, messages, urn};
use serde_json::{Map, Value};

/// Most operations in one request.
pub const MAX_OPERATIONS: usize = 1000;

/// A PATCH request: operations, applied in order, all or none.
#[derive(Debug, Clone, PartialEq)]
pub struct PatchRequest {
    /// At least one operation.
    pub operations: Vec<PatchOperation>,
}

/// One operation of a PATCH request.
#[derive(Debug, Clone, PartialEq)]
pub struct PatchOperation {
    /// What to do.
    pub op: Op,
    /// Where; always present for [`Op::Remove`].
    pub path: Option<PatchPath>,
    /// With what; `None` exactly for [`Op::Remove`].
    pub value: Option<Value>,
}

/// `op` of an operation; its letter case does not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Op {
    Add,
    Replace,
    Remove,
}

impl PatchRequest {
    /// Reads the body of a PATCH.
    ///
    /// Member names ignore case. Errors: 400 `invalidSyntax` for what is no such message,
    /// `invalidValue` for an operation without a good `op` or `value`, `invalidPath`, `noTarget` for a
    /// removal without path; 413 for too many operations.
    pub fn parse(body: Map<String, Value>) -> Result<Self, ScimError> {
        let mut sent = Vec::new();
        for (name, value) in messages::members(body, urn::PATCH_OP)? {
            match value {
                Value::Array(list) if name.eq_ignore_ascii_case("Operations") => sent = list,
                _ if name.eq_ignore_ascii_case("Operations") => {
                    return Err(ScimError::invalid_value("`Operations` must be an array"));
                }
                _ => return Err(messages::unknown_member(&name)),
            }
        }
        if sent.is_empty() {
            return Err(ScimError::invalid_value(
                "`Operations` must have at least one operation",
            ));
        }
        if sent.len() > MAX_OPERATIONS {
            let detail = format!(
                "{} operations; at most {MAX_OPERATIONS} are accepted",
                sent.len()
            );
            return Err(ScimError::new(413, None, detail));
        }
        let operations = sent.into_iter().map(operation).collect::<Result<_, _>>()?;
        Ok(Self { operations })
    }
}

fn operation(operation: Value) -> Result<PatchOperation, ScimError> {
    let Value::Object(members) = operation else {
        return Err(ScimError::invalid_value(
            "each of `Operations` must be an object",
        ));
    };
    messages::check_distinct(&members)?;
    let (mut op, mut path, mut value) = (None, None, None);
    for (name, member) in members {
        match name.to_ascii_lowercase().as_str() {
            "op" => op = member.as_str().and_then(known),
            "path" if member.is_null() => {}
            "path" => path = Some(read_path(&member)?),
            "value" => value = Some(member),
            _ => return Err(messages::unknown_member(&name)),
        }
    }
    let op =
        op.ok_or_else(|| ScimError::invalid_value("`op` must be `add`, `replace` or `remove`"))?;
    match op {
        Op::Remove if path.is_none() => {
            // RFC 7644 §3.5.2.2: "If "path" is unspecified, the operation fails with … "noTarget"."
            Err(ScimError::bad_request(
                ScimType::NoTarget,
                "`remove` needs a `path`",
            ))
        }
        Op::Remove if value.as_ref().is_some_and(|value| !value.is_null()) => {
            let detail = "`remove` takes no `value`; select values in the path, as in members[value eq \"…\"]";
            Err(ScimError::invalid_value(detail))
        }
        Op::Remove => Ok(PatchOperation {
            op,
            path,
            value: None,
        }),
        Op::Add if value.as_ref().is_none_or(Value::is_null) => {
            Err(ScimError::invalid_value("`add` needs a `value`"))
        }
        Op::Add | Op::Replace if value.is_none() => Err(ScimError::invalid_value(
            "`replace` needs a `value`; null unassigns",
        )),
        Op::Add | Op::Replace => Ok(PatchOperation { op, path, value }),
    }
}

fn known(op: &str) -> Option<Op> {
    let ops = [
        ("add", Op::Add),
        ("replace", Op::Replace),
        ("remove", Op::Remove),
    ];
    ops.into_iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(op))
        .map(|(_, op)| op)
}

fn read_path(path: &Value) -> Result<PatchPath, ScimError> {
    PatchPath::parse(
        path.as_str()
            .ok_or_else(|| ScimError::invalid_value("`path` must be a string"))?,
    )
}
