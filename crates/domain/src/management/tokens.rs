//! Issued tokens: listed, read, and revoked (product §7).

use super::{
    Definition, Deletable, Field, FieldError, FieldKind, ListPage, ListQuery, Listable,
    ManagementError, Object, Readable, Target,
    edit::turn,
    entity_tag,
    gathering::{BATCH, Gathering, Shown},
    grants,
    list::Listing,
    table::{Delete, List, Read, Tokens},
};
use crate::{
    Core, Timestamp,
    access::Permit,
    audit::Event,
    scim::Preconditions,
    snapshot::RealmSnapshot,
    store::{Change, TokenKey, TokenQuery, TokenRecord, TokenStatus},
};
use serde_json::json;

pub(super) const DEFINITION: Definition = Definition {
    resource: "tokens",
    singular: "token",
    about: "An access token that was issued.",
    named_by: "id",
    fields: FIELDS,
};

const FIELDS: &[Field] = &[
    Field::by_server(
        "id",
        FieldKind::Exact,
        "Its id, from which nobody learns the token.",
    ),
    Field::by_server(
        "client_id",
        FieldKind::Exact,
        "The application that it was issued to.",
    ),
    Field::by_server(
        "subject",
        FieldKind::Exact,
        "Whom it speaks for: a person's id, or the application itself.",
    ),
    Field::by_server(
        "scopes",
        FieldKind::Texts,
        "The names of the scopes that were granted.",
    ),
    Field::by_server(
        "audience",
        FieldKind::Exacts,
        "Whom it is for (RFC 9068 §2.2).",
    ),
    Field::by_server("status", FieldKind::Text, "Whether it can be used.").words(grants::statuses),
    Field::by_server("issued", FieldKind::Time, "When it was issued."),
    Field::by_server("expires", FieldKind::Time, "When it expires."),
    Field::by_server(
        "revoked",
        FieldKind::Time,
        "When it was revoked, if it was.",
    ),
];

impl Listable for Tokens {
    /// What the filter says of `client_id`, `scopes` and `status` with `eq` and `and`, the store
    /// knows; the rest is tried on each token.
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
        let mut wanted = TokenQuery {
            client: listing.equal_to("client_id").and_then(|id| id.parse().ok()),
            scope: scope.map(|scope| scope.id),
            live_at: (listing.equal_to("status") == Some("live")).then_some(now),
            after: listing.after.as_deref().map(parse_after).transpose()?,
            limit: BATCH,
        };
        let mut page = Gathering::new(&listing);
        while page.goes_on() {
            let batch = core.store().list_tokens(permit.realm(), &wanted).await?;
            page.take(batch, |token| {
                wanted.after = Some(token.key);
                Ok(Shown {
                    id: token.key.to_string(),
                    object: to_json(&token, snapshot, now),
                    bytes: 0,
                })
            })?;
        }
        page.end()
    }
}

impl Readable for Tokens {
    async fn read(
        core: &Core,
        permit: &Permit<Read<Self>>,
        target: &Target,
    ) -> Result<Object, ManagementError> {
        let token = find(core, permit, target).await?;
        Ok(to_json(&token, permit.snapshot(), core.now()))
    }
}

impl Deletable for Tokens {
    /// Revokes it at once; it is kept, for it says what was, until it would have expired.
    async fn delete(
        core: &Core,
        permit: &Permit<Delete<Self>>,
        target: &Target,
        conditions: &Preconditions,
    ) -> Result<(), ManagementError> {
        let turn = turn(core, permit).await?;
        let token = find(core, permit, target).await?;
        let before = to_json(&token, turn.caller().snapshot(), turn.at());
        entity_tag::check(conditions, || core.entity_tag(&before))?;
        if token.status != TokenStatus::Issued {
            return Ok(());
        }
        let (key, at) = (token.key, turn.at());
        let revoked = Event::revoked("tokens", key, before);
        let changes = vec![Change::RevokeToken { key, at }];
        Ok(turn.commit(&[revoked], changes).await?)
    }
}

async fn find<K>(
    core: &Core,
    permit: &Permit<K>,
    target: &Target,
) -> Result<TokenRecord, ManagementError> {
    let key: TokenKey = target.id()?;
    core.store()
        .find_token(permit.realm(), &key)
        .await?
        .ok_or(ManagementError::NotFound)
}

fn parse_after(id: &str) -> Result<TokenKey, FieldError> {
    super::body::parse("page_token", id)
}

/// Scopes that were granted and are gone since have no name to show.
fn to_json(token: &TokenRecord, snapshot: &RealmSnapshot, now: Timestamp) -> Object {
    let scopes = &snapshot.config().scopes;
    let mut names: Vec<&str> = token
        .scope_set
        .scopes
        .iter()
        .filter_map(|granted| scopes.get(&granted.scope))
        .map(|scope| scope.definition.name.as_str())
        .collect();
    names.sort_unstable();
    let (status, revoked) = match token.status {
        TokenStatus::Revoked(at) => ("revoked", Some(at.to_rfc3339())),
        TokenStatus::Issued if token.expires_at <= now => ("expired", None),
        TokenStatus::Issued => ("live", None),
    };
    let object = json!({
        "id": token.key.to_string(),
        "client_id": token.scope_set.client.to_string(),
        "subject": token.subject,
        "scopes": names,
        "audience": token.audience,
        "status": status,
        "issued": token.issued_at.to_rfc3339(),
        "expires": token.expires_at.to_rfc3339(),
    });
    let mut object = object.as_object().cloned().unwrap_or_default();
    if let Some(revoked) = revoked {
        object.insert("revoked".into(), revoked.into());
    }
    object
}
