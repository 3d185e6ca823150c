#![allow(clippy::unwrap_used)]
use super::*;
use crate::{
    Timestamp,
    store::{Expect, ResourceWrite, StoredResource},
};

fn id(name: &str) -> ResourceId {
    ResourceId(name.into())
}

pub(in crate::scim::kept) fn put(name: &str, expect: Expect, touches: &[&str]) -> Change {
    let write = ResourceWrite {
        resource_type: "User".into(),
        resource: StoredResource {
            id: id(name),
            number: None,
            version: 1,
            created: Timestamp::from_seconds(0),
            modified: Timestamp::from_seconds(0),
            document: "{}".to_owned(),
        },
        index: Vec::new(),
        replaced: Vec::new(),
        touches: touches.iter().map(|name| id(name)).collect(),
        display: None,
        password_hash: None,
    };
    Change::PutResource {
        expect,
        write: Box::new(write),
    }
}

fn delete(name: &str) -> Change {
    Change::DeleteResource {
        resource_type: "User".into(),
        id: id(name),
        version: None,
        at: Timestamp::from_seconds(0),
    }
}

/// Stamps in which nothing that these tests write shares one by chance.
fn apart(realm: &RealmKey) -> Arc<Stamps> {
    let (ids, user) = (["ada", "bob", "eve"].map(id), TypeName::from("User"));
    loop {
        let stamps = Stamps::default();
        let resources = ids.iter().map(|id| Matter::Resource(realm, id));
        let others = [
            Matter::Population(realm, &user),
            Matter::Deletions(realm),
            Matter::All,
        ];
        let slots = resources.chain(others).map(|matter| stamps.slot(&matter).0);
        let slots: Vec<usize> = slots.collect();
        let different: std::collections::BTreeSet<usize> = slots.iter().copied().collect();
        if different.len() == slots.len() {
            return Arc::new(stamps);
        }
    }
}

/// Notes of a resource, of its type's population, of deletions, and of everything.
fn notes(stamps: &Stamps, realm: &RealmKey) -> [Noted; 4] {
    let (ada, user) = (id("ada"), TypeName::from("User"));
    [
        stamps.note(&Matter::Resource(realm, &ada)),
        stamps.note(&Matter::Population(realm, &user)),
        stamps.note(&Matter::Deletions(realm)),
        stamps.note(&Matter::All),
    ]
}

fn hold(stamps: &Stamps, notes: [Noted; 4]) -> [bool; 4] {
    notes.map(|noted| stamps.hold(&[noted]))
}

#[test]
fn a_write_voids_what_it_touches_and_nothing_else() {
    let realm = RealmKey::system();
    let stamps = apart(&realm);
    let update = Expect::Version(1);
    for (change, left) in [
        (put("ada", update, &[]), [false, true, true, false]),
        (put("bob", update, &["ada"]), [false, true, true, false]),
        (put("bob", update, &["eve"]), [true, true, true, false]),
        (put("bob", Expect::Absent, &[]), [true, false, true, false]),
        (delete("bob"), [true, true, false, false]),
    ] {
        let before = notes(&stamps, &realm);
        assert_eq!(hold(&stamps, before), [true; 4]);
        let writing = stamps.begin(&realm, &[change]);
        // From before the commit on: it may be seen at any moment.
        assert_eq!(hold(&stamps, before), left);
        let during = notes(&stamps, &realm);
        assert_eq!(hold(&stamps, during), left);
        writing.end();
        assert_eq!(hold(&stamps, before), left);
        // What was read meanwhile may be of before.
        assert_eq!(hold(&stamps, during), left);
        assert_eq!(hold(&stamps, notes(&stamps, &realm)), [true; 4]);
    }
}

#[test]
fn of_two_writes_at_a_time_both_must_end() {
    let (stamps, realm) = (Arc::new(Stamps::default()), RealmKey::system());
    let change = [put("ada", Expect::Version(1), &[])];
    let (first, second) = (stamps.begin(&realm, &change), stamps.begin(&realm, &change));
    first.end();
    assert!(!stamps.hold(&notes(&stamps, &realm)[..1]));
    second.end();
    assert!(stamps.hold(&notes(&stamps, &realm)[..1]));
}

#[test]
fn what_was_written_holds_if_nobody_else_wrote_meanwhile() {
    let (stamps, realm) = (Arc::new(Stamps::default()), RealmKey::system());
    let begin = || stamps.begin(&realm, &[put("ada", Expect::Version(1), &[])]);
    let noted = || notes(&stamps, &realm)[0].after_one_write();
    let alone = noted();
    let writing = begin();
    assert!(!stamps.hold(&[alone]), "it may be undone yet");
    writing.end();
    assert!(stamps.hold(&[alone]));
    let beside = noted();
    begin().end();
    begin().end();
    assert!(!stamps.hold(&[alone]) && !stamps.hold(&[beside]));
    let other = begin();
    let during = noted();
    begin().end();
    other.end();
    assert!(!stamps.hold(&[during]));
}

#[test]
fn nothing_holds_after_a_write_whose_outcome_is_unknown() {
    let (stamps, realm) = (Arc::new(Stamps::default()), RealmKey::system());
    drop(stamps.begin(&realm, &[put("ada", Expect::Version(1), &[])]));
    for _ in 0..3 {
        assert!(!stamps.hold(&notes(&stamps, &realm)[..1]));
        stamps
            .begin(&realm, &[put("ada", Expect::Version(1), &[])])
            .end();
    }
}

#[test]
fn g6_no_matter_can_pass_for_another() {
    let stamps = Stamps::default();
    let realm = |tenant, name| RealmKey::from_store(tenant, name);
    let (a, b) = (id("a"), TypeName::from("a"));
    let (one, other) = (realm("x", "ya"), realm("xy", "a"));
    let slots = [
        Matter::Resource(&one, &a),
        Matter::Resource(&other, &a),
        Matter::Population(&one, &b),
        Matter::Deletions(&one),
        Matter::All,
    ]
    .map(|matter| stamps.slot(&matter).0);
    let different: std::collections::BTreeSet<usize> = slots.into_iter().collect();
    // A collision by chance is possible, two are not to be expected.
    assert!(different.len() >= 4, "{slots:?}");
}
