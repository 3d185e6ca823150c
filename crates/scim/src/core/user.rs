//! The core schema of users (RFC 7643 §4.1, §8.7.1).

use super::{binary, plural, primary};
use crate::{Attribute, Mutability, Returned, Schema, Uniqueness, urn};

/// The schema `urn:ietf:params:scim:schemas:core:2.0:User`.
pub fn user() -> Schema {
    let mut attributes = singular();
    attributes.extend(multi_valued());
    Schema {
        id: urn::USER.to_owned(),
        name: Some("User".to_owned()),
        description: Some("User Account".to_owned()),
        attributes,
    }
}

/// RFC 7643 §4.1.1.
fn singular() -> Vec<Attribute> {
    vec![
        Attribute::string(
            "userName",
            "The name by which the user authenticates to the service provider; unique among its users.",
        )
        .required()
        .uniqueness(Uniqueness::Server),
        name(),
        Attribute::string("displayName", "The name of the user, suitable for display to end-users."),
        Attribute::string(
            "nickName",
            "The casual way to address the user in real life, e.g., 'Bob' or 'Bobby' instead of 'Robert'.",
        ),
        Attribute::reference(
            "profileUrl",
            &["external"],
            "A URL of a page that represents the user's online profile.",
        ),
        Attribute::string("title", "The user's title, such as 'Vice President'."),
        Attribute::string(
            "userType",
            "The relationship between the organization and the user, e.g., 'Contractor', 'Employee', \
             'Intern', 'Temp', 'External'.",
        ),
        Attribute::string(
            "preferredLanguage",
            "The user's preferred written or spoken language, as in an Accept-Language header.",
        ),
        Attribute::string(
            "locale",
            "The user's default location, for localizing items such as currency, date and time format.",
        ),
        Attribute::string(
            "timezone",
            "The user's time zone in the 'Olson' time zone database format, e.g., 'America/Los_Angeles'.",
        ),
        Attribute::boolean("active", "The user's administrative status."),
        Attribute::string("password", "The user's clear-text password, to set or to reset it.")
            .case_exact()
            .mutability(Mutability::WriteOnly)
            .returned(Returned::Never),
    ]
}

fn name() -> Attribute {
    Attribute::complex(
        "name",
        "The components of the user's real name.",
        vec![
            Attribute::string(
                "formatted",
                "The full name, with all middle names, titles and suffixes, formatted for display.",
            ),
            Attribute::string(
                "familyName",
                "The family name, or last name in most Western languages.",
            ),
            Attribute::string(
                "givenName",
                "The given name, or first name in most Western languages.",
            ),
            Attribute::string("middleName", "The middle names."),
            Attribute::string(
                "honorificPrefix",
                "The honorific prefixes, or title in most Western languages.",
            ),
            Attribute::string(
                "honorificSuffix",
                "The honorific suffixes, or suffix in most Western languages.",
            ),
        ],
    )
}

/// RFC 7643 §4.1.2.
fn multi_valued() -> Vec<Attribute> {
    let many = |name, description, subs| Attribute::complex(name, description, subs).multi_valued();
    vec![
        many(
            "emails",
            "E-mail addresses for the user.",
            plural(
                Attribute::string("value", "An e-mail address."),
                &["work", "home", "other"],
            ),
        ),
        many(
            "phoneNumbers",
            "Phone numbers for the user.",
            plural(
                Attribute::string("value", "A phone number."),
                &["work", "home", "mobile", "fax", "pager", "other"],
            ),
        ),
        many(
            "ims",
            "Instant messaging addresses for the user.",
            plural(
                Attribute::string("value", "An instant messaging address."),
                &["aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"],
            ),
        ),
        many(
            "photos",
            "URLs of photos of the user.",
            plural(
                Attribute::reference("value", &["external"], "The URL of a photo."),
                &["photo", "thumbnail"],
            ),
        ),
        many(
            "addresses",
            "Physical mailing addresses for the user.",
            address(),
        ),
        many(
            "groups",
            "The groups that the user belongs to, directly or by nesting.",
            groups(),
        )
        .read_only(),
        many(
            "entitlements",
            "Entitlements for the user: things the user has.",
            plural(Attribute::string("value", "An entitlement."), &[]),
        ),
        many(
            "roles",
            "Roles for the user: who the user is, e.g., 'Student' or 'Faculty'.",
            plural(Attribute::string("value", "A role."), &[]),
        ),
        many(
            "x509Certificates",
            "Certificates issued to the user.",
            plural(binary("value", "A DER-encoded X.509 certificate."), &[]),
        ),
    ]
}

fn address() -> Vec<Attribute> {
    vec![
        Attribute::string(
            "formatted",
            "The full mailing address, formatted for display or a mailing label.",
        ),
        Attribute::string(
            "streetAddress",
            "The full street address, which may have several lines.",
        ),
        Attribute::string("locality", "The city or locality."),
        Attribute::string("region", "The state or region."),
        Attribute::string("postalCode", "The zip code or postal code."),
        Attribute::string("country", "The country name."),
        Attribute::string(
            "type",
            "A label indicating the attribute's function, e.g., 'work' or 'home'.",
        )
        .suggesting(&["work", "home", "other"]),
        primary(),
    ]
}

fn groups() -> Vec<Attribute> {
    vec![
        Attribute::string("value", "The identifier of the group.")
            .case_exact()
            .read_only(),
        Attribute::reference("$ref", &["User", "Group"], "The URI of the group.").read_only(),
        Attribute::string("display", "The group's display name.").read_only(),
        Attribute::string(
            "type",
            "Whether the user is a member of the group itself or of one within it.",
        )
        .suggesting(&["direct", "indirect"])
        .read_only(),
    ]
}
