//! One sequence: what there is at first, what is done, and what must hold.

use crate::{
    actions::{Action, CALLS, KINDS, Things, action},
    author::{Actor, Author, Controlled, names},
    reach::{Reach, URLS},
    rng::Rng,
    support::{Client, TestServer, assignment, new_secret},
};
use domain::{
    Edit, Timestamp,
    access::Caller,
    config::{Application, ConfigObject, Realm, RoleRecord, Service, ServiceKind},
    management::{Batch, BatchFailure, ManagementError, Outcome},
    store::{Change, Kind, ResourceId},
};
use scope::{Enforcement, ManagementRight, ManagementRights, RoleId, ServiceId};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use uuid::Uuid;

/// Steps of one sequence.
const STEPS: usize = 16;
/// Of a hundred steps to the domain, so many are batches of several actions.
const BATCHES: usize = 25;

/// Rights that lead somewhere.
const LEADING: [&str; 19] = [
    "roles:create",
    "roles:update",
    "roles:delete",
    "applications:create",
    "applications:update",
    "assigned-scopes:create",
    "assigned-scopes:update",
    "assigned-scopes:delete",
    "scopes:create",
    "scopes:update",
    "scopes:delete",
    "keys:read",
    "claims:update",
    "connectors:read",
    "tokens:delete",
    "realms:update",
    "services:create",
    "services:update",
    "services:delete",
];

/// How actions reach the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Over HTTP, by the router.
    Http,
    /// As a batch, mostly of one, to the domain.
    Direct,
}

/// How it went.
#[derive(Debug, Default)]
pub struct Tally {
    pub sequences: u64,
    /// Of a batch that is refused, the one action for which it is.
    pub actions: u64,
    pub done: u64,
    /// Refused as beyond what the caller has.
    pub beyond: u64,
    /// Tried and done by kind.
    pub kinds: BTreeMap<&'static str, (u64, u64)>,
    /// Batches of several actions, tried and done.
    pub batches: (u64, u64),
}

impl Tally {
    pub fn add(&mut self, other: &Self) {
        self.sequences += other.sequences;
        self.actions += other.actions;
        self.done += other.done;
        self.beyond += other.beyond;
        for (kind, (tried, done)) in &other.kinds {
            let sum = self.kinds.entry(kind).or_default();
            *sum = (sum.0 + tried, sum.1 + done);
        }
        let (tried, done) = other.batches;
        self.batches = (self.batches.0 + tried, self.batches.1 + done);
    }

    fn count(&mut self, actions: &[Action], came: &Came) {
        let several = u64::from(actions.len() > 1);
        let (tried, done) = match came {
            Came::Done(_) => (actions, 1),
            Came::Refused { at, beyond } => {
                self.beyond += u64::from(*beyond);
                (&actions[*at..=*at], 0)
            }
        };
        self.batches = (self.batches.0 + several, self.batches.1 + several * done);
        for action in tried {
            let counted = self.kinds.entry(action.kind).or_default();
            *counted = (counted.0 + 1, counted.1 + done);
            (self.actions, self.done) = (self.actions + 1, self.done + done);
        }
    }
}

/// A server with people, and a client that may ask them for everything.
pub struct Stage<'a> {
    pub server: &'a TestServer,
    console: Client,
    /// The console as it is at first.
    template: Arc<Application>,
    /// The realm as it is at first.
    realm: Arc<Realm>,
    /// An author, a friend of theirs, and a stranger.
    people: Vec<String>,
}

/// What came of a step.
enum Came {
    /// What was made or changed by each action.
    Done(Vec<Value>),
    /// Of several actions, which one was refused, and whether as beyond what the caller has.
    Refused { at: usize, beyond: bool },
}

impl<'a> Stage<'a> {
    pub async fn new(server: &'a TestServer) -> Self {
        let console = server.add_console().await;
        let mut people = Vec::new();
        for name in ["author", "friend", "stranger"] {
            people.push(server.add_person(name).await.id);
        }
        let template = Application::clone(server.snapshot().client(&console.id).unwrap());
        Self {
            server,
            console,
            template: Arc::new(template),
            realm: server.snapshot().config().realm.clone(),
            people,
        }
    }

    /// A token of all that a person's roles hold; none if they hold nothing.
    pub async fn sign_in(&self, person: &str) -> Option<String> {
        let snapshot = self.server.snapshot();
        let held = names(snapshot.catalogue().rights_of_person(person).holds);
        let held: Vec<String> = held.into_iter().collect();
        self.token_of(person, &held).await
    }

    async fn token_of(&self, person: &str, scopes: &[String]) -> Option<String> {
        if scopes.is_empty() {
            return None;
        }
        let scopes = scopes.join(" ");
        let grant = self.server.add_grant_of(&self.console, &scopes, person);
        Some(self.server.add_token(&grant.await).await)
    }

    /// Plays the sequence of a seed.
    pub async fn play(&self, seed: u64, way: Way, tally: &mut Tally) {
        let mut rng = Rng::new(seed);
        let before: BTreeSet<(Kind, String)> = self.ids();
        let mut all = self.set_up(&mut rng).await;
        let start = self.server.snapshot();
        let (first, held) = (all.reach(&start), all.held(&start));
        let mut alone = true;
        for step in 0..STEPS {
            let actor = all.actor(&mut rng);
            let Some((token, caller)) = all.token(self, &actor).await else {
                continue;
            };
            let reach = all.reach(&self.server.snapshot());
            let several = way == Way::Direct && rng.chance(BATCHES);
            let number = if several { 2 + rng.below(3) } else { 1 };
            let actions = some_actions(number, self.things(&before), &caller, &reach, &mut rng);
            if actions.is_empty() {
                continue;
            }
            let came = match way {
                Way::Http => self.by_http(&token, &actions[0]).await,
                Way::Direct => self.directly(&caller, &actions).await,
            };
            tally.count(&actions, &came);
            let Came::Done(made) = came else {
                continue;
            };
            alone &= actor == Actor::Author;
            take(&mut all, &actions, &made);
            let snapshot = self.server.snapshot();
            let now = all.reach(&snapshot);
            let said = || format!("seed {seed}, step {step}: {actor:?} {actions:?}\n{all:?}");
            assert!(
                now.is_within(&first),
                "{}\n{now:?}\nbeyond {first:?}",
                said()
            );
            let now = all.held(&snapshot);
            let grew = alone && !now.is_subset(&held);
            assert!(!grew, "{}\nholds {now:?}\nbeyond {held:?}", said());
        }
        tally.sequences += 1;
        self.clean(&before).await;
    }

    /// What there is at first: a custom role or two, clients with and without rights, scopes; and the author.
    async fn set_up(&self, rng: &mut Rng) -> Controlled {
        let [author, friend, stranger] = [0, 1, 2].map(|n| self.people[n].clone());
        let server = self.server;
        let held = rights(rng, 65);
        // Who has the one holds the other.
        for name in ["staff:read", "staff:all"] {
            let (operations, attributes) = match name {
                "staff:read" => (vec!["retrieve"], vec!["title"]),
                _ => (vec!["retrieve", "modify"], vec!["title", "userName"]),
            };
            let definition = json!({
                "name": name, "type": "resource", "scim_resource_type": "User",
                "resource_operations": operations, "resource_attributes": attributes,
            });
            server.add_scope(definition).await;
        }
        for (number, url) in rng.some(&URLS, 50).into_iter().enumerate() {
            let service = service(number, url, rng.chance(40), server.core.now());
            let named = service.id.to_string();
            server.put(ConfigObject::Service(Arc::new(service))).await;
            if rng.chance(50) {
                continue;
            }
            let name = format!("{CALLS}{number}");
            let definition = json!({"name": name, "type": "service", "services": [named]});
            server.add_scope(definition).await;
        }
        if rng.chance(25) {
            server.open_registration(&["staff:read"]).await;
        }
        let snapshot = server.snapshot();
        let mut edit = Edit::none(());
        let mut roles = vec![(
            rights(rng, 30),
            rights(rng, 10),
            rng.chance(20),
            vec![stranger],
        )];
        let mode = rng.below(3);
        if mode > 0 {
            let members = vec![author.clone()];
            roles.push((held, rights(rng, 15), rng.chance(40), members));
        }
        for (number, (holds, may_delegate, capabilities, members)) in roles.into_iter().enumerate()
        {
            let members = members.into_iter().map(|id| ResourceId(id.as_str().into()));
            edit = edit.put(ConfigObject::Role(Arc::new(RoleRecord {
                id: RoleId(Uuid::new_v4()),
                name: format!("Role {number}"),
                description: None,
                built_in: false,
                holds,
                may_delegate,
                delegates_capabilities: capabilities,
                members: members.collect(),
                created: server.core.now(),
                updated: server.core.now(),
            })));
        }
        let template = snapshot.client(&server.admin.id).unwrap();
        let mut client = |scopes: &[String]| {
            let (record, secret) = new_secret(server.core.now());
            let id = scope::ClientId(Uuid::new_v4());
            let assigned = scopes.iter().map(|name| {
                let mut assigned = assignment(snapshot.config().scope_by_name(name).unwrap().id);
                assigned.default = true;
                assigned
            });
            let application = Application {
                id,
                name: format!("Client {id}"),
                assigned: assigned.collect(),
                secrets: vec![record],
                ..Application::clone(template)
            };
            let edit_now = std::mem::replace(&mut edit, Edit::none(()));
            edit = edit_now.put(ConfigObject::Application(Arc::new(application)));
            Client {
                id: id.to_string(),
                secret,
                ..server.admin.clone()
            }
        };
        let calls = snapshot.config().scopes.values();
        let calls = calls.map(|scope| scope.definition.name.to_string());
        let calls: Vec<String> = calls.filter(|name| name.starts_with(CALLS)).collect();
        let data = ["staff:read", "staff:all", "email"].map(str::to_owned);
        for _ in 0..2 {
            let mut scopes = rng.some(&data, 40);
            scopes.extend(names(rights(rng, 5)));
            scopes.extend(rng.some(&calls, 30));
            client(&scopes);
        }
        let mut own: Vec<String> = names(held).into_iter().collect();
        own.extend(rng.some(&data[..2], 50));
        own.extend(rng.some(&calls, 60));
        let own = (mode == 0).then(|| client(&own));
        server.edit(edit).await;
        let mut clients = BTreeMap::new();
        let author = match (own, mode) {
            (Some(own), _) => {
                clients.insert(own.id.clone(), None);
                Author::Client(own)
            }
            (None, 1) => Author::Person(author),
            (None, _) => {
                let all: Vec<String> = names(held).into_iter().collect();
                let mut scopes = rng.some(&all, 80);
                if scopes.is_empty() {
                    scopes = all;
                }
                let token = self.token_of(&author, &scopes).await.unwrap_or_default();
                let person = author;
                Author::Token {
                    token,
                    scopes,
                    person,
                }
            }
        };
        Controlled {
            author,
            clients,
            friend,
        }
    }

    /// What actions may be tried on.
    fn things(&self, before: &BTreeSet<(Kind, String)>) -> Things {
        let snapshot = self.server.snapshot();
        let config = snapshot.config();
        let is_new = |kind: Kind, id: String| !before.contains(&(kind, id));
        let mut clients: Vec<String> = config
            .applications
            .keys()
            .map(ToString::to_string)
            .filter(|id| is_new(Kind::Application, id.clone()))
            .collect();
        clients.push(self.console.id.clone());
        let scopes = config
            .scopes
            .values()
            .filter(|scope| is_new(Kind::Scope, scope.id.to_string()))
            .map(|scope| (scope.definition.name.to_string(), scope.id.to_string()));
        let roles = config.roles.values();
        let roles = roles.filter(|role| !role.built_in || role.name == "Auditor");
        Things {
            clients,
            scopes: scopes.collect(),
            services: config.services.keys().map(ToString::to_string).collect(),
            roles: roles.map(|role| role.id.to_string()).collect(),
            people: self.people.clone(),
        }
    }

    async fn by_http(&self, token: &str, action: &Action) -> Came {
        let path = match action.path.as_str() {
            "" => self.console.path(""),
            path => self.console.path(&format!("/{path}")),
        };
        let body = Some(action.body.clone()).filter(|body| !body.is_null());
        let answer = self.server.call(action.method, &path, token, body).await;
        match answer.status.as_u16() {
            200 | 201 => Came::Done(vec![answer.json()]),
            204 => Came::Done(vec![Value::Null]),
            400 | 403 | 404 | 409 => Came::Refused {
                at: 0,
                beyond: answer.text().contains("beyond_own_rights"),
            },
            other => panic!("{action:?}: {other} {}", answer.text()),
        }
    }

    async fn directly(&self, caller: &Caller, actions: &[Action]) -> Came {
        let operations: Vec<Value> = actions.iter().map(operation).collect();
        let batch = json!({"operations": operations});
        let batch = Batch::read(batch.as_object().unwrap()).unwrap();
        match self.server.core.batch(caller, &batch).await {
            Ok(outcomes) => Came::Done(outcomes.into_iter().map(made).collect()),
            Err(BatchFailure { operation, error }) => match error {
                ManagementError::Unavailable(problem) => panic!("{actions:?}: {problem}"),
                error => Came::Refused {
                    at: operation.unwrap_or_default(),
                    beyond: matches!(error, ManagementError::Beyond(_)),
                },
            },
        }
    }

    /// The ids of what may be made.
    fn ids(&self) -> BTreeSet<(Kind, String)> {
        let snapshot = self.server.snapshot();
        let objects = snapshot.config().objects();
        objects.map(|object| (object.kind(), object.id())).collect()
    }

    /// Takes everything away that the sequence left.
    async fn clean(&self, before: &BTreeSet<(Kind, String)>) {
        let left: Vec<(Kind, String)> = self.ids().difference(before).cloned().collect();
        let of = |kind: Kind| left.iter().filter(move |one| one.0 == kind);
        // Tokens of the console go too, which stays, as it was; and so does the realm.
        let mut edit = Edit::none(())
            .put(ConfigObject::Application(self.template.clone()))
            .put(ConfigObject::Realm(self.realm.clone()));
        let clients = of(Kind::Application).map(|(_, id)| id.parse().unwrap());
        for client in clients.chain([self.template.id]) {
            edit = edit.first(Change::DeleteTokensOfClient(client));
        }
        for (_, id) in of(Kind::Scope) {
            let (scope, now) = (id.parse().unwrap(), self.server.core.now());
            edit = edit.first(Change::ReleaseScope { scope, now });
        }
        for (kind, id) in left.iter().filter(|(kind, _)| *kind != Kind::Key) {
            edit = edit.delete(*kind, id);
        }
        let snapshot = self.server.snapshot();
        for role in snapshot.config().roles.values() {
            if role.built_in && !role.members.is_empty() {
                let empty = RoleRecord {
                    members: BTreeSet::new(),
                    ..RoleRecord::clone(role)
                };
                edit = edit.put(ConfigObject::Role(Arc::new(empty)));
            }
        }
        self.server.edit(edit).await;
    }
}

fn service(number: usize, url: &str, reports: bool, now: Timestamp) -> Service {
    Service {
        id: ServiceId(Uuid::new_v4()),
        name: format!("Service {number}"),
        description: None,
        kind: ServiceKind::Integration,
        project: "Default".to_owned(),
        url: url.parse().unwrap(),
        methods: Vec::new(),
        upstream: None,
        enforcement: match reports {
            true => Enforcement::Report,
            false => Enforcement::Enforce,
        },
        created: now,
        updated: now,
    }
}

fn rights(rng: &mut Rng, percent: usize) -> ManagementRights {
    let leading: Vec<ManagementRight> = LEADING.iter().map(|name| name.parse().unwrap()).collect();
    rng.some(&leading, percent).into_iter().collect()
}

/// What is tried next: one action, or several as one batch, where one may act on what another makes.
fn some_actions(
    number: usize,
    mut things: Things,
    caller: &Caller,
    reach: &Reach,
    rng: &mut Rng,
) -> Vec<Action> {
    let has = names(caller.grant().rights().management());
    let able = KINDS.iter().filter(|(_, right)| has.contains(*right));
    let able: Vec<_> = able.collect();
    let mut actions = Vec::new();
    for place in 0..number {
        let kind = match rng.maybe(&able).filter(|_| rng.chance(95)) {
            Some((kind, _)) => *kind,
            None => rng.pick(&KINDS).0,
        };
        let Some(mut action) = action(kind, &things, reach, rng) else {
            continue;
        };
        action.label = (action.method == "POST").then(|| format!("made-{place}"));
        things.add(&action);
        actions.push(action);
    }
    actions
}

/// An action as an operation of a batch.
fn operation(action: &Action) -> Value {
    let mut operation = json!({"method": action.method, "path": action.path});
    if !action.body.is_null() {
        operation["body"] = action.body.clone();
    }
    if let Some(label) = &action.label {
        operation["label"] = label.as_str().into();
    }
    operation
}

/// What an operation of a batch made or changed.
fn made(outcome: Outcome) -> Value {
    match outcome {
        Outcome::Created(created) => {
            let mut object = created.object;
            object.extend(created.once);
            object.into()
        }
        Outcome::Updated(object) => object.into(),
        Outcome::Deleted => Value::Null,
    }
}

/// What actions put into the author's hands: clients that they made, have a secret of, or are sent the
/// answers of.
fn take(all: &mut Controlled, actions: &[Action], made: &[Value]) {
    let text = |value: &Value, name: &str| value[name].as_str().map(str::to_owned);
    let mut labelled = BTreeMap::new();
    for (action, made) in actions.iter().zip(made) {
        if let (Some(label), Some(id)) = (&action.label, text(made, "id")) {
            labelled.insert(format!("@{label}"), id);
        }
        let client = action.client.as_ref();
        let client = client.map(|id| labelled.get(id).unwrap_or(id).clone());
        let secret = text(made, "client_secret");
        match action.kind {
            "make a client" => {
                all.clients.insert(text(made, "id").unwrap(), secret);
            }
            "take a client" => {
                all.clients.insert(client.unwrap(), secret);
            }
            "change a client" if action.body.get("redirect_uris").is_some() => {
                all.clients.entry(client.unwrap()).or_insert(None);
            }
            _ => {}
        }
    }
}
