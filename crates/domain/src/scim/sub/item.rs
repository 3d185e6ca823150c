//! A sub-resource as it is found, and as a caller sees it.

use super::{SubKind, SubPermit, SubType};
use crate::{
    Core, Timestamp,
    people::Person,
    scim::{Preconditions, Representation, Retrieved, ScimFailure, represent::location},
    store::{ResourceId, StoreError},
};
use jose::base64url;
use scim::{AttributeSet, Selection};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Bytes of an entity tag, as those of resources have.
const TAG: usize = 12;

/// A sub-resource, whole.
#[derive(Debug, Clone)]
pub struct SubResource {
    /// Its id; the person's where there is but one.
    pub(super) id: String,
    /// The version of the entry that it is made of; 0 if there is none.
    pub(super) version: u64,
    /// When it was made, if that is known.
    pub(super) created: Option<Timestamp>,
    /// When it was last changed, if that is known.
    pub(super) modified: Option<Timestamp>,
    /// Its attributes, but `schemas`, `id` and `meta`.
    pub(super) attributes: Map<String, Value>,
}

impl SubResource {
    /// What there is one of to a person.
    pub(super) fn of(person: &Person, version: u64, attributes: Map<String, Value>) -> Self {
        Self {
            id: person.id.to_string(),
            version,
            created: None,
            modified: None,
            attributes,
        }
    }
}

/// A sub-resource with its common attributes (RFC 7643 §3.1).
pub(super) struct Whole {
    pub(super) id: String,
    pub(super) etag: String,
    pub(super) location: String,
    pub(super) body: Value,
}

impl Core {
    /// The resource with `schemas`, `id` and `meta`.
    pub(super) fn whole<K: SubKind>(
        &self,
        permit: &SubPermit<K>,
        person: &Person,
        item: SubResource,
    ) -> Whole {
        let etag = self.sub_etag(permit, person, &item);
        let mut location = location(permit.snapshot(), permit.identity(), &person.id);
        location.push('/');
        location.push_str(K::TYPE.segment());
        if K::TYPE.is_collection() {
            location.push('/');
            location.push_str(&item.id);
        }
        let mut meta = Map::new();
        meta.insert("resourceType".into(), K::TYPE.name().into());
        let times = [("created", item.created), ("lastModified", item.modified)];
        for (name, time) in times {
            meta.extend(time.map(|time| (name.to_owned(), time.to_rfc3339().into())));
        }
        meta.insert("location".into(), location.as_str().into());
        meta.insert("version".into(), etag.as_str().into());
        let mut body = Map::new();
        body.insert("schemas".into(), json!([permit.schema().base_urn()]));
        body.insert("id".into(), item.id.as_str().into());
        body.extend(item.attributes);
        body.insert("meta".into(), meta.into());
        Whole {
            id: item.id,
            etag,
            location,
            body: Value::Object(body),
        }
    }

    /// The entity tag of a sub-resource: of its version, never of its content (S7). Names of clients,
    /// scopes and providers, and requirements, are of the configuration, which has a version too.
    pub(super) fn sub_etag<K: SubKind>(
        &self,
        permit: &SubPermit<K>,
        person: &Person,
        item: &SubResource,
    ) -> String {
        let (realm, kind) = (permit.realm(), K::TYPE.segment());
        let configuration = match K::TYPE {
            SubType::Account | SubType::Password => 0,
            _ => permit.snapshot().revision(),
        };
        let (id, version) = (&item.id, item.version);
        let named = format!(
            "{realm}/{}/{kind}/{id}/{version}/{configuration}",
            person.id
        );
        let tag = self.secrets().etags().tag(named.as_bytes());
        let short = tag.get(..TAG).unwrap_or(&tag);
        format!("W/\"{}\"", base64url::encode(short))
    }

    /// What the caller sees of a sub-resource: `schemas`, `id` and `meta` if nothing else.
    pub(super) fn shown<K: SubKind>(
        &self,
        permit: &SubPermit<K>,
        whole: Whole,
        selection: &Selection,
    ) -> Result<Arc<Representation>, StoreError> {
        let readable = permit.readable();
        let readable = readable.unwrap_or_else(|| permit.schema().always_readable().clone());
        shown(
            permit,
            whole,
            &selection.visible(permit.schema(), &readable),
        )
    }

    /// The answer to a GET.
    pub(super) fn retrieved<K: SubKind>(
        &self,
        permit: &SubPermit<K>,
        (person, item): (&Person, SubResource),
        preconditions: &Preconditions,
        selection: &Selection,
    ) -> Result<Retrieved, ScimFailure> {
        let whole = self.whole(permit, person, item);
        preconditions.check_match(&whole.etag)?;
        // An account changes as time passes, too.
        if K::TYPE != SubType::Account && preconditions.is_known(&whole.etag) {
            return Ok(Retrieved::NotModified { etag: whole.etag });
        }
        Ok(Retrieved::Found(self.shown(permit, whole, selection)?))
    }

    /// Reads one of several sub-resources of a person.
    ///
    /// # Errors
    /// 404 alike for an id that does not exist, another person's, and another realm's (T1); 412.
    pub async fn retrieve_sub<K: SubKind>(
        &self,
        permit: &SubPermit<K>,
        (person, id): (&str, &str),
        preconditions: &Preconditions,
        selection: &Selection,
    ) -> Result<Retrieved, ScimFailure> {
        let person = self.owner(permit, person).await?;
        let items = self.sub_resources(permit, &person).await?;
        let item = items.into_iter().find(|item| item.id == id);
        let item = item.ok_or(ScimFailure::NotFound)?;
        self.retrieved(permit, (&person, item), preconditions, selection)
    }

    /// Every sub-resource of the permit's type that the person has, in order of ids.
    pub(super) async fn sub_resources<K: SubKind>(
        &self,
        permit: &SubPermit<K>,
        person: &Person,
    ) -> Result<Vec<SubResource>, ScimFailure> {
        let mut items = match K::TYPE {
            SubType::Consent => self.consent_items(permit.snapshot(), &person.id).await?,
            SubType::ConsentHistory => self.history_items(permit.snapshot(), &person.id).await?,
            SubType::ExternalIdentity => self.external_items(permit.snapshot(), &person.id).await?,
            SubType::Account | SubType::PasswordQualityRequirements | SubType::Password => {
                Vec::new()
            }
        };
        items.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(items)
    }
}

/// The part of a sub-resource that lies in `visible`.
pub(super) fn shown<K>(
    permit: &SubPermit<K>,
    whole: Whole,
    visible: &AttributeSet,
) -> Result<Arc<Representation>, StoreError> {
    let nothing = Map::new();
    let object = whole.body.as_object().unwrap_or(&nothing);
    let seen = scim::project(permit.schema(), object, visible);
    let body = serde_json::to_vec(&seen).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let id = ResourceId(whole.id.as_str().into());
    Ok(Arc::new(Representation::unkept(
        id,
        whole.location,
        whole.etag,
        body,
    )))
}
