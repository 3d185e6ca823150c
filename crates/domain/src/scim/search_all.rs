//! Searches over every resource type at once, at the SCIM root (RFC 7644 §3.4.2.1, §3.4.3).

use super::{
    Place, Representation, ScimFailure, ScimPermit, Search,
    cursor::Position,
    represent::Before,
    search::{Listed, Part, parse_filter, parse_sort, too_expensive},
};
use crate::{
    Core,
    access::{Caller, Refusal},
    store::StoredResource,
};
use scim::{
    AttributeSet, ScimError, ScimType, Typed, filter,
    query::{ListQuery, MAX_COUNT},
    sort,
};
use scope::Operation;
use serde_json::Value;
use std::{cmp::Ordering, collections::HashMap, sync::Arc};

/// How far a sorted search over several types reaches: their orders are merged in memory.
const MAX_MERGED: u64 = 1000;
/// What a cursor of these searches is bound to, besides the query; no type has that name.
const EVERYWHERE: &str = "*";

/// A resource among those of other types.
struct Candidate {
    /// The index of its part.
    part: usize,
    key: Option<Typed>,
    resource: StoredResource,
}

impl Caller {
    /// Permits for a search in every type where the caller has the right to one.
    ///
    /// # Errors
    /// The refusal of the first type, if there is none.
    pub fn permit_search_everywhere(&self) -> Result<Vec<ScimPermit<Search>>, Refusal> {
        let types = self.snapshot().types().all();
        let may = |id| self.grant().attributes(id, Operation::Search).is_some();
        let permits: Result<Vec<_>, _> = types
            .iter()
            .filter(|entry| may(entry.id))
            .map(|entry| self.permit_scim(&Place::of(entry)))
            .collect();
        match (permits?, types.first()) {
            (permits, Some(first)) if permits.is_empty() => self
                .permit_scim(&Place::of(first))
                .map(|permit| vec![permit]),
            (permits, _) => Ok(permits),
        }
    }
}

impl Core {
    /// As [`search_resources`](Self::search_resources), over all the permits' types.
    ///
    /// An expression that only some of the types know is false for the others. Unsorted, types
    /// follow one another; sorted, a type without the attribute has no values.
    ///
    /// # Errors
    /// Likewise; 400 `tooMany` for a sorted page beyond the first thousand.
    pub async fn search_everywhere(
        &self,
        permits: &[ScimPermit<Search>],
        query: &ListQuery,
    ) -> Result<Listed, ScimFailure> {
        let Some(caller) = permits.first().map(ScimPermit::caller) else {
            return Ok(Listed::all(Vec::new()));
        };
        let parts = parts(permits, query)?;
        let position = self.cursor_position(caller, EVERYWHERE, query)?;
        let (total, found) = match parts.iter().any(|part| part.sort.is_some()) {
            false => {
                self.one_after_another(&parts, query, position.index)
                    .await?
            }
            true => self.merged(&parts, query, position.index).await?,
        };
        let index = position
            .index
            .saturating_add(u64::try_from(found.len()).unwrap_or(u64::MAX));
        let full = found.len() >= usize::try_from(query.count.get()).unwrap_or(usize::MAX);
        let next = (full && !found.is_empty() && index < total).then(|| Position::at(index));
        let resources = self.represent_parts(&parts, query, found).await?;
        self.list_response(caller, EVERYWHERE, query, total, next.as_ref(), resources)
    }

    async fn one_after_another(
        &self,
        parts: &[Part<'_>],
        query: &ListQuery,
        mut skip: u64,
    ) -> Result<(u64, Vec<Candidate>), ScimFailure> {
        let (mut total, mut left) = (0_u64, query.count.get());
        let mut found = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            let asked = part.query(&Position::at(skip), left, true);
            let realm = part.permit.realm();
            let page = self
                .store()
                .search(realm, &asked)
                .await
                .map_err(too_expensive)?;
            let of_part = page.total.unwrap_or_default();
            total = total.saturating_add(of_part);
            left = left.saturating_sub(u32::try_from(page.items.len()).unwrap_or(u32::MAX));
            if part.permit.readable().is_some() {
                skip = skip.saturating_sub(of_part);
            }
            let candidate = |resource| Candidate {
                part: index,
                key: None,
                resource,
            };
            found.extend(page.items.into_iter().map(candidate));
        }
        Ok((total, found))
    }

    async fn merged(
        &self,
        parts: &[Part<'_>],
        query: &ListQuery,
        skip: u64,
    ) -> Result<(u64, Vec<Candidate>), ScimFailure> {
        let reach = skip.saturating_add(u64::from(query.count.get()));
        if reach > MAX_MERGED {
            let detail = format!(
                "a sorted search over all types reaches {MAX_MERGED} resources; search one type"
            );
            return Err(ScimError::bad_request(ScimType::TooMany, detail).into());
        }
        let (mut total, mut found) = (0_u64, Vec::new());
        for (index, part) in parts.iter().enumerate() {
            let (of_part, candidates) = self.first_of(part, index, reach).await?;
            total = total.saturating_add(of_part);
            found.extend(candidates);
        }
        found.sort_by(|a, b| compare(query.descending, a, b));
        let (skip, count) = (usize::try_from(skip), usize::try_from(query.count.get()));
        let page = found.into_iter().skip(skip.unwrap_or(usize::MAX));
        Ok((total, page.take(count.unwrap_or(usize::MAX)).collect()))
    }

    /// The first `reach` resources of a part, and how many it has in all.
    async fn first_of(
        &self,
        part: &Part<'_>,
        index: usize,
        reach: u64,
    ) -> Result<(u64, Vec<Candidate>), ScimFailure> {
        let mut candidates = Vec::new();
        let mut position = Position::at(0);
        let mut total = None;
        loop {
            let left = reach
                .saturating_sub(position.index)
                .min(u64::from(MAX_COUNT));
            let count = u32::try_from(left).unwrap_or(MAX_COUNT);
            let asked = part.query(&position, count, total.is_none());
            let realm = part.permit.realm();
            let page = self
                .store()
                .search(realm, &asked)
                .await
                .map_err(too_expensive)?;
            total = total.or(page.total);
            position.index += u64::try_from(page.items.len()).unwrap_or(u64::MAX);
            position.after = page.next;
            let keys = self.sort_keys(part, &page.items).await?;
            let keyed = page.items.into_iter().zip(keys);
            candidates.extend(keyed.map(|(resource, key)| Candidate {
                part: index,
                key,
                resource,
            }));
            if position.after.is_none() || position.index >= reach {
                return Ok((total.unwrap_or_default(), candidates));
            }
        }
    }

    /// What each of a part's resources is sorted by, which the caller may search by, if not see.
    async fn sort_keys(
        &self,
        part: &Part<'_>,
        resources: &[StoredResource],
    ) -> Result<Vec<Option<Typed>>, ScimFailure> {
        let Some(by) = part.sort else {
            return Ok(vec![None; resources.len()]);
        };
        let schema = part.schema();
        let list = schema.multi_valued_parent(by.attr);
        let primary = list.and_then(|list| schema.child(list.id, "primary"));
        let needed: AttributeSet = std::iter::once(by.attr)
            .chain(primary.map(|primary| primary.id))
            .collect();
        let (caller, entry) = (part.permit.caller(), part.permit.entry());
        let view = self.kept().view_showing(caller, entry, needed);
        let before = Before::default();
        let shown = self
            .represent(part.permit, resources, &view, &before)
            .await?;
        let key = |one: &Arc<Representation>| {
            let shown: Value = serde_json::from_slice(&one.body).unwrap_or_default();
            sort::key(&by, schema, &shown)
        };
        Ok(shown.iter().map(key).collect())
    }

    async fn represent_parts(
        &self,
        parts: &[Part<'_>],
        query: &ListQuery,
        found: Vec<Candidate>,
    ) -> Result<Vec<Arc<Representation>>, ScimFailure> {
        let mut of_part: HashMap<usize, (Vec<usize>, Vec<StoredResource>)> = HashMap::new();
        for (place, candidate) in found.into_iter().enumerate() {
            let (places, resources) = of_part.entry(candidate.part).or_default();
            places.push(place);
            resources.push(candidate.resource);
        }
        let mut placed = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            let Some((places, resources)) = of_part.remove(&index) else {
                continue;
            };
            let nothing = AttributeSet::new();
            let readable = part.permit.readable().unwrap_or(&nothing);
            let view = self.view(part.permit, readable, &query.selection);
            let before = Before::default();
            let made = self
                .represent(part.permit, &resources, &view, &before)
                .await?;
            placed.extend(places.into_iter().zip(made));
        }
        placed.sort_by_key(|(place, _)| *place);
        Ok(placed
            .into_iter()
            .map(|(_, representation)| representation)
            .collect())
    }
}

fn parts<'a>(
    permits: &'a [ScimPermit<Search>],
    query: &ListQuery,
) -> Result<Vec<Part<'a>>, ScimError> {
    let types: Vec<_> = permits
        .iter()
        .map(|p| (&**p.schema(), p.attributes()))
        .collect();
    let filters = match parse_filter(query)? {
        Some(filter) => filter::bind_each(&filter, &types)?
            .into_iter()
            .map(Some)
            .collect(),
        None => vec![None; permits.len()],
    };
    let sorts = match parse_sort(query)? {
        Some((path, order)) => {
            let bound: Vec<_> = types
                .iter()
                .map(|(schema, attributes)| sort::bind(&path, order, schema, attributes))
                .collect();
            match bound.iter().all(Result::is_err) {
                true => bound
                    .into_iter()
                    .map(|sort| sort.map(Some))
                    .collect::<Result<_, _>>()?,
                false => bound.into_iter().map(Result::ok).collect(),
            }
        }
        None => vec![None; permits.len()],
    };
    let parts = permits.iter().zip(filters).zip(sorts);
    Ok(parts
        .map(|((permit, filter), sort)| Part {
            permit,
            filter,
            sort,
        })
        .collect())
}

/// RFC 7644 §3.4.2.3: without a value last if ascending, first if descending.
fn compare(descending: bool, a: &Candidate, b: &Candidate) -> Ordering {
    let order = match (&a.key, &b.key) {
        (Some(a), Some(b)) => a.partial_cmp(b).unwrap_or(Ordering::Equal),
        (a, b) => a.is_none().cmp(&b.is_none()),
    };
    let order = if descending { order.reverse() } else { order };
    order.then_with(|| a.resource.id.cmp(&b.resource.id))
}
