//! The schemas of the discovery resources (RFC 7643 §5 to §7, §8.7.2).

use crate::{Attribute, AttributeType, Schema, urn};

/// The schema of `ServiceProviderConfig`, with `pagination` of RFC 9865 §4.
pub fn service_provider_config() -> Schema {
    let supported = || flag("supported", "Whether the operation is supported.").required();
    let feature = |name, description| one(name, description, vec![supported()]).required();
    schema_of(
        urn::SERVICE_PROVIDER_CONFIG,
        "Service Provider Configuration",
        "The service provider's configuration.",
        vec![
            link(
                "documentationUri",
                "The URL of the service provider's documentation.",
            ),
            feature("patch", "Support of PATCH."),
            one(
                "bulk",
                "Support of bulk operations.",
                vec![
                    supported(),
                    integer("maxOperations", "The maximum number of operations.").required(),
                    integer("maxPayloadSize", "The maximum payload size in bytes.").required(),
                ],
            )
            .required(),
            one(
                "filter",
                "Support of filters.",
                vec![
                    supported(),
                    integer(
                        "maxResults",
                        "The maximum number of resources in a response.",
                    )
                    .required(),
                ],
            )
            .required(),
            feature("changePassword", "Support of changing a password."),
            feature("sort", "Support of sorting."),
            feature("etag", "Support of ETags."),
            one("pagination", "Support of paging (RFC 9865).", pagination()),
            one(
                "authenticationSchemes",
                "Supported authentication schemes.",
                authentication_scheme(),
            )
            .multi_valued()
            .required(),
        ],
    )
}

fn pagination() -> Vec<Attribute> {
    vec![
        flag("cursor", "Whether paging by cursor is supported.").required(),
        flag("index", "Whether paging by index is supported.").required(),
        text(
            "defaultPaginationMethod",
            "The method of a request that names none.",
        )
        .suggesting(&["cursor", "index"]),
        integer(
            "defaultPageSize",
            "The page size of a request that names none.",
        ),
        integer("maxPageSize", "The largest page size."),
        integer("cursorTimeout", "The seconds after which a cursor expires."),
    ]
}

fn authentication_scheme() -> Vec<Attribute> {
    vec![
        text("type", "The authentication scheme.")
            .suggesting(&[
                "oauth",
                "oauth2",
                "oauthbearertoken",
                "httpbasic",
                "httpdigest",
            ])
            .required(),
        text("name", "The common name of the scheme, e.g., HTTP Basic.").required(),
        text("description", "A description of the scheme.").required(),
        link("specUri", "The URL of the scheme's specification."),
        link(
            "documentationUri",
            "The URL of the scheme's usage documentation.",
        ),
        flag("primary", "Whether this is the preferred scheme."),
    ]
}

/// The schema of `ResourceType`.
pub fn resource_type() -> Schema {
    schema_of(
        urn::RESOURCE_TYPE,
        "ResourceType",
        "A type of resource.",
        vec![
            text(
                "id",
                "The resource type's identifier, the same as its name.",
            ),
            text("name", "The resource type's name.").required(),
            text("description", "The resource type's description."),
            Attribute::reference(
                "endpoint",
                &["uri"],
                "The endpoint's URL relative to the base URL.",
            )
            .read_only()
            .required(),
            Attribute::reference("schema", &["uri"], "The URI of the base schema.")
                .read_only()
                .required(),
            one(
                "schemaExtensions",
                "The extensions of the resource type.",
                vec![
                    Attribute::reference("schema", &["uri"], "The URI of an extension's schema.")
                        .read_only()
                        .required(),
                    flag(
                        "required",
                        "Whether every resource of the type must have the extension.",
                    )
                    .required(),
                ],
            )
            .multi_valued(),
        ],
    )
}

/// The schema of `Schema`.
pub fn schema() -> Schema {
    let mut attribute = characteristics();
    attribute.push(
        one(
            "subAttributes",
            "The sub-attributes of a complex attribute.",
            characteristics(),
        )
        .multi_valued(),
    );
    schema_of(
        urn::SCHEMA,
        "Schema",
        "A description of a SCIM schema.",
        vec![
            text("id", "The unique URI of the schema.").required(),
            text("name", "The schema's human-readable name."),
            text("description", "The schema's human-readable description."),
            one("attributes", "The attributes of the schema.", attribute)
                .multi_valued()
                .required(),
        ],
    )
}

/// The characteristics of an attribute (RFC 7643 §2.2, §7).
fn characteristics() -> Vec<Attribute> {
    vec![
        text("name", "The attribute's name.")
            .case_exact()
            .required(),
        text("type", "The attribute's data type.")
            .suggesting(&[
                "string",
                "complex",
                "boolean",
                "decimal",
                "integer",
                "dateTime",
                "reference",
                "binary",
            ])
            .required(),
        flag("multiValued", "Whether the attribute holds an array.").required(),
        text("description", "The attribute's human-readable description."),
        flag("required", "Whether the attribute is required."),
        text("canonicalValues", "Suggested values.")
            .case_exact()
            .multi_valued(),
        flag("caseExact", "Whether letter case matters in comparisons."),
        text(
            "mutability",
            "Whether and when the attribute can be changed.",
        )
        .suggesting(&["readOnly", "readWrite", "immutable", "writeOnly"]),
        text("returned", "When the attribute is in a response.")
            .suggesting(&["always", "never", "default", "request"]),
        text("uniqueness", "Where the attribute's value is unique.")
            .suggesting(&["none", "server", "global"]),
        text("referenceTypes", "What a reference may point at.")
            .case_exact()
            .multi_valued(),
    ]
}

fn schema_of(id: &str, name: &str, description: &str, attributes: Vec<Attribute>) -> Schema {
    Schema {
        id: id.to_owned(),
        name: Some(name.to_owned()),
        description: Some(description.to_owned()),
        attributes,
    }
}

fn text(name: &str, description: &str) -> Attribute {
    Attribute::string(name, description).read_only()
}

fn flag(name: &str, description: &str) -> Attribute {
    Attribute::boolean(name, description).read_only()
}

fn integer(name: &str, description: &str) -> Attribute {
    Attribute::new(name, AttributeType::Integer, description).read_only()
}

fn link(name: &str, description: &str) -> Attribute {
    Attribute::reference(name, &["external"], description).read_only()
}

fn one(name: &str, description: &str, subs: Vec<Attribute>) -> Attribute {
    Attribute::complex(name, description, subs).read_only()
}
