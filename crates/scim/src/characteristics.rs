//! Characteristics of attributes as their place in the schema makes them (RFC 7643 §2.2).

use crate::{AttrId, AttributeSet, AttributeType, Mutability, Node, ResourceSchema, Returned, urn};

impl ResourceSchema {
    /// The mutability that is in force for a node: readOnly and immutable reach from a complex
    /// attribute to its sub-attributes, and what is [derived](Self::is_derived) is readOnly whatever
    /// the standard's schema says.
    pub fn mutability(&self, id: AttrId) -> Mutability {
        if self.is_derived(id) {
            return Mutability::ReadOnly;
        }
        let mut strictest = Mutability::ReadWrite;
        for node in self.with_ancestors(id) {
            match node.attribute.mutability {
                Mutability::ReadOnly => return Mutability::ReadOnly,
                Mutability::Immutable => strictest = Mutability::Immutable,
                Mutability::WriteOnly if strictest == Mutability::ReadWrite => {
                    strictest = Mutability::WriteOnly;
                }
                Mutability::WriteOnly | Mutability::ReadWrite => {}
            }
        }
        strictest
    }

    /// Whether the leaf says something of the resource that its sibling `value` names, which is looked
    /// up for each answer and never stored: `$ref` and the name of a member (RFC 7643 §4.2) and of a
    /// manager (§4.3).
    pub fn is_derived(&self, id: AttrId) -> bool {
        let node = self.node(id);
        let derived = ["$ref", "display", "displayName"].contains(&node.key());
        derived
            && node.parent.is_some_and(|holder| {
                let holder = self.node(holder);
                let extension = holder.path.strip_suffix(":manager");
                extension == Some(urn::ENTERPRISE_USER)
                    || (holder.path == "members" && self.base_urn() == urn::GROUP)
            })
    }

    /// Whether clients can't write a node: it is readOnly, or everything in it is.
    pub fn is_read_only(&self, id: AttrId) -> bool {
        self.leaves(id)
            .iter()
            .all(|leaf| self.mutability(leaf) == Mutability::ReadOnly)
    }

    /// The leaves of a node that clients can write.
    pub fn writable(&self, id: AttrId) -> AttributeSet {
        let leaves = self.leaves(id);
        leaves
            .iter()
            .filter(|leaf| self.mutability(*leaf) != Mutability::ReadOnly)
            .collect()
    }

    /// The leaves of `set` that may ever be in a response: `password` and its like are not
    /// readable by any right (S5).
    pub fn returnable(&self, set: &AttributeSet) -> AttributeSet {
        let mut returnable = set.clone();
        returnable.subtract(self.never_returned());
        returnable
    }

    /// Whether `returned` is `never`, of the node or of what it is part of.
    pub fn is_never_returned(&self, id: AttrId) -> bool {
        self.with_ancestors(id)
            .any(|node| node.attribute.returned == Returned::Never)
    }

    /// The node, its parent, and so on up to the top.
    pub(crate) fn with_ancestors(&self, id: AttrId) -> impl Iterator<Item = &Node> {
        std::iter::successors(Some(self.node(id)), |node| {
            node.parent.map(|p| self.node(p))
        })
    }

    /// The member names that lead from the resource to the node: `["name", "familyName"]`.
    pub(crate) fn keys(&self, id: AttrId) -> Vec<&str> {
        let mut keys: Vec<&str> = self.with_ancestors(id).map(Node::key).collect();
        keys.reverse();
        keys
    }
}

impl Node {
    /// Whether it is one JSON object: a singular complex attribute or an extension.
    pub fn is_object(&self) -> bool {
        !self.is_leaf() && !self.attribute.multi_valued
    }

    /// Whether it is an array of objects: a multi-valued complex attribute.
    pub fn is_list(&self) -> bool {
        self.attribute.kind == AttributeType::Complex && self.attribute.multi_valued
    }
}
