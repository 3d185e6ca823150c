//! What a change of configuration is decided on, and what comes of it.

use super::{ManagementError, Object, Target, table::Managed};
use crate::{
    Core, Edit, RealmKey, Timestamp,
    access::Caller,
    keys::Stock,
    snapshot::RealmSnapshot,
    store::{StoreError, TypeName},
};
use std::{collections::BTreeSet, fmt, str::FromStr, sync::Arc};

/// What a change is decided on: the realm as it is, with the writer's lock held, or as the changes
/// before it in the same batch leave it.
pub(super) struct Present<'a> {
    /// The server.
    pub(super) core: &'a Core,
    /// The realm.
    pub(super) snapshot: &'a RealmSnapshot,
    /// The caller, measured by that realm.
    pub(super) caller: &'a Caller,
    /// The time.
    pub(super) now: Timestamp,
    /// Keys at hand.
    pub(super) stock: &'a mut Stock,
    /// What was read of the store beforehand.
    pub(super) facts: &'a Facts,
}

/// What the store said before the change, where a change needs it. It may be otherwise by now: what
/// matters is expected by the commit too.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// The resource types of which there are resources.
    in_use: BTreeSet<TypeName>,
}

impl Facts {
    /// Reads the facts about resource types of a realm.
    pub(super) async fn read(
        core: &Core,
        realm: &RealmKey,
        types: impl IntoIterator<Item = TypeName>,
    ) -> Result<Self, StoreError> {
        let mut in_use = BTreeSet::new();
        for name in types {
            if !in_use.contains(&name) && core.store().has_resources(realm, &name).await? {
                in_use.insert(name);
            }
        }
        Ok(Self { in_use })
    }

    /// Whether there are resources of the type.
    pub(super) fn has_resources(&self, resource_type: &TypeName) -> bool {
        self.in_use.contains(resource_type)
    }
}

/// Something that is being made.
pub(super) struct Made {
    /// Its id.
    pub(super) id: String,
    /// What is shown of it this once, beside what is always shown.
    pub(super) once: Object,
}

impl Made {
    /// Something without secrets.
    pub(super) fn new(id: impl ToString) -> Self {
        Self {
            id: id.to_string(),
            once: Object::new(),
        }
    }
}

/// A change that was decided, with the realm that comes of it.
pub(super) struct Decided {
    /// The change.
    pub(super) edit: Edit<()>,
    /// The realm with it.
    pub(super) after: Arc<RealmSnapshot>,
    /// What the caller is told.
    pub(super) outcome: Outcome,
}

/// What came of one operation on one thing.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// It was made.
    Created(Created),
    /// It was changed, and looks like this now.
    Updated(Object),
    /// It is gone.
    Deleted,
}

/// What was made; `Debug` prints no more of it than its id.
#[derive(Clone)]
pub struct Created {
    /// Its id, the last segment of its address.
    pub id: String,
    /// The whole of it, as it can be read from now on.
    pub object: Object,
    /// What is shown of it this once.
    pub once: Object,
}

impl fmt::Debug for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut created = f.debug_struct("Created");
        created.field("id", &self.id).finish_non_exhaustive()
    }
}

impl Target {
    /// The id in the address; an ill-formed one is nothing's.
    pub(super) fn id<I: FromStr + ToString>(&self) -> Result<I, ManagementError> {
        self.parsed("id")
    }

    /// An id in the address under that name, which has one spelling only: audit events know the thing by it.
    pub(super) fn parsed<I: FromStr + ToString>(&self, name: &str) -> Result<I, ManagementError> {
        let text = self.get(name);
        let id = text.parse().ok().filter(|id: &I| id.to_string() == text);
        id.ok_or(ManagementError::NotFound)
    }

    /// Where one thing is below the realm's root, without the nouns; of the realm, its name.
    pub(super) fn path(&self, snapshot: &RealmSnapshot) -> String {
        let is_below = |name: &str| !["tenant", "realm"].contains(&name);
        let below = self.0.iter().filter(|(name, _)| is_below(name));
        let ids: Vec<&str> = below.map(|(_, id)| id.as_str()).collect();
        match ids.is_empty() {
            true => snapshot.key().realm().to_owned(),
            false => ids.join("/"),
        }
    }

    /// The address of one thing of this collection.
    pub(super) fn item<R: Managed>(&self, id: &str) -> Self {
        let variable = R::ITEM
            .rsplit_once('{')
            .map_or("id", |(_, rest)| rest.trim_end_matches('}'));
        let mut variables = self.0.clone();
        variables.push((variable.to_owned(), id.to_owned()));
        Self(variables)
    }
}
