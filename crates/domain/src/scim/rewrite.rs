//! What PUT and PATCH have in common: read, decide, write; again if another write came first.

use super::{
    Kind, Preconditions, ScimFailure, ScimPermit,
    failure::CommitFailure,
    password::PasswordChange,
    references::{Links, member_ids},
    represent::{document, lost},
    write::{Draft, Replaced, moved_members},
};
use crate::{
    Core,
    snapshot::RealmSnapshot,
    store::{Change, Expect, ResourceId, StoreError, StoredResource},
};
use scim::{AttrId, excerpt::Excerpt, json_text::Malformed};
use serde_json::{Map, Value};
use std::{collections::BTreeSet, sync::Arc};

/// How often a write is decided again before the caller is asked to come back later.
pub(super) const MAX_TRIES: usize = 64;

/// How much of a resource is seen by who decides what becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reads {
    /// All of it, and the names that are read from other resources.
    WithNames,
    /// All that is stored.
    Whole,
    /// What is written; the rest is not even read, unless it is asked for.
    Excerpt,
}

/// A resource to be written, and on what conditions.
pub(super) struct Rewrite<'a> {
    pub(super) id: &'a ResourceId,
    pub(super) preconditions: &'a Preconditions,
    pub(super) reads: Reads,
    /// The top-level attributes and extensions that may change.
    pub(super) writes: Vec<AttrId>,
}

/// What a resource is to become.
pub(super) struct Planned {
    /// The resource, without its password: what is written of it at least.
    pub(super) document: Map<String, Value>,
    /// What happens to the password.
    pub(super) password: PasswordChange,
    /// Whether it keeps its version.
    pub(super) unchanged: bool,
}

/// What is there, and what is to become of it.
struct Step<'a> {
    stored: &'a StoredResource,
    excerpt: &'a Excerpt<'a>,
    /// What has been read of it.
    before: &'a Map<String, Value>,
    writes: &'a [AttrId],
    planned: Planned,
}

impl Core {
    /// Replaces the resource by what `plan` makes of it, if the preconditions hold.
    ///
    /// `plan` is given what is read, and, if that is an excerpt, about how many bytes there are elsewhere;
    /// it may then answer that it must see all.
    pub(super) async fn rewrite<K: Kind>(
        &self,
        permit: &ScimPermit<K>,
        rewrite: Rewrite<'_>,
        plan: impl Fn(&Map<String, Value>, Option<usize>) -> Result<Option<Planned>, ScimFailure>,
    ) -> Result<Arc<StoredResource>, ScimFailure> {
        let Rewrite {
            id,
            preconditions,
            mut reads,
            mut writes,
        } = rewrite;
        let (schema, links) = (permit.schema(), Links::of(permit.entry()));
        // Their types may be settled with any write.
        let members = links.members_root();
        writes.extend(members.filter(|root| !writes.contains(root)));
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
            let excerpt = Excerpt::of(schema, &stored.document);
            let excerpt = excerpt.map_err(|Malformed| lost(&stored))?;
            let before = match reads {
                Reads::Excerpt => excerpt.take(&writes).map_err(|Malformed| lost(&stored))?,
                Reads::Whole | Reads::WithNames => document(&stored)?,
            };
            let planned = match reads {
                Reads::Whole => plan(&before, None)?,
                Reads::Excerpt => plan(&before, Some(excerpt.size()))?,
                Reads::WithNames => {
                    let mut whole = [(id.clone(), before.clone())];
                    self.fill_in_names(permit.caller(), &links, &permit.visible(), &mut whole)
                        .await?;
                    let [(_, filled)] = whole;
                    plan(&filled, None)?
                }
            };
            let Some(mut planned) = planned else {
                reads = Reads::Whole;
                continue;
            };
            if planned.unchanged {
                return Ok(stored);
            }
            if reads == Reads::WithNames {
                links.strip(&mut planned.document);
            }
            let caller = permit.caller();
            self.settle_member_types(caller, &links, &mut planned.document)
                .await?;
            let step = Step {
                stored: &stored,
                excerpt: &excerpt,
                before: &before,
                writes: &writes,
                planned,
            };
            match self.write_next(permit, &links, step).await {
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
        step: Step<'_>,
    ) -> Result<Arc<StoredResource>, CommitFailure> {
        let Step {
            stored,
            excerpt,
            before,
            writes,
            planned,
        } = step;
        let new_password = match &planned.password {
            PasswordChange::Set(_) => {
                let mut whole = document(stored)?;
                for root in writes {
                    whole.shift_remove(permit.schema().node(*root).key());
                }
                whole.extend(planned.document.clone());
                self.accept_password(permit, &planned.password, (stored, &whole))
                    .await?
            }
            PasswordChange::Keep | PasswordChange::Remove => None,
        };
        let password_hash = planned.password.into_hash().await?;
        let touches = self.shown_elsewhere(
            permit.snapshot(),
            links,
            (&stored.id, before),
            &planned.document,
        );
        let touches = touches.await?;
        let replaced = Replaced {
            excerpt,
            before,
            writes,
        };
        let draft = Draft {
            entry: permit.entry(),
            resource: self.next_version(stored),
            replaced: Some(replaced),
            document: planned.document,
            password_hash,
            touches,
        };
        let made = draft.into_change(Expect::Version(stored.version));
        let (change, resource) = made?;
        let identity = permit.snapshot().catalogue().identity_type() == Some(permit.entry().id);
        let expected = self.may_make(permit.caller(), identity, &change)?;
        let basis = self.kept().before_writing(permit.realm(), &resource.id);
        let mut changes: Vec<Change> = expected.into_iter().collect();
        changes.push(change);
        changes.extend(new_password);
        self.commit_resources(permit.realm(), changes).await?;
        let resource = Arc::new(resource);
        self.kept()
            .keep_written(permit.realm(), permit.type_name(), &resource, basis);
        Ok(resource)
    }

    /// Resources whose answers show something of what changes, and so get another version: members
    /// that come or go, and wherever the resource's name stands.
    pub(super) async fn shown_elsewhere(
        &self,
        snapshot: &RealmSnapshot,
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
            let referrers = self.referrers(snapshot, id).await?;
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
