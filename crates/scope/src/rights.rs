//! What a scope, or several together, allow: definitions resolved against a realm's schemas.

use crate::{
    definition::SubResourceOperations, id::TypeId, management::ManagementRights,
    operation::Operation,
};
use scim::AttributeSet;

/// The services that a scope reaches, as indices into the catalogue's table; sorted.
pub(crate) type ServiceIndices = Vec<u32>;

/// What may be done, by (type, operation), each with its own set of attributes.
///
/// An operation that is not there may not be done; one with an empty set may, on no attribute.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct OperationTable(Vec<((TypeId, Operation), AttributeSet)>);

impl OperationTable {
    pub(crate) fn get(&self, resource_type: TypeId, operation: Operation) -> Option<&AttributeSet> {
        let at = self.position(resource_type, operation).ok()?;
        self.0.get(at).map(|(_, attributes)| attributes)
    }

    pub(crate) fn get_mut(
        &mut self,
        resource_type: TypeId,
        operation: Operation,
    ) -> Option<&mut AttributeSet> {
        let at = self.position(resource_type, operation).ok()?;
        self.0.get_mut(at).map(|(_, attributes)| attributes)
    }

    /// Whether anything may be done with resources of the type by one of the operations.
    pub(crate) fn any(&self, resource_type: TypeId, operations: &[Operation]) -> bool {
        operations
            .iter()
            .any(|operation| self.get(resource_type, *operation).is_some())
    }

    pub(crate) fn add(&mut self, resource_type: TypeId, operation: Operation, more: &AttributeSet) {
        match self.position(resource_type, operation) {
            Ok(at) => {
                if let Some((_, attributes)) = self.0.get_mut(at) {
                    attributes.union_with(more);
                }
            }
            Err(at) => self
                .0
                .insert(at, ((resource_type, operation), more.clone())),
        }
    }

    pub(crate) fn union_with(&mut self, other: &Self) {
        for ((resource_type, operation), attributes) in &other.0 {
            self.add(*resource_type, *operation, attributes);
        }
    }

    fn intersect_with(&mut self, other: &Self) {
        self.0
            .retain_mut(|((resource_type, operation), attributes)| {
                other
                    .get(*resource_type, *operation)
                    .map(|o| attributes.intersect_with(o))
                    .is_some()
            });
    }

    fn is_subset(&self, other: &Self) -> bool {
        self.0
            .iter()
            .all(|((resource_type, operation), attributes)| {
                other
                    .get(*resource_type, *operation)
                    .is_some_and(|o| attributes.is_subset(o))
            })
    }

    /// Each operation and each attribute of it counts one.
    fn weight(&self) -> usize {
        self.0
            .iter()
            .map(|(_, attributes)| 1 + attributes.len())
            .sum()
    }

    fn position(&self, resource_type: TypeId, operation: Operation) -> Result<usize, usize> {
        self.0
            .binary_search_by_key(&(resource_type, operation), |(key, _)| *key)
    }
}

/// What may be done with sub-resources of resources of a type; sorted by type.
type SubResourceTable = Vec<(TypeId, SubResourceOperations)>;

/// Everything that a scope, or several together, allow.
///
/// Only rights of one catalogue, or of one and those [`crate::Catalogue::changed`] makes of it,
/// can be compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rights {
    /// With the identity that authorized the client, and no other resource.
    pub(crate) own: OperationTable,
    /// With the sub-resources of that identity.
    pub(crate) own_sub_resources: SubResourceOperations,
    /// With any resource.
    pub(crate) any: OperationTable,
    /// With the sub-resources of any resource.
    pub(crate) any_sub_resources: SubResourceTable,
    /// At the management API.
    pub(crate) management: ManagementRights,
    /// At services.
    pub(crate) services: ServiceIndices,
}

impl Rights {
    /// Whether nothing is allowed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether `other` allows everything that this allows.
    pub fn is_subset(&self, other: &Self) -> bool {
        let mut both = self.clone();
        both.intersect_with(other);
        both.own_sub_resources == self.own_sub_resources
            && both.any_sub_resources == self.any_sub_resources
            && both.services == self.services
            && self.own.is_subset(&other.own)
            && self.any.is_subset(&other.any)
            && self.management.is_subset(other.management)
    }

    /// The rights of the management API among them.
    pub fn management(&self) -> ManagementRights {
        self.management
    }

    /// How much is allowed: to compare scopes that would all do.
    pub(crate) fn weight(&self) -> usize {
        let subs: usize = self
            .any_sub_resources
            .iter()
            .map(|(_, operations)| operations.len())
            .sum();
        self.own.weight()
            + self.own_sub_resources.len()
            + self.any.weight()
            + subs
            + self.management.len()
            + self.services.len()
    }

    /// What may be done with the sub-resources of resources of the type.
    pub(crate) fn sub_resources(&self, resource_type: TypeId) -> SubResourceOperations {
        let found = self
            .any_sub_resources
            .iter()
            .find(|(t, _)| *t == resource_type);
        found.map(|(_, operations)| *operations).unwrap_or_default()
    }

    /// Adds what `other` allows: scopes add up (product §6.1).
    pub fn union_with(&mut self, other: &Self) {
        self.own.union_with(&other.own);
        self.own_sub_resources = self.own_sub_resources.union(other.own_sub_resources);
        self.any.union_with(&other.any);
        for (resource_type, operations) in &other.any_sub_resources {
            self.add_sub_resources(*resource_type, *operations);
        }
        self.management = self.management.union(other.management);
        for service in &other.services {
            if let Err(at) = self.services.binary_search(service) {
                self.services.insert(at, *service);
            }
        }
    }

    /// Keeps what `other` allows too: what was granted, measured by what is allowed now.
    pub(crate) fn intersect_with(&mut self, other: &Self) {
        self.own.intersect_with(&other.own);
        self.own_sub_resources = self.own_sub_resources.intersection(other.own_sub_resources);
        self.any.intersect_with(&other.any);
        self.any_sub_resources
            .retain_mut(|(resource_type, operations)| {
                *operations = operations.intersection(other.sub_resources(*resource_type));
                !operations.is_empty()
            });
        self.management = self.management.intersection(other.management);
        self.services
            .retain(|service| other.services.binary_search(service).is_ok());
    }

    pub(crate) fn add_sub_resources(&mut self, resource_type: TypeId, more: SubResourceOperations) {
        if more.is_empty() {
            return;
        }
        match self
            .any_sub_resources
            .binary_search_by_key(&resource_type, |(t, _)| *t)
        {
            Ok(at) => {
                if let Some((_, operations)) = self.any_sub_resources.get_mut(at) {
                    *operations = operations.union(more);
                }
            }
            Err(at) => self.any_sub_resources.insert(at, (resource_type, more)),
        }
    }
}
