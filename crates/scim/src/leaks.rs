//! Holes on purpose. A build with the feature `leaks`, which only tests ask for, can be told to leak in
//! one of these ways; the two-world property must find each (`docs/decisions/0011-two-worlds.md`).

use std::sync::atomic::{AtomicUsize, Ordering};

/// One way to tell a caller what it may not see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leak {
    /// A filter may test any attribute.
    FilterOnHidden,
    /// A list may be sorted by any attribute.
    SortByHidden,
    /// `totalResults` counts resources of types that the caller may not search.
    CountOfHidden,
    /// An ETag is made of the content.
    TagOfContent,
    /// A PATCH value path may test any attribute.
    ValuePathOnHidden,
    /// A conflict tells something of the resource that has the value.
    OwnerOfValue,
    /// A cursor carries the last resource of the page.
    CursorOfContent,
    /// A cursor is good for any caller and query.
    CursorOfAnyone,
    /// A user's groups are shown to whom they are hidden.
    Memberships,
    /// A PUT compares what was sent with what is hidden, and removes it.
    PutOnHidden,
    /// The error for a hidden attribute is another than for an unknown one.
    NameOfHidden,
    /// Another realm's resource is 403 and not 404.
    OtherRealm,
    /// An operation in a bulk request looks for the resource before it asks for the right.
    BulkStatus,
    /// Anyone may introspect any token.
    AnyonesToken,
    /// An element of which nothing is visible is shown as an empty one.
    EmptyElements,
    /// `schemas` lists extensions of which nothing is visible.
    HiddenExtension,
    /// What is kept of an answer is given to any caller.
    KeptForAnyone,
}

impl Leak {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::FilterOnHidden,
        Self::SortByHidden,
        Self::CountOfHidden,
        Self::TagOfContent,
        Self::ValuePathOnHidden,
        Self::OwnerOfValue,
        Self::CursorOfContent,
        Self::CursorOfAnyone,
        Self::Memberships,
        Self::PutOnHidden,
        Self::NameOfHidden,
        Self::OtherRealm,
        Self::BulkStatus,
        Self::AnyonesToken,
        Self::EmptyElements,
        Self::HiddenExtension,
        Self::KeptForAnyone,
    ];
}

/// One more than the leak that is open; 0 for none.
static OPEN: AtomicUsize = AtomicUsize::new(0);

/// Opens one leak in the whole process, and closes any other.
pub fn open(leak: Option<Leak>) {
    OPEN.store(leak.map_or(0, |leak| leak as usize + 1), Ordering::SeqCst);
}

/// Whether a leak is open.
pub fn is(leak: Leak) -> bool {
    OPEN.load(Ordering::SeqCst) == leak as usize + 1
}
