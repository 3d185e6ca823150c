//! A PostgreSQL server of the test process's own: temporary, on loopback, gone with the process.

use std::{
    fs,
    io::Read as _,
    net::TcpListener,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};
use tokio_postgres::NoTls;

/// What to install where there is no server.
const INSTALL: &str = "apt-get install --yes postgresql";

/// A running cluster. Its watchdog holds the other end of `child`'s standard input: when this
/// process ends, however it ends, the server stops and its folder goes.
struct Cluster {
    port: u16,
    #[allow(dead_code)] // Held open.
    child: Child,
}

static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();

/// The address of a new database, or none (said on standard output) where PostgreSQL is not
/// installed.
///
/// With `AMBIT_REQUIRE_POSTGRES=1` that is a failure.
pub async fn database() -> Option<String> {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let port = available()?;
    let name = format!("t{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let address = |name: &str| format!("postgres://postgres@127.0.0.1:{port}/{name}");
    run(&address("postgres"), &format!("CREATE DATABASE {name}")).await;
    Some(address(&name))
}

/// Ends the connection that holds the database for its owner, as a failing network would.
#[allow(dead_code)] // Not every test binary does it.
pub async fn take_ownership_away(address: &str) {
    let of_locks = "SELECT pg_terminate_backend(pid) FROM pg_locks \
                    WHERE locktype = 'advisory' AND granted AND database = \
                          (SELECT oid FROM pg_database WHERE datname = current_database())";
    run(address, of_locks).await;
}

/// Runs one statement on a connection of its own.
async fn run(address: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(address, NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    client.batch_execute(sql).await.unwrap();
    drop(client);
    connection.await.unwrap().unwrap();
}

/// The port of the process's cluster, which the first call starts.
pub fn available() -> Option<u16> {
    let cluster = CLUSTER.get_or_init(|| match binaries() {
        Some(folder) => Some(start(&folder)),
        None if std::env::var("AMBIT_REQUIRE_POSTGRES").is_ok_and(|value| value == "1") => {
            panic!("PostgreSQL is not installed: {INSTALL}")
        }
        None => {
            println!("SKIPPED: PostgreSQL is not installed ({INSTALL})");
            None
        }
    });
    cluster.as_ref().map(|cluster| cluster.port)
}

/// The newest installed server's programs.
fn binaries() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut folders: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    folders.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let searched = folders.into_iter().rev().map(|(_, folder)| folder);
    searched
        .chain(std::env::split_paths(&path))
        .find(|folder| folder.join("initdb").exists())
}

fn start(binaries: &Path) -> Cluster {
    let folder = tempfile::Builder::new()
        .prefix("ambit-postgres-")
        .tempdir()
        .unwrap()
        .keep();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    let user = server_user();
    if let Some((uid, gid)) = user {
        std::os::unix::fs::chown(&folder, Some(uid), Some(gid)).unwrap();
    }
    let command = |program: PathBuf| {
        let mut command = Command::new(program);
        if let Some((uid, gid)) = user {
            command.uid(uid).gid(gid);
        }
        command.current_dir(&folder).env("LC_ALL", "C.UTF-8");
        command
    };
    let data = folder.join("data");
    // Not ordered by code point unless a column asks for it: what must not matter, does here.
    let made = command(binaries.join("initdb"))
        .args([
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--no-sync",
        ])
        .args(["--locale-provider=icu", "--icu-locale=en-US"])
        .arg("--pgdata")
        .arg(&data)
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let script = "\"$0\" -D \"$1/data\" -p \"$2\" -h 127.0.0.1 -c unix_socket_directories= \
                  -c fsync=off -c max_connections=300 >\"$1/log\" 2>&1 </dev/null & server=$!; \
                  cat >/dev/null; kill -QUIT $server; wait $server; cd /; rm -rf \"$1\"";
    let child = command("/bin/sh".into())
        .args(["-c", script])
        .arg(binaries.join("postgres"))
        .arg(&folder)
        .arg(port.to_string())
        // What interrupts the tests must not reach the watchdog.
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() || !accepts(&folder) {
        let log = || fs::read_to_string(folder.join("log")).unwrap_or_default();
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "no PostgreSQL: {}",
            log()
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    Cluster { port, child }
}

/// Whether the server has said that it is ready.
fn accepts(folder: &Path) -> bool {
    let mut log = String::new();
    fs::File::open(folder.join("log"))
        .and_then(|mut file| file.read_to_string(&mut log))
        .is_ok_and(|_| log.contains("ready to accept connections"))
}

/// The server refuses to run as root; then it runs as one of these.
fn server_user() -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt;
    if fs::metadata("/proc/self").ok()?.uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap();
    ["postgres", "nobody"].into_iter().find_map(|name| {
        let line = users
            .lines()
            .find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    })
}
