//! What is kept of resources is never told from what the store has: by whoever asks (S2, G6, T1),
//! whatever is written, and whatever becomes of a write.

use crate::{
    rng::Rng,
    support::Answer,
    world::{ENTERPRISE, GROUP, Scim, World, user},
};
use axum::{Router, body::Body};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};
use tower::ServiceExt;

/// Everything about an answer.
async fn whole(router: &Router, scim: &Scim, path: &str) -> String {
    let request = scim.request("GET", path).body(Body::empty()).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let (head, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let mut headers: Vec<String> = head.headers.iter().map(|h| format!("{h:?}")).collect();
    headers.sort();
    format!(
        "{} {headers:?} {}",
        head.status,
        String::from_utf8_lossy(&body)
    )
}

struct Directory {
    world: World,
    warm: Router,
    callers: Vec<Scim>,
    users: Vec<String>,
    groups: Vec<String>,
    made: usize,
}

impl Directory {
    async fn new() -> Self {
        let world = World::start().await;
        let warm = server::router(server::App::new(world.server.core.clone()));
        let callers = vec![
            world.full.clone(),
            world.with(&["scim:read"]).await,
            world
                .with_scopes(&[
                    ("User", &["retrieve"], &["userName", "groups"]),
                    ("User", &["search"], &["userName", "title"]),
                    ("Group", &["retrieve", "search"], &["*"]),
                ])
                .await,
            world.limited("User", &["retrieve", "search"], &["*"]).await,
            world.limited("User", &["search"], &["userName"]).await,
        ];
        Self {
            world,
            warm,
            callers,
            users: Vec::new(),
            groups: Vec::new(),
            made: 0,
        }
    }

    fn members(&self, rng: &mut Rng) -> Vec<Value> {
        let some = self.users.iter().filter(|_| rng.below(2) == 0);
        some.map(|id| json!({ "value": id })).collect()
    }

    /// Something is written, or fails to be; whichever it was is not told.
    async fn write(&mut self, rng: &mut Rng) {
        self.made += 1;
        let name = format!("n{}", self.made);
        let (store, full) = (self.world.server.store.clone(), self.world.full.clone());
        store.lose_answers(rng.below(12) == 0);
        store.fail_writes(rng.below(12) == 0);
        let (user_id, group_id) = (
            rng.maybe(&self.users).cloned(),
            rng.maybe(&self.groups).cloned(),
        );
        let at_user = format!("/Users/{}", user_id.as_deref().unwrap_or("none"));
        let at_group = format!("/Groups/{}", group_id.as_deref().unwrap_or("none"));
        let set =
            |path: &str, value: Value| json!([{ "op": "replace", "path": path, "value": value }]);
        let world = &self.world;
        let made = match rng.below(11) {
            0 | 1 => {
                let more = json!({ "displayName": name, "title": "t" });
                world.post(&full, "/Users", &user(&name, more)).await
            }
            2 => {
                let members = self.members(rng);
                let body = json!({ "schemas": [GROUP], "displayName": name, "members": members });
                world.post(&full, "/Groups", &body).await
            }
            3 => {
                world
                    .patch(&full, &at_user, &set("displayName", json!(name)))
                    .await
            }
            4 => {
                world
                    .patch(&full, &at_user, &set("title", json!(name)))
                    .await
            }
            5 => {
                let manager = json!({ "value": rng.maybe(&self.users) });
                let path = format!("{ENTERPRISE}:manager");
                world.patch(&full, &at_user, &set(&path, manager)).await
            }
            6 => {
                world
                    .patch(&full, &at_group, &set("displayName", json!(name)))
                    .await
            }
            7 => {
                let members = Value::from(self.members(rng));
                world
                    .patch(&full, &at_group, &set("members", members))
                    .await
            }
            // A name that another had, has or will have.
            8 | 9 => {
                let name = json!(format!("n{}", rng.below(self.made + 1)));
                world.patch(&full, &at_user, &set("userName", name)).await
            }
            _ if rng.below(2) == 0 => world.delete(&full, &at_user).await,
            _ => world.delete(&full, &at_group).await,
        };
        store.lose_answers(false);
        store.fail_writes(false);
        if made.status == 201 {
            let id = made.json()["id"].as_str().unwrap().to_owned();
            match made.json().get("userName") {
                Some(_) => self.users.push(id),
                None => self.groups.push(id),
            }
        }
    }

    /// An address that someone might ask.
    fn question(&self, rng: &mut Rng) -> String {
        let selected = ["", "?attributes=groups", "?excludedAttributes=title,meta"][rng.below(3)];
        match rng.below(6) {
            0 | 1 => {
                let id = rng.maybe(&self.users).map_or("none", String::as_str);
                format!("/Users/{id}{selected}")
            }
            2 => {
                let id = rng.maybe(&self.groups).map_or("none", String::as_str);
                format!("/Groups/{id}{selected}")
            }
            3 => format!(
                "/Users?filter=userName%20eq%20%22n{}%22",
                rng.below(self.made + 1)
            ),
            4 => {
                let (start, count) = (rng.below(5), rng.below(6));
                format!("/Users?startIndex={start}&count={count}")
            }
            _ => "/Groups".to_owned(),
        }
    }
}

#[tokio::test]
async fn s2_what_is_kept_is_what_the_store_has_whatever_is_written() {
    let (mut answered, mut listed) = (0, 0);
    for seed in 1..=3 {
        let mut rng = Rng::new(seed);
        let mut directory = Directory::new().await;
        for step in 0..25 {
            directory.write(&mut rng).await;
            let cold = Arc::new(directory.world.server.cold().await);
            let cold = server::router(server::App::new(cold));
            for _ in 0..5 {
                let path = directory.question(&mut rng);
                // In another order each time: what one was shown must not be shown to another.
                let shift = rng.below(directory.callers.len());
                for index in 0..directory.callers.len() {
                    let scim = &directory.callers[(index + shift) % directory.callers.len()];
                    let expected = whole(&cold, scim, &path).await;
                    for time in ["first", "second", "third"] {
                        let kept = whole(&directory.warm, scim, &path).await;
                        assert_eq!(kept, expected, "seed {seed} step {step} {path} {time}");
                    }
                    answered += usize::from(expected.starts_with("200"));
                    listed += usize::from(expected.contains("ListResponse"));
                }
            }
        }
    }
    // It was about something.
    assert!(answered > 500 && listed > 200, "{answered} {listed}");
}

/// The number at the end of a text, such as a name that counts.
fn count(value: &Value) -> u64 {
    let text = value.as_str().unwrap_or("n0");
    text.trim_start_matches(char::is_alphabetic)
        .parse()
        .unwrap()
}

/// A text that one writer counts up, and how far that was acknowledged.
struct Counter {
    path: String,
    attribute: &'static str,
    acknowledged: AtomicU64,
}

/// What a reader sees of a counter is never older than what was acknowledged when it asked, nor
/// than what it saw before.
struct Reader<'a> {
    counter: &'a Counter,
    last: u64,
}

impl Reader<'_> {
    async fn read(&mut self, what: &str, question: impl Future<Output = Answer>, at: &str) {
        let least = self.counter.acknowledged.load(SeqCst).max(self.last);
        let answer = question.await.expect(200).json();
        let seen = count(answer.pointer(at).unwrap_or(&Value::Null));
        assert!(seen >= least, "{what}: {seen} after {least}");
        self.last = seen;
    }
}

/// How far writers count.
const TIMES: u64 = 60;

/// Ada, whose manager is Bob, in a group.
struct Scene {
    world: World,
    /// Ada's title, Bob's name, the group's name.
    counters: [Counter; 3],
    page: String,
    done: AtomicBool,
}

impl Scene {
    async fn set() -> Arc<Self> {
        let world = World::start().await;
        let named = || json!({ "displayName": "n0", "title": "n0" });
        let (ada, bob) = (
            world.user("ada", named()).await,
            world.user("bob", named()).await,
        );
        let group = world.group("n0", &[&ada]).await;
        let path = format!("{ENTERPRISE}:manager");
        let to_bob = json!([{ "op": "add", "path": path, "value": { "value": bob } }]);
        let at_ada = format!("/Users/{ada}");
        world.patch(&world.full, &at_ada, &to_bob).await.expect(200);
        let counter = |path: String, attribute| Counter {
            path,
            attribute,
            acknowledged: AtomicU64::new(0),
        };
        // Of the two, the one with the lesser id comes first.
        let place = if ada < bob { "1" } else { "2" };
        Arc::new(Self {
            world,
            counters: [
                counter(at_ada, "title"),
                counter(format!("/Users/{bob}"), "displayName"),
                counter(format!("/Groups/{group}"), "displayName"),
            ],
            page: format!("/Users?startIndex={place}&count=1"),
            done: AtomicBool::new(false),
        })
    }

    async fn write(self: Arc<Self>, which: usize) {
        let (world, counter) = (&self.world, &self.counters[which]);
        for n in 1..=TIMES {
            let value =
                json!([{ "op": "replace", "path": counter.attribute, "value": format!("n{n}") }]);
            world
                .patch(&world.full, &counter.path, &value)
                .await
                .expect(200);
            counter.acknowledged.store(n, SeqCst);
        }
    }

    async fn read(self: Arc<Self>) {
        let [title, manager, group] = &self.counters;
        let reader = |counter| Reader { counter, last: 0 };
        let (mut titles, mut lists, mut found) = (reader(title), reader(title), reader(title));
        let (mut managers, mut groups) = (reader(manager), reader(group));
        let get = async |path: &str| self.world.get(&self.world.full, path).await;
        let manager_name = format!("/{ENTERPRISE}/manager/displayName");
        let filter = "/Users?filter=userName%20eq%20%22ada%22";
        while !self.done.load(SeqCst) {
            titles.read("GET", get(&title.path), "/title").await;
            managers
                .read("manager", get(&title.path), &manager_name)
                .await;
            groups
                .read("groups", get(&title.path), "/groups/0/display")
                .await;
            lists
                .read("page", get(&self.page), "/Resources/0/title")
                .await;
            found
                .read("filter", get(filter), "/Resources/0/title")
                .await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_older_than_what_was_acknowledged_or_seen_is_shown() {
    let scene = Scene::set().await;
    let readers: Vec<_> = (0..3).map(|_| tokio::spawn(scene.clone().read())).collect();
    let writers: Vec<_> = (0..3)
        .map(|n| tokio::spawn(scene.clone().write(n)))
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    scene.done.store(true, SeqCst);
    for reader in readers {
        reader.await.unwrap();
    }
    for counter in &scene.counters {
        let mut reader = Reader {
            counter,
            last: TIMES,
        };
        let question = scene.world.get(&scene.world.full, &counter.path);
        let at = format!("/{}", counter.attribute);
        reader.read("at last", question, &at).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_nobody_waits_for_is_seen_all_the_same() {
    let world = Arc::new(World::start().await);
    let id = world.user("ada", json!({ "title": "n0" })).await;
    let path = format!("/Users/{id}");
    let title = async || count(&world.get(&world.full, &path).await.expect(200).json()["title"]);
    for n in 1..=5 {
        assert_eq!(title().await, n - 1);
        let release = world.server.store.hold_next_answer();
        let (writer, path) = (world.clone(), path.clone());
        let write = tokio::spawn(async move {
            let value = json!([{ "op": "replace", "path": "title", "value": format!("n{n}") }]);
            writer.patch(&writer.full, &path, &value).await
        });
        while !world.server.store.holds_an_answer() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        // Made, and not acknowledged: whoever asks sees it, and nobody sees less after that.
        assert_eq!(title().await, n);
        write.abort();
        assert!(write.await.unwrap_err().is_cancelled());
        assert_eq!(title().await, n);
        drop(release);
        assert_eq!(title().await, n);
    }
}

/// What was written is not read again to be written once more, until it may not be what it was.
#[tokio::test]
async fn a_write_begins_with_what_was_written_last() {
    let world = World::start().await;
    let (full, store) = (world.full.clone(), world.server.store.clone());
    let blind = world.limited("User", &["modify"], &["title"]).await;
    let mut made = Vec::new();
    for name in ["ada", "bob"] {
        let answer = world.post(&full, "/Users", &user(name, json!({}))).await;
        let id = answer.json()["id"].as_str().unwrap().to_owned();
        made.push(format!("/Users/{id}"));
    }
    let set = async |title: &str| {
        let change = json!([{ "op": "replace", "path": "title", "value": title }]);
        world.patch(&blind, &made[0], &change).await.status
    };
    assert_eq!(set("a").await, 204);
    store.fail_reads(true);
    assert_eq!(set("b").await, 204);
    assert_eq!(set("c").await, 204);
    store.fail_reads(false);
    // What a deletion changes is the store's to know.
    world.delete(&full, &made[1]).await.expect(204);
    store.fail_reads(true);
    assert_eq!(set("d").await, 503);
    store.fail_reads(false);
    assert_eq!(set("d").await, 204);
    let shown = world.get(&full, &made[0]).await.json();
    assert_eq!(shown["title"], "d");
}
