//! SCIM protocol errors (RFC 7644 §3.12).

use serde::Serialize;

/// `scimType`: the detail error keyword of RFC 7644 §3.12, with the two of RFC 9865 §2.3 and
/// the keyword that Ambit adds for a refused scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ScimType {
    /// The filter's syntax is wrong, or it names an attribute that is unknown to the caller.
    InvalidFilter,
    /// The result would be larger than the server is willing to process.
    TooMany,
    /// A value is already in use where it must be unique.
    Uniqueness,
    /// A readOnly or immutable attribute would be changed.
    Mutability,
    /// The body is not well formed.
    InvalidSyntax,
    /// A PATCH path is malformed or names an attribute that is unknown to the caller.
    InvalidPath,
    /// A PATCH path selected no value to operate on.
    NoTarget,
    /// A value is missing, or does not fit its attribute's type or rules.
    InvalidValue,
    /// The protocol version is not supported.
    InvalidVers,
    /// The request carries in its URI what must not be there.
    Sensitive,
    /// The cursor is not one that this server gave to this caller for this query (RFC 9865).
    InvalidCursor,
    /// The cursor is too old (RFC 9865).
    ExpiredCursor,
    /// `count` is not a number that the server accepts (RFC 9865).
    InvalidCount,
    /// The token's scopes do not allow the operation; spelled as in RFC 6750 §3.1.
    #[serde(rename = "insufficient_scope")]
    InsufficientScope,
    /// A current password that is not the right one.
    InvalidCredentials,
}

/// A SCIM error: what becomes the body of RFC 7644 §3.12.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct ScimError {
    /// HTTP status code.
    pub status: u16,
    /// The detail keyword, where the standard has one.
    pub scim_type: Option<ScimType>,
    /// A sentence that says what is wrong and what to do about it, naming the field.
    pub detail: String,
}

impl ScimError {
    /// An error with a status, a keyword and a sentence.
    pub fn new(
        status: u16,
        scim_type: impl Into<Option<ScimType>>,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            status,
            scim_type: scim_type.into(),
            detail: detail.into(),
        }
    }

    /// 400 with the given keyword.
    pub fn bad_request(scim_type: ScimType, detail: impl Into<String>) -> Self {
        Self::new(400, scim_type, detail)
    }

    /// 400 `invalidFilter`.
    pub fn invalid_filter(detail: impl Into<String>) -> Self {
        Self::bad_request(ScimType::InvalidFilter, detail)
    }

    /// 400 `invalidPath`.
    pub fn invalid_path(detail: impl Into<String>) -> Self {
        Self::bad_request(ScimType::InvalidPath, detail)
    }

    /// 400 `invalidSyntax`.
    pub fn invalid_syntax(detail: impl Into<String>) -> Self {
        Self::bad_request(ScimType::InvalidSyntax, detail)
    }

    /// 400 `invalidValue`.
    pub fn invalid_value(detail: impl Into<String>) -> Self {
        Self::bad_request(ScimType::InvalidValue, detail)
    }

    /// 400 `mutability`.
    pub fn mutability(detail: impl Into<String>) -> Self {
        Self::bad_request(ScimType::Mutability, detail)
    }

    /// The JSON body (RFC 7644 §3.12: `status` is a string).
    pub fn body(&self) -> serde_json::Value {
        let mut body = serde_json::Map::new();
        body.insert("schemas".into(), serde_json::json!([crate::urn::ERROR]));
        body.insert("status".into(), self.status.to_string().into());
        if let Some(scim_type) = self.scim_type {
            body.insert("scimType".into(), serde_json::json!(scim_type));
        }
        body.insert("detail".into(), self.detail.clone().into());
        serde_json::Value::Object(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rfc7644_3_12_body() {
        let error = ScimError::mutability("`id` is readOnly");
        assert_eq!(
            error.body(),
            json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
                "status": "400", "scimType": "mutability", "detail": "`id` is readOnly"})
        );
        let plain = ScimError {
            status: 404,
            scim_type: None,
            detail: "no such resource".to_owned(),
        };
        assert_eq!(
            plain.body(),
            json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
                "status": "404", "detail": "no such resource"})
        );
        let spelt = |scim_type: ScimType| json!(scim_type);
        // RFC 6750 §3.1, RFC 9865 §2.3.
        assert_eq!(spelt(ScimType::InsufficientScope), "insufficient_scope");
        assert_eq!(spelt(ScimType::ExpiredCursor), "expiredCursor");
    }
}
