//! Schemas and resources that several targets share.

use scim::{AttributeSet, ResourceSchema, core};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

/// The standard's User with the enterprise extension.
pub static USERS: LazyLock<ResourceSchema> = LazyLock::new(|| compiled("User"));
/// The standard's Group.
pub static GROUPS: LazyLock<ResourceSchema> = LazyLock::new(|| compiled("Group"));

/// A user with a value of every kind.
pub static USER: LazyLock<Map<String, Value>> = LazyLock::new(|| user("a"));
/// The same user, all that is outside [`SOME`] being different.
pub static OTHER_WORLD: LazyLock<Map<String, Value>> = LazyLock::new(|| user("b"));

/// What a caller sees who does not see all: nothing that differs between [`USER`] and [`OTHER_WORLD`].
pub static SOME: LazyLock<AttributeSet> = LazyLock::new(|| {
    let seen = [
        "schemas",
        "id",
        "meta.resourceType",
        "userName",
        "displayName",
        "name.familyName",
        "active",
        "emails.value",
        "emails.primary",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
    ];
    let mut set = AttributeSet::new();
    for path in seen {
        let node = USERS.lookup(path).expect("an attribute of the schema");
        set.union_with(&USERS.leaves(node.id));
    }
    set
});

fn compiled(name: &str) -> ResourceSchema {
    let schemas = core::schemas();
    let resource_type = core::resource_types()
        .into_iter()
        .find(|resource_type| resource_type.name == name)
        .expect("a resource type of the standard");
    ResourceSchema::compile(resource_type, |urn| {
        schemas.iter().find(|schema| schema.id == urn)
    })
    .expect("the standard's schemas compile")
}

/// `hidden` is part of every value that [`SOME`] does not show.
fn user(hidden: &str) -> Map<String, Value> {
    let user = json!({
        "schemas": [
            "urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        ],
        "id": "2819c223-7f76-453a-919d-413861904646",
        "externalId": format!("x-{hidden}"),
        "meta": {
            "resourceType": "User",
            "created": "2010-01-23T04:56:22Z",
            "lastModified": "2011-05-13T04:42:34Z",
        },
        "userName": "bjensen@example.com",
        "name": { "familyName": "Jensen", "givenName": format!("Barbara-{hidden}") },
        "displayName": "Babs Jensen",
        "nickName": format!("Babs-{hidden}"),
        "title": format!("Guide-{hidden}"),
        "active": true,
        "emails": [
            { "value": "bjensen@example.com", "type": format!("work-{hidden}"), "primary": true },
            { "value": "babs@jensen.org", "type": "home", "display": format!("é-{hidden}") },
        ],
        "phoneNumbers": [{ "value": format!("tel:+1-{hidden}"), "type": "work" }],
        "x509Certificates": [{ "value": if hidden == "a" { "AQID" } else { "BAUG" } }],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
            "employeeNumber": format!("70{hidden}"),
            "department": "Tour Operations",
            "manager": { "value": format!("26118915-{hidden}") },
        },
    });
    user.as_object().expect("an object").clone()
}
