//! What PUT and PATCH have in common: read, decide, write; again if another write came first.

use super::{
    Kind, Preconditions, ScimFailure, ScimPermit,
    failure::CommitFailure,
    password::PasswordChange,
    references::{Links, member_ids},
    represent::document,
    write::{Draft, moved_members},
};
use crate::{
    Core,
    store::{Expect, ResourceId, StoreError, StoredResource},
};
use scim::AttrId;
use serde_json::{Map, Value};
use std::{collections::BTreeSet, sync::Arc};

/// How often a write is decided again before the caller is asked to come back later.
pub(super) const MAX_TRIES: usize = 64;

/// What a resource is to become.
pub(super) struct Planned {
    /// The resource, without its password.
    pub(super) document: Map<String, Value>,
    /// The top-level attributes and extensions that may differ from what is there.
    pub(super) written: Vec<AttrId>,
    /// What happens to the password.
    pub(super) password: PasswordChange,
    /// Whether it keeps its version.
    pub(super) unchanged: bool,
}

impl Core {
    /// Replaces the resource by what `plan` makes of it, if `preconditions` hold.
    ///
    /// `with_names`: `plan` sees the names that are read from other resources too.
    pub(super) async fn rewrite<K: Kind>(
        &self,
        permit: &ScimPermit<K>,
        id: &ResourceId,
        preconditions: &Preconditions,
        with_names: bool,
        plan: impl Fn(&Map<String, Value>) -> Result<Planned, ScimFailure>,
    ) -> Result<Arc<StoredResource>, ScimFailure> {
        let links = Links::of(permit.entry());
        let _turn = self.turns().of(id).await;
        for attempt in 0..MAX_TRIES {
            let kept = || {
                self.kept()
                    .written(permit.realm(), permit.type_name(), id)
                    .filter(|_| attempt == 0)
            };
            let stored = match kept() {
                Some(kept) => kept,
                None => {
                    let found = self
                        .store()
                        .find_resource(permit.realm(), permit.type_name(), id)
                        .await?;
                    Arc::new(found.ok_or(ScimFailure::NotFound)?)
                }
            };
            preconditions.check(|| self.etag(permit.realm(), &stored))?;
            let before = document(&stored)?;
            let mut planned = match with_names {
                false => plan(&before)?,
                true => {
                    let mut whole = [(id.clone(), before.clone())];
                    self.fill_in_names(permit.caller(), &links, &permit.visible(), &mut whole)
                        .await?;
                    let [(_, filled)] = whole;
                    plan(&filled)?
                }
            };
            if planned.unchanged {
                return Ok(stored);
            }
            if with_names {
                links.strip(&mut planned.document);
            }
            let members = links.members_root();
            let others = members.filter(|root| !planned.written.contains(root));
            planned.written.extend(others);
            let caller = permit.caller();
            self.settle_member_types(caller, &links, &mut planned.document)
                .await?;
            match self
                .write_next(permit, &links, (&stored, &before), planned)
                .await
            {
                Ok(resource) => return Ok(resource),
                Err(CommitFailure::Overtaken) => {}
                Err(CommitFailure::Failed(failure)) => return Err(failure),
            }
        }
        Err(StoreError::Unavailable("too many writes to one resource".to_owned()).into())
    }

    async fn write_next<K: Kind>(
        &self,
        permit: &ScimPermit<K>,
        links: &Links<'_>,
        (stored, before): (&StoredResource, &Map<String, Value>),
        planned: Planned,
    ) -> Result<Arc<StoredResource>, CommitFailure> {
        let password_hash = planned.password.into_hash().await?;
        let touches = self.shown_elsewhere(permit, links, (&stored.id, before), &planned.document);
        let touches = touches.await?;
        let draft = Draft {
            entry: permit.entry(),
            resource: self.next_version(stored),
            replaced: Some((before, &planned.written)),
            document: planned.document,
            password_hash,
            touches,
        };
        let made = draft.into_change(Expect::Version(stored.version));
        let (change, resource) = made?;
        let basis = self.kept().before_writing(permit.realm(), &resource.id);
        self.commit_resources(permit.realm(), vec![change]).await?;
        let resource = Arc::new(resource);
        self.kept()
            .keep_written(permit.realm(), permit.type_name(), &resource, basis);
        Ok(resource)
    }

    /// Resources whose answers show something of what changes, and so get another version: members
    /// that come or go, and wherever the resource's name stands.
    async fn shown_elsewhere<K: Kind>(
        &self,
        permit: &ScimPermit<K>,
        links: &Links<'_>,
        (id, before): (&ResourceId, &Map<String, Value>),
        after: &Map<String, Value>,
    ) -> Result<BTreeSet<ResourceId>, StoreError> {
        let renamed = before.get("displayName") != after.get("displayName");
        let mut touches = match (links.has_members(), renamed) {
            (true, false) => moved_members(before, after),
            (true, true) => &member_ids(before) | &member_ids(after),
            (false, _) => BTreeSet::new(),
        };
        if renamed {
            let referrers = self.referrers(permit.snapshot(), id).await?;
            touches.extend(referrers.into_iter().map(|referrer| referrer.resource.id));
        }
        Ok(touches)
    }

    /// The row that follows `stored`: the next version, modified now.
    pub(super) fn next_version(&self, stored: &StoredResource) -> StoredResource {
        StoredResource {
            id: stored.id.clone(),
            number: stored.number,
            version: stored.version.saturating_add(1),
            created: stored.created,
            // Clocks may step back; a resource's history does not.
            modified: self.now().max(stored.modified),
            document: String::new(),
        }
    }
}
