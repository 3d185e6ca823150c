//! What the engine itself can do: the rows of the people and the PATCHes that Ambit is given, written
//! by nothing but SQLite in groups of 64, into a store that was opened by Ambit.
//!
//!     ambit-bench-engine FOLDER PEOPLE SECONDS
//!
//! Prints one JSON object: how many of each it writes in a second of CPU.

#![allow(clippy::print_stdout)] // What it measured.

use bench::{people, random::mix};
use rusqlite::{Connection, config::DbConfig, params};
use std::{
    env,
    error::Error,
    fs,
    path::Path,
    time::{Duration, Instant},
};
use store::OpenOptions;

/// How many writes share a flush.
const GROUP: u64 = 64;
/// How often a rate is measured, to take the middle one.
const WINDOWS: u32 = 5;

/// The path of an attribute, and how its value follows from the number of a person.
type Attribute = (&'static str, fn(u64) -> String);

/// What people are found by, as [`people::person`] has it.
const ATTRIBUTES: [Attribute; 10] = [
    ("userName", people::user_name),
    ("externalId", |n| format!("e{n}")),
    ("displayName", |n| format!("person {n}")),
    ("name.givenName", |n| format!("given{n}")),
    ("name.familyName", |n| format!("family{n}")),
    ("emails.value", people::email),
    ("emails.type", |_| "work".into()),
    ("emails.primary", |_| "true".into()),
    ("active", |_| "true".into()),
    (TITLE, |_| "engineer".into()),
];
const TITLE: &str = "title";

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let usage = "FOLDER PEOPLE SECONDS";
    let folder = args.next().ok_or(usage)?;
    let people: u64 = args.next().ok_or(usage)?.parse()?;
    let seconds = Duration::from_secs(args.next().ok_or(usage)?.parse()?);
    let path = Path::new(&folder).join("floor.sqlite3");
    let floor = Floor::open(&path)?;
    for first in (0..people).step_by(4_096) {
        floor.group(first..people.min(first + 4_096), |n| floor.create(n))?;
    }
    // In the order in which Ambit is asked for them.
    let mut titles = 0;
    let patches = measure(seconds, || {
        titles += GROUP;
        floor.group(titles - GROUP..titles, |n| {
            floor.patch(scattered(n) % people.max(1), n)
        })
    })?;
    let mut next = people::NEWCOMERS;
    let creates = measure(seconds, || {
        next += GROUP;
        floor.group(next - GROUP..next, |n| floor.create(n))
    })?;
    println!("{{\"create\":{creates},\"patch\":{patches}}}");
    Ok(())
}

/// How many writes `group` makes in a second of CPU: the middle one of [`WINDOWS`] that take `time`
/// together.
fn measure(
    time: Duration,
    mut group: impl FnMut() -> rusqlite::Result<()>,
) -> Result<f64, Box<dyn Error>> {
    let mut rates = Vec::new();
    for _ in 0..WINDOWS {
        let (end, before) = (Instant::now() + time / WINDOWS, cpu_seconds()?);
        let mut count = 0_u32;
        while Instant::now() < end {
            group()?;
            count += 1;
        }
        rates.push(f64::from(count) * GROUP as f64 / (cpu_seconds()? - before));
    }
    rates.sort_by(f64::total_cmp);
    Ok(rates.get(rates.len() / 2).copied().ok_or("no window")?)
}

/// Numbers that lie far apart, so that no two writes of a group are neighbours.
fn scattered(n: u64) -> u64 {
    mix(n) & 0x7FFF_FFFF
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
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
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
        numbers: std::ops::Range<u64>,
        one: impl Fn(u64) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        let run = |sql| self.0.prepare_cached(sql)?.execute([]);
        run("BEGIN IMMEDIATE")?;
        for number in numbers {
            one(number)?;
        }
        run("COMMIT").map(drop)
    }

    fn create(&self, n: u64) -> rusqlite::Result<()> {
        let insert = "INSERT INTO resource (number, tenant, realm, type, id, version, created, \
                      modified, display, document) \
                      VALUES (?1, 'acme', 'main', 'User', ?2, 1, ?3, ?3, ?4, ?5)";
        let resource = number(n);
        let (now, name) = (1_700_000_000_000_000 + resource, format!("Person {n}"));
        let mut statement = self.0.prepare_cached(insert)?;
        statement.execute(params![resource, id(n), now, name, people::person(n)])?;
        let insert = "INSERT INTO resource_index (attribute, head, owner, duplicate, resource, \
                      ordinal, element, is_primary, tail) VALUES (?1, ?2, ?3, 0, ?4, 0, 0, 0, '')";
        let mut statement = self.0.prepare_cached(insert)?;
        for (attribute, (_, value)) in (1_i64..).zip(ATTRIBUTES) {
            // The first is the one that must be unique.
            let owner = if attribute == 1 { 0 } else { resource };
            statement.execute(params![attribute, value(n), owner, resource])?;
        }
        Ok(())
    }

    /// Gives one person another title.
    fn patch(&self, n: u64, title: u64) -> rusqlite::Result<()> {
        let update = "UPDATE resource SET version = version + 1, modified = ?2, document = ?3 \
                      WHERE tenant = 'acme' AND realm = 'main' AND type = 'User' AND id = ?1";
        let document = people::person(n).replace("Engineer", &format!("Title {title}"));
        let mut statement = self.0.prepare_cached(update)?;
        statement.execute(params![id(n), number(title), document])?;
        let attribute = i64::try_from(ATTRIBUTES.len()).unwrap_or(i64::MAX);
        let delete = "DELETE FROM resource_index WHERE attribute = ?1 AND resource = ?2";
        let mut statement = self.0.prepare_cached(delete)?;
        statement.execute(params![attribute, number(n)])?;
        let insert = "INSERT INTO resource_index (attribute, head, owner, duplicate, resource, \
                      ordinal, element, is_primary, tail) VALUES (?1, ?2, ?3, 0, ?3, 0, 0, 0, '')";
        let mut statement = self.0.prepare_cached(insert)?;
        statement.execute(params![attribute, format!("title {title}"), number(n)])?;
        Ok(())
    }
}

/// The number of a person's rows.
fn number(n: u64) -> i64 {
    n.cast_signed() + 1
}

/// An id that looks like chance, the same for the same number.
fn id(n: u64) -> String {
    let (high, low) = (scattered(n), scattered(n + 7_919));
    format!(
        "{high:08x}-{:04x}-4{:03x}-8{:03x}-{low:012x}",
        n & 0xFFFF,
        low & 0xFFF,
        high & 0xFFF
    )
}

/// What this process has taken of the processors, in seconds (Linux).
fn cpu_seconds() -> Result<f64, Box<dyn Error>> {
    let text = fs::read_to_string("/proc/self/schedstat")?;
    let nanoseconds: f64 = text.split(' ').next().ok_or("no time")?.parse()?;
    Ok(nanoseconds / 1e9)
}
