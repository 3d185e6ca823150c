//! What came of a check.

use super::known::Known;
use domain::audit::{Broken, hex};
use serde_json::{Value, json};
use std::fmt;

/// Most findings that are told one by one.
const TOLD: usize = 100;

/// What came of a check.
pub(super) struct Report {
    /// The realm's root URL.
    pub(super) realm: String,
    /// The last event.
    pub(super) head: Option<Known>,
    /// What is wrong, in order.
    pub(super) broken: Vec<Broken>,
}

impl Report {
    pub(super) fn is_intact(&self) -> bool {
        self.broken.is_empty()
    }

    fn events(&self) -> u64 {
        self.head.map_or(0, |head| head.sequence)
    }

    pub(super) fn to_json(&self) -> Value {
        let one = |broken: &Broken| json!({"sequence": broken.sequence, "reason": broken.reason});
        let told: Vec<Value> = self.broken.iter().take(TOLD).map(one).collect();
        let head = |head: Known| json!({"sequence": head.sequence, "hash": hex(&head.hash)});
        json!({
            "realm": self.realm,
            "intact": self.is_intact(),
            "events": self.events(),
            "head": self.head.map(head),
            "broken": told,
        })
    }
}

/// One line.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.broken.as_slice() {
            [] => write!(f, "intact: {} events", self.events())?,
            [first, others @ ..] => {
                write!(f, "BROKEN: event {} {}", first.sequence, first.reason)?;
                if !others.is_empty() {
                    write!(f, " ({} more findings)", others.len())?;
                }
                write!(f, "; {} events", self.events())?;
            }
        }
        match self.head {
            Some(head) => write!(f, "; head {head}"),
            None => Ok(()),
        }
    }
}
