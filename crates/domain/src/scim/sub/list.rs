//! Searches among the sub-resources of a person (RFC 7644 §3.4.2).

use super::{SubKind, SubPermit, item};
use crate::{
    Core,
    scim::{
        Listed, ScimFailure,
        cursor::Position,
        search::{parse_filter, parse_sort},
    },
};
use scim::{filter, query::ListQuery, sort};

impl Core {
    /// Finds sub-resources of a person. What the caller may search bounds filter and `sortBy`; what it
    /// may retrieve is shown, and without that right there are counts and no resources (product
    /// §6.2).
    ///
    /// # Errors
    /// 400 for a query that can't be, alike for attributes that do not exist and those that the
    /// caller may not search by; 404.
    pub async fn search_sub<K: SubKind>(
        &self,
        permit: &SubPermit<K>,
        person: &str,
        query: &ListQuery,
    ) -> Result<Listed, ScimFailure> {
        let (schema, searchable) = (permit.schema(), permit.attributes());
        let filter = parse_filter(query)?
            .map(|filter| filter::bind(&filter, schema, searchable))
            .transpose()?;
        let sort = parse_sort(query)?
            .map(|(path, order)| sort::bind(&path, order, schema, searchable))
            .transpose()?;
        let person = self.owner(permit, person).await?;
        // No endpoint has a slash: a cursor is good for this person's alone.
        let place = format!("{}/{}", person.id, K::TYPE.segment());
        let position = self.cursor_position(permit.caller(), &place, query)?;
        let items = self.sub_resources(permit, &person).await?;
        let mut found: Vec<_> = items
            .into_iter()
            .map(|item| self.whole(permit, &person, item))
            .filter(|whole| {
                let matches = |filter| filter::matches(filter, schema, &whole.body);
                filter.as_ref().is_none_or(matches)
            })
            .collect();
        if let Some(by) = &sort {
            found.sort_by(|a, b| sort::compare(by, schema, &a.body, &b.body));
        }
        let total = u64::try_from(found.len()).unwrap_or(u64::MAX);
        let Some(readable) = permit.readable() else {
            let none = Vec::new();
            return self.list_response(permit.caller(), &place, query, total, None, none);
        };
        let visible = query.selection.visible(schema, &readable);
        let skipped = usize::try_from(position.index).unwrap_or(usize::MAX);
        let count = usize::try_from(query.count.get()).unwrap_or(usize::MAX);
        let page: Result<Vec<_>, _> = found
            .into_iter()
            .skip(skipped)
            .take(count)
            .map(|whole| item::shown(permit, whole, &visible))
            .collect();
        let page = page?;
        let after = position
            .index
            .saturating_add(u64::try_from(page.len()).unwrap_or(u64::MAX));
        let next = (after < total && !page.is_empty()).then(|| Position::at(after));
        let caller = permit.caller();
        self.list_response(caller, &place, query, total, next.as_ref(), page)
    }
}
