//! Who may open services further (T4).

use super::Authority;
use crate::{config::Service, management::Beyond};
use scope::{ClientEntry, ClientId, Enforcement, ScopeId, ScopeKind};

impl Authority<'_> {
    /// Whether the caller may make `after` of the service `before`, or out of nothing: not where its
    /// own client is assigned a scope by which it would gain; nor, unless it may give that, where other
    /// clients are, or register themselves for one.
    pub(in crate::management) fn may_open(
        self,
        before: Option<&Service>,
        after: &Service,
    ) -> Result<(), Beyond> {
        let mut opened = Opened::by(before, after);
        opened.to_all |= before.is_some_and(|before| self.uncovers(before, Some(after)));
        self.may(&opened, after)?;
        match before {
            Some(before) if before.upstream != after.upstream => self.may_send_elsewhere(after),
            _ => Ok(()),
        }
    }

    /// Whether the caller may say where the requests of a service go: there the tokens of its clients go. Those
    /// of its own client it could send there itself.
    fn may_send_elsewhere(self, service: &Service) -> Result<(), Beyond> {
        let to_its_scopes = Opened {
            to_its_scopes: true,
            to_all: false,
        };
        let scopes = self.reached(&to_its_scopes, service);
        match self.is_beyond(&scopes, Some(self.caller.grant().client())) {
            true => Err(Beyond(format!(
                "Clients are assigned a scope of `{}`, or register themselves for one, and their tokens go where its requests go: that is for whoever may give that scope.",
                service.name
            ))),
            false => Ok(()),
        }
    }

    /// Whether the caller may delete a service, by the same rule: what it shut may be open without it.
    pub(in crate::management) fn may_shut_no_more(self, service: &Service) -> Result<(), Beyond> {
        let opened = Opened {
            to_its_scopes: false,
            to_all: self.uncovers(service, None),
        };
        self.may(&opened, service)
    }

    /// Whether requests that `before` refused may now go to a service that only reports: the most specific
    /// service decides, and this one leaves some of its URLs or methods to others.
    fn uncovers(self, before: &Service, after: Option<&Service>) -> bool {
        let loses =
            after.is_none_or(|after| before.url != after.url || !takes_all(after, &before.methods));
        let mut services = self.snapshot.config().services.values();
        !reports(before) && loses && services.any(|service| reports(service))
    }

    fn may(self, opened: &Opened, service: &Service) -> Result<(), Beyond> {
        let gain = self.reached(opened, service);
        let gains = |client: &ClientEntry| gain.iter().any(|id| client.assignment(*id).is_some());
        let name = &service.name;
        let catalogue = self.snapshot.catalogue();
        let own = catalogue.client(self.caller.grant().client());
        if own.is_some_and(gains) {
            return Err(Beyond(format!(
                "Your own client is assigned a scope by which it would gain by this change of `{name}`."
            )));
        }
        match self.is_beyond(&gain, None) {
            true => Err(Beyond(format!(
                "Clients are assigned a scope, or register themselves for one, by which they would gain by this change of `{name}`: that is more than you hold or may delegate."
            ))),
            false => Ok(()),
        }
    }

    /// The scopes that allow more by what is opened of a service.
    fn reached(self, opened: &Opened, service: &Service) -> Vec<ScopeId> {
        let scopes = self.snapshot.config().scopes.values();
        scopes
            .filter(|scope| opened.reaches(&scope.definition.kind, service))
            .map(|scope| scope.id)
            .collect()
    }

    /// Whether clients, but for one, are assigned any of these scopes, or register themselves for one, and the
    /// caller may not give that.
    fn is_beyond(self, scopes: &[ScopeId], but: Option<ClientId>) -> bool {
        let registration = &self.snapshot.config().realm.settings.registration;
        let offered = registration.open && registration.scopes.iter().any(|id| scopes.contains(id));
        let mut clients = self.snapshot.catalogue().clients();
        let used = clients.any(|client| {
            let mut any = scopes.iter();
            Some(client.id) != but && any.any(|id| client.assignment(*id).is_some())
        });
        let may_give = self.delegates() && (!offered || self.vouches());
        (used || offered) && !may_give
    }
}

fn reports(service: &Service) -> bool {
    service.enforcement == Enforcement::Report
}

/// Whether a service takes all these methods, which none at all stand for too.
fn takes_all(service: &Service, methods: &[String]) -> bool {
    service.methods.is_empty()
        || (!methods.is_empty()
            && methods
                .iter()
                .all(|method| service.methods.contains(method)))
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
        let Some(before) = before else {
            // No scope names it yet.
            return Self {
                to_its_scopes: false,
                to_all: reports(after),
            };
        };
        let wider = before.url != after.url || !takes_all(before, &after.methods);
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
