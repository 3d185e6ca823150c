//! A server in a process of its own, on a core of its own, and what the kernel says of it.

use anyhow::{Context as _, Result, bail};
use std::{
    fs::{self, File},
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::load::{Connection, Endpoint};

/// The core of the servers; the load has the next one.
pub const SERVER_CORE: &str = "0";
/// How long one may take to start or to stop.
const PATIENCE: Duration = Duration::from_secs(60);
/// Units of time in `/proc/PID/stat`: `USER_HZ`, 100 on every Linux.
const TICKS_PER_SECOND: u64 = 100;

/// A program that is running, and is stopped when this is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    started: Instant,
}

impl Server {
    /// Starts a program on the servers' core; what it says goes to the file `log`.
    ///
    /// # Errors
    /// If it can't be started.
    pub fn start(program: &mut Command, log: &Path) -> Result<Self> {
        let log = File::create(log)?;
        let mut pinned = Command::new("taskset");
        pinned.args(["--cpu-list", SERVER_CORE]);
        pinned.arg(program.get_program()).args(program.get_args());
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => pinned.env(name, value),
                None => pinned.env_remove(name),
            };
        }
        if let Some(folder) = program.get_current_dir() {
            pinned.current_dir(folder);
        }
        let started = Instant::now();
        let child = pinned
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("can't start `taskset` (of util-linux)")?;
        Ok(Self { child, started })
    }

    /// Waits until `path` is answered with 200, and says how long that took from the start.
    ///
    /// # Errors
    /// If the program ends, or a minute passes.
    pub async fn ready(&mut self, endpoint: &Endpoint, path: &str) -> Result<Duration> {
        let request = endpoint.get(path, "");
        while self.started.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended with {status}");
            }
            if let Ok(mut connection) = Connection::open(endpoint.address).await
                && let Ok(answer) = connection.exchange(&request).await
                && answer.status == 200
            {
                return Ok(self.started.elapsed());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        bail!("the server is not ready after {PATIENCE:?}")
    }

    /// CPU time spent by the process and all processes below it, with all their threads.
    ///
    /// # Errors
    /// If it is gone.
    pub fn cpu_time(&self) -> Result<Duration> {
        let mut all = Vec::new();
        for entry in fs::read_dir("/proc")?.flatten() {
            let number = entry.file_name().to_string_lossy().parse::<u32>();
            if let Ok(id) = number
                && let Ok(text) = fs::read_to_string(entry.path().join("stat"))
            {
                all.push((id, Stat::parse(&text)?));
            }
        }
        if !all.iter().any(|(id, _)| *id == self.child.id()) {
            bail!("the server is gone");
        }
        let ticks = spent_below(self.child.id(), &all);
        Ok(Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND))
    }

    /// Resident memory, in bytes.
    ///
    /// # Errors
    /// If the kernel does not say.
    pub fn resident(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let kibibytes = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next())
            .context("no VmRSS")?;
        Ok(kibibytes.parse::<u64>()? * 1024)
    }

    /// Asks it to end, as a supervisor does, and waits.
    ///
    /// # Errors
    /// If it does not end well within a minute.
    pub async fn stop(mut self) -> Result<()> {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status()?;
        let asked = Instant::now();
        while asked.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                if !status.success() {
                    bail!("the server ended with {status}");
                }
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        bail!("the server did not end within {PATIENCE:?}")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Fails if it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What is needed of `/proc/PID/stat` (proc(5)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stat {
    parent: u32,
    ticks: u64,
}

impl Stat {
    fn parse(text: &str) -> Result<Self> {
        // The name, in parentheses, may hold anything, so fields are counted from its end.
        let (_, fields) = text.rsplit_once(')').context("not a stat file")?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let field = |index: usize| fields.get(index - 3).context("a short stat file");
        let (user, system) = (field(14)?.parse::<u64>()?, field(15)?.parse::<u64>()?);
        Ok(Self {
            parent: field(4)?.parse()?,
            ticks: user + system,
        })
    }
}

fn spent_below(root: u32, all: &[(u32, Stat)]) -> u64 {
    let own = all.iter().find(|(id, _)| *id == root);
    let below = all
        .iter()
        .filter(|(id, stat)| stat.parent == root && *id != root);
    let below: u64 = below.map(|(id, _)| spent_below(*id, all)).sum();
    own.map_or(0, |(_, stat)| stat.ticks) + below
}

/// A port that is free now.
///
/// # Errors
/// If there is none.
pub fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_parentheses_and_spaces_is_no_field() {
        let stat = Stat::parse("7 (a) b (c) S 1 7 7 0 -1 0 1 2 3 4 50 25 9 9 20 0").unwrap();
        assert_eq!(
            stat,
            Stat {
                parent: 1,
                ticks: 75
            }
        );
        assert!(Stat::parse("7 (a) S 1").is_err());
    }

    #[test]
    fn a_process_is_counted_with_all_below_it_and_no_other() {
        let stat = |parent, ticks| Stat { parent, ticks };
        let all = [
            (1, stat(0, 1000)),
            (5, stat(1, 1)),
            (6, stat(5, 10)),
            (7, stat(6, 100)),
            (8, stat(1, 1000)),
        ];
        assert_eq!(spent_below(5, &all), 111);
        assert_eq!(spent_below(9, &all), 0);
    }
}
