//! Audit events: listed and read, and never written by anyone but the changes that they tell of
//! (security §5.3).

use super::{
    Definition, Field, FieldKind, ListPage, ListQuery, Listable, ManagementError, Object, Readable,
    Target,
    body::parse,
    gathering::{Gathering, Shown},
    list::Listing,
    table::{AuditEvents, List, Read},
};
use crate::{
    Core, RealmKey, Timestamp,
    access::Permit,
    audit::{KeptEvent, hex},
    store::AuditQuery,
};
use scim::filter::{CompareOp, Literal};
use std::time::Duration;

/// How many events are read at a time. One has at most 256 KiB, so all of them no more than a page may have.
const BATCH: u32 = 16;
/// How much of an event's hash its id has, in letters: so that no two realms have one in common (T1).
const ID_LETTERS: usize = 16;
/// The id of whichever event is the last.
const HEAD: &str = "head";

pub(super) const DEFINITION: Definition = Definition {
    resource: "audit-events",
    singular: "audit event",
    about: "What was changed, by whom, from what to what. Each holds the hash of the one before it; `ambit audit verify` checks them. The last one has the id `head` too.",
    named_by: "id",
    fields: FIELDS,
};

const FIELDS: &[Field] = &[
    Field::id(),
    Field::by_server(
        "sequence",
        FieldKind::Integer,
        "Its number in the realm, from 1.",
    ),
    Field::by_server("at", FieldKind::Time, "When it was done."),
    Field::by_server("actor", FieldKind::Exact, "Who did it.").words(actors),
    Field::by_server(
        "client_id",
        FieldKind::Exact,
        "The application by which it was done.",
    ),
    Field::by_server(
        "person",
        FieldKind::Exact,
        "The id of the person who did it.",
    ),
    Field::by_server(
        "token",
        FieldKind::Exact,
        "The id of the token that was presented.",
    ),
    Field::by_server("action", FieldKind::Exact, "What was done.").words(actions),
    Field::by_server(
        "resource",
        FieldKind::Exact,
        "The resource of this API that was changed.",
    ),
    Field::by_server(
        "resource_id",
        FieldKind::Exact,
        "The id of the thing; of a part of another, that one's id, a slash and its own.",
    ),
    Field::by_server(
        "resource_name",
        FieldKind::Exact,
        "What the thing is called.",
    ),
    Field::by_server(
        "before",
        FieldKind::Structure,
        "The thing as it was, without secrets.",
    ),
    Field::by_server(
        "after",
        FieldKind::Structure,
        "The thing as it is, without secrets.",
    ),
    Field::by_server(
        "before_hash",
        FieldKind::Exact,
        "Its hash, where it was too large to be kept.",
    ),
    Field::by_server(
        "after_hash",
        FieldKind::Exact,
        "Its hash, where it is too large to be kept.",
    ),
    Field::by_server(
        "changed",
        FieldKind::Exacts,
        "What changed of a thing too large to be kept.",
    ),
    Field::by_server("tenant", FieldKind::Exact, "The tenant of the trail."),
    Field::by_server("realm", FieldKind::Exact, "The realm of the trail."),
    Field::by_server(
        "previous_hash",
        FieldKind::Exact,
        "The hash of the event before it.",
    ),
    Field::by_server(
        "hash",
        FieldKind::Exact,
        "SHA-256 of the canonical JSON (RFC 8785) of the event without `id`, `hash`, `intact` and `finding`.",
    ),
    Field::by_server(
        "intact",
        FieldKind::Boolean,
        "Whether hash and seal are right, and the event before it is the one that was.",
    ),
    Field::by_server(
        "finding",
        FieldKind::Exact,
        "What is wrong, if anything is.",
    ),
];

fn actors() -> Vec<&'static str> {
    vec![
        "client",
        "person",
        "registrant",
        "server",
        "set_up",
        "operator",
    ]
}

fn actions() -> Vec<&'static str> {
    vec!["create", "update", "delete", "revoke", "begin", "break"]
}

impl Listable for AuditEvents {
    /// In order of their numbers. What the filter says of `client_id`, `person`, `action`, `resource` and
    /// `resource_id` with `eq`, of `sequence` and of `at` with any order, the store knows, where it is
    /// said alone or with `and`; the rest is tried on each event.
    async fn list(
        core: &Core,
        permit: &Permit<List<Self>>,
        target: &Target,
        query: &ListQuery,
    ) -> Result<ListPage, ManagementError> {
        let listing = Listing::new::<Self>(core.secrets(), permit.caller(), target, query)?;
        let mut wanted = wanted(&listing);
        if let Some(after) = &listing.after {
            let after: u64 = parse("page_token", after)?;
            wanted.after = Some(wanted.after.map_or(after, |known| known.max(after)));
        }
        let mut page = Gathering::new(&listing);
        while page.goes_on() {
            let batch = core.audit_events(permit.realm(), &wanted).await?;
            page.take(batch, |event| {
                wanted.after = Some(event.sequence);
                Ok(Shown {
                    id: event.sequence.to_string(),
                    bytes: event.size,
                    object: to_json(event),
                })
            })?;
        }
        page.end()
    }
}

/// What the store can be asked of what the filter demands: no less than the filter finds.
fn wanted(listing: &Listing<'_>) -> AuditQuery {
    let text = |field| listing.equal_to(field).map(str::to_owned);
    let mut wanted = AuditQuery {
        client: text("client_id"),
        person: text("person"),
        action: text("action"),
        resource: text("resource"),
        id: text("resource_id"),
        limit: BATCH,
        ..AuditQuery::default()
    };
    for (op, literal) in listing.compared("sequence") {
        let Some(number) = number(literal) else {
            continue;
        };
        match op {
            CompareOp::Gt => wanted.after = wanted.after.max(Some(number)),
            CompareOp::Ge => wanted.after = wanted.after.max(number.checked_sub(1)),
            CompareOp::Lt => wanted.before = least(wanted.before, number),
            CompareOp::Le => wanted.before = least(wanted.before, number.saturating_add(1)),
            CompareOp::Eq => {
                wanted.after = wanted.after.max(number.checked_sub(1));
                wanted.before = least(wanted.before, number.saturating_add(1));
            }
            _ => {}
        }
    }
    for (op, literal) in listing.compared("at") {
        let Some(time) = time(literal) else {
            continue;
        };
        match op {
            CompareOp::Gt | CompareOp::Ge => wanted.from = wanted.from.max(Some(time)),
            // A literal may be finer than what is kept.
            CompareOp::Lt | CompareOp::Le => {
                let end = time.plus(Duration::from_micros(1));
                wanted.to = Some(wanted.to.map_or(end, |known| known.min(end)));
            }
            _ => {}
        }
    }
    wanted
}

/// The time that a literal is, if it is one.
fn time(literal: &Literal) -> Option<Timestamp> {
    let Literal::String(text) = literal else {
        return None;
    };
    Timestamp::parse_rfc3339(text)
}

fn number(literal: &Literal) -> Option<u64> {
    match literal {
        Literal::Number(number) => number.as_u64(),
        _ => None,
    }
}

fn least(known: Option<u64>, number: u64) -> Option<u64> {
    Some(known.map_or(number, |known| known.min(number)))
}

impl Readable for AuditEvents {
    async fn read(
        core: &Core,
        permit: &Permit<Read<Self>>,
        target: &Target,
    ) -> Result<Object, ManagementError> {
        let (realm, id) = (permit.realm(), target.get("id"));
        if id == HEAD {
            return head(core, realm).await;
        }
        let (sequence, _) = id.split_once('-').ok_or(ManagementError::NotFound)?;
        let sequence = sequence.parse().map_err(|_| ManagementError::NotFound)?;
        let event = one(core, realm, sequence).await?;
        match event.filter(|event| id_of(event) == id) {
            Some(event) => Ok(to_json(event)),
            None => Err(ManagementError::NotFound),
        }
    }
}

/// The last event, where the trail ends as it was left; otherwise what is said of its end.
async fn head(core: &Core, realm: &RealmKey) -> Result<Object, ManagementError> {
    let end = core.audit_end(realm).await?;
    let end = end.ok_or(ManagementError::NotFound)?;
    let event = one(core, realm, end.head.sequence).await?;
    let is_it = |event: &KeptEvent| event.hash == end.head.hash && end.is_sealed;
    if let Some(event) = event.filter(is_it) {
        return Ok(to_json(event));
    }
    let finding = "the end of the trail is not as it was left";
    let fields = [
        ("id", HEAD.into()),
        ("tenant", realm.tenant().into()),
        ("realm", realm.realm().into()),
        ("sequence", end.head.sequence.into()),
        ("hash", hex(&end.head.hash).into()),
        ("intact", false.into()),
        ("finding", finding.into()),
    ];
    let fields = fields.into_iter();
    Ok(fields
        .map(|(name, value)| (name.to_owned(), value))
        .collect())
}

/// An event, held to the one before it.
async fn one(
    core: &Core,
    realm: &RealmKey,
    sequence: u64,
) -> Result<Option<KeptEvent>, ManagementError> {
    let query = AuditQuery {
        after: sequence.checked_sub(2),
        before: Some(sequence.saturating_add(1)),
        limit: 2,
        ..AuditQuery::default()
    };
    let page = core.audit_events(realm, &query).await?;
    let mut found = page.items.into_iter();
    Ok(found.find(|event| event.sequence == sequence))
}

fn id_of(event: &KeptEvent) -> String {
    let hash: String = hex(&event.hash).chars().take(ID_LETTERS).collect();
    format!("{}-{hash}", event.sequence)
}

fn to_json(event: KeptEvent) -> Object {
    let mut object = Object::new();
    let (id, hash, finding) = (id_of(&event), hex(&event.hash), event.finding);
    object.insert("id".into(), id.clone().into());
    object.insert("sequence".into(), event.sequence.into());
    object.extend(event.event);
    object.insert("id".into(), id.into());
    object.insert("hash".into(), hash.into());
    object.insert("intact".into(), finding.is_none().into());
    if let Some(finding) = finding {
        object.insert("finding".into(), finding.to_string().into());
    }
    object
}
