//! Questions to a store, and pages of answers.

use super::{ResourceId, StoredResource, TokenKey, TokenRecord, TypeName};
use crate::Timestamp;
use scim::{ResourceSchema, filter::BoundFilter, sort::SortBy};
use scope::{ClientId, ScopeId};
use std::sync::Arc;

/// One page of a list in key order.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// At most as many as were asked for.
    pub items: Vec<T>,
    /// Whether more follow the last one.
    pub more: bool,
}

/// Which tokens to list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TokenQuery {
    /// Only those of this client.
    pub client: Option<ClientId>,
    /// Only those that carry this scope.
    pub scope: Option<ScopeId>,
    /// Only those that are neither revoked nor expired at this time.
    pub live_at: Option<Timestamp>,
    /// Only those with a greater key.
    pub after: Option<TokenKey>,
    /// At most this many.
    pub limit: u32,
}

/// Who carries a scope.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TokenUse {
    /// How many live tokens.
    pub count: u64,
    /// The first of them, at most five.
    pub first: Vec<TokenRecord>,
}

/// What carries a scope for one client.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AssignmentUse {
    /// How many live tokens, as far as was counted.
    pub tokens: u64,
    /// When the newest of those was issued.
    pub newest: Option<Timestamp>,
    /// How many live grants, as far as was counted.
    pub grants: u64,
}

/// A search among the resources of one type.
#[derive(Debug, Clone)]
pub struct ResourceQuery {
    /// The type, with its attributes.
    pub schema: Arc<ResourceSchema>,
    /// Which; all if none.
    pub filter: Option<BoundFilter>,
    /// In what order; by id if none. Ties are broken by id, ascending.
    pub sort: Option<SortBy>,
    /// Which part of it.
    pub window: Window,
    /// At most this many, at most 200; 0 counts only.
    pub count: u32,
    /// Whether the total is wanted.
    pub total: bool,
    /// Whether it must be answered however long it takes: a question of Ambit's own that a change
    /// depends on. What callers ask is bounded (S9).
    pub unbounded: bool,
}

/// Where a page begins.
#[derive(Debug, Clone, PartialEq)]
pub enum Window {
    /// After this many (RFC 7644 §3.4.2.4, `startIndex` - 1).
    Offset(u64),
    /// After this one (RFC 9865).
    After(After),
}

/// The place of a resource in an order: its sort key, if it has one, and its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// The encoded value of the `sortBy` attribute.
    pub key: Option<String>,
    /// The id.
    pub id: ResourceId,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct ResourcePage {
    /// How many match in all, where it was asked for.
    pub total: Option<u64>,
    /// The page, in order.
    pub items: Vec<StoredResource>,
    /// The place of the last item where more follow it.
    pub next: Option<After>,
}

/// One direct membership.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The member.
    pub member: ResourceId,
    /// The group.
    pub group: ResourceId,
    /// The type of the group.
    pub group_type: TypeName,
    /// The group's `displayName`, in its own spelling.
    pub display: Option<String>,
}
