//! Consents and their history (product §4, §5).

use super::{RevokeConsent, SubPermit, SubResource};
use crate::{
    Core,
    consents::{ConsentAction, ConsentEvent, ConsentRecord, revoked_grants, taken_back},
    people::Kept,
    scim::{Preconditions, ScimFailure, rewrite::MAX_TRIES},
    snapshot::RealmSnapshot,
    store::{CommitError, Conflict, EntryKind, ResourceId, StoreError},
};
use scope::{ClientId, ConsentState, ScopeId};
use serde_json::{Map, Value, json};

impl Core {
    /// The consents by which anything is still allowed.
    pub(super) async fn consent_items(
        &self,
        snapshot: &RealmSnapshot,
        person: &ResourceId,
    ) -> Result<Vec<SubResource>, StoreError> {
        let consents = self.given_consents(snapshot, person).await?;
        let items = consents.iter().map(|consent| item(snapshot, consent));
        Ok(items.collect())
    }

    async fn given_consents(
        &self,
        snapshot: &RealmSnapshot,
        person: &ResourceId,
    ) -> Result<Vec<Kept<ConsentRecord>>, StoreError> {
        let kind = EntryKind::Consent;
        let mut consents = self
            .list_kept::<ConsentRecord>(snapshot.key(), kind, person)
            .await?;
        consents.retain(|consent| consent.value.is_given());
        Ok(consents)
    }

    /// What became of a person's consents.
    pub(super) async fn history_items(
        &self,
        snapshot: &RealmSnapshot,
        person: &ResourceId,
    ) -> Result<Vec<SubResource>, StoreError> {
        let kind = EntryKind::ConsentEvent;
        let events = self
            .list_kept::<ConsentEvent>(snapshot.key(), kind, person)
            .await?;
        Ok(events.iter().map(past).collect())
    }

    /// Takes a consent back: what was allowed by it ends at once, and it leaves the list.
    ///
    /// # Errors
    /// 404 for an id that is none of the person's consents; 412.
    pub async fn delete_consent(
        &self,
        permit: &SubPermit<RevokeConsent>,
        (person, id): (&str, &str),
        preconditions: &Preconditions,
    ) -> Result<(), ScimFailure> {
        let person = self.owner(permit, person).await?;
        let snapshot = permit.snapshot();
        for _ in 0..MAX_TRIES {
            let consents = self.given_consents(snapshot, &person.id).await?;
            let mut consents = consents.into_iter();
            let found = consents.find(|consent| consent.value.id.to_string() == id);
            let consent = found.ok_or(ScimFailure::NotFound)?;
            preconditions.check(|| self.sub_etag(permit, &person, &item(snapshot, &consent)))?;
            let now = self.now();
            let client = consent.value.client;
            let mut changes = taken_back(snapshot, &person.id, consent, now)?.to_vec();
            changes.push(revoked_grants(&person.id, client, now));
            match self.commit_ending(permit.realm(), changes).await {
                Ok(()) => return Ok(()),
                Err(CommitError::Conflict(Conflict::Version)) => {}
                Err(CommitError::Conflict(Conflict::Gone)) => return Err(ScimFailure::NotFound),
                Err(CommitError::Conflict(other)) => {
                    return Err(StoreError::Engine(other.to_string()).into());
                }
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Err(StoreError::Unavailable("too many writes to one consent".to_owned()).into())
    }
}

fn item(snapshot: &RealmSnapshot, consent: &Kept<ConsentRecord>) -> SubResource {
    let record = &consent.value;
    let scopes = record.scopes.iter().filter_map(|(id, said)| {
        let state = match said.state {
            ConsentState::Granted => GRANTED,
            ConsentState::Denied => DENIED,
            ConsentState::Revoked => REVOKED,
        };
        Some(json!({
            "value": scope_name(snapshot, *id)?,
            "state": state,
            "version": said.version,
            "time": said.at.to_rfc3339(),
        }))
    });
    let mut attributes = Map::new();
    let name = client_name(snapshot, record.client);
    attributes.insert("client".into(), client(record.client, name.as_deref()));
    attributes.insert("scopes".into(), scopes.collect());
    SubResource {
        id: record.id.to_string(),
        version: consent.version.unwrap_or_default(),
        created: Some(record.created),
        modified: Some(record.updated),
        attributes,
    }
}

fn past(event: &Kept<ConsentEvent>) -> SubResource {
    let record = &event.value;
    let (action, of_granted) = match record.action {
        ConsentAction::Given => ("given", GRANTED),
        ConsentAction::Refused => ("refused", GRANTED),
        ConsentAction::Revoked => ("revoked", REVOKED),
    };
    let said = |state: &'static str| move |name: &String| json!({"value": name, "state": state});
    let granted = record.granted.iter().map(said(of_granted));
    let scopes: Value = granted
        .chain(record.denied.iter().map(said(DENIED)))
        .collect();
    let mut attributes = Map::new();
    attributes.insert("consent".into(), record.consent.to_string().into());
    attributes.insert(
        "client".into(),
        client(record.client, Some(&record.client_name)),
    );
    attributes.insert("action".into(), action.into());
    attributes.insert("scopes".into(), scopes);
    attributes.insert("time".into(), record.at.to_rfc3339().into());
    SubResource {
        id: record.id.to_string(),
        version: event.version.unwrap_or_default(),
        created: Some(record.at),
        modified: Some(record.at),
        attributes,
    }
}

const GRANTED: &str = "granted";
const DENIED: &str = "denied";
const REVOKED: &str = "revoked";

fn client(id: ClientId, name: Option<&str>) -> Value {
    match name {
        Some(name) => json!({"value": id.to_string(), "display": name}),
        None => json!({"value": id.to_string()}),
    }
}

fn client_name(snapshot: &RealmSnapshot, id: ClientId) -> Option<String> {
    snapshot.application(&id).map(|client| client.name.clone())
}

/// The name of a scope that there still is.
fn scope_name(snapshot: &RealmSnapshot, id: ScopeId) -> Option<String> {
    let scope = snapshot.config().scopes.get(&id)?;
    Some(scope.definition.name.to_string())
}
