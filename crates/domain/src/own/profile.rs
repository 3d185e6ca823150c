//! Who somebody is, as they see and change it themselves.

use super::{ProfileError, ProfileProblem};
use crate::{
    Core,
    people::{LoginSession, identity_type},
    scim::{CommitFailure, ScimFailure},
    snapshot::RealmSnapshot,
    store::StoreError,
};
use scim::{Mutability, ResourceSchema, ScimType};
use serde_json::{Map, Value, json};

/// What a field of a profile is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileAttribute {
    /// `userName`.
    UserName,
    /// `displayName`.
    DisplayName,
    /// `name.givenName`.
    GivenName,
    /// `name.familyName`.
    FamilyName,
    /// `nickName`.
    NickName,
    /// `title`.
    Title,
    /// `preferredLanguage`.
    Language,
    /// `timezone`.
    TimeZone,
    /// A value of `emails`.
    Email,
    /// A value of `phoneNumbers`.
    Phone,
}

/// A field of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileField {
    /// Its name in the form.
    pub name: String,
    /// What it is.
    pub what: ProfileAttribute,
    /// Which one it is of several.
    pub which: Option<String>,
    /// Its value; empty if there is none.
    pub value: String,
    /// Whether its owner may change it.
    pub editable: bool,
    /// Whether it may not be empty.
    pub required: bool,
}

/// A profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileShown {
    /// What was read: a change is made to this very version.
    pub version: u64,
    /// Its fields.
    pub fields: Vec<ProfileField>,
}

/// Attributes with one value; the last says whether their owner may change them. Who somebody is to
/// the realm (`userName`, `active`, roles) and what others say of them (`title`) is not theirs (U7).
const SINGLE: [(ProfileAttribute, &str, bool); 8] = [
    (ProfileAttribute::UserName, "userName", false),
    (ProfileAttribute::DisplayName, "displayName", true),
    (ProfileAttribute::GivenName, "name.givenName", true),
    (ProfileAttribute::FamilyName, "name.familyName", true),
    (ProfileAttribute::NickName, "nickName", true),
    (ProfileAttribute::Title, "title", false),
    (ProfileAttribute::Language, "preferredLanguage", true),
    (ProfileAttribute::TimeZone, "timezone", true),
];
/// Attributes with several, of which the `value` is theirs.
const LISTS: [(ProfileAttribute, &str); 2] = [
    (ProfileAttribute::Email, "emails"),
    (ProfileAttribute::Phone, "phoneNumbers"),
];
/// What stands for the element that is not there yet.
const NEW: &str = "new";

impl Core {
    /// The profile of whoever is signed in.
    ///
    /// # Errors
    /// If the realm has no type of person.
    pub fn own_profile(
        &self,
        snapshot: &RealmSnapshot,
        session: &LoginSession,
    ) -> Result<ProfileShown, StoreError> {
        let entry = identity_type(snapshot)?;
        let person = session.person();
        Ok(ProfileShown {
            version: person.resource.version,
            fields: fields(&entry.schema, &person.document),
        })
    }

    /// Changes the profile of whoever is signed in to what they typed, by the names of the fields.
    /// Fields that are not theirs, or that are not named, stay as they are.
    ///
    /// # Errors
    /// If a value does not do; if the profile has another version than `version`; if the store fails.
    pub async fn save_profile(
        &self,
        snapshot: &RealmSnapshot,
        session: &LoginSession,
        version: u64,
        typed: &[(String, String)],
    ) -> Result<(), ProfileError> {
        let person = session.person();
        if person.resource.version != version {
            return Err(ProfileError::Overtaken);
        }
        let entry = identity_type(snapshot)?;
        let mut document = Map::clone(&person.document);
        let mut changed = None;
        for field in fields(&entry.schema, &person.document) {
            let value = typed.iter().find(|(name, _)| *name == field.name);
            let Some((_, value)) = value.filter(|_| field.editable) else {
                continue;
            };
            let value = value.trim();
            if value == field.value {
                continue;
            }
            check(&field, value)?;
            set(&mut document, &field.name, value);
            changed.get_or_insert(field.name);
        }
        without_empty(&mut document);
        let expected = session.record.expect().into_iter().collect();
        let written = self.rewrite_own(snapshot, person, document, expected);
        written
            .await
            .map_err(|failure| explained(failure, changed.unwrap_or_default()))
    }
}

/// The fields of a profile: all that may be changed, and what else has a value.
fn fields(schema: &ResourceSchema, document: &Map<String, Value>) -> Vec<ProfileField> {
    let mut fields = Vec::new();
    for (what, path, theirs) in SINGLE {
        let (root, sub) = parts(path);
        let node = schema.root(root);
        let node = match sub {
            Some(sub) => node.and_then(|node| schema.child(node.id, sub)),
            None => node,
        };
        let Some(node) = node else { continue };
        let value = document.get(root);
        let value = match sub {
            Some(sub) => value.and_then(|value| value.get(sub)),
            None => value,
        };
        let value = value.and_then(Value::as_str).unwrap_or_default();
        let editable = theirs && node.attribute.mutability == Mutability::ReadWrite;
        if editable || !value.is_empty() {
            fields.push(ProfileField {
                name: path.to_owned(),
                what,
                which: None,
                value: value.to_owned(),
                editable,
                required: node.attribute.required,
            });
        }
    }
    for (what, root) in LISTS {
        let Some(node) = schema.root(root) else {
            continue;
        };
        let editable = node.attribute.mutability == Mutability::ReadWrite;
        let elements = document.get(root).and_then(Value::as_array);
        let elements = elements.map(Vec::as_slice).unwrap_or_default();
        let field = |at: String, element: &Value| ProfileField {
            name: format!("{root}.{at}"),
            what,
            which: which(element),
            value: element["value"].as_str().unwrap_or_default().to_owned(),
            editable,
            required: false,
        };
        let each = elements.iter().enumerate();
        fields.extend(each.map(|(at, element)| field(at.to_string(), element)));
        if elements.is_empty() && editable {
            fields.push(field(NEW.to_owned(), &Value::Null));
        }
    }
    fields
}

fn parts(path: &str) -> (&str, Option<&str>) {
    match path.split_once('.') {
        Some((root, sub)) => (root, Some(sub)),
        None => (path, None),
    }
}

/// Which one of several an element is: its type, and whether it is the primary one.
fn which(element: &Value) -> Option<String> {
    let kind = element["type"].as_str().unwrap_or_default();
    let primary = match element["primary"] == true {
        true => "primary",
        false => "",
    };
    let parts: Vec<&str> = [kind, primary]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn check(field: &ProfileField, value: &str) -> Result<(), ProfileError> {
    let is_address = |value: &str| match value.rsplit_once('@') {
        Some((local, domain)) => {
            !local.is_empty() && !domain.is_empty() && !value.contains(char::is_whitespace)
        }
        None => false,
    };
    let problem = if value.is_empty() && field.required {
        ProfileProblem::Required
    } else if value.chars().any(char::is_control)
        || (field.what == ProfileAttribute::Email && !value.is_empty() && !is_address(value))
    {
        ProfileProblem::Invalid
    } else {
        return Ok(());
    };
    Err(ProfileError::Field {
        field: field.name.clone(),
        problem,
    })
}

/// Sets what a field stands for; an empty element of a list stays for the moment, so that the others
/// keep their places.
fn set(document: &mut Map<String, Value>, name: &str, value: &str) {
    let (root, sub) = parts(name);
    let Some(sub) = sub else {
        put(document, root, value);
        return;
    };
    if let Some(elements) = document.get_mut(root).and_then(Value::as_array_mut) {
        let at = sub.parse::<usize>().ok();
        let element = at.and_then(|at| elements.get_mut(at));
        if let Some(element) = element.and_then(Value::as_object_mut) {
            // Its type, whether it is the primary one and what it is called are not on the page.
            put(element, "value", value);
        }
        return;
    }
    if sub == NEW {
        let element = json!([{"value": value, "primary": true}]);
        document.insert(root.to_owned(), element);
        return;
    }
    let parent = document.entry(root).or_insert_with(|| json!({}));
    if let Some(parent) = parent.as_object_mut() {
        // The whole name was made of parts that are others now.
        parent.shift_remove("formatted");
        put(parent, sub, value);
    }
}

fn put(object: &mut Map<String, Value>, key: &str, value: &str) {
    match value.is_empty() {
        true => drop(object.shift_remove(key)),
        false => drop(object.insert(key.to_owned(), value.into())),
    }
}

/// Takes away elements without a value, and what is empty by that.
fn without_empty(document: &mut Map<String, Value>) {
    for (_, root) in LISTS {
        if let Some(elements) = document.get_mut(root).and_then(Value::as_array_mut) {
            elements.retain(|element| element.get("value").is_some());
            if elements.is_empty() {
                document.shift_remove(root);
            }
        }
    }
    let name = document.get("name").and_then(Value::as_object);
    if name.is_some_and(Map::is_empty) {
        document.shift_remove("name");
    }
}

/// What the failure of a write means for the first field that was changed.
fn explained(failure: CommitFailure, field: String) -> ProfileError {
    match failure {
        CommitFailure::Overtaken => ProfileError::Overtaken,
        CommitFailure::Failed(ScimFailure::Store(error)) => error.into(),
        CommitFailure::Failed(ScimFailure::Error(error)) => ProfileError::Field {
            field,
            problem: match error.scim_type {
                Some(ScimType::Uniqueness) => ProfileProblem::Taken,
                _ => ProfileProblem::Other(error.detail),
            },
        },
        CommitFailure::Failed(other) => StoreError::Engine(other.to_string()).into(),
    }
}
