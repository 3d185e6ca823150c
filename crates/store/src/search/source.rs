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

/// What a resource is called by.
const DISPLAY: &str = "displayName";
/// The number of no attribute.
const NOWHERE: i64 = 0;

/// Rows that have a value of an attribute each, and where in a row what stands.
pub(super) struct Source {
    /// `FROM` and `WHERE`, to be continued by `AND`.
    pub(super) from: String,
    /// The resource that has the value, and the column of `r` that says the same.
    pub(super) resource: &'static str,
    pub(super) key: &'static str,
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
    key: "r.number",
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
    key: "r.id",
    element: "g.number",
    order: "g.id",
    primary: "0",
    value: Stored::Text {
        head: "g.id",
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
        Place::Rows(match &*node.path {
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
            "groups.display" if resource_type == USER => {
                let name = self.number(GROUP, DISPLAY);
                let join = format!(
                    " JOIN resource_index d ON d.resource = g.number AND d.attribute = {name}"
                );
                Source {
                    from: self.memberships(&join),
                    value: DISPLAY_NAME,
                    ..MEMBERSHIP
                }
            }
            "members.display" if resource_type == GROUP => {
                self.referenced_name(MEMBER, &[USER, GROUP])
            }
            path if path.strip_prefix(manager) == Some(DISPLAY) => {
                self.referenced_name(MANAGER, &[USER])
            }
            path => Source {
                from: self.own(path, ""),
                ..OWN
            },
        })
    }

    /// The number of an attribute as a parameter; one that nothing has if no resource has had it.
    fn number(&mut self, resource_type: &str, path: &str) -> String {
        let number = self.attributes.number(resource_type, path);
        self.bind(number.unwrap_or(NOWHERE))
    }

    /// Index rows of the type itself, called `i`.
    fn own(&mut self, path: &str, join: &str) -> String {
        let number = self.number(self.schema.resource_type().name.as_str(), path);
        format!("FROM resource_index i{join} WHERE i.attribute = {number}")
    }

    /// Rows called `i` that make someone a member of a group called `g`.
    fn memberships(&mut self, join: &str) -> String {
        let number = self.number(GROUP, MEMBER);
        format!(
            "FROM resource_index i JOIN resource g ON g.tenant = ?1 AND g.realm = ?2 \
             AND g.type = 'Group' AND g.number = i.resource{join} WHERE i.attribute = {number} AND i.tail = ''"
        )
    }

    /// The display names of the resources that `reference` names and that are of one of `types`:
    /// the right to search by them is a right to the names of those types only (S3).
    fn referenced_name(&mut self, reference: &str, types: &[&str]) -> Source {
        let names: Vec<String> = types.iter().map(|t| self.number(t, DISPLAY)).collect();
        let types: Vec<String> = types.iter().map(|t| format!("'{t}'")).collect();
        let (names, types) = (names.join(", "), types.join(", "));
        let from = self.own(
            reference,
            &format!(
                " JOIN resource n ON n.tenant = ?1 AND n.realm = ?2 AND n.type IN ({types}) \
                 AND n.id = i.head \
                 JOIN resource_index d ON d.resource = n.number AND d.attribute IN ({names})"
            ),
        );
        Source {
            from: format!("{from} AND i.tail = ''"),
            value: DISPLAY_NAME,
            ..OWN
        }
    }
}
