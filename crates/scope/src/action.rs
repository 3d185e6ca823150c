//! What is asked of the engine (product §6.1).

use crate::{
    definition::SubResourceOperation, id::TypeId, management::ManagementRight, operation::Operation,
};
use scim::AttributeSet;

/// One access to something, to be decided by [`decide()`](crate::decide()).
///
/// `attributes` are the leaves that the access needs, every one of them; without, the question is
/// only whether the operation may be done at all, and the answer says on which attributes.
#[derive(Debug, Clone, Copy)]
pub enum Action<'a> {
    /// An operation on any resource of a SCIM (sub-)resource type.
    Scim {
        /// The type.
        resource_type: TypeId,
        /// The operation.
        operation: Operation,
        /// The leaves needed.
        attributes: Option<&'a AttributeSet>,
    },
    /// An operation on the identity that authorized the client, at `/Me` (RFC 7644 §3.11).
    Me {
        /// Only retrieve and modify can ever be allowed.
        operation: Operation,
        /// The leaves needed.
        attributes: Option<&'a AttributeSet>,
    },
    /// An operation on consents, external identities or an account (product §6.3).
    ///
    /// The sub-resource type's own scopes (`Scim` with that type) are asked for separately.
    SubResource {
        /// Of whom.
        target: Target,
        /// What is done.
        operation: SubResourceOperation,
    },
    /// Reading claims at `/userinfo` (OpenID Connect Core §5.3).
    UserInfo,
    /// An operation of the management API that needs all of these rights (product §7).
    Management {
        /// The operation's row of the table; scopes such as `connector:read` have the right
        /// `connectors:read` too, so that alternatives need no mention. None is never allowed.
        rights: &'a [ManagementRight],
    },
    /// A request to a service behind a gateway (product §6.4).
    Service {
        /// HTTP method, case-sensitive (RFC 9110 §9.1).
        method: &'a str,
        /// The request's path without query, exactly as it will be sent on (G4).
        path: &'a str,
    },
}

/// Whose sub-resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// Those of the identity that authorized the client: `/Me/…`.
    Own,
    /// Those of any resource of the type: `/Users/{id}/…`.
    Any(TypeId),
}
