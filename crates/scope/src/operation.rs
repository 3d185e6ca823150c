//! What scopes can allow, by the names that administrators write (product §2.2, §7).

use std::{fmt, marker::PhantomData, str::FromStr};

/// A closed list of named things, at most 32.
pub trait Named: Copy + Eq + fmt::Debug + 'static {
    /// Every one, in the order of declaration.
    const ALL: &'static [Self];

    /// The product's spelling.
    fn as_str(self) -> &'static str;

    /// Its place in [`Self::ALL`].
    fn ordinal(self) -> u8;
}

/// A name that is not in the list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is none of {}", allowed.join(", "))]
pub struct UnknownName {
    /// What was written.
    pub given: String,
    /// What could have been.
    pub allowed: Vec<&'static str>,
}

/// Finds a name in its list, by exact spelling.
pub(crate) fn by_name<N: Named>(text: &str) -> Result<N, UnknownName> {
    N::ALL
        .iter()
        .copied()
        .find(|n| n.as_str() == text)
        .ok_or_else(|| UnknownName {
            given: text.chars().take(80).collect(),
            allowed: N::ALL.iter().map(|n| n.as_str()).collect(),
        })
}

macro_rules! named {
    ($(
        $(#[$doc:meta])*
        $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }
    )+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl Named for $name {
            const ALL: &'static [Self] = &[$(Self::$variant,)+];

            fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            fn ordinal(self) -> u8 {
                self as u8
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownName;

            fn from_str(text: &str) -> Result<Self, UnknownName> {
                by_name(text)
            }
        }
    )+};
}

named! {
    /// What can be done with a SCIM resource.
    Operation {
        /// Read one by its id (RFC 7644 §3.4.1).
        Retrieve = "retrieve",
        /// PUT and PATCH (RFC 7644 §3.5).
        Modify = "modify",
        /// POST (RFC 7644 §3.3).
        Create = "create",
        /// DELETE (RFC 7644 §3.6).
        Delete = "delete",
        /// GET on the collection and `.search` (RFC 7644 §3.4.2, §3.4.3).
        Search = "search",
    }

    /// What can be done with consents.
    ConsentOperation {
        /// Read and search consents.
        RetrieveConsent = "retrieve-consent",
        /// Revoke a consent.
        RevokeConsent = "revoke-consent",
        /// Read what became of consents.
        RetrieveConsentHistory = "retrieve-consent-history",
    }

    /// What can be done with external identities.
    ExternalIdentityOperation {
        /// Read and search external identities.
        RetrieveExternalIdentity = "retrieve-external-identity",
        /// Unlink an external identity.
        UnlinkExternalIdentity = "unlink-external-identity",
    }

    /// What can be done with an account.
    AccountOperation {
        /// Change or make a new password.
        ResetPassword = "reset-password",
        /// Read the requirements that a password must meet.
        RetrievePasswordQualityRequirements = "retrieve-password-quality-requirements",
        /// Read the account's state.
        RetrieveAccountState = "retrieve-account-state",
        /// Replace the account's state.
        ReplaceAccountState = "replace-account-state",
    }

    /// What can be done with a resource of the management API (product §7).
    ManagementAction {
        /// POST on the collection.
        Create = "create",
        /// GET of one or of a list.
        Read = "read",
        /// PATCH.
        Update = "update",
        /// DELETE.
        Delete = "delete",
    }
}

pub(crate) use named;

/// A set of operations of one kind.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct OperationSet<O> {
    bits: u32,
    kind: PhantomData<O>,
}

impl<O: Named> OperationSet<O> {
    /// Every operation.
    pub fn all() -> Self {
        O::ALL.iter().copied().collect()
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.bits == 0
    }

    /// How many there are.
    pub fn len(self) -> usize {
        self.bits.count_ones() as usize
    }

    /// Whether the operation is in the set.
    pub fn contains(self, operation: O) -> bool {
        self.bits & (1 << operation.ordinal()) != 0
    }

    /// The operations of both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            bits: self.bits | other.bits,
            ..self
        }
    }

    /// The operations that both have.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self {
            bits: self.bits & other.bits,
            ..self
        }
    }

    /// Whether `other` has every operation of this set.
    pub fn is_subset(self, other: Self) -> bool {
        self.bits & !other.bits == 0
    }

    /// The operations, in the order of declaration.
    pub fn iter(self) -> impl Iterator<Item = O> {
        O::ALL.iter().copied().filter(move |o| self.contains(*o))
    }
}

impl<O> Default for OperationSet<O> {
    fn default() -> Self {
        Self {
            bits: 0,
            kind: PhantomData,
        }
    }
}

impl<O: Named> FromIterator<O> for OperationSet<O> {
    fn from_iter<I: IntoIterator<Item = O>>(operations: I) -> Self {
        let bits = operations
            .into_iter()
            .fold(0, |bits, o| bits | 1 << o.ordinal());
        Self {
            bits,
            kind: PhantomData,
        }
    }
}

impl<O: Named> fmt::Debug for OperationSet<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_are_the_products_and_exact() {
        assert_eq!("retrieve".parse(), Ok(Operation::Retrieve));
        assert_eq!(
            "revoke-consent".parse(),
            Ok(ConsentOperation::RevokeConsent)
        );
        let error = "Retrieve".parse::<Operation>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "`Retrieve` is none of retrieve, modify, create, delete, search"
        );
    }

    #[test]
    fn sets_behave_as_sets() {
        let reads: OperationSet<_> = [Operation::Search, Operation::Retrieve]
            .into_iter()
            .collect();
        assert!(reads.contains(Operation::Search) && !reads.contains(Operation::Delete));
        assert!(reads.is_subset(OperationSet::all()) && !OperationSet::all().is_subset(reads));
        assert_eq!(
            reads.iter().collect::<Vec<_>>(),
            [Operation::Retrieve, Operation::Search]
        );
        assert_eq!(reads.union(reads).len(), 2);
        assert_eq!(OperationSet::all().intersection(reads), reads);
        let twice: OperationSet<_> = [Operation::Search; 2].into_iter().collect();
        assert_eq!(twice.len(), 1);
        assert!(reads.intersection(OperationSet::default()).is_empty());
    }
}
