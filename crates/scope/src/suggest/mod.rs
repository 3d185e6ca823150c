//! One smallest set of scopes that would have done, for the challenge of a refusal
//! (RFC 6750 §3.1: the `scope` attribute; product §6.2).

mod cover;
mod need;

use crate::{
    action::Action,
    catalogue::Catalogue,
    grant::{EffectiveGrant, Subject},
};
use cover::{Candidate, Cost, smallest_cover};
use need::Need;
use oauth::Scope;
use std::{borrow::Cow, collections::HashSet};

/// One smallest set of scopes that, held by the grant's client and subject, would allow the
/// action; empty if none would. Among sets of one size: with the most scopes that are assigned to
/// the client already, then with the least rights beyond what is needed, then first by name.
///
/// The smallest is found for sure as long as four scopes suffice and the realm's scopes don't
/// overlap in thousands of ways; beyond, it is a small one. For refusals only: every scope of the
/// realm is looked at.
pub fn smallest_sufficient(
    catalogue: &Catalogue,
    grant: &EffectiveGrant,
    action: &Action<'_>,
) -> Scope {
    let Some(needs) = need::of(catalogue, grant, action) else {
        return Scope::default();
    };
    let candidates = candidates(catalogue, grant, &needs);
    let mut names: Vec<_> = smallest_cover(needs.len(), candidates)
        .unwrap_or_default()
        .into_iter()
        .map(|candidate| candidate.cost.name)
        .collect();
    names.sort_unstable();
    names.into_iter().collect()
}

/// The scopes that meet at least one of the needs.
fn candidates(catalogue: &Catalogue, grant: &EffectiveGrant, needs: &[Need]) -> Vec<Candidate> {
    let client = catalogue.client(grant.client());
    let assigned: HashSet<_> = client
        .into_iter()
        .flat_map(|client| &client.assigned)
        .map(|a| a.scope)
        .collect();
    let roles = match grant.subject() {
        Subject::Person { user } => Some(catalogue.rights_of_person(user)),
        Subject::Client => None,
    };
    let candidate = |scope: &crate::CompiledScope| {
        let rights = scope.rights(scope.version())?;
        let rights = match roles {
            Some(roles) => roles.leave(scope.definition(), rights)?,
            None => Cow::Borrowed(rights),
        };
        let met = needs.iter().map(|need| need.met_by(&rights));
        let covers = cover::bits(met);
        let covered = cover::count(&covers);
        let cost = Cost {
            unassigned: usize::from(!assigned.contains(&scope.id())),
            extra: rights.weight().saturating_sub(covered),
            name: scope.definition().name.clone(),
        };
        (covered > 0).then_some(Candidate { covers, cost })
    };
    catalogue
        .scopes()
        .filter_map(|scope| candidate(scope))
        .collect()
}
