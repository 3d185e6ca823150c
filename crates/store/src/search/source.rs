//! Where the values of an attribute are found.
//!
//! Most are index rows of the resource itself. `groups` of a user, `display` of a member and
//! `displayName` of a manager are values of other resources, found through the index of those (see
//! [`crate::references`]).

use super::Composer;
use crate::references::{GROUP, MANAGER, MEMBER, USER};
use scim::Node;

/// Where the values of one attribute are.
pub(super) enum Place {
    /// A text column of `r`.
    Text(&'static str),
    /// A column of `r` in microseconds.
    Time(&'static str),
    /// Rows.
    Rows(Source),
}

/// Rows that have a value of an attribute each, and where in a row what stands.
pub(super) struct Source {
    /// `FROM` and `WHERE`, to be continued by `AND`.
    pub(super) from: String,
    /// The resource that has the value.
    pub(super) resource: &'static str,
    /// What tells the elements of a multi-valued attribute apart.
    pub(super) element: &'static str,
    /// The order of the values of a resource.
    pub(super) order: &'static str,
    /// Whether the element is the primary one.
    pub(super) primary: &'static str,
    /// The value.
    pub(super) value: Stored,
}

/// A value in a row.
#[derive(Clone, Copy)]
pub(super) enum Stored {
    /// Head and tail, expressions.
    Text {
        head: &'static str,
        tail: &'static str,
    },
    /// The same in every row.
    Constant(&'static str),
}

const OWN: Source = Source {
    from: String::new(),
    resource: "i.resource",
    element: "i.element",
    order: "i.ordinal",
    primary: "i.is_primary",
    value: Stored::Text {
        head: "i.head",
        tail: "i.tail",
    },
};

const MEMBERSHIP: Source = Source {
    from: String::new(),
    resource: "i.head",
    element: "i.resource",
    order: "i.resource",
    primary: "0",
    value: Stored::Text {
        head: "i.resource",
        tail: "''",
    },
};

/// The display name, as the index has it, of a resource that row `d` belongs to.
const DISPLAY_NAME: Stored = Stored::Text {
    head: "d.head",
    tail: "d.tail",
};

impl Composer<'_> {
    /// Where the values of `node`, a leaf, are.
    pub(super) fn place(&mut self, node: &Node) -> Place {
        let resource_type = self.schema.resource_type().name.as_str();
        let manager = MANAGER.trim_end_matches("value");
        Place::Rows(match node.path.as_str() {
            "id" => return Place::Text("r.id"),
            "meta.created" => return Place::Time("r.created"),
            "meta.lastModified" => return Place::Time("r.modified"),
            "groups.value" if resource_type == USER => Source {
                from: self.memberships(""),
                ..MEMBERSHIP
            },
            "groups.type" if resource_type == USER => Source {
                from: self.memberships(""),
                value: Stored::Constant("direct"),
                ..MEMBERSHIP
            },
            "groups.display" if resource_type == USER => Source {
                from: self.memberships(
                    " JOIN resource_index d ON d.tenant = i.tenant AND d.realm = i.realm \
                     AND d.type = i.type AND d.resource = i.resource AND d.path = 'displayName'",
                ),
                value: DISPLAY_NAME,
                ..MEMBERSHIP
            },
            "members.display" if resource_type == GROUP => {
                self.referenced_name(MEMBER, "'User', 'Group'")
            }
            path if path.strip_prefix(manager) == Some("displayName") => {
                self.referenced_name(MANAGER, "'User'")
            }
            path => Source {
                from: self.own(path, ""),
                ..OWN
            },
        })
    }

    /// Index rows of the type itself, called `i`.
    fn own(&mut self, path: &str, join: &str) -> String {
        let path = self.bind(path);
        format!(
            "FROM resource_index i{join} \
             WHERE i.tenant = ?1 AND i.realm = ?2 AND i.type = ?3 AND i.path = {path}"
        )
    }

    /// Rows called `i` that make someone a member of a group.
    fn memberships(&mut self, join: &str) -> String {
        format!(
            "FROM resource_index i{join} WHERE i.tenant = ?1 AND i.realm = ?2 \
             AND i.type = 'Group' AND i.path = 'members.value' AND i.tail = ''"
        )
    }

    /// The display names of the resources that `reference` names and that are of one of `types`:
    /// the right to search by them is a right to the names of those types only (S3).
    fn referenced_name(&mut self, reference: &'static str, types: &'static str) -> Source {
        let from = self.own(
            reference,
            " JOIN resource n ON n.tenant = i.tenant AND n.realm = i.realm AND n.id = i.head \
             JOIN resource_index d ON d.tenant = n.tenant AND d.realm = n.realm \
             AND d.type = n.type AND d.resource = n.id AND d.path = 'displayName'",
        );
        Source {
            from: format!("{from} AND i.tail = '' AND n.type IN ({types})"),
            value: DISPLAY_NAME,
            ..OWN
        }
    }
}
