//! Someone who is there already shows that they know their password.

use super::PasswordFailure;
use crate::{
    Core,
    people::{Account, Browser, Hashed, Kept, Person, typed, verify_password},
    snapshot::RealmSnapshot,
    store::CommitError,
};
use oauth::Secret;

impl Core {
    /// The person's account, if `password` is theirs. What asks may be anything that holds a token of
    /// theirs, and counts like a browser that they have not used (U3).
    pub(crate) async fn prove_password(
        &self,
        snapshot: &RealmSnapshot,
        person: &Person,
        password: &Secret,
    ) -> Result<Kept<Account>, PasswordFailure> {
        let unknown = Browser::default();
        let (before, mut account) = self.count_attempt(snapshot, person, &unknown).await?;
        let kept = self.password_of(snapshot, &person.id).await?;
        if verify_password(kept, typed(password)).await? == Hashed::Wrong {
            return Err(PasswordFailure::Wrong);
        }
        // What becomes of the request is another matter: this attempt did not fail.
        account.value.failures = before.failures;
        account.value.state.failure_times = before.state.failure_times;
        match self.commit_kept(snapshot, account.put()?).await {
            Ok(()) => {
                account.version = account.version.map(|version| version + 1);
                Ok(account)
            }
            // Whoever wrote it meanwhile may have made an end of all this.
            Err(CommitError::Conflict(_)) => Err(PasswordFailure::Wrong),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }
}
