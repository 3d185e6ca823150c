//! Searches in one resource type (RFC 7644 §3.4.2, §3.4.3, RFC 9865).

#[cfg(feature = "leaks")]
use super::leaks::{self, Leak};
use super::{
    Representation, ScimFailure, ScimPermit, Search,
    cursor::Position,
    kept::{Matter, Sole, View},
    represent::Before,
};
use crate::{
    Core,
    access::Caller,
    store::{After, ResourceQuery, StoreError},
};
use scim::{
    AttributePath, AttributeSet, ListResponse, ResourceSchema, ScimError, ScimType,
    filter::{self, BoundFilter, Filter},
    query::{ListQuery, Start},
    sort::{self, SortBy, SortOrder},
};
use std::sync::Arc;

/// What a search came to: a list of what is seen of each resource.
pub type Listed = ListResponse<Arc<Representation>>;

/// A page of resources.
pub(super) struct Page {
    /// How many there are in all.
    pub(super) total: u64,
    /// Those of the page.
    pub(super) resources: Vec<Arc<Representation>>,
    /// The place of the last one where more follow it.
    pub(super) next: Option<After>,
}

impl Core {
    /// The resources that match `query`, each projected to what the caller may retrieve.
    ///
    /// Filter and sort use the attributes of the permit; others don't exist (S2). Who may not
    /// retrieve learns how many match, and nothing of them.
    ///
    /// # Errors
    /// 400 `invalidFilter`, `invalidPath`, `invalidCursor`, `expiredCursor` or `tooMany`.
    pub async fn search_resources(
        &self,
        permit: &ScimPermit<Search>,
        query: &ListQuery,
    ) -> Result<Listed, ScimFailure> {
        let (schema, place) = (permit.schema(), permit.type_name());
        let (filterable, sortable) = (permit.attributes(), permit.attributes());
        #[cfg(feature = "leaks")]
        let (filterable, sortable) = (
            leaks::widened(Leak::FilterOnHidden, schema, filterable),
            leaks::widened(Leak::SortByHidden, schema, sortable),
        );
        let filter = parse_filter(query)?
            .map(|filter| filter::bind(&filter, schema, filterable))
            .transpose()?;
        let sort = parse_sort(query)?
            .map(|(path, order)| sort::bind(&path, order, schema, sortable))
            .transpose()?;
        let position = self.cursor_position(permit.caller(), place, query)?;
        let nothing = AttributeSet::new();
        let readable = permit.readable();
        let view = self.view(permit, readable.unwrap_or(&nothing), &query.selection);
        let asked = ResourceQuery {
            schema: schema.clone(),
            filter,
            sort,
            window: position.window(),
            count: readable.map_or(0, |_| query.count.get()),
            total: true,
            unbounded: false,
        };
        let page = self.page(permit, &asked, &view).await?;
        #[cfg(feature = "leaks")]
        let page = self.leaked_page(permit, page).await?;
        let found = u64::try_from(page.resources.len()).unwrap_or(u64::MAX);
        let index = position.index.saturating_add(found);
        let next = page.next.map(|after| Position {
            index,
            after: Some(after),
        });
        let (caller, total) = (permit.caller(), page.total);
        self.list_response(caller, place, query, total, next.as_ref(), page.resources)
    }

    /// A page, from what is kept if that has it.
    async fn page(
        &self,
        permit: &ScimPermit<Search>,
        query: &ResourceQuery,
        view: &View,
    ) -> Result<Page, ScimFailure> {
        if query.filter.is_none()
            && query.sort.is_none()
            && let Some(page) = self.list(permit, query, view).await?
        {
            return Ok(page);
        }
        let place = (permit.realm(), permit.snapshot().revision());
        let sole = Sole::of(place, permit.entry().id, query);
        if let Some(found) = sole.and_then(|sole| self.kept().find(view, &sole)) {
            return Ok(Page {
                total: 1,
                resources: vec![found],
                next: None,
            });
        }
        let page = self.search_page(permit, query, view).await?;
        if let (Some(sole), [found], 1) = (sole, page.resources.as_slice(), page.total) {
            self.kept().keep_found(&sole, found);
        }
        Ok(page)
    }

    /// A page as the store finds it.
    async fn search_page(
        &self,
        permit: &ScimPermit<Search>,
        query: &ResourceQuery,
        view: &View,
    ) -> Result<Page, ScimFailure> {
        let quiet = self.kept().note(&Matter::All);
        let found = self.store().search(permit.realm(), query).await;
        let found = found.map_err(too_expensive)?;
        // What will be found is known afterwards only: it was not written meanwhile if nothing was.
        let before = self.before_reading(permit, found.items.iter().map(|one| &one.id));
        let before = match self.kept().holds(&[quiet]) {
            true => before,
            false => Before::default(),
        };
        let resources = self.represent(permit, &found.items, view, &before).await?;
        Ok(Page {
            total: found.total.unwrap_or_default(),
            resources,
            next: found.next,
        })
    }

    /// Where the page that `query` asks for begins.
    pub(super) fn cursor_position(
        &self,
        caller: &Caller,
        place: &str,
        query: &ListQuery,
    ) -> Result<Position, ScimError> {
        match &query.start {
            Start::Index(index) => Ok(Position::at(index.saturating_sub(1))),
            Start::FirstCursor => Ok(Position::at(0)),
            Start::Cursor(cursor) => self.open_cursor(caller, place, query, cursor),
        }
    }

    /// One page as an answer; `next` is where the one after it begins.
    pub(super) fn list_response(
        &self,
        caller: &Caller,
        place: &str,
        query: &ListQuery,
        total: u64,
        next: Option<&Position>,
        resources: Vec<Arc<Representation>>,
    ) -> Result<Listed, ScimFailure> {
        if let Start::Index(index) = query.start {
            return Ok(ListResponse::by_index(total, index, resources));
        }
        let next = next
            .map(|next| self.seal_cursor(caller, place, query, next))
            .transpose()?;
        Ok(ListResponse::by_cursor(total, None, next, resources))
    }
}

/// The filter of a query; an empty one is none that could be parsed.
pub(super) fn parse_filter(query: &ListQuery) -> Result<Option<Filter>, ScimError> {
    query.filter.as_deref().map(str::parse).transpose()
}

/// What a query is sorted by, and in what direction.
pub(super) fn parse_sort(
    query: &ListQuery,
) -> Result<Option<(AttributePath, SortOrder)>, ScimError> {
    let order = match query.descending {
        true => SortOrder::Descending,
        false => SortOrder::Ascending,
    };
    let path = query.sort_by.as_deref().map(str::parse).transpose();
    let path = path.map_err(|error| ScimError::invalid_path(format!("sortBy: {error}")))?;
    Ok(path.map(|path| (path, order)))
}

/// A search that took too long is the caller's to narrow (S9, RFC 7644 §3.12 `tooMany`).
pub(super) fn too_expensive(error: StoreError) -> ScimFailure {
    match error {
        StoreError::TooExpensive => {
            let detail = "the search takes longer than it may; narrow the filter";
            ScimError::bad_request(ScimType::TooMany, detail).into()
        }
        error => error.into(),
    }
}

/// A search among the resources of one type out of several.
pub(super) struct Part<'a> {
    pub(super) permit: &'a ScimPermit<Search>,
    pub(super) filter: Option<BoundFilter>,
    pub(super) sort: Option<SortBy>,
}

impl Part<'_> {
    pub(super) fn schema(&self) -> &ResourceSchema {
        self.permit.schema()
    }

    /// A page of the part.
    pub(super) fn query(&self, position: &Position, count: u32, total: bool) -> ResourceQuery {
        ResourceQuery {
            schema: self.permit.schema().clone(),
            filter: self.filter.clone(),
            sort: self.sort,
            window: position.window(),
            count: self.permit.readable().map_or(0, |_| count),
            total,
            unbounded: false,
        }
    }
}
