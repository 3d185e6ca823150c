//! Nobody gives, or takes over, more than they have (product §2.4, T4).
//!
//! What a caller *holds* is what its token allows now. What it *may delegate* besides: a client that acts
//! for itself, with the right `assigned-scopes:create`, every scope but management ones; one that acts
//! for a person, what the person's roles let them give, and by the same right. Whoever may create or
//! update scopes may declare what they allow, as long as no client has them. To itself a client can
//! give nothing that it does not hold, and for roles see [`roles`].
//!
//! What a client gets it has for itself too, and no role of a person's cuts it there: so a person gives a
//! client the right to assign scopes only where they may give capabilities themselves.

mod connectors;
mod roles;
mod services;

use super::Beyond;
use crate::{
    access::Caller,
    config::{Application, ScopeRecord},
    snapshot::RealmSnapshot,
};
use scope::{
    ManagementAction, ManagementResource, ManagementRight, ManagementRights, Rights, RoleRights,
    ScopeKind, Subject,
};

/// The right to give scopes to clients.
const ASSIGNING: ManagementRight = ManagementRight {
    resource: ManagementResource::AssignedScopes,
    action: ManagementAction::Create,
};

/// What a caller may give, in the realm as it is.
#[derive(Clone, Copy)]
pub(super) struct Authority<'a> {
    pub(super) snapshot: &'a RealmSnapshot,
    pub(super) caller: &'a Caller,
}

impl Authority<'_> {
    /// Whether the caller may assign `scope` to `application`.
    pub(super) fn may_assign(
        self,
        scope: &ScopeRecord,
        application: &Application,
    ) -> Result<(), Beyond> {
        let may = if self.is_own(application) {
            self.holds(scope)
        } else {
            self.may_give(scope)
        };
        if may {
            Ok(())
        } else {
            Err(beyond(scope, "assigned"))
        }
    }

    /// Whether the caller may let clients register themselves for `scope`: if its own did, that may
    /// be one of them.
    pub(super) fn may_offer(self, scope: &ScopeRecord) -> Result<(), Beyond> {
        let may = match self.vouches() {
            true => self.may_give(scope),
            false => self.holds(scope),
        };
        if may {
            Ok(())
        } else {
            Err(beyond(scope, "what clients register themselves for"))
        }
    }

    /// Whether the caller may act as `application`, as it could with new credentials: for each
    /// scope that is assigned to it. A client that acts for itself has the credentials that it has; whoever
    /// acts for a person is not more than that person, also of the client that they use.
    pub(super) fn may_act_as(self, application: &Application) -> Result<(), Beyond> {
        self.each(application, |scope| {
            let itself = self.is_own(application) && self.roles().is_none();
            itself || self.may_give(scope)
        })
    }

    /// Whether the caller may change or delete `application` at all: one that has management
    /// rights is for callers that have them too.
    pub(super) fn may_manage(self, application: &Application) -> Result<(), Beyond> {
        self.each(application, |scope| {
            !matches!(scope.definition.kind, ScopeKind::Management(_)) || self.holds(scope)
        })
    }

    /// Whether the caller may change `scope` so that it allows `new`: not where its own client is
    /// assigned it and would gain by it; nor, unless it may give that, where another client is, or where
    /// clients register themselves for it, for one of them may be the caller's.
    pub(super) fn may_redefine(
        self,
        scope: &ScopeRecord,
        new: &ScopeKind,
        rights: &Rights,
    ) -> Result<(), Beyond> {
        let catalogue = self.snapshot.catalogue();
        let client = catalogue.client(self.caller.grant().client());
        let assigned = client.is_some_and(|client| client.assignment(scope.id).is_some());
        let used = !catalogue.clients_assigned(scope.id).is_empty();
        let registration = &self.snapshot.config().realm.settings.registration;
        let offered = registration.open && registration.scopes.contains(&scope.id);
        if !used && !offered {
            return Ok(());
        }
        let mut held = self.caller.grant().rights().clone();
        if let Some(old) = catalogue
            .scope(scope.id)
            .and_then(|old| old.rights(scope.version))
        {
            held.union_with(old);
        }
        let other_audience = matches!(new, ScopeKind::Generic(_)) && *new != scope.definition.kind;
        if rights.is_subset(&held) && !other_audience {
            return Ok(());
        }
        let name = &scope.definition.name;
        if assigned {
            return Err(Beyond(format!(
                "`{name}` is assigned to your own client, which would gain by this change."
            )));
        }
        let management = matches!(new, ScopeKind::Management(_));
        let vouched = !offered || self.vouches();
        match vouched && !management && self.delegates() {
            true => Ok(()),
            false => Err(Beyond(format!(
                "Clients are assigned `{name}`, or register themselves for it: it would allow them more than you hold or may delegate."
            ))),
        }
    }

    fn each(
        self,
        application: &Application,
        may: impl Fn(&ScopeRecord) -> bool,
    ) -> Result<(), Beyond> {
        let scopes = &self.snapshot.config().scopes;
        let mut assigned = application
            .assigned
            .iter()
            .filter_map(|a| scopes.get(&a.scope));
        match assigned.find(|scope| !may(scope)) {
            Some(scope) => Err(beyond(scope, "taken over with an application that has it")),
            None => Ok(()),
        }
    }

    fn may_give(self, scope: &ScopeRecord) -> bool {
        match &scope.definition.kind {
            ScopeKind::Management(rights) => {
                let given = match self.has(ASSIGNING) {
                    true => self.roles().unwrap_or_default().may_delegate,
                    false => ManagementRights::default(),
                };
                let within = rights.is_subset(self.held().union(given));
                within && (self.delegates() || !rights.contains(ASSIGNING))
            }
            _ => self.holds(scope) || self.delegates(),
        }
    }

    /// Whether the caller's token allows all that the scope does.
    fn holds(self, scope: &ScopeRecord) -> bool {
        // A person's roles may leave less of a scope than it allows.
        if let ScopeKind::Management(rights) = &scope.definition.kind {
            return rights.is_subset(self.held());
        }
        let grant = self.caller.grant();
        if grant.has(scope.id, scope.version) {
            return true;
        }
        // Ambit does not know what a generic scope allows elsewhere.
        !matches!(scope.definition.kind, ScopeKind::Generic(_))
            && self
                .snapshot
                .catalogue()
                .scope(scope.id)
                .and_then(|compiled| compiled.rights(scope.version))
                .is_some_and(|rights| rights.is_subset(grant.rights()))
    }

    /// Whether the caller's client is one that an administrator made.
    fn vouches(self) -> bool {
        let own = self.snapshot.application(&self.caller.grant().client());
        own.is_some_and(|own| !own.registered_itself())
    }

    /// Whether the caller may give clients every capability but management ones.
    fn delegates(self) -> bool {
        let roles = self.roles();
        self.has(ASSIGNING) && roles.is_none_or(|roles| roles.delegates_capabilities)
    }

    /// The rights of management that the caller's token allows now.
    fn held(self) -> ManagementRights {
        self.caller.grant().rights().management()
    }

    fn has(self, right: ManagementRight) -> bool {
        self.held().contains(right)
    }

    /// What the roles allow of the person for whom the caller acts, if it is for one.
    fn roles(self) -> Option<RoleRights> {
        match self.caller.grant().subject() {
            Subject::Person { user } => Some(self.snapshot.catalogue().rights_of_person(user)),
            Subject::Client => None,
        }
    }

    fn is_own(self, application: &Application) -> bool {
        application.id == self.caller.grant().client()
    }
}

fn beyond(scope: &ScopeRecord, how: &str) -> Beyond {
    let name = &scope.definition.name;
    Beyond(format!(
        "`{name}` is more than you hold or may delegate: it can't be {how}."
    ))
}

impl Caller {
    /// Whether the caller may give clients every capability but management ones.
    pub(crate) fn delegates_capabilities(&self) -> bool {
        let authority = Authority {
            snapshot: self.snapshot(),
            caller: self,
        };
        authority.delegates()
    }
}
