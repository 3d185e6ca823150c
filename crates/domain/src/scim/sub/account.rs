//! The state of an account (product §5).

use super::{ReadAccount, ReplaceAccount, SubPermit, SubResource, account_state};
use crate::{
    Core, Timestamp,
    people::{Account, Ending, Kept, Person, ends},
    scim::{
        Preconditions, Representation, Retrieved, ScimFailure, rewrite::MAX_TRIES, write::leaves_of,
    },
    snapshot::RealmSnapshot,
    store::{Change, CommitError, Conflict, GrantsOf, StoreError},
    tokens::MAX_ACCESS_TOKEN_LIFETIME,
};
use scim::{AttributeSet, Mutability, ResourceSchema, ScimError, Selection, validate};
use serde_json::{Map, Value, json};
use std::{sync::Arc, time::Duration};

impl Core {
    /// The account of a person.
    ///
    /// # Errors
    /// 404 if there is no such person; 412.
    pub async fn read_account(
        &self,
        permit: &SubPermit<ReadAccount>,
        person: &str,
        preconditions: &Preconditions,
        selection: &Selection,
    ) -> Result<Retrieved, ScimFailure> {
        let person = self.owner(permit, person).await?;
        let account = self.account(permit.realm(), &person.id).await?;
        let item = self.account_item(permit.snapshot(), &person, &account);
        self.retrieved(permit, (&person, item), preconditions, selection)
    }

    /// Replaces what `body` says of the account: `null` clears, what is absent stays, and what is
    /// readOnly is ignored. Whoever can't use it any more is out at once (S15); an account that now
    /// ends sooner ends the grants whose tokens might outlive it.
    ///
    /// # Errors
    /// 400 for a body that does not fit, a refusal for what the caller may not change, 404, 412.
    pub async fn replace_account(
        &self,
        permit: &SubPermit<ReplaceAccount>,
        person: &str,
        body: Map<String, Value>,
        preconditions: &Preconditions,
        selection: &Selection,
    ) -> Result<Arc<Representation>, ScimFailure> {
        let (body, touched) = understood(permit.schema(), body)?;
        permit.require(&touched)?;
        let person = self.owner(permit, person).await?;
        for _ in 0..MAX_TRIES {
            let mut account = self.account(permit.realm(), &person.id).await?;
            let expected = permit.may_change_credentials(self, &person.id)?;
            let before = self.account_item(permit.snapshot(), &person, &account);
            preconditions.check(|| self.sub_etag(permit, &person, &before))?;
            let now = self.now();
            let ended = account.value.state.expires;
            account_state::apply(&mut account.value, &body, now)?;
            let mut changes = vec![expected, account.put()?];
            account.version = Some(account.version.unwrap_or_default() + 1);
            let mut notices = Vec::new();
            if !account.value.is_usable(now) {
                notices = self.told_of_person(permit.snapshot(), &person.id).await?;
                changes.extend(ends(&person.id, &Ending::Everything, now));
                // Whoever read the account before signs nobody in, by that.
                account.version = account.version.map(|version| version + 1);
            } else if tokens_outlive(ended, account.value.state.expires, now) {
                changes.push(Change::RevokeGrants {
                    of: GrantsOf::Person {
                        person: person.id.clone(),
                        but: None,
                    },
                    at: now,
                });
            }
            match self.commit_ending(permit.realm(), changes).await {
                Ok(()) => {
                    self.tell(notices);
                    let item = self.account_item(permit.snapshot(), &person, &account);
                    let whole = self.whole(permit, &person, item);
                    return Ok(self.shown(permit, whole, selection)?);
                }
                Err(CommitError::Conflict(
                    Conflict::Version | Conflict::Exists | Conflict::StaleRevision,
                )) => {}
                Err(CommitError::Conflict(other)) => {
                    return Err(StoreError::Engine(other.to_string()).into());
                }
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Err(StoreError::Unavailable("too many writes to one account".to_owned()).into())
    }

    fn account_item(
        &self,
        snapshot: &RealmSnapshot,
        person: &Person,
        account: &Kept<Account>,
    ) -> SubResource {
        let policy = &snapshot.config().realm.settings.password_policy;
        let shown = account_state::attributes(person, &account.value, policy, self.now());
        SubResource::of(person, account.version.unwrap_or_default(), shown)
    }
}

/// Whether tokens that were issued while the account was to end later may outlive it: they end then,
/// and what is issued from now on ends with the account.
fn tokens_outlive(before: Option<Timestamp>, after: Option<Timestamp>, now: Timestamp) -> bool {
    let longest = now.plus(Duration::from_secs(MAX_ACCESS_TOKEN_LIFETIME.into()));
    after.is_some_and(|end| end < longest && before.is_none_or(|before| end < before))
}

/// What a body says of what can be written, with `null` where it clears; and the leaves of that.
fn understood(
    schema: &ResourceSchema,
    body: Map<String, Value>,
) -> Result<(Map<String, Value>, AttributeSet), ScimError> {
    let writable = |name: &str| {
        let node = schema.root(name)?;
        let core = node.part == scim::Part::Core;
        (core && node.attribute.mutability == Mutability::ReadWrite).then_some(node)
    };
    let cleared: Vec<String> = body
        .iter()
        .filter(|(_, value)| value.is_null() || value.as_array().is_some_and(Vec::is_empty))
        .filter_map(|(name, _)| writable(name))
        .map(|node| node.key().to_owned())
        .collect();
    let read_only = |name: &str| {
        let node = schema.root(name);
        node.is_some_and(|node| node.attribute.mutability == Mutability::ReadOnly)
    };
    let ours = body.into_iter().filter(|(name, _)| !read_only(name));
    let mut understood = validate::canonical(schema, with_schemas(schema, ours.collect()))?;
    understood.retain(|name, _| writable(name).is_some());
    let mut touched = leaves_of(schema, &understood);
    for name in cleared {
        if let Some(node) = schema.root(&name) {
            touched.union_with(&schema.leaves(node.id));
        }
        understood.insert(name, Value::Null);
    }
    Ok((understood, touched))
}

/// A body that need not say what it is: the address does.
pub(super) fn with_schemas(
    schema: &ResourceSchema,
    mut body: Map<String, Value>,
) -> Map<String, Value> {
    if !body.keys().any(|key| key.eq_ignore_ascii_case("schemas")) {
        body.insert("schemas".into(), json!([schema.base_urn()]));
    }
    body
}
