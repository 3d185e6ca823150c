//! Changing a password (product §5).

use super::{ResetPassword, SubPermit, SubResource, account::with_schemas, item};
use crate::{
    Core,
    people::{Account, ChangedBy, Kept, PasswordChangeError, PasswordFailure, Person, password},
    scim::{Representation, ScimFailure, rewrite::MAX_TRIES},
    snapshot::RealmSnapshot,
    store::{GrantRecord, StoreError},
};
use oauth::Secret;
use scim::{AttributeSet, ResourceSchema, ScimError, ScimType, validate};
use serde_json::{Map, Value};
use std::sync::Arc;

/// What a body asks for.
struct Change {
    current: Option<Secret>,
    new: Option<Secret>,
    touched: AttributeSet,
}

impl Core {
    /// Changes the password of a person; without a new one the server makes one and says which. At
    /// `/Me` the current one must be given. All sessions and grants of the person end but the grant
    /// of this request (B6).
    ///
    /// # Errors
    /// 400 for a body or a password that does not do, 401 `invalidCredentials`, 404, 429 for too
    /// many attempts; a refusal for what the caller may not change.
    pub async fn replace_password(
        &self,
        permit: &SubPermit<ResetPassword>,
        person: &str,
        body: Map<String, Value>,
    ) -> Result<Arc<Representation>, ScimFailure> {
        let change = understood(permit.schema(), body)?;
        permit.require(&change.touched)?;
        let person = self.owner(permit, person).await?;
        let snapshot = permit.snapshot();
        let made = match &change.new {
            Some(_) => None,
            None => Some(self.made_password(snapshot, &person)?),
        };
        let new = change.new.as_ref().or(made.as_ref());
        let new = new.ok_or(ScimFailure::NotFound)?;
        match permit.is_own() {
            true => {
                let current = change.current.as_ref().ok_or_else(no_current)?;
                let grant = self.own_grant(permit).await?;
                let account = self.proven(snapshot, &person, current).await?;
                let by = ChangedBy::Grant(&grant);
                self.set_password(snapshot, &person, account, new, by)
                    .await?;
            }
            false => self.reset(permit, &person, new).await?,
        }
        let mut attributes = Map::new();
        if let Some(made) = made {
            attributes.insert("generatedPassword".into(), made.expose().into());
        }
        let version = 0;
        let whole = self.whole(
            permit,
            &person,
            SubResource::of(&person, version, attributes),
        );
        let mut visible = permit.schema().always_readable().clone();
        visible.union_with(permit.attributes());
        Ok(item::shown(permit, whole, &visible)?)
    }

    /// The account of someone who knows their password; wrong ones count, and slow down (U3).
    async fn proven(
        &self,
        snapshot: &RealmSnapshot,
        person: &Person,
        current: &Secret,
    ) -> Result<Kept<Account>, ScimFailure> {
        let proven = self.prove_password(snapshot, person, current).await;
        proven.map_err(|failure| match failure {
            PasswordFailure::Wrong => {
                let detail = "`currentPassword` is wrong";
                ScimError::new(401, ScimType::InvalidCredentials, detail).into()
            }
            PasswordFailure::TooMany { until } => {
                let wait = until.seconds().saturating_sub(self.now().seconds());
                let detail = format!("there were too many attempts; try again in {wait} seconds");
                ScimError::new(429, None, detail).into()
            }
            PasswordFailure::Store(error) => error.into(),
        })
    }

    /// Sets another's password, which is neither too new for them nor too often changed.
    async fn reset(
        &self,
        permit: &SubPermit<ResetPassword>,
        person: &Person,
        new: &Secret,
    ) -> Result<(), ScimFailure> {
        for _ in 0..MAX_TRIES {
            let mut account = self.account(permit.realm(), &person.id).await?;
            let expected = permit.may_change_credentials(self, &person.id)?;
            account.value.state.password_changed = None;
            let by = ChangedBy::Another {
                grant: permit.caller().token().grant,
                expected,
            };
            let set = self.set_password(permit.snapshot(), person, account, new, by);
            match set.await {
                Err(PasswordChangeError::Overtaken) => {}
                outcome => return Ok(outcome?),
            }
        }
        Err(StoreError::Unavailable("too many writes to one account".to_owned()).into())
    }

    /// The grant by which somebody is at `/Me`.
    async fn own_grant(
        &self,
        permit: &SubPermit<ResetPassword>,
    ) -> Result<GrantRecord, ScimFailure> {
        let overtaken = || ScimFailure::from(PasswordChangeError::Overtaken);
        let id = permit.caller().token().grant.ok_or_else(overtaken)?;
        let found = self.store().find_grant(permit.realm(), &id).await?;
        found.ok_or_else(overtaken)
    }

    fn made_password(
        &self,
        snapshot: &RealmSnapshot,
        person: &Person,
    ) -> Result<Secret, ScimFailure> {
        let (names, emails) = (person.names(), person.emails());
        let context = password::Context {
            username: person.user_name(),
            names: &names,
            emails: &emails,
            was_used_before: false,
            current_age_seconds: None,
        };
        let policy = &snapshot.config().realm.settings.password_policy;
        let made = password::generate(policy, &context, jose::random_bytes::<32>)?;
        Ok(Secret::new(made.as_str()))
    }
}

fn no_current() -> ScimFailure {
    ScimError::invalid_value("`currentPassword` is needed to change one's own password").into()
}

fn understood(schema: &ResourceSchema, body: Map<String, Value>) -> Result<Change, ScimError> {
    let mut body = validate::canonical(schema, with_schemas(schema, body))?;
    let mut touched = AttributeSet::new();
    let mut take = |name: &str| match body.shift_remove(name) {
        Some(Value::String(text)) => {
            touch(&mut touched, schema, name);
            Some(Secret::new(text))
        }
        _ => None,
    };
    let (current, new) = (take("currentPassword"), take("newPassword"));
    if new.is_none() {
        touch(&mut touched, schema, "generatedPassword");
    }
    Ok(Change {
        current,
        new,
        touched,
    })
}

fn touch(touched: &mut AttributeSet, schema: &ResourceSchema, name: &str) {
    if let Some(node) = schema.root(name) {
        touched.insert(node.id);
    }
}

impl From<PasswordChangeError> for ScimFailure {
    fn from(error: PasswordChangeError) -> Self {
        match error {
            PasswordChangeError::WrongPassword => {
                let detail = "`currentPassword` is wrong";
                ScimError::new(401, ScimType::InvalidCredentials, detail).into()
            }
            PasswordChangeError::TooMany { .. } => {
                let detail = "there were too many attempts; try again later";
                ScimError::new(429, None, detail).into()
            }
            PasswordChangeError::Requirements(checked) => Self::Password(checked),
            PasswordChangeError::Overtaken => ScimError::new(
                409,
                None,
                "the account was changed at the same time; try again",
            )
            .into(),
            PasswordChangeError::Store(error) => error.into(),
        }
    }
}
