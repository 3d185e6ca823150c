//! What a realm demands of passwords, for a page.

use domain::people::password::{Checked, PasswordPolicy, Requirement};
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
        "repeatedCharacters" => figure("maxRepeats")
            .map(RequirementKind::MaxRepeats)
            .into_iter()
            .collect(),
        "uniqueCharacters" => figure("minUnique")
            .map(RequirementKind::MinUnique)
            .into_iter()
            .collect(),
        "commonPassword" => vec![RequirementKind::NotCommon],
        "personalInformation" => vec![RequirementKind::NotPersonal],
        "history" => figure("history")
            .map(RequirementKind::NotRecent)
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
    let class = match text("class")? {
        "lowercase" => CharacterClass::Lowercase,
        "uppercase" => CharacterClass::Uppercase,
        "letter" => CharacterClass::Letter,
        "digit" => CharacterClass::Digit,
        "symbol" => CharacterClass::Symbol,
        _ => return None,
    };
    Some(RequirementKind::Characters { class, least })
}
