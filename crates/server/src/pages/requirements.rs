//! What a realm demands of passwords, for a page.

use domain::people::password::{self, Checked, PasswordPolicy, Requirement};
use pages::{CharacterClass, RequirementKind};
use serde_json::Value;

/// The requirements, each with whether the password that was tried meets it.
pub(super) fn shown(policy: &PasswordPolicy, checked: &[Checked]) -> Vec<pages::Requirement> {
    let met = |requirement: &Requirement| {
        let found = checked
            .iter()
            .find(|check| check.requirement == *requirement);
        found.map(|check| check.satisfied)
    };
    let requirements = policy.requirements();
    let each = requirements.iter().flat_map(|requirement| {
        let satisfied = met(requirement);
        kinds(requirement)
            .into_iter()
            .map(move |kind| pages::Requirement { kind, satisfied })
    });
    each.collect()
}

/// What a page says of a requirement; in the words of the policy where it has none of its own.
fn kinds(requirement: &Requirement) -> Vec<RequirementKind> {
    let figure = |name: &str| {
        let value = requirement.figures.get(name).and_then(Value::as_u64);
        value.and_then(|value| u32::try_from(value).ok())
    };
    let known = match requirement.kind {
        "length" => {
            let least = figure("minLength").map(RequirementKind::MinLength);
            let most = figure("maxLength").map(RequirementKind::MaxLength);
            least.into_iter().chain(most).collect()
        }
        "characterSet" => character_set(requirement, figure("minCount"))
            .into_iter()
            .collect(),
        "repeatedCharacters" => figure("maxConsecutive")
            .map(RequirementKind::MaxRepeats)
            .into_iter()
            .collect(),
        "uniqueCharacters" => figure("minUnique")
            .map(RequirementKind::MinUnique)
            .into_iter()
            .collect(),
        "commonPassword" => vec![RequirementKind::NotCommon],
        "personalInformation" => vec![RequirementKind::NotPersonal],
        "history" => figure("passwords")
            .map(RequirementKind::NotRecent)
            .into_iter()
            .collect(),
        "minimumAge" => figure("minAgeSeconds")
            .map(|seconds| RequirementKind::MinAge {
                minutes: seconds.div_ceil(60),
            })
            .into_iter()
            .collect(),
        _ => Vec::new(),
    };
    match known.is_empty() {
        true => vec![RequirementKind::Other(requirement.description.clone())],
        false => known,
    }
}

fn character_set(requirement: &Requirement, least: Option<u32>) -> Option<RequirementKind> {
    let (least, text) = (least?, |name: &str| {
        requirement.figures.get(name).and_then(Value::as_str)
    });
    if let Some(characters) = text("characters") {
        let characters = characters.to_owned();
        return Some(RequirementKind::OneOf { characters, least });
    }
    let pattern = text("pattern")?;
    let class = password::CharacterClass::ALL
        .into_iter()
        .find(|class| class.pattern() == pattern)?;
    let class = match class {
        password::CharacterClass::Lowercase => CharacterClass::Lowercase,
        password::CharacterClass::Uppercase => CharacterClass::Uppercase,
        password::CharacterClass::Letter => CharacterClass::Letter,
        password::CharacterClass::Digit => CharacterClass::Digit,
        password::CharacterClass::Symbol => CharacterClass::Symbol,
    };
    Some(RequirementKind::Characters { class, least })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Whatever a policy can demand is said in the words of the pages, which are there in every language.
    #[test]
    fn every_requirement_has_words_of_its_own() {
        let classes = password::CharacterClass::ALL.map(password::Characters::Class);
        let listed = password::Characters::Listed("+-*/".to_owned());
        let set = |characters| password::CharacterSet {
            characters,
            min_count: 2,
        };
        let policy = PasswordPolicy {
            character_sets: classes.into_iter().chain([listed]).map(set).collect(),
            max_repeats: Some(3),
            min_unique: 5,
            history: 4,
            min_age_seconds: 90,
            known_bad: vec!["company name".to_owned()],
            ..PasswordPolicy::default()
        };
        policy.validate().unwrap();
        let kinds: Vec<&str> = policy.requirements().iter().map(|one| one.kind).collect();
        assert_eq!(kinds.len(), 13);
        let shown: Vec<RequirementKind> = shown(&policy, &[])
            .into_iter()
            .map(|requirement| requirement.kind)
            .collect();
        let other = |kind: &&RequirementKind| matches!(kind, RequirementKind::Other(_));
        assert_eq!(shown.iter().find(other), None);
        let symbols = RequirementKind::Characters {
            class: CharacterClass::Symbol,
            least: 2,
        };
        for expected in [
            RequirementKind::MinLength(10),
            RequirementKind::MaxLength(128),
            symbols,
            RequirementKind::MaxRepeats(3),
            RequirementKind::MinUnique(5),
            RequirementKind::NotCommon,
            RequirementKind::NotPersonal,
            RequirementKind::NotRecent(4),
            RequirementKind::MinAge { minutes: 2 },
        ] {
            assert!(shown.contains(&expected), "{expected:?}");
        }
    }
}
