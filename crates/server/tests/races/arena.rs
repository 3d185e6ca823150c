//! Where racers meet: a server, its administrator, and a common start.

use crate::{
    postgres,
    support::{Answer, Client, TestServer},
};
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use tempfile::TempDir;
use tokio::{sync::Barrier, task::JoinSet};

pub const RACERS: usize = 16;

/// One test per race and store.
macro_rules! races {
    ($($module:ident::$name:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
            async fn $name() {
                crate::$module::$name(crate::Arena::sqlite().await).await;
            })*
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
            async fn $name() {
                if let Some(arena) = crate::Arena::postgres().await {
                    crate::$module::$name(arena).await;
                }
            })*
        }
    };
}
pub(crate) use races;

/// A server that racers share.
#[derive(Clone)]
pub struct Arena {
    pub server: Arc<TestServer>,
    /// A token of the administrator's, for everything that needs no person.
    pub admin: String,
    pub on_postgres: bool,
}

impl Arena {
    pub async fn sqlite() -> Self {
        Self::of(TestServer::start().await, false).await
    }

    /// None where PostgreSQL is not installed.
    pub async fn postgres() -> Option<Self> {
        let address = postgres::database().await?;
        let server = TestServer::start_on(address, TempDir::new().unwrap());
        Some(Self::of(server.await, true).await)
    }

    async fn of(server: TestServer, on_postgres: bool) -> Self {
        let admin = server.admin_token().await;
        Self {
            server: Arc::new(server),
            admin,
            on_postgres,
        }
    }

    /// Sends what the administrator may, to something below the system realm.
    pub async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let path = self.server.admin.path(path);
        self.server.call(method, &path, &self.admin, body).await
    }

    /// Makes something; answers the path of it.
    pub async fn make(&self, path: &str, body: Value) -> String {
        let made = self.call("POST", path, Some(body)).await.expect(201);
        format!("{path}/{}", made.json()["id"].as_str().unwrap())
    }

    /// A client with these scopes.
    pub async fn client(&self, scopes: &[&str]) -> Client {
        self.server.add_client(scopes, |_| {}).await
    }

    /// Whether a token is active, to the administrator.
    pub async fn is_active(&self, token: &str) -> bool {
        let answer = self.server.admin.introspect(&self.server, token).await;
        answer.expect(200).json()["active"] == true
    }

    /// Every other racer deletes one thing, the others make what needs it; answers how many did the one and the
    /// other. Who comes too late hears 404 or 409 of the deletion, and `late` of what was to be made.
    pub async fn delete_or_make(
        &self,
        round: u32,
        needed: &str,
        late: u16,
        make: impl Fn(usize) -> (String, Value),
    ) -> (usize, usize) {
        let answers = self.race(|arena, racer| {
            let deletes = racer % 2 == 0;
            let (method, path, body) = match deletes {
                true => ("DELETE", needed.to_owned(), None),
                false => {
                    let (path, body) = make(racer);
                    ("POST", path, Some(body))
                }
            };
            async move {
                handicap(round, deletes).await;
                (deletes, arena.call(method, &path, body).await)
            }
        });
        let (mut deleted, mut made) = (0, 0);
        for (deletes, answer) in answers.await {
            match (deletes, answer.status.as_u16()) {
                (true, 204) => deleted += 1,
                (false, 201) => made += 1,
                (true, 404 | 409) => {}
                (false, status) if status == late => {}
                (_, status) => panic!(
                    "round {round}: deletes {deletes}: {status} {}",
                    answer.text()
                ),
            }
        }
        (deleted, made)
    }

    /// Runs sixteen racers that start together, and gives their outcomes in their order. Each knows its number.
    pub async fn race<T, F>(&self, racer: impl Fn(Self, usize) -> F) -> Vec<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let start = Arc::new(Barrier::new(RACERS));
        let mut racers = JoinSet::new();
        for number in 0..RACERS {
            let (start, race) = (start.clone(), racer(self.clone(), number));
            racers.spawn(async move {
                start.wait().await;
                (number, race.await)
            });
        }
        let mut outcomes = racers.join_all().await;
        outcomes.sort_by_key(|(number, _)| *number);
        outcomes.into_iter().map(|(_, outcome)| outcome).collect()
    }
}

/// Holds a round's racers of one side back, ever longer and each side in turn, so that each wins some rounds.
pub async fn handicap(round: u32, side: bool) {
    if round.is_multiple_of(2) == side {
        tokio::time::sleep(Duration::from_micros(u64::from(round / 2) * 400)).await;
    }
}

/// Runs rounds of a race with two possible ends until each was seen, and twelve at least.
pub async fn both_ends(what: &str, mut round: impl AsyncFnMut(u32) -> bool) {
    let mut ends = [0, 0];
    for number in 0..100 {
        ends[usize::from(round(number).await)] += 1;
        if number >= 11 && ends.iter().all(|count| *count > 0) {
            return;
        }
    }
    panic!("{what}: one end was never seen: {ends:?}");
}
