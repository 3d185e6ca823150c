//! What a resource shows of others: `groups` of a user (RFC 7643 §4.1.2), `members` of a group
//! (§4.2), `manager` of a user (§4.3). Nothing of it is stored.

use super::represent::location;
use crate::{
    Core,
    access::Caller,
    snapshot::{RealmSnapshot, TypeEntry},
    store::{Membership, ResourceId, StoreError},
};
use scim::{AttrId, AttributeSet, Node, ResourceSchema, urn};
use scope::Operation;
use serde_json::{Map, Value, json};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

/// The attributes of a type that show something of other resources.
pub(super) struct Links<'a> {
    schema: &'a ResourceSchema,
    groups: Option<&'a Node>,
    members: Option<&'a Node>,
    manager: Option<&'a Node>,
}

/// A resource and what is shown of it so far.
type Document = (ResourceId, Map<String, Value>);

impl<'a> Links<'a> {
    /// Those of a type.
    pub(super) fn of(entry: &'a TypeEntry) -> Self {
        let schema = &entry.schema;
        let list = |name: &str| schema.root(name).filter(|node| node.is_list());
        Self {
            schema,
            groups: (&*entry.name == "User").then(|| list("groups")).flatten(),
            members: (&*entry.name == "Group").then(|| list("members")).flatten(),
            manager: schema.lookup(urn::MANAGER),
        }
    }

    /// The leaves that name other resources.
    pub(super) fn naming(&self) -> impl Iterator<Item = AttrId> {
        [self.members, self.manager]
            .into_iter()
            .filter_map(|holder| self.leaf(holder, "value"))
    }

    /// The URN of the type's base schema.
    pub(super) fn base_urn(&self) -> &str {
        self.schema.base_urn()
    }

    /// The member of a document that lists members.
    pub(super) fn members(&self) -> Option<&str> {
        self.members.map(Node::key)
    }

    /// The member of a document that is the extension with the manager, and that of the manager.
    pub(super) fn manager(&self) -> Option<(&str, &str)> {
        let manager = self.manager?;
        Some((self.schema.node(manager.parent?).key(), manager.key()))
    }

    /// The attribute that lists members.
    pub(super) fn members_root(&self) -> Option<AttrId> {
        self.members.map(|node| node.id)
    }

    /// Whether resources of the type have members.
    pub(super) fn has_members(&self) -> bool {
        self.members.is_some()
    }

    /// Takes out what is only shown, never stored.
    pub(super) fn strip(&self, document: &mut Map<String, Value>) {
        if self.groups.is_some() {
            document.shift_remove("groups");
        }
        for member in self.members_in(document) {
            member.shift_remove("display");
        }
        if let Some(manager) = self.manager_in(document) {
            manager.shift_remove("displayName");
        }
    }

    fn members_in<'d>(
        &self,
        document: &'d mut Map<String, Value>,
    ) -> impl Iterator<Item = &'d mut Map<String, Value>> {
        let members = self.members.and_then(|node| document.get_mut(node.key()));
        let members = members.and_then(Value::as_array_mut);
        members
            .into_iter()
            .flatten()
            .filter_map(Value::as_object_mut)
    }

    fn manager_in<'d>(
        &self,
        document: &'d mut Map<String, Value>,
    ) -> Option<&'d mut Map<String, Value>> {
        let (extension, manager) = self.manager()?;
        document
            .get_mut(extension)?
            .get_mut(manager)?
            .as_object_mut()
    }

    fn leaf(&self, parent: Option<&Node>, name: &str) -> Option<AttrId> {
        self.schema.child(parent?.id, name).map(|node| node.id)
    }

    /// The members of a document that name others and of which `visible` has something.
    pub(super) fn seen(&self, visible: &AttributeSet) -> [Option<&str>; 2] {
        let is_seen = |node: &&Node| self.schema.any(visible, node.id);
        let manager = self.manager.filter(is_seen).and(self.manager());
        [
            self.members.filter(is_seen).map(Node::key),
            manager.map(|(extension, _)| extension),
        ]
    }

    /// The resources whose names a document shows, if it has any.
    pub(super) fn named(
        &self,
        visible: &AttributeSet,
        document: &Map<String, Value>,
    ) -> BTreeSet<ResourceId> {
        let mut wanted = BTreeSet::new();
        if self.shows(visible, self.members, "display") {
            wanted.extend(member_ids(document));
        }
        if self.shows(visible, self.manager, "displayName") {
            let holder = self.manager().and_then(|(extension, manager)| {
                let holder = document.get(extension)?.get(manager)?;
                holder.as_object()
            });
            wanted.extend(holder.and_then(named));
        }
        wanted
    }

    fn shows(&self, visible: &AttributeSet, parent: Option<&Node>, name: &str) -> bool {
        self.leaf(parent, name)
            .is_some_and(|leaf| visible.contains(leaf))
    }
}

/// The ids in `members.value`.
pub(super) fn member_ids(document: &Map<String, Value>) -> BTreeSet<ResourceId> {
    let members = document.get("members").and_then(Value::as_array);
    let values = members
        .into_iter()
        .flatten()
        .filter_map(|member| member.get("value")?.as_str());
    values.map(|value| ResourceId(value.into())).collect()
}

impl Core {
    /// Adds to `documents` what of other resources lies in `visible`; asks the store for no more.
    pub(super) async fn fill_in(
        &self,
        caller: &Caller,
        links: &Links<'_>,
        visible: &AttributeSet,
        documents: &mut [Document],
    ) -> Result<(), StoreError> {
        if links
            .groups
            .is_some_and(|groups| links.schema.any(visible, groups.id))
        {
            self.fill_in_groups(caller, documents).await?;
        }
        let snapshot = caller.snapshot();
        for (_, document) in documents.iter_mut() {
            for member in links.members_in(document) {
                add_member_reference(snapshot, member);
            }
            if let Some(manager) = links.manager_in(document) {
                add_reference(snapshot, Some("User"), manager);
            }
        }
        self.fill_in_names(caller, links, visible, documents).await
    }

    async fn fill_in_groups(
        &self,
        caller: &Caller,
        documents: &mut [Document],
    ) -> Result<(), StoreError> {
        let ids: Vec<ResourceId> = documents.iter().map(|(id, _)| id.clone()).collect();
        let mut groups: HashMap<ResourceId, Vec<Value>> = HashMap::new();
        for membership in self.store().memberships(caller.realm(), &ids).await? {
            let group = group(caller.snapshot(), &membership);
            groups.entry(membership.member).or_default().push(group);
        }
        for (id, document) in documents {
            if let Some(groups) = groups.remove(id) {
                document.insert("groups".to_owned(), Value::Array(groups));
            }
        }
        Ok(())
    }

    /// `members.display` and `manager.displayName`, as far as the caller may read the display name
    /// of the resource itself (S3).
    pub(super) async fn fill_in_names(
        &self,
        caller: &Caller,
        links: &Links<'_>,
        visible: &AttributeSet,
        documents: &mut [Document],
    ) -> Result<(), StoreError> {
        let of_members = links.shows(visible, links.members, "display");
        let of_manager = links.shows(visible, links.manager, "displayName");
        let wanted: BTreeSet<ResourceId> = documents
            .iter()
            .flat_map(|(_, document)| links.named(visible, document))
            .collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let names = self.display_names(caller, wanted).await?;
        // Of other types no right is asked (S3), nor can they be searched by.
        let name = |holder: &Map<String, Value>, types: &[&str]| {
            let (of_type, name) = names.get(&named(holder)?)?;
            types.contains(&&**of_type).then(|| name.clone())
        };
        for (_, document) in documents {
            for member in links.members_in(document).filter(|_| of_members) {
                if let Some(name) = name(member, &["User", "Group"]) {
                    member.insert("display".to_owned(), name.into());
                }
            }
            if of_manager
                && let Some(manager) = links.manager_in(document)
                && let Some(name) = name(manager, &["User"])
            {
                manager.insert("displayName".to_owned(), name.into());
            }
        }
        Ok(())
    }

    async fn display_names(
        &self,
        caller: &Caller,
        ids: BTreeSet<ResourceId>,
    ) -> Result<HashMap<ResourceId, (Arc<str>, String)>, StoreError> {
        let ids: Vec<ResourceId> = ids.into_iter().collect();
        let found = self
            .store()
            .resolve_references(caller.realm(), &ids)
            .await?;
        let shown = |(id, resource_type, display): (_, Arc<str>, Option<String>)| {
            let entry = caller.snapshot().types().by_name(&resource_type)?;
            let name = entry.schema.lookup("displayName")?;
            let readable = caller.grant().attributes(entry.id, Operation::Retrieve)?;
            readable
                .contains(name.id)
                .then_some((id, (resource_type, display?)))
        };
        Ok(found.into_iter().filter_map(shown).collect())
    }

    /// Gives members without `type` the type of the resource that they name, if there is one of a
    /// type that the caller may retrieve or search (S2).
    pub(super) async fn settle_member_types(
        &self,
        caller: &Caller,
        links: &Links<'_>,
        document: &mut Map<String, Value>,
    ) -> Result<(), StoreError> {
        let untyped = |member: &Map<String, Value>| !member.contains_key("type");
        let ids: BTreeSet<ResourceId> = links
            .members_in(document)
            .filter(|m| untyped(m))
            .filter_map(|m| named(m))
            .collect();
        if ids.is_empty() {
            return Ok(());
        }
        let ids: Vec<ResourceId> = ids.into_iter().collect();
        let found = self
            .store()
            .resolve_references(caller.realm(), &ids)
            .await?;
        let known = |name: &str| {
            let id = caller.snapshot().types().by_name(name)?.id;
            let retrieve = caller.grant().attributes(id, Operation::Retrieve);
            retrieve.or_else(|| caller.grant().attributes(id, Operation::Search))
        };
        let types: HashMap<ResourceId, _> = found
            .into_iter()
            .filter(|(_, name, _)| known(name).is_some())
            .map(|(id, name, _)| (id, name))
            .collect();
        for member in links.members_in(document).filter(|m| untyped(m)) {
            if let Some(name) = named(member).and_then(|id| types.get(&id)) {
                member.insert("type".to_owned(), Value::from(&**name));
            }
        }
        Ok(())
    }
}

/// The resource that a member or manager names.
fn named(holder: &Map<String, Value>) -> Option<ResourceId> {
    Some(ResourceId(holder.get("value")?.as_str()?.into()))
}

fn group(snapshot: &RealmSnapshot, membership: &Membership) -> Value {
    let mut group = Map::new();
    group.insert("value".to_owned(), Value::from(&*membership.group.0));
    add_reference(snapshot, Some(&membership.group_type), &mut group);
    if let Some(display) = &membership.display {
        group.insert("display".to_owned(), display.as_str().into());
    }
    group.insert("type".to_owned(), json!("direct"));
    Value::Object(group)
}

fn add_member_reference(snapshot: &RealmSnapshot, member: &mut Map<String, Value>) {
    let member_type = member
        .get("type")
        .and_then(Value::as_str)
        .map(str::to_owned);
    add_reference(snapshot, member_type.as_deref(), member);
}

/// Adds `$ref` to what names a resource of a known type.
fn add_reference(
    snapshot: &RealmSnapshot,
    type_name: Option<&str>,
    holder: &mut Map<String, Value>,
) {
    let entry = type_name.and_then(|name| snapshot.types().by_name(name));
    if let (Some(entry), Some(id)) = (entry, named(holder)) {
        holder.insert("$ref".to_owned(), location(snapshot, entry, &id).into());
    }
}
