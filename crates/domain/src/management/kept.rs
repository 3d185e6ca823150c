//! Configuration that the realm keeps by its id, each thing behind its own `Arc`: how any of it is found and
//! listed.

use super::{
    ManagementError, Target,
    configured::{All, Find, Show},
    table::Managed,
    texts,
};
use crate::{config::RealmConfig, snapshot::RealmSnapshot};
use std::{collections::BTreeMap, fmt::Display, ops::Bound, str::FromStr, sync::Arc};

/// A resource of which the realm has a map.
pub(super) trait Kept: Managed {
    /// What one is known by.
    type Id: Ord + FromStr + Display + Sync + 'static;
    /// What the realm knows of one.
    type Item: Send + Sync + 'static;
    /// Whether the item alone decides what is shown of it: lists keep the text then.
    const ALONE: bool = false;

    /// All of the realm.
    fn kept(config: &RealmConfig) -> &BTreeMap<Self::Id, Arc<Self::Item>>;
}

impl<R: Kept> Find for R {
    type Record<'s> = &'s Arc<R::Item>;

    fn find<'s>(
        snapshot: &'s RealmSnapshot,
        target: &Target,
    ) -> Result<Self::Record<'s>, ManagementError> {
        let found = R::kept(snapshot.config()).get(&target.id()?);
        found.ok_or(ManagementError::NotFound)
    }
}

impl<R> All for R
where
    R: Kept + Show + for<'s> Find<Record<'s> = &'s Arc<<R as Kept>::Item>>,
{
    fn all<'s>(
        snapshot: &'s RealmSnapshot,
        target: &Target,
    ) -> Result<impl Iterator<Item = (String, Self::Record<'s>)> + Send, ManagementError> {
        Self::all_after(snapshot, target, None)
    }

    fn all_after<'s>(
        snapshot: &'s RealmSnapshot,
        _: &Target,
        id: Option<&str>,
    ) -> Result<impl Iterator<Item = (String, Self::Record<'s>)> + Send, ManagementError> {
        let from = match id.and_then(|id| id.parse::<R::Id>().ok()) {
            Some(id) => Bound::Excluded(id),
            None => Bound::Unbounded,
        };
        let items = R::kept(snapshot.config()).range((from, Bound::Unbounded));
        Ok(items.map(|(id, item)| (id.to_string(), item)))
    }

    fn shown_alone(item: &Self::Record<'_>) -> Option<texts::Record> {
        R::ALONE.then(|| Arc::<R::Item>::clone(item) as texts::Record)
    }
}
