//! The schemas and resource types that every realm has (RFC 7643 §4, §5 to §7, §8.7).

mod enterprise_user;
mod group;
mod service;
mod user;

pub use enterprise_user::enterprise_user;
pub use group::group;
pub use service::{resource_type, schema, service_provider_config};
pub use user::user;

use crate::{Attribute, AttributeType, ResourceType, SchemaExtension, urn};

/// The schemas of what a realm stores: users, groups and the enterprise extension.
pub fn schemas() -> Vec<crate::Schema> {
    vec![user(), group(), enterprise_user()]
}

/// The schemas of the discovery resources (RFC 7643 §8.7.2).
pub fn discovery_schemas() -> Vec<crate::Schema> {
    vec![service_provider_config(), resource_type(), schema()]
}

/// The resource types `User`, with the enterprise extension, and `Group` (RFC 7643 §8.6).
pub fn resource_types() -> Vec<ResourceType> {
    let extension = SchemaExtension {
        schema: urn::ENTERPRISE_USER.to_owned(),
        required: false,
    };
    vec![
        stored_type("User", "User Account", "/Users", urn::USER, vec![extension]),
        stored_type("Group", "Group", "/Groups", urn::GROUP, Vec::new()),
    ]
}

fn stored_type(
    name: &str,
    description: &str,
    endpoint: &str,
    schema: &str,
    schema_extensions: Vec<SchemaExtension>,
) -> ResourceType {
    ResourceType {
        id: name.to_owned(),
        name: name.to_owned(),
        description: Some(description.to_owned()),
        endpoint: endpoint.to_owned(),
        schema: schema.to_owned(),
        schema_extensions,
    }
}

/// `type`, `display` and `primary` as RFC 7643 §2.4 defines them for a multi-valued attribute.
fn plural(value: Attribute, types: &[&str]) -> Vec<Attribute> {
    vec![
        value,
        Attribute::string(
            "display",
            "A human-readable name, primarily used for display purposes.",
        ),
        Attribute::string(
            "type",
            "A label indicating the attribute's function, e.g., 'work' or 'home'.",
        )
        .suggesting(types),
        primary(),
    ]
}

fn primary() -> Attribute {
    Attribute::boolean(
        "primary",
        "Whether this is the preferred value of the attribute. The value 'true' appears at most once.",
    )
}

fn binary(name: &str, description: &str) -> Attribute {
    Attribute::new(name, AttributeType::Binary, description).case_exact()
}
