//! The rules of a policy, one by one, as people and clients are told.

use super::characters::{CharacterSet, Characters};
use super::policy::PasswordPolicy;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One thing that a policy demands of a new password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// What kind it is: `length`, `characterSet`, `repeatedCharacters`, `uniqueCharacters`, `commonPassword`,
    /// `personalInformation`, `history` or `minimumAge`.
    pub kind: &'static str,
    /// An English sentence for the person who chooses.
    pub description: String,
    /// What a client needs to check it while somebody types; empty if only the server can.
    pub figures: BTreeMap<&'static str, Value>,
}

/// A rule that a policy turns on.
pub(super) enum Rule<'p> {
    Length { min: u16, max: u16 },
    Characters(&'p CharacterSet),
    Repeats { most: u16 },
    Unique { min: u16 },
    NotKnownBad { words: &'p [String], common: bool },
    NotPersonal,
    NotUsedBefore { history: u16 },
    NotTooSoon { seconds: u64 },
}

impl PasswordPolicy {
    /// What a new password must be, in the order in which people should read it.
    pub fn requirements(&self) -> Vec<Requirement> {
        self.rules().iter().map(Rule::requirement).collect()
    }

    pub(super) fn rules(&self) -> Vec<Rule<'_>> {
        let mut rules = vec![Rule::Length {
            min: self.min_length,
            max: self.max_length,
        }];
        rules.extend(self.character_sets.iter().map(Rule::Characters));
        rules.extend(self.max_repeats.map(|most| Rule::Repeats { most }));
        if self.min_unique > 0 {
            rules.push(Rule::Unique {
                min: self.min_unique,
            });
        }
        if self.refuse_common || !self.known_bad.is_empty() {
            rules.push(Rule::NotKnownBad {
                words: &self.known_bad,
                common: self.refuse_common,
            });
        }
        if self.refuse_personal {
            rules.push(Rule::NotPersonal);
        }
        if self.history > 0 {
            rules.push(Rule::NotUsedBefore {
                history: self.history,
            });
        }
        if self.min_age_seconds > 0 {
            rules.push(Rule::NotTooSoon {
                seconds: self.min_age_seconds,
            });
        }
        rules
    }
}

impl Rule<'_> {
    pub(super) fn requirement(&self) -> Requirement {
        Requirement {
            kind: self.kind(),
            description: self.description(),
            figures: self.figures(),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Length { .. } => "length",
            Self::Characters(_) => "characterSet",
            Self::Repeats { .. } => "repeatedCharacters",
            Self::Unique { .. } => "uniqueCharacters",
            Self::NotKnownBad { .. } => "commonPassword",
            Self::NotPersonal => "personalInformation",
            Self::NotUsedBefore { .. } => "history",
            Self::NotTooSoon { .. } => "minimumAge",
        }
    }

    fn description(&self) -> String {
        match self {
            Self::Length { min, max } if min == max => format!("It has {min} characters."),
            Self::Length { min, max } => format!("It has {min} to {max} characters."),
            Self::Characters(set) => {
                let count = set.min_count;
                match &set.characters {
                    Characters::Class(class) => {
                        let many = if count == 1 { "" } else { "s" };
                        format!("It has at least {count} {}{many}.", class.noun())
                    }
                    Characters::Listed(listed) => {
                        format!("It has at least {count} of these characters: {listed}")
                    }
                }
            }
            Self::Repeats { most: 1 } => "It has no character twice in a row.".to_owned(),
            Self::Repeats { most } => {
                format!("It has no character more than {most} times in a row.")
            }
            Self::Unique { min: 1 } => "It has at least 1 character.".to_owned(),
            Self::Unique { min } => format!("It has at least {min} different characters."),
            Self::NotKnownBad { .. } => {
                "It is not one of the passwords that are tried first.".to_owned()
            }
            Self::NotPersonal => {
                "It does not contain your username, name or e-mail address.".to_owned()
            }
            Self::NotUsedBefore { history: 1 } => "It is not your current password.".to_owned(),
            Self::NotUsedBefore { history } => {
                format!("It is none of your last {history} passwords.")
            }
            Self::NotTooSoon { seconds } => {
                format!(
                    "You have had your current password for {}.",
                    period(*seconds)
                )
            }
        }
    }

    fn figures(&self) -> BTreeMap<&'static str, Value> {
        let figures: Vec<(&'static str, Value)> = match self {
            Self::Length { min, max } => {
                vec![("minLength", json!(min)), ("maxLength", json!(max))]
            }
            Self::Characters(set) => {
                let which = match &set.characters {
                    Characters::Class(class) => ("pattern", json!(class.pattern())),
                    Characters::Listed(listed) => ("characters", json!(listed)),
                };
                vec![which, ("minCount", json!(set.min_count))]
            }
            Self::Repeats { most } => vec![("maxConsecutive", json!(most))],
            Self::Unique { min } => vec![("minUnique", json!(min))],
            Self::NotUsedBefore { history } => vec![("passwords", json!(history))],
            Self::NotTooSoon { seconds } => vec![("minAgeSeconds", json!(seconds))],
            Self::NotKnownBad { .. } | Self::NotPersonal => Vec::new(),
        };
        figures.into_iter().collect()
    }
}

/// "2 hours", in the greatest unit that fits without a rest.
fn period(seconds: u64) -> String {
    let units = [(86_400, "day"), (3600, "hour"), (60, "minute")];
    let (length, name) = units
        .into_iter()
        .find(|(length, _)| seconds.is_multiple_of(*length))
        .unwrap_or((1, "second"));
    let count = seconds / length;
    let many = if count == 1 { "" } else { "s" };
    format!("{count} {name}{many}")
}
