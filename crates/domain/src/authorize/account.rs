//! Flows that lead to the person's own pages.

use super::flow::{Flow, FlowError, Purpose, Visitor};
use crate::{
    Core,
    people::{EntryHandle, HandleKind, Kept},
    snapshot::RealmSnapshot,
    store::EntryKind,
    tokens::unexpected,
};
use oauth::Secret;
use serde::{Deserialize, Serialize};

/// A page of the person's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountPage {
    /// Who they are.
    Profile,
    /// How they sign in.
    SignInMethods,
    /// Their accounts elsewhere.
    Identities,
    /// What they allowed.
    Apps,
    /// Where they are signed in.
    Sessions,
}

/// Where a flow to the person's own pages leads.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct AccountPurpose {
    /// The page.
    pub page: AccountPage,
    /// Whether a sign-in from before the flow is not enough.
    pub fresh: bool,
}

impl Core {
    /// A flow that leads to a page of the person's own; if it must be `fresh`, by a sign-in that
    /// comes after now.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn begin_account_flow(
        &self,
        snapshot: &RealmSnapshot,
        visitor: &Visitor,
        page: AccountPage,
        fresh: bool,
    ) -> Result<Secret, FlowError> {
        self.check_ownership()?;
        let purpose = Purpose::Account(AccountPurpose { page, fresh });
        let flow = Flow::new(purpose, &visitor.browser, self.now());
        let handle = EntryHandle::generate(HandleKind::FLOW).map_err(|e| unexpected(&e))?;
        let flow = Kept::new(EntryKind::Flow, handle.key, flow);
        self.keep_flow(snapshot, flow).await?;
        Ok(handle.text)
    }
}
