//! The enterprise extension of users (RFC 7643 §4.3, §8.7.1).

use crate::{Attribute, Schema, urn};

/// The schema `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User`.
pub fn enterprise_user() -> Schema {
    Schema {
        id: urn::ENTERPRISE_USER.to_owned(),
        name: Some("EnterpriseUser".to_owned()),
        description: Some("Enterprise User".to_owned()),
        attributes: vec![
            Attribute::string(
                "employeeNumber",
                "A number or other text that the organization assigned to the person, by order of hire \
                 or of association.",
            ),
            Attribute::string("costCenter", "The name of a cost center."),
            Attribute::string("organization", "The name of an organization."),
            Attribute::string("division", "The name of a division."),
            Attribute::string("department", "The name of a department."),
            Attribute::complex(
                "manager",
                "The user's manager, another resource of this service provider.",
                vec![
                    Attribute::string("value", "The identifier of the user's manager.")
                        .case_exact(),
                    Attribute::reference("$ref", &["User"], "The URI of the user's manager."),
                    Attribute::string("displayName", "The display name of the user's manager.")
                        .read_only(),
                ],
            ),
        ],
    }
}
