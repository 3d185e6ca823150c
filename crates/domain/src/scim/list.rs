//! Pages of everything that there is of a type, cut out of its roster and put together from what
//! is kept.

use super::{
    Representation, ScimFailure, ScimPermit, Search,
    kept::{MOST, Roster, View},
    search::{Page, too_expensive},
};
use crate::{
    Core,
    store::{After, ResourceId, ResourceQuery, StoreError, Window},
};
use std::{ops::Range, sync::Arc};

/// Most resources of a page that are read one by one.
const FEW: usize = 32;

impl Core {
    /// The page that `query`, which has no filter and no order, asks for; none if the store had
    /// better be asked.
    ///
    /// It is as the store would answer: all of it was so at one time.
    pub(super) async fn list(
        &self,
        permit: &ScimPermit<Search>,
        query: &ResourceQuery,
        view: &View,
    ) -> Result<Option<Page>, ScimFailure> {
        let Some(roster) = self.roster(permit).await? else {
            return Ok(None);
        };
        let place = roster.page(&query.window, query.count);
        let Some(resources) = self
            .read_page(permit, query, view, (&roster, &place))
            .await?
        else {
            return Ok(None);
        };
        if !self.kept().holds(roster.basis()) {
            return Ok(None);
        }
        let last = resources.last().filter(|_| place.end < roster.len());
        Ok(Some(Page {
            total: u64::try_from(roster.len()).unwrap_or(u64::MAX),
            next: last.map(|last| After {
                key: None,
                id: last.id.clone(),
            }),
            resources,
        }))
    }

    /// A page of the roster; none if it was changed while it was put together.
    async fn read_page(
        &self,
        permit: &ScimPermit<Search>,
        query: &ResourceQuery,
        view: &View,
        (roster, place): (&Roster, &Range<usize>),
    ) -> Result<Option<Vec<Arc<Representation>>>, ScimFailure> {
        let ids = place.clone().filter_map(|index| roster.id(index));
        let found: Vec<_> = ids.map(|id| (id, self.kept().get(view, id))).collect();
        let missing = found.iter().filter(|(_, kept)| kept.is_none()).count();
        if missing > FEW {
            return self
                .read_whole_page(permit, query, view, (roster, place))
                .await;
        }
        let mut page = Vec::with_capacity(found.len());
        for (id, kept) in found {
            let found = match kept {
                Some(kept) => Some(kept),
                None => {
                    self.read_resource(permit, view, &ResourceId(id.into()))
                        .await?
                }
            };
            page.extend(found);
        }
        // All were found before any is looked at again: what holds still, held in between.
        let held = page.iter().all(|one| self.kept().holds(&one.basis));
        Ok(Some(page).filter(|page| held && page.len() == place.len()))
    }

    /// As [`read_page`](Self::read_page), by one question.
    async fn read_whole_page(
        &self,
        permit: &ScimPermit<Search>,
        query: &ResourceQuery,
        view: &View,
        (roster, place): (&Roster, &Range<usize>),
    ) -> Result<Option<Vec<Arc<Representation>>>, ScimFailure> {
        let id = |index| roster.id(index).map(|id| ResourceId(id.into()));
        let ids: Vec<ResourceId> = place.clone().filter_map(id).collect();
        let before = self.before_reading(permit, ids.iter());
        let window = match place.start.checked_sub(1).and_then(id) {
            // The index leads there, however far it is.
            Some(id) => Window::After(After { key: None, id }),
            None => Window::Offset(0),
        };
        let query = ResourceQuery {
            window,
            total: false,
            ..query.clone()
        };
        let found = self.store().search(permit.realm(), &query).await;
        let found = found.map_err(too_expensive)?;
        if !found.items.iter().map(|one| &one.id).eq(ids.iter()) {
            return Ok(None);
        }
        let made = self.represent(permit, &found.items, view, &before).await?;
        Ok(Some(made))
    }

    async fn roster(&self, permit: &ScimPermit<Search>) -> Result<Option<Arc<Roster>>, StoreError> {
        let (realm, type_name) = (permit.realm(), permit.type_name());
        if let Some(roster) = self.kept().roster(realm, type_name) {
            return Ok(Some(roster));
        }
        let Some(census) = self.kept().census(realm, type_name) else {
            return Ok(None);
        };
        let ids = self
            .store()
            .list_resources(realm, type_name, MOST + 1)
            .await;
        match ids {
            Ok(ids) => Ok(self.kept().keep_roster(&census, &ids)),
            // As for any search that is too large.
            Err(StoreError::TooExpensive) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
