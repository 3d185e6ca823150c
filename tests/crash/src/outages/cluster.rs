//! A PostgreSQL server of our own, durable as it comes, that can be hurt.

use crate::program::signal;
use anyhow::{Context as _, Result, bail};
use std::{
    fs::{self, File},
    net::TcpListener,
    os::unix::{fs::MetadataExt as _, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// Longest wait for a start.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) struct Cluster {
    binaries: PathBuf,
    folder: PathBuf,
    port: u16,
    user: Option<(u32, u32)>,
    server: Option<Child>,
}

impl Cluster {
    /// Makes a cluster in a new folder, unless PostgreSQL is not installed.
    pub(super) fn create(folder: &Path) -> Result<Option<Self>> {
        let Some(binaries) = binaries() else {
            return Ok(None);
        };
        fs::create_dir(folder)?;
        let user = unprivileged()?;
        if let Some((uid, gid)) = user {
            std::os::unix::fs::chown(folder, Some(uid), Some(gid))?;
        }
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut cluster = Self {
            binaries,
            folder: folder.to_owned(),
            port,
            user,
            server: None,
        };
        let made = cluster
            .command("initdb")
            .args([
                "--auth=trust",
                "--username=postgres",
                "--encoding=UTF8",
                "--pgdata",
            ])
            .arg(folder.join("data"))
            .output()?;
        if !made.status.success() {
            bail!("initdb: {}", String::from_utf8_lossy(&made.stderr));
        }
        cluster.start()?;
        Ok(Some(cluster))
    }

    /// The address of the database.
    pub(super) fn address(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Starts the server, and waits until it answers.
    pub(super) fn start(&mut self) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            let log = File::options()
                .create(true)
                .append(true)
                .open(self.folder.join("log"))?;
            let server = self
                .command("postgres")
                .arg("-D")
                .arg(self.folder.join("data"))
                .args(["-p", &self.port.to_string(), "-h", "127.0.0.1"])
                .args(["-c", "unix_socket_directories="])
                .stdin(Stdio::null())
                .stdout(log.try_clone()?)
                .stderr(log)
                .spawn()?;
            let server = self.server.insert(server);
            // What an earlier one left behind may have to go first; then it ends, and is tried again.
            while server.try_wait()?.is_none() && Instant::now() < end {
                if answers(&self.binaries, self.port) {
                    return Ok(());
                }
                std::thread::sleep(Duration::from_millis(30));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        bail!(
            "PostgreSQL does not start: see {}",
            self.folder.join("log").display()
        )
    }

    /// Ends the server: `QUIT` is an immediate shutdown, `KILL` leaves its children to themselves.
    pub(super) fn end(&mut self, name: &str) -> Result<()> {
        let mut server = self.server.take().context("no server")?;
        signal(server.id(), name)?;
        server.wait()?;
        Ok(())
    }

    /// Stops every process of the server where it is, or lets all go on.
    pub(super) fn signal_all(&self, name: &str) -> Result<()> {
        let server = self.server.as_ref().context("no server")?.id();
        signal(server, name)?;
        for process in children(server)? {
            // It may have ended by itself.
            let _ = signal(process, name);
        }
        Ok(())
    }

    /// Ends connections of Ambit's: the one that owns the database, or some of the others.
    pub(super) fn terminate(&self, owner: bool) -> Result<()> {
        let which = match owner {
            true => "pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted)",
            false => {
                "pid NOT IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory') AND random() < 0.5"
            }
        };
        let sql = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE application_name = 'ambit' AND {which}"
        );
        let ran = psql(&self.binaries, self.port, &sql).output()?;
        if !ran.status.success() {
            bail!("psql: {}", String::from_utf8_lossy(&ran.stderr));
        }
        Ok(())
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.binaries.join(program));
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        command.current_dir(&self.folder).env("LC_ALL", "C.UTF-8");
        // What interrupts the terminal must not reach it before its end is asked for.
        command.process_group(0);
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            let _ = signal(server.id(), "CONT");
            let _ = signal(server.id(), "QUIT");
            let _ = server.wait();
        }
    }
}

fn psql(binaries: &Path, port: u16, sql: &str) -> Command {
    let mut command = Command::new(binaries.join("psql"));
    command
        .args([
            "-h",
            "127.0.0.1",
            "-U",
            "postgres",
            "-d",
            "postgres",
            "-X",
            "-q",
            "-t",
        ])
        .args(["-p", &port.to_string(), "-c", sql])
        .env("PGCONNECT_TIMEOUT", "2");
    command
}

fn answers(binaries: &Path, port: u16) -> bool {
    let asked = psql(binaries, port, "SELECT 1").output();
    asked.is_ok_and(|asked| asked.status.success())
}

/// The newest installed server's programs.
fn binaries() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let newest = versions
        .filter_map(|entry| {
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .max()?;
    Some(newest.1).filter(|folder| folder.join("initdb").exists())
}

/// PostgreSQL refuses to run as root; then it runs as its own user.
fn unprivileged() -> Result<Option<(u32, u32)>> {
    if fs::metadata("/proc/self")?.uid() != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd")?;
    let line = users.lines().find(|line| line.starts_with("postgres:"));
    let mut fields = line.context("no user `postgres`")?.split(':').skip(2);
    let mut number = || -> Result<u32> { Ok(fields.next().unwrap_or_default().parse()?) };
    Ok(Some((number()?, number()?)))
}

/// The processes that a process started.
fn children(of: u32) -> Result<Vec<u32>> {
    let mut children = Vec::new();
    for entry in fs::read_dir("/proc")?.flatten() {
        let Some(process) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        else {
            continue;
        };
        let status = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // `pid (name) state parent …`; the name may hold anything.
        let rest = status.rsplit(") ").next().unwrap_or_default();
        if rest.split(' ').nth(1) == Some(of.to_string().as_str()) {
            children.push(process);
        }
    }
    Ok(children)
}
