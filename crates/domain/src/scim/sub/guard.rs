//! Whoever holds management rights is for those who hold them too (product §2.4, S13, T4).

use super::SubPermit;
use crate::{
    authorize::ADMINISTRATOR,
    people::{Account, Person},
    scim::ScimFailure,
};
use scim::ScimError;
use scope::{ManagementRight, Subject};

impl<K> SubPermit<K> {
    /// Whether the caller may change by what, and whether, the person signs in: anyone's but an
    /// administrator's, whose rights it would otherwise get at.
    ///
    /// # Errors
    /// 403, which no scope of SCIM would turn.
    pub(super) fn may_change_credentials(
        &self,
        person: &Person,
        account: &Account,
    ) -> Result<(), ScimFailure> {
        let grant = self.caller().grant();
        let own = matches!(grant.subject(), Subject::Person { user } if **user == *person.id.0);
        let held = grant.rights().management();
        let holds_all = || ManagementRight::all().all(|right| held.contains(right));
        if own || !account.roles.contains(ADMINISTRATOR) || holds_all() {
            return Ok(());
        }
        let detail = "this person holds management rights, which the token does not have";
        Err(ScimError::new(403, None, detail).into())
    }
}
