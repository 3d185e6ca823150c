//! A sequence: what is there, what differs, and what the caller has seen so far.

use crate::{
    rng::Rng,
    schemas::ENTERPRISE,
    side::{Keeper, Stored},
    stage::{Caller, Stage},
    values::{Documents, distinct, part_of},
};
use scim::{AttributeSet, ResourceSchema, validate};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};

/// How often a difference in versions is evened out before the sequence is given up.
const MAX_ROUNDS: usize = 8;

/// A resource that both worlds have.
#[derive(Debug, Clone)]
pub struct Known {
    pub of: &'static str,
    pub endpoint: &'static str,
    pub id: String,
}

impl Known {
    /// The path of the resource, below the realm.
    pub fn path(&self) -> String {
        format!("/scim/v2/{}/{}", self.endpoint, self.id)
    }
}

/// A resource that one world has, or that each has differently, and of which nothing may be told.
#[derive(Debug, Clone)]
pub struct Ghost {
    pub of: &'static str,
    pub endpoint: &'static str,
    pub id: String,
    pub world: usize,
    /// Whether it is in the callers' realm.
    pub at_home: bool,
}

impl Ghost {
    /// Whether it may be deleted while the caller looks on.
    fn may_go(&self) -> bool {
        self.of != "User"
    }
}

pub struct Case<'a> {
    pub stage: &'a Stage,
    pub caller: &'a Caller,
    pub seed: u64,
    /// The leaves of each type that are the same in both worlds.
    pub shared: BTreeMap<&'static str, AttributeSet>,
    pub known: Vec<Known>,
    pub ghosts: Vec<Ghost>,
    /// Differences between the worlds, by kind.
    pub differences: BTreeMap<&'static str, usize>,
    /// What the caller saw of resources, entity tags, and what is random: pairs of each world's own.
    pub seen: HashMap<String, Value>,
    /// Values that must be unique, are taken, and can be seen to be: type and value.
    pub taken: Vec<(&'static str, String)>,
    pub tags: Vec<(String, String)>,
    pub cursors: Vec<(String, [String; 2])>,
    pub rival_cursors: Vec<(String, [String; 2])>,
    pub tokens: Vec<[String; 2]>,
    pub rival_tokens: Vec<String>,
    step: u64,
    /// The steps in which known resources got their ids.
    steps_of_known: Vec<u64>,
}

impl<'a> Case<'a> {
    /// Fills both worlds anew: the same as far as the caller may see, and different beyond.
    pub async fn open(stage: &'a Stage, caller: &'a Caller, seed: u64) -> Option<Self> {
        for side in &stage.sides {
            side.clear(&stage.home).await;
            for keeper in &stage.elsewhere {
                side.clear(keeper).await;
            }
        }
        let mut case = Self {
            stage,
            caller,
            seed,
            shared: caller.rights.shared(&stage.types),
            known: Vec::new(),
            ghosts: Vec::new(),
            differences: BTreeMap::new(),
            seen: HashMap::new(),
            taken: Vec::new(),
            tags: Vec::new(),
            cursors: Vec::new(),
            rival_cursors: Vec::new(),
            tokens: Vec::new(),
            rival_tokens: Vec::new(),
            step: 0,
            steps_of_known: Vec::new(),
        };
        let rng = &mut Rng::of(seed, 1);
        for (name, least, more) in [
            ("User", 2, 3),
            ("Device", 1, 2),
            ("Group", 1, 2),
            ("Vault", 1, 1),
        ] {
            for _ in 0..least + rng.below(more + 1) {
                match caller.rights.know(name) {
                    true => case.make_known(name, rng).await,
                    false => case.make_ghost(name, rng).await,
                }
            }
        }
        case.make_elsewhere(rng).await;
        case.rival(rng).await;
        case.even_out(rng).await.then_some(case)
    }

    /// A number that no step of the sequence has had, and that ids are made of.
    pub fn begin_step(&mut self) -> u64 {
        self.step += 1;
        let step = self.seed.wrapping_mul(1 << 12).wrapping_add(self.step);
        for side in &self.stage.sides {
            side.ids.begin(step);
        }
        step
    }

    pub fn differ(&mut self, kind: &'static str) {
        *self.differences.entry(kind).or_default() += 1;
    }

    /// Ids that references may name: no ghost's that may be deleted, for that would take it out of
    /// what the caller may see.
    pub fn ids(&self) -> Vec<String> {
        let people = |of: &str| of == "User" || of == "Group";
        let known = self.known.iter().filter(|k| people(k.of)).map(|k| &k.id);
        let lasting = |g: &&Ghost| g.at_home && !g.may_go();
        let ghosts = self.ghosts.iter().filter(lasting).map(|g| &g.id);
        known.chain(ghosts).cloned().collect()
    }

    fn hidden(&self, name: &str) -> AttributeSet {
        let mut hidden = self.stage.of(name).schema.all_attributes().clone();
        hidden.subtract(&self.shared[name]);
        hidden
    }

    /// Draws a document with everything, or only what is shared, or what is hidden added to it.
    fn document(
        &self,
        name: &str,
        kept: &Map<String, Value>,
        drawn: &AttributeSet,
        unique: &str,
        rng: &mut Rng,
    ) -> Value {
        let ids = self.ids();
        let documents = Documents {
            schema: &self.stage.of(name).schema,
            ids: &ids,
            unique,
            renaming: !kept.is_empty(),
        };
        documents.draw(kept, drawn, rng)
    }

    /// Makes a resource that looks the same in both worlds.
    async fn make_known(&mut self, name: &str, rng: &mut Rng) {
        let (of, endpoint) = (self.stage.of(name).name, self.stage.of(name).endpoint);
        let schema = &self.stage.of(name).schema;
        let shown = self.document(name, &Map::new(), &self.shared[name], "s", rng);
        let mut shown = part_of(schema, shown.as_object().unwrap(), &self.shared[name]);
        distinct(&mut shown);
        let hidden = self.hidden(name);
        let step = self.begin_step();
        let mut made = Vec::new();
        for (world, side) in self.stage.sides.iter().enumerate() {
            let rng = &mut Rng::of(step, 2 + world as u64);
            let body = self.document(name, &shown, &hidden, "h", rng);
            made.push((side.make(&self.stage.home, endpoint, &body).await, body));
        }
        let [(left, one), (right, other)] = made.try_into().unwrap();
        assert_eq!(left, right, "ids are planned");
        self.steps_of_known.push(step);
        let visible = self.caller.rights.visible(self.stage.of(name));
        let unique = self.stage.of(name).unique();
        let unique = unique.filter(|n| visible.contains(n.id));
        if let Some(taken) = unique.and_then(|n| shown.get(n.key())?.as_str()) {
            self.taken.push((of, taken.to_owned()));
        }
        if one != other {
            self.differ("hidden attributes");
        }
        self.known.push(Known {
            of,
            endpoint,
            id: left,
        });
    }

    /// Makes a resource of a type that the caller knows nothing of, in one world only.
    async fn make_ghost(&mut self, name: &str, rng: &mut Rng) {
        let world = rng.below(2);
        let keeper = self.stage.home.clone();
        self.make_in(world, &keeper, name, true, rng).await;
        self.differ("resources of hidden types");
    }

    /// Makes a resource in one world, in whichever realm; now and then under the id that a known
    /// resource of the callers' realm has.
    async fn make_in(
        &mut self,
        world: usize,
        keeper: &Keeper,
        name: &str,
        at_home: bool,
        rng: &mut Rng,
    ) {
        let (of, endpoint) = (self.stage.of(name).name, self.stage.of(name).endpoint);
        let step = self.begin_step();
        if !at_home && rng.chance(30) {
            // Once each: no realm has an id twice.
            if let Some(step) = self.steps_of_known.pop() {
                self.stage.sides[world].ids.begin(step);
            }
        }
        let all = self.stage.of(name).schema.all_attributes().clone();
        let own_types = keeper.client.realm == self.stage.home.client.realm;
        let rng = &mut Rng::of(step, 9);
        let mut body = self.document(name, &Map::new(), &all, "g", rng);
        if !own_types {
            // Only the callers' realm has the extension.
            let members = body.as_object_mut().unwrap();
            members.shift_remove(crate::schemas::BADGE);
            let schemas = members["schemas"].as_array_mut().unwrap();
            schemas.retain(|urn| urn != crate::schemas::BADGE);
        }
        // What the caller may see of others' memberships must stay as it is.
        let tells = self.shared["Group"].contains(
            self.stage
                .of("Group")
                .schema
                .lookup("members.value")
                .unwrap()
                .id,
        );
        if name == "Group" && at_home && tells {
            body.as_object_mut().unwrap().shift_remove("members");
        }
        let id = self.stage.sides[world].make(keeper, endpoint, &body).await;
        self.ghosts.push(Ghost {
            of,
            endpoint,
            id,
            world,
            at_home,
        });
    }

    async fn make_elsewhere(&mut self, rng: &mut Rng) {
        for keeper in self.stage.elsewhere.clone() {
            for _ in 0..rng.below(3) {
                let (world, name) = (rng.below(2), *rng.pick(&["User", "Group"]));
                self.make_in(world, &keeper, name, false, rng).await;
                self.differ("other realms");
            }
        }
    }

    /// Something that happens beside the caller. The clock goes on in both worlds.
    pub async fn event(&mut self, rng: &mut Rng) -> bool {
        let seconds = 1 + rng.below(90) as u64;
        self.stage.sides[0].server.advance(seconds);
        match rng.below(10) {
            // Seldom: hashing is slow on purpose.
            0 if rng.chance(15) => self.change_password(rng).await,
            0..4 => self.change_hidden(rng).await,
            4..6 => self.change_shown(rng).await,
            6 => {
                let hidden: Vec<&str> = ["User", "Group", "Device", "Vault"]
                    .into_iter()
                    .filter(|name| !self.caller.rights.know(name))
                    .collect();
                match rng.maybe(&hidden) {
                    Some(name) => self.make_ghost(name, rng).await,
                    None => self.make_elsewhere(rng).await,
                }
            }
            7 => self.make_elsewhere(rng).await,
            8 => self.delete_ghost(rng).await,
            _ => self.rival(rng).await,
        }
        self.even_out(rng).await
    }

    /// Gives a resource other hidden values, others in each world.
    async fn change_hidden(&mut self, rng: &mut Rng) {
        let Some(known) = rng.maybe(&self.known).cloned() else {
            return;
        };
        let step = self.begin_step();
        for world in 0..2 {
            let rng = &mut Rng::of(step, 2 + world as u64);
            self.redraw(world, &known, false, rng).await;
        }
        self.differ("hidden attributes");
    }

    /// Somebody gets a password in one world (S5).
    async fn change_password(&mut self, rng: &mut Rng) {
        let users: Vec<&Known> = self.known.iter().filter(|k| k.of == "User").collect();
        let Some(user) = rng.maybe(&users) else {
            return;
        };
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{ "op": "replace", "path": "password", "value": "a long one" }],
        });
        let side = &self.stage.sides[rng.below(2)];
        let path = format!("/Users/{}", user.id);
        let patched = side.scim(&self.stage.home, "PATCH", &path, &body).await;
        patched.expect(200);
        self.differ("passwords");
    }

    /// Writes a resource with the same shared values and other hidden ones in one world.
    ///
    /// `quietly`: so that no answer about any other resource changes by it.
    async fn redraw(&self, world: usize, known: &Known, quietly: bool, rng: &mut Rng) {
        let Some(stored) = self.stored(world, known).await else {
            return;
        };
        let schema = &self.stage.of(known.of).schema;
        let mut kept = self.shared[known.of].clone();
        if quietly {
            let telling = ["displayName", "members.value", "members.type"].map(str::to_owned);
            let manager = [format!("{ENTERPRISE}:manager.value")];
            for path in telling.iter().chain(&manager) {
                if let Some(node) = schema.lookup(path) {
                    kept.insert(node.id);
                }
            }
        }
        let mut drawn = schema.all_attributes().clone();
        drawn.subtract(&kept);
        let shown = part_of(schema, &stored.document, &kept);
        let path = format!("/{}/{}", known.endpoint, known.id);
        for _ in 0..20 {
            let body = self.document(known.of, &shown, &drawn, "h", rng);
            let document = body.as_object().unwrap();
            if document == &stored.document || repeats(schema, document) {
                continue;
            }
            let side = &self.stage.sides[world];
            let put = side.scim(&self.stage.home, "PUT", &path, &body).await;
            // A member keeps its type; another draw will not touch it.
            if put.status != 400 {
                put.expect(200);
                return;
            }
        }
    }

    async fn stored(&self, world: usize, known: &Known) -> Option<Stored> {
        let realm = &self.stage.home.client.realm;
        self.stage.sides[world]
            .stored(realm, known.of, &known.id)
            .await
    }

    /// Gives a resource another value that both worlds share.
    async fn change_shown(&mut self, rng: &mut Rng) {
        let Some(known) = rng.maybe(&self.known).cloned() else {
            return;
        };
        let schema = &self.stage.of(known.of).schema;
        let plain = |n: &&scim::Node| {
            n.is_leaf()
                && n.parent.is_none()
                && n.part == scim::Part::Core
                && !schema.is_read_only(n.id)
                && self.shared[known.of].contains(n.id)
        };
        let leaves: Vec<&scim::Node> = schema.nodes().iter().filter(plain).collect();
        let Some(leaf) = rng.maybe(&leaves) else {
            return;
        };
        let ids = self.ids();
        let documents = Documents {
            schema,
            ids: &ids,
            unique: "s",
            renaming: false,
        };
        let value = documents.value(leaf, rng);
        let value = match leaf.attribute.multi_valued {
            true => Value::Array(vec![value]),
            false => value,
        };
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{ "op": "replace", "path": leaf.path, "value": value }],
        });
        self.begin_step();
        let path = format!("/{}/{}", known.endpoint, known.id);
        for side in &self.stage.sides {
            side.scim(&self.stage.home, "PATCH", &path, &body)
                .await
                .expect(200);
        }
    }

    async fn delete_ghost(&mut self, rng: &mut Rng) {
        let may_go = |g: &&Ghost| g.at_home && g.may_go();
        let ghosts: Vec<&Ghost> = self.ghosts.iter().filter(may_go).collect();
        let Some(ghost) = rng.maybe(&ghosts) else {
            return;
        };
        let path = format!("/{}/{}", ghost.endpoint, ghost.id);
        let side = &self.stage.sides[ghost.world];
        side.scim(&self.stage.home, "DELETE", &path, &Value::Null)
            .await;
    }

    /// Another client of the realm gets a token in one world, and cursors in both.
    async fn rival(&mut self, rng: &mut Rng) {
        let (stage, world) = (self.stage, rng.below(2));
        let rival = &stage.rival;
        let token = rival
            .client
            .token(&stage.sides[world].server, Some("scim:read"));
        self.rival_tokens.push(token.await);
        self.differ("tokens of others");
        let name: &str = if rng.chance(50) { "User" } else { "Group" };
        let of = stage.of(name);
        let by = of
            .schema
            .nodes()
            .iter()
            .filter(|n| n.is_leaf())
            .collect::<Vec<_>>();
        let by = rng.pick(&by);
        let path = format!("/{}?cursor&count=1&sortBy={}", of.endpoint, by.path);
        let mut cursors = Vec::new();
        for side in &stage.sides {
            let page = side.scim(rival, "GET", &path, &Value::Null).await;
            let page: Value = serde_json::from_slice(&page.body).unwrap_or_default();
            cursors.extend(page["nextCursor"].as_str().map(str::to_owned));
        }
        if let Ok(cursors) = cursors.try_into() {
            self.rival_cursors.push((of.endpoint.to_owned(), cursors));
        }
    }

    /// S7: a change of what is hidden shows as a change of the version. That is the one exception, and
    /// it is taken out of the comparison here: each resource gets as many changes in one world as in
    /// the other, and its last one at the same time.
    pub async fn even_out(&mut self, rng: &mut Rng) -> bool {
        let step = self.begin_step();
        let mut gone = Vec::new();
        for known in self.known.clone() {
            for round in 0.. {
                let (left, right) = (self.stored(0, &known).await, self.stored(1, &known).await);
                let (Some(left), Some(right)) = (left, right) else {
                    gone.push(known.id.clone());
                    break;
                };
                if left.version == right.version {
                    break;
                }
                if round == MAX_ROUNDS {
                    return false;
                }
                let worlds: &[usize] = match left.version.0.cmp(&right.version.0) {
                    std::cmp::Ordering::Less => &[0],
                    std::cmp::Ordering::Equal => &[0, 1],
                    std::cmp::Ordering::Greater => &[1],
                };
                for world in worlds {
                    let rng = &mut Rng::of(step, rng.next());
                    self.redraw(*world, &known, true, rng).await;
                }
            }
        }
        self.known.retain(|known| !gone.contains(&known.id));
        true
    }
}

/// Whether two elements of a list are the same in all that they have: of those that looked alike to
/// the caller, whoever writes them so makes one, and that shows.
fn repeats(schema: &ResourceSchema, document: &Map<String, Value>) -> bool {
    let canonical = validate::canonical(schema, document.clone()).unwrap();
    let all = schema.all_attributes();
    part_of(schema, &canonical, all) != part_of(schema, document, all)
}
