//! The properties of a scope (product §2) as an administrator sends them, and as they are stored.

use super::samples::USERS;
use scim::json;
use scope::{ScopeDefinition, ScopeKind};
use serde_json::Map;

/// What is read is what is written, and reads again as the same; an administrator makes neither
/// built-in nor management scopes; a change of nothing changes nothing.
pub fn run(data: &[u8]) {
    let Ok(body) = json::read_object(data) else {
        return;
    };
    let request = ScopeDefinition::from_request(&body);
    if let Ok(definition) = &request {
        assert!(!definition.built_in);
        assert!(!matches!(definition.kind, ScopeKind::Management(_)));
        assert_eq!(ScopeDefinition::from_json(&body).as_ref(), Ok(definition));
    }
    for built_in in scope::built_in_scopes().iter().take(1) {
        changed(built_in, &body);
    }
    let Ok(definition) = ScopeDefinition::from_json(&body) else {
        return;
    };
    let written = definition.to_json();
    assert_eq!(
        ScopeDefinition::from_json(&written).as_ref(),
        Ok(&definition)
    );
    assert_eq!(definition.updated(&Map::new()).as_ref(), Ok(&definition));
    changed(&definition, &body);
    let attributes = match &definition.kind {
        ScopeKind::AuthenticatedIdentity(identity) => &identity.attributes,
        ScopeKind::Resource(resource) => &resource.attributes,
        _ => return,
    };
    let (leaves, unknown) = attributes.resolve(&USERS);
    assert!(leaves.is_subset(USERS.all_attributes()));
    assert!(unknown.iter().all(|path| USERS.resolve(path).is_none()));
}

/// A patch changes what it may, and never the name, the type, or whose the scope is.
fn changed(definition: &ScopeDefinition, patch: &Map<String, serde_json::Value>) {
    if let Ok(after) = definition.updated(patch) {
        assert_eq!(after.name, definition.name);
        assert_eq!(after.kind.scope_type(), definition.kind.scope_type());
        assert_eq!(after.built_in, definition.built_in);
        assert!(!after.built_in || after.kind == definition.kind);
    }
}
