//! What people consented to: listed, read, and revoked (product §7).

use super::{
    Definition, Deletable, Field, FieldError, FieldKind, ListPage, ListQuery, Listable,
    ManagementError, Object, Readable, Target,
    edit::turn,
    entity_tag,
    gathering::{BATCH, Gathering, Shown},
    list::Listing,
    table::{Consents, Delete, List, Read},
};
use crate::{
    Core,
    access::Permit,
    audit::Event,
    consents::{ConsentRecord, revoked_grants, taken_back},
    people::Kept,
    scim::Preconditions,
    snapshot::RealmSnapshot,
    store::{CommitError, Conflict, EntryKey, EntryKind, EntryQuery, ResourceId},
};
use jose::base64url;
use scope::{ConsentState, ScopeId};
use serde_json::json;

/// How often a consent is read again because its person changed it at the same time.
const MAX_TRIES: usize = 16;

pub(super) const DEFINITION: Definition = Definition {
    resource: "consents",
    singular: "consent",
    about: "What a person said to an application's wish for scopes. Deleting one takes it back, and with it the application's grants and tokens for that person.",
    named_by: "id",
    fields: FIELDS,
};

const FIELDS: &[Field] = &[
    Field::id(),
    Field::by_server("client_id", FieldKind::Exact, "The application that asked."),
    Field::by_server(
        "person",
        FieldKind::Exact,
        "The id of the person who was asked.",
    ),
    Field::by_server(
        "scopes",
        FieldKind::Texts,
        "The names of the scopes that are allowed.",
    ),
    Field::by_server(
        "denied_scopes",
        FieldKind::Texts,
        "The names of the scopes that were left out.",
    ),
    Field::by_server("status", FieldKind::Text, "Whether anything is allowed.").words(statuses),
    Field::created(),
    Field::updated(),
];

fn statuses() -> Vec<&'static str> {
    vec!["given", "ended"]
}

impl Listable for Consents {
    /// What the filter says of `client_id` and `person` with `eq` and `and`, the store knows; the rest is
    /// tried on each consent.
    async fn list(
        core: &Core,
        permit: &Permit<List<Self>>,
        target: &Target,
        query: &ListQuery,
    ) -> Result<ListPage, ManagementError> {
        let listing = Listing::new::<Self>(core.secrets(), permit.caller(), target, query)?;
        let person = listing.equal_to("person");
        let client = listing.equal_to("client_id").map(str::parse);
        if matches!(client, Some(Err(_))) {
            return listing.ending_at(Vec::new(), None);
        }
        let mut wanted = EntryQuery {
            kind: EntryKind::Consent,
            client: client.and_then(Result::ok),
            person: person.map(|id| ResourceId(id.into())),
            after: listing.after.as_deref().map(parse_after).transpose()?,
            limit: BATCH,
        };
        let mut page = Gathering::new(&listing);
        while page.goes_on() {
            let batch = core.store().list_entries_of_kind(permit.realm(), &wanted);
            page.take(batch.await?, |entry| {
                wanted.after = Some(entry.key);
                Ok(Shown {
                    id: base64url::encode(entry.key.0),
                    object: to_json(&Kept::read(entry)?, permit.snapshot()),
                    bytes: 0,
                })
            })?;
        }
        page.end()
    }
}

impl Readable for Consents {
    async fn read(
        core: &Core,
        permit: &Permit<Read<Self>>,
        target: &Target,
    ) -> Result<Object, ManagementError> {
        let consent = find(core, permit, target).await?;
        Ok(to_json(&consent, permit.snapshot()))
    }
}

impl Deletable for Consents {
    /// Takes it back: what was allowed by it ends at once. It is kept, for it says what was.
    async fn delete(
        core: &Core,
        permit: &Permit<Delete<Self>>,
        target: &Target,
        conditions: &Preconditions,
    ) -> Result<(), ManagementError> {
        for _ in 0..MAX_TRIES {
            let turn = turn(core, permit).await?;
            let snapshot = turn.caller().snapshot().clone();
            let consent = find(core, permit, target).await?;
            let before = to_json(&consent, &snapshot);
            entity_tag::check(conditions, || core.entity_tag(&before))?;
            let Some(person) = consent.person.clone().filter(|_| consent.value.is_given()) else {
                return Ok(());
            };
            let (client, at) = (consent.value.client, turn.at());
            let event = Event::revoked("consents", target.get("id"), before);
            let mut changes = taken_back(&snapshot, &person, consent, at)?.to_vec();
            changes.push(revoked_grants(&person, client, at));
            match turn.commit(&[event], changes).await {
                Err(CommitError::Conflict(Conflict::Version)) => {}
                // The client went, and with it all that it had.
                Err(CommitError::Conflict(Conflict::Gone)) => {
                    return Err(ManagementError::NotFound);
                }
                done => return Ok(done?),
            }
        }
        let detail = "a consent was changed again and again";
        Err(ManagementError::Unavailable(detail.to_owned()))
    }
}

async fn find<K>(
    core: &Core,
    permit: &Permit<K>,
    target: &Target,
) -> Result<Kept<ConsentRecord>, ManagementError> {
    let key = base64url::decode_array(target.get("id"));
    let key = EntryKey(key.map_err(|_| ManagementError::NotFound)?);
    let found = core.find_kept(permit.realm(), EntryKind::Consent, &key);
    found.await?.ok_or(ManagementError::NotFound)
}

fn parse_after(text: &str) -> Result<EntryKey, FieldError> {
    let key = base64url::decode_array(text);
    key.map(EntryKey)
        .map_err(|_| FieldError::invalid("page_token", "is none of this list"))
}

/// Scopes that are gone since have no name to show.
fn to_json(consent: &Kept<ConsentRecord>, snapshot: &RealmSnapshot) -> Object {
    let record = &consent.value;
    let scopes = &snapshot.config().scopes;
    let name = |id: &ScopeId| Some(scopes.get(id)?.definition.name.as_str());
    let names = |state: ConsentState| -> Vec<&str> {
        let said = record.scopes.iter().filter(|(_, said)| said.state == state);
        let mut names: Vec<&str> = said.filter_map(|(id, _)| name(id)).collect();
        names.sort_unstable();
        names
    };
    let object = json!({
        "id": base64url::encode(consent.key.0),
        "client_id": record.client.to_string(),
        "person": consent.person.as_ref().map(ToString::to_string).unwrap_or_default(),
        "scopes": names(ConsentState::Granted),
        "denied_scopes": names(ConsentState::Denied),
        "status": if record.is_given() { "given" } else { "ended" },
        "created": record.created.to_rfc3339(),
        "updated": record.updated.to_rfc3339(),
    });
    object.as_object().cloned().unwrap_or_default()
}
