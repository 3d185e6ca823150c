//! The core schema of groups (RFC 7643 §4.2, §8.7.1).

use crate::{Attribute, Returned, Schema, urn};

/// The schema `urn:ietf:params:scim:schemas:core:2.0:Group`.
///
/// `members.display` is derived from the member and returned on request only, so that what was
/// written is what comes back.
pub fn group() -> Schema {
    Schema {
        id: urn::GROUP.to_owned(),
        name: Some("Group".to_owned()),
        description: Some("Group".to_owned()),
        attributes: vec![
            Attribute::string("displayName", "A human-readable name for the group.").required(),
            Attribute::complex(
                "members",
                "The members of the group.",
                vec![
                    Attribute::string("value", "The identifier of the member.")
                        .case_exact()
                        .immutable(),
                    Attribute::reference("$ref", &["User", "Group"], "The URI of the member.")
                        .immutable(),
                    Attribute::string("type", "The type of the member.")
                        .suggesting(&["User", "Group"])
                        .immutable(),
                    Attribute::string("display", "The member's display name.")
                        .read_only()
                        .returned(Returned::Request),
                ],
            )
            .multi_valued(),
        ],
    }
}
