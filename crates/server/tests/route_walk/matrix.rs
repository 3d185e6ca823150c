//! *Route × role × tenant × id position*: every operation of the management API, for a person of every
//! built-in role, with tokens of another realm and of another tenant, and with each id of its path in turn
//! replaced by another realm's, by one of nothing, and by what is none.
//!
//! What must be answered follows from the operation table and the rights of the role alone (REG-17, T1, T2,
//! V6).

use crate::{examples::Example, support::Answer, world::World};
use domain::management::table::{OPERATIONS, Operation, Reach, Verb};
use scope::{ManagementRight, RoleRights};
use server::Route;

/// A person in a role, by a token with all that the role lets them give.
struct Actor {
    role: String,
    rights: RoleRights,
    token: String,
}

impl Actor {
    /// One of each role that every realm has.
    async fn of_each_role(world: &World) -> Vec<Self> {
        let server = &world.server;
        let scopes: Vec<String> = ManagementRight::all().map(|r| r.to_string()).collect();
        let names: Vec<&str> = scopes.iter().map(String::as_str).collect();
        let app = server.add_app(&names, |_| ()).await;
        let snapshot = server.snapshot();
        let mut actors = Vec::new();
        for role in snapshot.config().roles.values().filter(|r| r.built_in) {
            let person = server.add_person(&role.name.replace(' ', "-")).await;
            server.put_in_role(&person, &role.name).await;
            actors.push(Self {
                role: role.name.clone(),
                rights: role.rights(),
                token: app.token_of(server, &person, &scopes.join(" ")).await,
            });
        }
        actors
    }

    fn may(&self, operation: &Operation) -> bool {
        self.rights.holds.contains(operation.right)
    }

    /// Who holds everything is refused nothing that is well asked for.
    fn may_everything(&self) -> bool {
        self.rights == RoleRights::everything()
    }
}

/// What was asked and answered, for messages.
struct Asked<'a> {
    operation: &'a Operation,
    who: &'a str,
    example: &'a Example,
    answer: Answer,
}

impl Asked<'_> {
    #[track_caller]
    fn must_be(&self, status: u16) {
        assert_eq!(self.answer.status, status, "{}", self.said());
    }

    fn said(&self) -> String {
        let Operation { method, path, .. } = self.operation;
        let (who, asked, answer) = (self.who, &self.example.path, &self.answer);
        format!(
            "{method} {path}, by {who} at {asked}: {} {}",
            answer.status,
            answer.text()
        )
    }

    /// The refusal of who lacks the right, which names scopes that would do.
    #[track_caller]
    fn must_lack_the_right(&self) {
        self.must_be(403);
        let challenge = self.answer.header("www-authenticate");
        assert!(challenge.contains("insufficient_scope"), "{}", self.said());
    }

    /// Served; or, where something is made, changed or deleted, refused because others would get more by it than
    /// the actor has (product §2.4). What one reports of oneself, nobody else does.
    #[track_caller]
    fn must_be_served(&self, actor: &Actor) {
        let success = self.answer.status.is_success();
        let beyond =
            || self.answer.status == 403 && self.answer.json()["code"] == "beyond_own_rights";
        let served = match self.operation.verb {
            Verb::Report => beyond(),
            Verb::List | Verb::Read => success,
            Verb::Create | Verb::Update | Verb::Delete => {
                success || (!actor.may_everything() && beyond())
            }
        };
        assert!(served, "{}", self.said());
    }
}

async fn ask<'a>(
    world: &World,
    operation: &'a Operation,
    example: &'a Example,
    (who, token): (&'a str, &str),
) -> Asked<'a> {
    let answer = world.send(example, Some(token)).await;
    Asked {
        operation,
        who,
        example,
        answer,
    }
}

#[tokio::test]
async fn reg_17_route_by_role_by_tenant_by_id_position_has_no_unexpected_answer() {
    let world = World::new().await;
    let actors = Actor::of_each_role(&world).await;
    assert!(actors.len() >= 4, "only {} roles", actors.len());
    let neighbour = world.server.add_realm("neighbours", "default").await;
    let strangers = [
        (
            "another tenant's administrator",
            world.foreign_token().await,
        ),
        (
            "another tenant's, in a realm of the same name",
            neighbour.token(&world.server, None).await,
        ),
        (
            "another realm's administrator",
            world.neighbour_token().await,
        ),
    ];
    let routes = server::routes();
    let mut asked = 0;
    for operation in OPERATIONS {
        let of_this = |r: &&Route| r.path == operation.path && r.method == operation.method;
        let route = routes.iter().find(of_this).expect("its route");
        let untouched = Example::of(&world, route).await;
        for (who, token) in &strangers {
            ask(&world, operation, &untouched, (who, token))
                .await
                .must_be(401);
            asked += 1;
        }
        let elsewhere = untouched.elsewhere(&world).await;
        for actor in &actors {
            let by = (actor.role.as_str(), actor.token.as_str());
            for same in &elsewhere {
                asked += answered_alike(&world, operation, actor, same).await;
            }
            asked += positions_of_realms(&world, operation, actor, &untouched).await;
            let own = Example::of(&world, route).await;
            let answer = ask(&world, operation, &own, by).await;
            match actor.may(operation) {
                true => answer.must_be_served(actor),
                false => answer.must_lack_the_right(),
            }
            asked += 1;
        }
    }
    assert!(asked > 12 * OPERATIONS.len(), "only {asked} were asked");
}

/// An id of another realm, one of nothing and what is no id: the same answer, byte for byte, to whoever has the
/// right, and none of them is looked at for who has not.
async fn answered_alike(
    world: &World,
    operation: &Operation,
    actor: &Actor,
    same: &[Example; 3],
) -> usize {
    let by = (actor.role.as_str(), actor.token.as_str());
    let mut first: Option<Answer> = None;
    for example in same {
        let asked = ask(world, operation, example, by).await;
        if !actor.may(operation) {
            asked.must_lack_the_right();
            continue;
        }
        asked.must_be(404);
        let first = first.get_or_insert_with(|| asked.answer.clone());
        assert_eq!(asked.answer.text(), first.text(), "{}", asked.said());
        assert_eq!(asked.answer.headers, first.headers, "{}", asked.said());
    }
    same.len()
}

/// The tenant and the realm in the path: of another the token is not good, and what is not there is 404. Above
/// realms they are ids like others.
async fn positions_of_realms(
    world: &World,
    operation: &Operation,
    actor: &Actor,
    example: &Example,
) -> usize {
    let by = (actor.role.as_str(), actor.token.as_str());
    let mut asked = 0;
    if operation.reach == Reach::Realm && operation.path.contains("{realm}") {
        for realm in [["foreign", "realm"], ["default", "neighbour"]] {
            let there = example.with("tenant", realm[0]).with("realm", realm[1]);
            ask(world, operation, &there, by).await.must_be(401);
            asked += 1;
        }
    }
    for variable in ["tenant", "realm"] {
        if !operation.path.contains(&format!("{{{variable}}}")) {
            continue;
        }
        for id in ["nowhere", "No%20Name!"] {
            let nowhere = example.with(variable, id);
            let answer = ask(world, operation, &nowhere, by).await;
            match operation.reach {
                Reach::System if !actor.may(operation) => answer.must_lack_the_right(),
                Reach::System | Reach::Realm => answer.must_be(404),
            }
            asked += 1;
        }
    }
    asked
}
