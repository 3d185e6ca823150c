//! Checking a whole audit trail, event by event.

use super::{GENESIS, Object, holds};
use crate::RealmKey;

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The number of the event.
    pub sequence: u64,
    /// What is wrong with it: the end of a sentence that begins with it.
    pub reason: String,
}

/// A trail being checked from its first event on. It believes nothing that it can find out.
#[derive(Debug)]
pub struct Check {
    realm: RealmKey,
    next: u64,
    previous: [u8; 32],
    known: Vec<(u64, [u8; 32])>,
    broken: Vec<Broken>,
}

impl Check {
    /// Begins with the first event of a realm.
    pub fn new(realm: RealmKey) -> Self {
        Self {
            realm,
            next: 1,
            previous: GENESIS,
            known: Vec::new(),
            broken: Vec::new(),
        }
    }

    /// There must be an event of this number, with this hash.
    pub fn knowing(mut self, sequence: u64, hash: [u8; 32]) -> Self {
        self.known.push((sequence, hash));
        self
    }

    /// How many events there were so far, if none was missing.
    pub fn seen(&self) -> u64 {
        self.next.saturating_sub(1)
    }

    /// The event that comes next; `finding` is what whoever has the key found of its seal.
    pub fn event(&mut self, sequence: u64, event: &Object, hash: &[u8; 32], finding: Option<&str>) {
        if sequence < self.next {
            return self.find(sequence, "is there more than once, or out of its order");
        }
        if sequence > self.next {
            self.find(self.next, "is missing");
        } else if let Err(finding) = holds(&self.realm, sequence, event, hash, Some(&self.previous))
        {
            self.find(sequence, &finding.to_string());
        } else if let Some(finding) = finding {
            self.find(sequence, finding);
        }
        let is_other = |(known, other): &&(u64, [u8; 32])| *known == sequence && other != hash;
        if self.known.iter().any(|known| is_other(&known)) {
            self.find(sequence, "is another than it was");
        }
        self.next = sequence.saturating_add(1);
        self.previous = *hash;
    }

    /// There are no more: what is wrong, in order of the events.
    pub fn finish(mut self) -> Vec<Broken> {
        let last = self.known.iter().map(|(sequence, _)| *sequence).max();
        if last.is_some_and(|last| last >= self.next) {
            self.find(self.next, "is missing: the trail was cut off");
        } else if self.next == 1 {
            self.find(1, "is missing: there is no trail");
        }
        self.broken.sort_by_key(|broken| broken.sequence);
        self.broken
    }

    fn find(&mut self, sequence: u64, reason: &str) {
        let reason = reason.to_owned();
        self.broken.push(Broken { sequence, reason });
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::super::{
        Actor, Chains, Event, Noted,
        chain::{self, tests::rows_of},
        hex,
        read::read,
    };
    use super::*;
    use crate::{
        Timestamp,
        directory::Directory,
        store::{AuditHead, AuditRow},
    };
    use jose::HmacKey;
    use serde_json::{Value, json};

    const EVENTS: u64 = 12;

    fn key() -> HmacKey {
        HmacKey::new(b"the server's own key, of 32 byte")
    }

    /// A trail of a realm, which begins with it.
    fn trail(realm: &RealmKey) -> (Vec<AuditRow>, AuditHead) {
        let mut chains = Chains::default();
        let mut rows = Vec::new();
        let mut head = None;
        for number in 1..EVENTS {
            let after = json!({"id": number.to_string(), "name": format!("thing {number}")});
            let event = Event::created("scopes", number, after.as_object().unwrap().clone());
            let noted = Noted {
                realm,
                events: &[event],
                actor: &Actor::Server,
                at: Timestamp::from_seconds(1_800_000_000 + i64::try_from(number).unwrap()),
            };
            let appended = chains.append(&noted, &Directory::default(), &key());
            let (new, end) = rows_of(&appended);
            rows.extend(new);
            head = Some(end);
            chains.advance(appended);
        }
        (rows, head.unwrap())
    }

    /// What a check finds that reads as the server does.
    fn found(realm: &RealmKey, rows: &[AuditRow], head: Option<&AuditHead>) -> Vec<Broken> {
        let mut check = Check::new(realm.clone());
        let sealed = head.filter(|head| chain::is_head_sealed(realm, head, &key()));
        if let Some(head) = sealed {
            check = check.knowing(head.sequence, head.hash);
        }
        for kept in read(realm, rows, &key()) {
            let finding = kept.finding.map(|finding| finding.to_string());
            check.event(kept.sequence, &kept.event, &kept.hash, finding.as_deref());
        }
        let mut broken = check.finish();
        if sealed.is_none() {
            let reason = "the end".to_owned();
            broken.push(Broken {
                sequence: 0,
                reason,
            });
        }
        broken
    }

    /// What someone can do who has the store, and not the key.
    struct Forger {
        seed: u64,
    }

    impl Forger {
        fn below(&mut self, limit: usize) -> usize {
            // xorshift64: the same tamperings every time.
            self.seed ^= self.seed << 13;
            self.seed ^= self.seed >> 7;
            self.seed ^= self.seed << 17;
            usize::try_from(self.seed % u64::try_from(limit).unwrap()).unwrap()
        }

        /// Links all events again from one on, hashes and end included: everything but seals.
        fn link_again(rows: &mut [AuditRow], from: usize, head: &mut AuditHead) {
            for place in from..rows.len() {
                let previous = match place {
                    0 => GENESIS,
                    _ => rows[place - 1].hash,
                };
                let row = &mut rows[place];
                let mut event: Object = serde_json::from_str(&row.body).unwrap();
                event.insert("previous_hash".into(), hex(&previous).into());
                row.sequence = u64::try_from(place).unwrap() + 1;
                event.insert("sequence".into(), row.sequence.into());
                row.body = super::super::canonical(&event);
                row.hash = jose::sha256(row.body.as_bytes());
            }
            if let Some(last) = rows.last() {
                (head.sequence, head.hash) = (last.sequence, last.hash);
            }
        }

        /// Does one thing to a trail; answers what it was.
        fn tamper(&mut self, rows: &mut Vec<AuditRow>, head: &mut AuditHead) -> &'static str {
            let place = self.below(rows.len());
            let other = (place + 1 + self.below(rows.len() - 1)) % rows.len();
            match self.below(12) {
                0 => {
                    // One bit of the text, where it stays text.
                    let mut bytes = rows[place].body.clone().into_bytes();
                    let at = self.below(bytes.len());
                    bytes[at] ^= 1;
                    rows[place].body = String::from_utf8(bytes).unwrap();
                    "a bit of the text"
                }
                1 => {
                    let bit = self.below(256);
                    rows[place].hash[bit / 8] ^= 1 << (bit % 8);
                    "a bit of the hash"
                }
                2 => {
                    let bit = self.below(256);
                    rows[place].seal[bit / 8] ^= 1 << (bit % 8);
                    "a bit of the seal"
                }
                3 => {
                    rows.remove(place);
                    "removed"
                }
                4 => {
                    rows.truncate(place);
                    "cut off"
                }
                5 => {
                    rows.truncate(place);
                    let last = rows.last().cloned();
                    if let Some(last) = last {
                        // The seal of an event is no seal of an end.
                        (head.sequence, head.hash) = (last.sequence, last.hash);
                        head.seal = last.seal;
                    }
                    "cut off, the end moved"
                }
                6 => {
                    rows.swap(place, other);
                    let numbers = (rows[place].sequence, rows[other].sequence);
                    (rows[other].sequence, rows[place].sequence) = numbers;
                    "reordered"
                }
                7 => {
                    rows.remove(place);
                    Self::link_again(rows, place, head);
                    "removed, linked again"
                }
                8 => {
                    rows.swap(place, other);
                    Self::link_again(rows, place.min(other), head);
                    "reordered, linked again"
                }
                9 => {
                    let copy = rows[place].clone();
                    rows.insert(other, copy);
                    Self::link_again(rows, other, head);
                    "inserted"
                }
                10 => {
                    let mut event: Object = serde_json::from_str(&rows[place].body).unwrap();
                    event.insert("actor".into(), Value::from("person"));
                    rows[place].body = super::super::canonical(&event);
                    Self::link_again(rows, place, head);
                    "another actor, linked again"
                }
                _ => {
                    rows[place].resource = "keys".to_owned();
                    "found by something else"
                }
            }
        }
    }

    #[test]
    fn r20_ten_thousand_tamperings_are_all_found() {
        let realm = RealmKey::system();
        let (sound, end) = trail(&realm);
        assert_eq!(found(&realm, &sound, Some(&end)), []);
        let mut forger = Forger { seed: 20_261_122 };
        let mut kinds = std::collections::BTreeMap::new();
        for number in 0..10_000 {
            let (mut rows, mut head) = (sound.clone(), end.clone());
            let what = forger.tamper(&mut rows, &mut head);
            let nothing = rows == sound && head == end;
            let broken = found(&realm, &rows, Some(&head));
            assert!(nothing || !broken.is_empty(), "{number}: {what}");
            *kinds.entry(what).or_insert(0) += 1;
        }
        assert!(
            kinds.len() == 12 && kinds.values().all(|count| *count > 500),
            "{kinds:?}"
        );
        assert!(!found(&realm, &sound, None).is_empty(), "without an end");
        let elsewhere = RealmKey::above_tenants();
        assert!(!found(&elsewhere, &sound, Some(&end)).is_empty(), "T1");
    }

    /// Without the seals: an older trail, whole and with its end, is found by who wrote a later end down.
    #[test]
    fn what_was_written_down_finds_an_older_trail() {
        let realm = RealmKey::system();
        let (rows, end) = trail(&realm);
        let mut check = Check::new(realm.clone()).knowing(end.sequence, end.hash);
        for kept in read(&realm, &rows[..5], &key()) {
            check.event(kept.sequence, &kept.event, &kept.hash, None);
        }
        assert_eq!(check.finish()[0].sequence, 6);
    }

    /// A chain whose end is not as it was left goes on, and says so for good.
    #[test]
    fn a_break_stays() {
        let realm = RealmKey::system();
        let (mut rows, mut end) = trail(&realm);
        rows.pop();
        let last = rows.last().unwrap();
        (end.sequence, end.hash) = (last.sequence, last.hash);
        let chains = Chains::read(vec![(realm.clone(), end)], &Chains::default(), &key());
        let noted = Noted {
            realm: &realm,
            events: &[Event::new(super::super::Action::Update, "scopes", 1)],
            actor: &Actor::Server,
            at: Timestamp::from_seconds(1_900_000_000),
        };
        let appended = chains.append(&noted, &Directory::default(), &key());
        let (new, end) = rows_of(&appended);
        let number = new[0].sequence;
        rows.extend(new);
        let broken = found(&realm, &rows, Some(&end));
        assert_eq!(broken.len(), 1, "{broken:?}");
        assert_eq!(broken[0].sequence, number);
        assert_eq!(number, EVENTS);
    }
}
