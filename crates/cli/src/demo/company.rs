//! The sample company: invented people, as SCIM resources.

use scim::urn::{ENTERPRISE_USER, GROUP, USER};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Larkspur Instruments.
#[derive(Debug, Deserialize)]
pub(super) struct Company {
    /// Its name.
    pub(super) company: String,
    domain: String,
    sites: BTreeMap<String, Map<String, Value>>,
    /// Everyone, managers before those they manage.
    pub(super) people: Vec<Person>,
    /// Its groups, nested ones after those they hold.
    pub(super) groups: Vec<GroupOf>,
}

/// One person.
#[derive(Debug, Deserialize)]
pub(super) struct Person {
    /// Their `userName`.
    pub(super) user: String,
    given: String,
    family: String,
    name: String,
    /// Their language and country (RFC 5646).
    pub(super) language: String,
    /// What they are.
    pub(super) title: String,
    department: String,
    number: String,
    phone: String,
    home: String,
    site: String,
    manager: Option<String>,
    #[serde(default = "yes")]
    active: bool,
}

/// One group.
#[derive(Debug, Deserialize)]
pub(super) struct GroupOf {
    /// Its name.
    pub(super) name: String,
    members: Vec<String>,
    #[serde(default)]
    groups: Vec<String>,
}

fn yes() -> bool {
    true
}

/// Ids of resources by `userName` or group name.
pub(super) type Ids = BTreeMap<String, String>;

impl Company {
    /// Reads the company that is built into the program.
    pub(super) fn load() -> anyhow::Result<Self> {
        Ok(serde_json::from_str(include_str!(
            "../../data/company.json"
        ))?)
    }

    /// The User of one person. A manager who has no id yet is in the same request, by `bulkId`.
    pub(super) fn user(&self, person: &Person, ids: &Ids) -> Value {
        let mut address = self.sites.get(&person.site).cloned().unwrap_or_default();
        address.insert("type".into(), "work".into());
        let mut enterprise = json!({
            "employeeNumber": person.number,
            "department": person.department,
            "organization": self.company,
        });
        if let (Some(manager), Some(members)) = (&person.manager, enterprise.as_object_mut()) {
            members.insert(
                "manager".into(),
                json!({ "value": reference(manager, ids) }),
            );
        }
        json!({
            "schemas": [USER, ENTERPRISE_USER],
            "userName": person.user,
            "displayName": person.name,
            "name": {
                "formatted": person.name, "givenName": person.given, "familyName": person.family,
            },
            "title": person.title,
            "preferredLanguage": person.language,
            "active": person.active,
            "emails": [{
                "value": format!("{}@{}", person.user, self.domain), "type": "work", "primary": true,
            }],
            "phoneNumbers": [
                { "value": person.phone, "type": "work" },
                { "value": person.home, "type": "home" },
            ],
            "addresses": [address],
            ENTERPRISE_USER: enterprise,
        })
    }

    /// The Group of one group.
    pub(super) fn group(&self, group: &GroupOf, ids: &Ids) -> Value {
        let members = group.members.iter().chain(&group.groups);
        let members: Vec<Value> = members
            .map(|name| json!({ "value": reference(name, ids) }))
            .collect();
        json!({ "schemas": [GROUP], "displayName": group.name, "members": members })
    }

    /// The work e-mail of a person.
    pub(super) fn email(&self, person: &Person) -> String {
        format!("{}@{}", person.user, self.domain)
    }
}

fn reference(name: &str, ids: &Ids) -> String {
    ids.get(name)
        .cloned()
        .unwrap_or_else(|| format!("bulkId:{name}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_company_is_large_varied_and_consistent() {
        let company = Company::load().unwrap();
        assert!(company.people.len() >= 200);
        assert!(company.groups.len() >= 12);
        let mut seen = BTreeSet::new();
        for person in &company.people {
            assert!(company.sites.contains_key(&person.site));
            // A manager comes first: so the managers form a tree, with one root.
            assert!(
                person.manager.iter().all(|manager| seen.contains(manager)),
                "{}",
                person.user
            );
            assert!(seen.insert(person.user.clone()), "{} twice", person.user);
        }
        assert_eq!(
            company
                .people
                .iter()
                .filter(|person| person.manager.is_none())
                .count(),
            1
        );
        assert!(company.people.iter().any(|person| !person.active));
        let mut groups = BTreeSet::new();
        for group in &company.groups {
            assert!(
                group.members.iter().all(|member| seen.contains(member)),
                "{}",
                group.name
            );
            assert!(
                group.groups.iter().all(|inner| groups.contains(inner)),
                "{}",
                group.name
            );
            assert!(groups.insert(group.name.clone()), "{} twice", group.name);
        }
        assert!(company.groups.iter().any(|group| !group.groups.is_empty()));
        let beyond_latin = company
            .people
            .iter()
            .filter(|p| p.name.chars().any(|c| c > '\u{24f}'));
        assert!(beyond_latin.count() >= 60);
    }

    #[test]
    fn a_manager_is_referred_to_by_id_or_else_by_bulk_id() {
        let company = Company::load().unwrap();
        let (chief, other) = (&company.people[0], &company.people[1]);
        let manager =
            |ids: &Ids| company.user(other, ids)[ENTERPRISE_USER]["manager"]["value"].clone();
        assert_eq!(manager(&Ids::new()), format!("bulkId:{}", chief.user));
        assert_eq!(manager(&[(chief.user.clone(), "7".to_owned())].into()), "7");
    }
}
