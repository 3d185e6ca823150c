//! What a person's new password must be.

use super::{ReadRequirements, SubPermit, SubResource};
use crate::{
    Core,
    people::password::Requirement,
    scim::{Preconditions, Retrieved, ScimFailure},
};
use scim::Selection;
use serde_json::{Map, Value};

impl Core {
    /// Each requirement of the realm's policy, with the figures by which a client can check it.
    ///
    /// # Errors
    /// 404 if there is no such person; 412.
    pub async fn password_requirements(
        &self,
        permit: &SubPermit<ReadRequirements>,
        person: &str,
        preconditions: &Preconditions,
        selection: &Selection,
    ) -> Result<Retrieved, ScimFailure> {
        let person = self.owner(permit, person).await?;
        let policy = &permit.snapshot().config().realm.settings.password_policy;
        let requirements = policy.requirements();
        let mut attributes = Map::new();
        attributes.insert(
            "requirements".into(),
            requirements.iter().map(wire).collect(),
        );
        let item = SubResource::of(&person, 0, attributes);
        self.retrieved(permit, (&person, item), preconditions, selection)
    }
}

/// A requirement as JSON.
pub(crate) fn wire(requirement: &Requirement) -> Map<String, Value> {
    let mut wire = Map::new();
    wire.insert("type".into(), requirement.kind.into());
    let description = requirement.description.as_str();
    wire.insert("description".into(), description.into());
    let figures = requirement.figures.iter();
    wire.extend(figures.map(|(name, value)| ((*name).to_owned(), value.clone())));
    wire
}
