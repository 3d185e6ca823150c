//! From the names of entries to the ids of resources.

use super::{
    existing::{Existing, id_of},
    item::{Item, Kind, Whom},
    report::Report,
};
use std::collections::{BTreeSet, HashMap};

/// The ids of the file's own entries, as far as they are known.
#[derive(Debug, Default)]
pub(super) struct Ids {
    by_dn: HashMap<String, (Kind, String)>,
    by_user_name: HashMap<String, String>,
}

/// What an item's references came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Links {
    /// A person's manager.
    pub(super) manager: Manager,
    /// A group's members, by id.
    pub(super) members: BTreeSet<String>,
}

/// A person's manager, as the file has it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum Manager {
    /// The entry names none.
    #[default]
    None,
    /// The resource with this id.
    Id(String),
    /// One who is not to be found; what the realm has is left alone.
    Unknown,
}

impl Ids {
    /// Notes the id of an item's resource.
    pub(super) fn add(&mut self, item: &Item, id: String) {
        if let Some(name) = item.text("userName") {
            self.by_user_name
                .insert(scim::fold(name).into_owned(), id.clone());
        }
        self.by_dn
            .insert(item.dn.as_str().to_owned(), (item.kind, id));
    }

    /// Resolves an item's references: in the file, else in the realm. What leads nowhere, and
    /// groups within groups, are said in the report.
    pub(super) fn resolve(&self, item: &Item, existing: &Existing, report: &mut Report) -> Links {
        let mut links = Links::default();
        for reference in &item.references {
            let found = match &reference.to {
                Whom::Entry(dn) => self.entry(dn.as_str(), existing),
                Whom::UserName(name) => self.person(name, existing).map(|id| (Kind::User, id)),
                Whom::Nobody => None,
            };
            match (item.kind, found) {
                (Kind::User, Some((Kind::User, id))) => links.manager = Manager::Id(id),
                (Kind::Group, Some((kind, id))) => {
                    report.nested_groups += u64::from(kind == Kind::Group);
                    links.members.insert(id);
                }
                (kind, _) => {
                    if kind == Kind::User {
                        links.manager = Manager::Unknown;
                    }
                    report.lead_nowhere(item, reference);
                }
            }
        }
        links
    }

    fn entry(&self, dn: &str, existing: &Existing) -> Option<(Kind, String)> {
        self.by_dn.get(dn).cloned().or_else(|| {
            [Kind::User, Kind::Group]
                .into_iter()
                .find_map(|kind| Some((kind, id_of(existing.entry(kind, dn)?)?.to_owned())))
        })
    }

    fn person(&self, name: &str, existing: &Existing) -> Option<String> {
        let own = self.by_user_name.get(&*scim::fold(name)).cloned();
        own.or_else(|| Some(id_of(existing.user_name(name)?)?.to_owned()))
    }
}
