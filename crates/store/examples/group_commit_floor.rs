//! What the engine itself can do: the rows of a SCIM create and of a PATCH of one attribute, written
//! by nothing but SQLite in groups of 64, into a store that was opened by Ambit.
//!
//! `cargo run --release -p store --example group_commit_floor -- FOLDER PEOPLE SECONDS`
//!
//! Prints one JSON object: how many of each it wrote, and the seconds of CPU that this took.

#![allow(clippy::print_stdout)] // What it measured.

use rusqlite::{Connection, params};
use std::{
    env,
    error::Error,
    fs,
    path::Path,
    time::{Duration, Instant},
};
use store::OpenOptions;

/// How many writes share a flush.
const GROUP: i64 = 64;

/// The path of an attribute, and how its value follows from a number.
type Attribute = (&'static str, fn(i64) -> String);

/// Those of a person.
const ATTRIBUTES: [Attribute; 10] = [
    ("userName", |n| format!("bench{n}")),
    ("externalId", |n| format!("e{n}")),
    ("displayName", |n| format!("bench {n}")),
    ("name.givenName", |n| format!("given{}", n % 2_000)),
    ("name.familyName", |n| format!("family{}", n % 20_000)),
    ("emails.value", |n| format!("bench{n}@example.com")),
    ("emails.type", |_| "work".into()),
    ("emails.primary", |_| "true".into()),
    ("active", |_| "true".into()),
    (TITLE, |n| format!("t{n}")),
];
const TITLE: &str = "title";

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let usage = "FOLDER PEOPLE SECONDS";
    let folder = args.next().ok_or(usage)?;
    let people: i64 = args.next().ok_or(usage)?.parse()?;
    let seconds = Duration::from_secs(args.next().ok_or(usage)?.parse()?);
    let path = Path::new(&folder).join("floor.sqlite3");
    let floor = Floor::open(&path)?;
    for first in (0..people).step_by(4_096) {
        floor.group(first..people.min(first + 4_096), |n| floor.create(n))?;
    }
    let mut next = people;
    let creates = floor.measure(seconds, || {
        next += GROUP;
        floor.group(next - GROUP..next, |n| floor.create(n))
    })?;
    let mut round = 0;
    let patches = floor.measure(seconds, || {
        round += GROUP;
        floor.group(round - GROUP..round, |n| {
            floor.patch(scattered(n) % people.max(1), n)
        })
    })?;
    println!(
        "{{\"create\":{{\"count\":{},\"cpu\":{}}},\"patch\":{{\"count\":{},\"cpu\":{}}}}}",
        creates.0, creates.1, patches.0, patches.1
    );
    Ok(())
}

/// Numbers that lie far apart, so that no two writes of a group are neighbours.
fn scattered(n: i64) -> i64 {
    (n.wrapping_mul(0x5851_F42D_4C95_7F2D) >> 16) & 0x7FFF_FFFF
}

struct Floor(Connection);

impl Floor {
    /// A store of Ambit's, which Ambit has closed again.
    fn open(path: &Path) -> Result<Self, Box<dyn Error>> {
        if path.exists() {
            return Err(format!("{} is there already", path.display()).into());
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let address = format!("sqlite:{}", path.display());
        let opened = runtime.block_on(store::open(&address, OpenOptions::default()))?;
        drop(opened);
        let connection = Connection::open(path)?;
        // As Ambit's writer has them.
        for (pragma, value) in [
            ("synchronous", "FULL"),
            ("foreign_keys", "ON"),
            ("cache_size", "-65536"),
            ("temp_store", "MEMORY"),
            ("wal_autocheckpoint", "8192"),
        ] {
            connection.pragma_update(None, pragma, value)?;
        }
        connection.execute("INSERT INTO config_head VALUES ('acme', 'main', 1)", [])?;
        let insert = "INSERT INTO attribute (number, tenant, realm, path, type) \
                      VALUES (?1, 'acme', 'main', ?2, 'User')";
        let paths = ATTRIBUTES.iter().map(|(path, _)| *path);
        for (number, path) in (0_i64..).zip(std::iter::once("").chain(paths)) {
            connection.execute(insert, params![number, path])?;
        }
        Ok(Self(connection))
    }

    /// Runs `one` for all of `numbers`, with one flush.
    fn group(
        &self,
        numbers: std::ops::Range<i64>,
        one: impl Fn(i64) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        let run = |sql| self.0.prepare_cached(sql)?.execute([]);
        run("BEGIN IMMEDIATE")?;
        for number in numbers {
            one(number)?;
        }
        run("COMMIT").map(drop)
    }

    /// How many writes `group` made in about that time, and what CPU they took, in seconds.
    fn measure(
        &self,
        time: Duration,
        mut group: impl FnMut() -> rusqlite::Result<()>,
    ) -> Result<(i64, f64), Box<dyn Error>> {
        let (end, before) = (Instant::now() + time, cpu_seconds()?);
        let mut count = 0;
        while Instant::now() < end {
            group()?;
            count += GROUP;
        }
        Ok((count, cpu_seconds()? - before))
    }

    fn create(&self, n: i64) -> rusqlite::Result<()> {
        let insert = "INSERT INTO resource (number, tenant, realm, type, id, version, created, \
                      modified, display, document) \
                      VALUES (?1, 'acme', 'main', 'User', ?2, 1, ?3, ?3, ?4, ?5)";
        let resource = n + 1;
        let (now, name) = (1_700_000_000_000_000 + n, format!("Bench {n}"));
        let mut statement = self.0.prepare_cached(insert)?;
        statement.execute(params![resource, id(n), now, name, document(n, n)])?;
        let insert = "INSERT INTO resource_index (attribute, head, owner, duplicate, resource, \
                      ordinal, element, is_primary, tail) VALUES (?1, ?2, ?3, 0, ?4, 0, 0, 0, '')";
        let mut statement = self.0.prepare_cached(insert)?;
        for (number, (_, value)) in (1_i64..).zip(ATTRIBUTES) {
            // The first is the one that must be unique.
            let owner = if number == 1 { 0 } else { resource };
            statement.execute(params![number, value(n), owner, resource])?;
        }
        Ok(())
    }

    /// Gives one person another title.
    fn patch(&self, n: i64, title: i64) -> rusqlite::Result<()> {
        let update = "UPDATE resource SET version = version + 1, modified = ?2, document = ?3 \
                      WHERE tenant = 'acme' AND realm = 'main' AND type = 'User' AND id = ?1";
        let mut statement = self.0.prepare_cached(update)?;
        statement.execute(params![id(n), title, document(n, title)])?;
        let attribute = i64::try_from(ATTRIBUTES.len()).unwrap_or(i64::MAX);
        let delete = "DELETE FROM resource_index WHERE attribute = ?1 AND resource = ?2";
        let mut statement = self.0.prepare_cached(delete)?;
        statement.execute(params![attribute, n + 1])?;
        let insert = "INSERT INTO resource_index (attribute, head, owner, duplicate, resource, \
                      ordinal, element, is_primary, tail) VALUES (?1, ?2, ?3, 0, ?3, 0, 0, 0, '')";
        let mut statement = self.0.prepare_cached(insert)?;
        statement.execute(params![attribute, format!("t{title}"), n + 1])?;
        Ok(())
    }
}

/// An id that looks like chance, the same for the same number.
fn id(n: i64) -> String {
    let (high, low) = (scattered(n), scattered(n + 7_919));
    format!(
        "{high:08x}-{:04x}-4{:03x}-8{:03x}-{low:012x}",
        n & 0xFFFF,
        low & 0xFFF,
        high & 0xFFF
    )
}

fn document(n: i64, title: i64) -> String {
    format!(
        "{{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"bench{n}\",\
         \"externalId\":\"e{n}\",\"displayName\":\"Bench {n}\",\"name\":{{\"givenName\":\"Given{n}\",\
         \"familyName\":\"Family{n}\"}},\"emails\":[{{\"value\":\"bench{n}@example.com\",\
         \"type\":\"work\",\"primary\":true}}],\"active\":true,\"title\":\"T{title}\"}}"
    )
}

/// What this process has taken of the processors, in seconds (Linux).
fn cpu_seconds() -> Result<f64, Box<dyn Error>> {
    let text = fs::read_to_string("/proc/self/schedstat")?;
    let nanoseconds: f64 = text.split(' ').next().ok_or("no time")?.parse()?;
    Ok(nanoseconds / 1e9)
}
