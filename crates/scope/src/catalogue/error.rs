//! Why a realm's configuration does not compile, always naming the object.

use crate::id::{ClientId, ResourceServerId, RoleId, ScopeId, ServiceId};
use oauth::ScopeToken;

/// A rule that holds between the objects of a realm, and is broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)]
pub enum CompileError {
    #[error("scope `{scope}`: `{field}` {problem}")]
    Scope {
        scope: ScopeToken,
        field: &'static str,
        problem: ScopeProblem,
    },
    #[error("two scopes are named `{0}` (letter case makes no difference)")]
    DuplicateScopeName(ScopeToken),
    #[error("two scopes have the id {0}")]
    DuplicateScope(ScopeId),
    #[error("two resource types are named `{0}` (letter case makes no difference)")]
    DuplicateType(String),
    #[error("there are more than {} resource types", crate::MAX_TYPES)]
    TooManyTypes,
    #[error("two services have the id {0}")]
    DuplicateService(ServiceId),
    #[error("two services are named `{0}` (letter case makes no difference)")]
    DuplicateServiceName(String),
    #[error("service `{service}`: `url` must begin with `{prefix}`")]
    ServicePrefix { service: String, prefix: String },
    #[error("service `{service}`: `methods` has `{method}`, which is no HTTP method")]
    ServiceMethod { service: String, method: String },
    #[error("two resource servers have the id {0}")]
    DuplicateResourceServer(ResourceServerId),
    #[error("two roles have the id {0}")]
    DuplicateRole(RoleId),
    #[error("two clients have the id {0}")]
    DuplicateClient(ClientId),
    #[error("client {client}: scope {scope}, which is assigned to it, does not exist")]
    UnknownAssignedScope { client: ClientId, scope: ScopeId },
    #[error("client {client}: scope {scope} is assigned to it twice")]
    DuplicateAssignedScope { client: ClientId, scope: ScopeId },
}

/// What is wrong with a scope in its realm, as the end of a sentence that begins with the field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)]
pub enum ScopeProblem {
    #[error("names the resource type `{0}`, which does not exist")]
    UnknownType(String),
    #[error("names `{attribute}`, which is no attribute of `{resource_type}`")]
    UnknownAttribute {
        attribute: String,
        resource_type: String,
    },
    #[error("names the service {0}, which does not exist")]
    UnknownService(ServiceId),
    #[error("names the resource server {0}, which does not exist")]
    UnknownResourceServer(ResourceServerId),
}
