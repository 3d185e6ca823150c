//! Grants of people to clients: listed, read, and revoked (product §7).

use super::{
    Definition, Deletable, Field, FieldError, FieldKind, ListPage, ListQuery, Listable,
    ManagementError, Object, Readable, Target, UsedBy,
    edit::turn,
    entity_tag,
    gathering::{BATCH, Gathering, Shown},
    list::Listing,
    table::{Delete, Grants, List, Read},
};
use crate::{
    Core, RealmKey, Timestamp,
    access::Permit,
    audit::Event,
    scim::Preconditions,
    snapshot::RealmSnapshot,
    store::{
        Change, GrantId, GrantQuery, GrantRecord, GrantsOf, ResourceId, StoreError, TokenStatus,
    },
};
use jose::base64url;
use scope::ScopeId;
use serde_json::json;
use std::{fmt, str::FromStr};

/// How many batches of the users of a scope are counted.
const COUNTED: usize = 10;
/// How many of the users of a scope are named.
const NAMED: usize = 5;

pub(super) const DEFINITION: Definition = Definition {
    resource: "grants",
    singular: "grant",
    about: "What a person granted to an application: its codes and tokens hang from it, and end with it.",
    named_by: "id",
    fields: FIELDS,
};

const FIELDS: &[Field] = &[
    Field::id(),
    Field::by_server(
        "client_id",
        FieldKind::Exact,
        "The application that it was granted to.",
    ),
    Field::by_server(
        "person",
        FieldKind::Exact,
        "The id of the person who granted it.",
    ),
    Field::by_server(
        "scopes",
        FieldKind::Texts,
        "The names of the scopes that were granted.",
    ),
    Field::by_server(
        "status",
        FieldKind::Text,
        "Whether anything can come of it.",
    )
    .words(statuses),
    Field::created(),
    Field::by_server("renewed", FieldKind::Time, "When tokens last came of it."),
    Field::by_server("expires", FieldKind::Time, "When it ends."),
    Field::by_server(
        "revoked",
        FieldKind::Time,
        "When it was revoked, if it was.",
    ),
];

/// The words of `status`.
pub(super) fn statuses() -> Vec<&'static str> {
    vec!["live", "revoked", "expired"]
}

impl Listable for Grants {
    /// What the filter says of `client_id`, `person`, `scopes` and `status` with `eq` and `and`,
    /// the store knows; the rest is tried on each grant.
    async fn list(
        core: &Core,
        permit: &Permit<List<Self>>,
        target: &Target,
        query: &ListQuery,
    ) -> Result<ListPage, ManagementError> {
        let listing = Listing::new::<Self>(core.secrets(), permit.caller(), target, query)?;
        let (snapshot, now) = (permit.snapshot(), core.now());
        let scope = listing
            .equal_to("scopes")
            .and_then(|name| snapshot.config().scope_by_name(name));
        let person = listing.equal_to("person");
        let mut wanted = GrantQuery {
            client: listing.equal_to("client_id").and_then(|id| id.parse().ok()),
            scope: scope.map(|scope| scope.id),
            person: person.map(|id| ResourceId(id.into())),
            live_at: (listing.equal_to("status") == Some("live")).then_some(now),
            after: listing.after.as_deref().map(parse_after).transpose()?,
            limit: BATCH,
            ..GrantQuery::default()
        };
        let mut page = Gathering::new(&listing);
        while page.goes_on() {
            let batch = core.store().list_grants(permit.realm(), &wanted).await?;
            page.take(batch, |grant| {
                wanted.after = Some(grant.id);
                Ok(Shown {
                    id: grant.id.to_string(),
                    object: to_json(&grant, snapshot, now),
                    bytes: 0,
                })
            })?;
        }
        page.end()
    }
}

impl Readable for Grants {
    async fn read(
        core: &Core,
        permit: &Permit<Read<Self>>,
        target: &Target,
    ) -> Result<Object, ManagementError> {
        let grant = find(core, permit, target).await?;
        Ok(to_json(&grant, permit.snapshot(), core.now()))
    }
}

impl Deletable for Grants {
    /// Revokes it with its tokens at once; it is kept, for it says what was, until it would have
    /// expired.
    async fn delete(
        core: &Core,
        permit: &Permit<Delete<Self>>,
        target: &Target,
        conditions: &Preconditions,
    ) -> Result<(), ManagementError> {
        let turn = turn(core, permit).await?;
        let grant = find(core, permit, target).await?;
        let before = to_json(&grant, turn.caller().snapshot(), turn.at());
        entity_tag::check(conditions, || core.entity_tag(&before))?;
        if grant.status != TokenStatus::Issued {
            return Ok(());
        }
        let at = turn.at();
        let revoked = Event::revoked("grants", grant.id, before);
        let of = GrantsOf::One(grant.id);
        let changes = vec![Change::RevokeGrants { of, at }];
        Ok(turn.commit(&[revoked], changes).await?)
    }
}

/// The live grants of a scope, if there are any, counted as far as a few batches go.
pub(super) async fn using(
    core: &Core,
    realm: &RealmKey,
    scope: ScopeId,
) -> Result<Option<UsedBy>, StoreError> {
    let mut wanted = GrantQuery {
        scope: Some(scope),
        live_at: Some(core.now()),
        limit: BATCH,
        ..GrantQuery::default()
    };
    let (mut count, mut first, mut all) = (0, Vec::new(), false);
    for _ in 0..COUNTED {
        let page = core.store().list_grants(realm, &wanted).await?;
        count += page.items.len() as u64;
        wanted.after = page.items.last().map(|grant| grant.id);
        let unnamed = NAMED.saturating_sub(first.len());
        first.extend(page.items.iter().take(unnamed).map(|g| g.id.to_string()));
        if !page.more {
            all = true;
            break;
        }
    }
    Ok((count > 0).then_some(UsedBy {
        kind: "grants",
        count: all.then_some(count),
        first,
    }))
}

async fn find<K>(
    core: &Core,
    permit: &Permit<K>,
    target: &Target,
) -> Result<GrantRecord, ManagementError> {
    let id: GrantId = target.id()?;
    core.store()
        .find_grant(permit.realm(), &id)
        .await?
        .ok_or(ManagementError::NotFound)
}

fn parse_after(id: &str) -> Result<GrantId, FieldError> {
    super::body::parse("page_token", id)
}

/// The id under which administrators list and revoke a grant.
impl fmt::Display for GrantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64url::encode(self.0))
    }
}

/// The text is no id of a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no id of a grant")]
pub struct InvalidGrantId;

impl FromStr for GrantId {
    type Err = InvalidGrantId;

    fn from_str(text: &str) -> Result<Self, InvalidGrantId> {
        base64url::decode_array(text)
            .map(Self)
            .map_err(|_| InvalidGrantId)
    }
}

/// Scopes that were granted and are gone since have no name to show. Neither the session nor what
/// the grant holds for its client is shown.
fn to_json(grant: &GrantRecord, snapshot: &RealmSnapshot, now: Timestamp) -> Object {
    let scopes = &snapshot.config().scopes;
    let granted = grant.scope_set.scopes.iter();
    let mut names: Vec<&str> = granted
        .filter_map(|granted| scopes.get(&granted.scope))
        .map(|scope| scope.definition.name.as_str())
        .collect();
    names.sort_unstable();
    let (status, revoked) = match grant.status {
        TokenStatus::Revoked(at) => ("revoked", Some(at.to_rfc3339())),
        TokenStatus::Issued if grant.expires_at <= now => ("expired", None),
        TokenStatus::Issued => ("live", None),
    };
    let object = json!({
        "id": grant.id.to_string(),
        "client_id": grant.scope_set.client.to_string(),
        "person": grant.person.to_string(),
        "scopes": names,
        "status": status,
        "created": grant.created_at.to_rfc3339(),
        "renewed": grant.renewed_at.to_rfc3339(),
        "expires": grant.expires_at.to_rfc3339(),
    });
    let mut object = object.as_object().cloned().unwrap_or_default();
    if let Some(revoked) = revoked {
        object.insert("revoked".into(), revoked.into());
    }
    object
}
