//! Who may open services further (T4).

use super::Authority;
use crate::{config::Service, management::Beyond};
use scope::{ClientEntry, Enforcement, ScopeId, ScopeKind};

impl Authority<'_> {
    /// Whether the caller may make `after` of the service `before`, or out of nothing: not where its
    /// own client is assigned a scope by which it would gain; nor, unless it may give that, where other
    /// clients are, or register themselves for one.
    pub(in crate::management) fn may_open(
        self,
        before: Option<&Service>,
        after: &Service,
    ) -> Result<(), Beyond> {
        let opened = Opened::by(before, after);
        let (scopes, catalogue) = (&self.snapshot.config().scopes, self.snapshot.catalogue());
        let gain: Vec<ScopeId> = scopes
            .values()
            .filter(|scope| opened.reaches(&scope.definition.kind, after))
            .map(|scope| scope.id)
            .collect();
        let gains = |client: &ClientEntry| gain.iter().any(|id| client.assignment(*id).is_some());
        let name = &after.name;
        let own = catalogue.client(self.caller.grant().client());
        if own.is_some_and(gains) {
            return Err(Beyond(format!(
                "Your own client is assigned a scope by which it would gain by this change of `{name}`."
            )));
        }
        let registration = &self.snapshot.config().realm.settings.registration;
        let offered = registration.open && registration.scopes.iter().any(|id| gain.contains(id));
        let used = catalogue.clients().any(gains);
        let may_give = self.delegates() && (!offered || self.vouches());
        match (used || offered) && !may_give {
            true => Err(Beyond(format!(
                "Clients are assigned a scope, or register themselves for one, by which they would gain by this change of `{name}`: that is more than you hold or may delegate."
            ))),
            false => Ok(()),
        }
    }
}

/// What a change of a service opens that was shut.
struct Opened {
    /// URLs or methods, to whom has a scope of it.
    to_its_scopes: bool,
    /// Anything, to whom has any token for the catalogue.
    to_all: bool,
}

impl Opened {
    fn by(before: Option<&Service>, after: &Service) -> Self {
        let reports = |service: &Service| service.enforcement == Enforcement::Report;
        let takes = |service: &Service, method: &String| {
            service.methods.is_empty() || service.methods.contains(method)
        };
        let Some(before) = before else {
            // No scope names it yet.
            return Self {
                to_its_scopes: false,
                to_all: reports(after),
            };
        };
        let more_methods = match after.methods.is_empty() {
            true => !before.methods.is_empty(),
            false => !after.methods.iter().all(|method| takes(before, method)),
        };
        let wider = more_methods || before.url != after.url;
        Self {
            to_its_scopes: wider,
            to_all: reports(after) && (wider || !reports(before)),
        }
    }

    /// Whether a scope of this kind allows more by it.
    fn reaches(&self, kind: &ScopeKind, service: &Service) -> bool {
        let ScopeKind::Service(services) = kind else {
            return false;
        };
        self.to_all || (self.to_its_scopes && services.contains(&service.id))
    }
}
