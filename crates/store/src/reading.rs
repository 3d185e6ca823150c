//! From rows to records.

use crate::{audience, value::Row};
use domain::{
    RealmKey, Timestamp,
    store::{
        AuditHead, AuditRow, ConfigRow, Entry, EntryKey, EntryKind, GrantId, GrantRecord, Kind,
        ResourceId, ScopeSet, ScopeSetId, StoreError, StoredResource, TokenKey, TokenRecord,
        TokenStatus,
    },
};
use scope::GrantedScope;
use std::{str::FromStr, sync::Arc};

/// A row of [`crate::statements::LOAD_CONFIGURATION`].
pub(crate) fn config(mut row: Row) -> Result<ConfigRow, StoreError> {
    let (tenant, realm, kind) = (row.text(0)?, row.text(1)?, row.text(2)?);
    Ok(ConfigRow {
        realm: RealmKey::from_store(&tenant, &realm),
        kind: Kind::from_stored(&kind)
            .ok_or_else(|| StoreError::Corrupt(format!("unknown kind `{kind}`")))?,
        id: row.text(3)?,
        unique_key: row.optional_text(4)?,
        body: row.text(5)?,
    })
}

/// The columns of [`resource`], of a table called `r`.
macro_rules! resource_columns {
    () => {
        "r.id, r.version, r.created, r.modified, r.document, r.number"
    };
}
pub(crate) use resource_columns;

/// A row that begins with [`resource_columns`].
pub(crate) fn resource(row: &mut Row) -> Result<StoredResource, StoreError> {
    Ok(StoredResource {
        id: ResourceId(row.text(0)?.into()),
        version: row.count(1)?,
        created: Timestamp::from_micros(row.int(2)?),
        modified: Timestamp::from_micros(row.int(3)?),
        document: row.text(4)?,
        number: Some(row.int(5)?),
    })
}

/// The columns of [`tokens`]: one row per scope of each token, tokens together.
macro_rules! token_columns {
    () => {
        "t.token_key, t.subject, t.audience, t.issued_at, t.expires_at, t.revoked_at, \
         t.scope_set, s.client, m.scope, m.version, t.grant_id"
    };
}
pub(crate) use token_columns;

/// How a token called `t` meets its scope set and that one's members.
macro_rules! token_joins {
    () => {
        "JOIN scope_set s \
           ON s.tenant = t.tenant AND s.realm = t.realm AND s.id = t.scope_set \
         LEFT JOIN scope_set_member m \
           ON m.tenant = s.tenant AND m.realm = s.realm AND m.scope_set = s.id"
    };
}
pub(crate) use token_joins;

/// Rows of [`token_columns`], as one record per token.
pub(crate) fn tokens(rows: Vec<Row>) -> Result<Vec<TokenRecord>, StoreError> {
    let mut tokens: Vec<TokenRecord> = Vec::new();
    for mut row in rows {
        let key = TokenKey(row.bytes(0)?);
        let granted = granted(&mut row)?;
        match tokens.last_mut() {
            Some(last) if last.key == key => {
                Arc::make_mut(&mut last.scope_set).scopes.extend(granted);
            }
            _ => tokens.push(token(key, row, granted)?),
        }
    }
    Ok(tokens)
}

fn token(
    key: TokenKey,
    mut row: Row,
    granted: Option<GrantedScope>,
) -> Result<TokenRecord, StoreError> {
    let client = row.text(7)?;
    let revoked = row.optional_int(5)?.map(Timestamp::from_micros);
    Ok(TokenRecord {
        key,
        subject: row.text(1)?,
        audience: audience::read(&row.text(2)?)?,
        issued_at: Timestamp::from_micros(row.int(3)?),
        expires_at: Timestamp::from_micros(row.int(4)?),
        status: revoked.map_or(TokenStatus::Issued, TokenStatus::Revoked),
        scope_set: Arc::new(ScopeSet {
            id: ScopeSetId(row.bytes(6)?),
            client: id(&client)?,
            scopes: granted.into_iter().collect(),
        }),
        grant: row.optional_bytes(10)?.map(GrantId),
    })
}

/// The columns of [`grants`]: one row per scope of each grant, grants together.
macro_rules! grant_columns {
    () => {
        "t.id, t.person, t.session, t.generation, t.renewed_at, t.created_at, t.scope_set, \
         s.client, m.scope, m.version, t.expires_at, t.revoked_at, t.body"
    };
}
pub(crate) use grant_columns;

/// Rows of [`grant_columns`], as one record per grant.
pub(crate) fn grants(rows: Vec<Row>) -> Result<Vec<GrantRecord>, StoreError> {
    let mut grants: Vec<GrantRecord> = Vec::new();
    for mut row in rows {
        let key = GrantId(row.bytes(0)?);
        let granted = granted(&mut row)?;
        match grants.last_mut() {
            Some(last) if last.id == key => {
                Arc::make_mut(&mut last.scope_set).scopes.extend(granted);
            }
            _ => grants.push(grant(key, row, granted)?),
        }
    }
    Ok(grants)
}

fn grant(
    key: GrantId,
    mut row: Row,
    granted: Option<GrantedScope>,
) -> Result<GrantRecord, StoreError> {
    let client = row.text(7)?;
    let time = |column| row.int(column).map(Timestamp::from_micros);
    let (renewed_at, created_at, expires_at) = (time(4)?, time(5)?, time(10)?);
    let revoked = row.optional_int(11)?.map(Timestamp::from_micros);
    Ok(GrantRecord {
        id: key,
        person: ResourceId(row.text(1)?.into()),
        session: row.optional_bytes(2)?.map(EntryKey),
        generation: row.count(3)?,
        renewed_at,
        created_at,
        expires_at,
        status: revoked.map_or(TokenStatus::Issued, TokenStatus::Revoked),
        body: row.text(12)?,
        scope_set: Arc::new(ScopeSet {
            id: ScopeSetId(row.bytes(6)?),
            client: id(&client)?,
            scopes: granted.into_iter().collect(),
        }),
    })
}

/// A row of [`crate::statements::FIND_ENTRY`], of the given kind.
pub(crate) fn entry(kind: EntryKind, mut row: Row) -> Result<Entry, StoreError> {
    let client = row.optional_text(2)?;
    Ok(Entry {
        kind,
        key: EntryKey(row.bytes(0)?),
        person: row.optional_text(1)?.map(|id| ResourceId(id.into())),
        client: client.map(|client| id(&client)).transpose()?,
        version: row.count(3)?,
        expires_at: row.optional_int(4)?.map(Timestamp::from_micros),
        body: row.text(5)?,
    })
}

/// The columns of [`audit`], of a table called `e`.
macro_rules! audit_columns {
    () => {
        "e.sequence, e.noted_at, e.client, e.person, e.action, e.resource, e.id, e.body, e.hash, \
         e.seal"
    };
}
pub(crate) use audit_columns;

/// A row of [`audit_columns`].
pub(crate) fn audit(mut row: Row) -> Result<AuditRow, StoreError> {
    Ok(AuditRow {
        sequence: row.count(0)?,
        at: Timestamp::from_micros(row.int(1)?),
        client: row.optional_text(2)?,
        person: row.optional_text(3)?,
        action: row.text(4)?,
        resource: row.text(5)?,
        id: row.text(6)?,
        body: row.text(7)?,
        hash: row.bytes(8)?,
        seal: row.bytes(9)?,
    })
}

/// The number, hash and seal of the end of a chain, in columns from `first` on.
pub(crate) fn audit_head(row: &Row, first: usize) -> Result<AuditHead, StoreError> {
    Ok(AuditHead {
        sequence: row.count(first)?,
        hash: row.bytes(first + 1)?,
        seal: row.bytes(first + 2)?,
    })
}

fn granted(row: &mut Row) -> Result<Option<GrantedScope>, StoreError> {
    let Some(scope) = row.optional_text(8)? else {
        return Ok(None);
    };
    let version = u32::try_from(row.int(9)?)
        .map_err(|_| StoreError::Corrupt("a scope's version is out of range".into()))?;
    Ok(Some(GrantedScope {
        scope: id(&scope)?,
        version,
    }))
}

fn id<T: FromStr>(text: &str) -> Result<T, StoreError> {
    text.parse()
        .map_err(|_| StoreError::Corrupt(format!("`{text}` is no id")))
}
