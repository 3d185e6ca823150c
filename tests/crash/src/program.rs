//! `ambit serve` as a process.

use anyhow::{Context as _, Result, bail};
use std::{
    fs::File,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, channel},
    time::{Duration, Instant},
};

/// What the server is told to be called: a realm's issuer stays the same wherever it listens.
const BASE_URL: &str = "http://127.0.0.1:8080";
/// Longest wait for a start or a stop.
const PATIENCE: Duration = Duration::from_secs(60);

/// How the server is started.
#[derive(Debug, Clone)]
pub(crate) struct Launch {
    pub(crate) binary: PathBuf,
    /// Everything of the server's is in it, and nothing else.
    pub(crate) folder: PathBuf,
    /// Where it listens; 0 is anywhere.
    pub(crate) port: u16,
    /// The address of the store, unless it is a file in the folder.
    pub(crate) store: Option<String>,
    /// Further environment.
    pub(crate) environment: Vec<(String, String)>,
    /// Where its log goes.
    pub(crate) log: PathBuf,
}

/// A running server; killed when dropped.
pub(crate) struct Program {
    child: Child,
    pub(crate) address: SocketAddr,
    /// How long it took until it listened.
    pub(crate) started_in: Duration,
    log: PathBuf,
    /// Keeps its standard output open.
    _said: Receiver<String>,
}

impl Launch {
    /// On a store that is a file, in the folder `name`; its log is beside that.
    pub(crate) fn new(binary: &Path, folder: &Path, name: &str) -> Self {
        Self {
            binary: binary.to_owned(),
            folder: folder.join(name),
            port: 0,
            store: None,
            environment: Vec::new(),
            log: folder.join(format!("{name}.log")),
        }
    }

    /// The database file, if it is one.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.join("ambit.sqlite3")
    }

    /// The first administrator's credentials.
    pub(crate) fn credentials(&self) -> PathBuf {
        self.folder.join("admin.json")
    }

    /// The same server on other files.
    pub(crate) fn at(&self, folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            environment: Vec::new(),
            ..self.clone()
        }
    }

    /// Starts the server, and waits until it listens.
    pub(crate) fn start(&self) -> Result<Program> {
        let file = format!("sqlite:{}", self.database().display());
        let begun = Instant::now();
        let mut command = Command::new(&self.binary);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("AMBIT_") {
                command.env_remove(name);
            }
        }
        let log = File::options()
            .create(true)
            .append(true)
            .open(&self.log)
            .with_context(|| format!("cannot write {}", self.log.display()))?;
        let mut child = command
            .args(["serve", "--base-url", BASE_URL])
            .args(["--listen", &format!("127.0.0.1:{}", self.port)])
            .args(["--log-level", "warn"])
            .arg("--master-key-file")
            .arg(self.folder.join("master.key"))
            .arg("--bootstrap-credentials")
            .arg(self.credentials())
            .env("AMBIT_STORE", self.store.as_ref().unwrap_or(&file))
            .env("NO_COLOR", "1")
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {}", self.binary.display()))?;
        let said = read_lines(&mut child);
        let address = match wait_for_address(&said) {
            Ok(address) => address,
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(error.context(format!("see {}", self.log.display())));
            }
        };
        Ok(Program {
            child,
            address,
            started_in: begun.elapsed(),
            log: self.log.clone(),
            _said: said,
        })
    }
}

fn read_lines(child: &mut Child) -> Receiver<String> {
    let (sender, said) = channel();
    if let Some(stdout) = child.stdout.take() {
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
    }
    said
}

fn wait_for_address(said: &Receiver<String>) -> Result<SocketAddr> {
    let end = Instant::now() + PATIENCE;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        let line = said
            .recv_timeout(left)
            .context("the server does not listen")?;
        if let Some(rest) = line.strip_prefix("listening on http://") {
            return Ok(rest.split(' ').next().unwrap_or_default().parse()?);
        }
    }
}

impl Program {
    /// Ends it as a power switch would, but for what the system has been told.
    pub(crate) fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to stop, which it must do with exit code 0.
    pub(crate) fn stop(mut self) -> Result<()> {
        self.signal("TERM")?;
        let status = self.wait()?;
        if !status.success() {
            bail!(
                "the server stopped with {status}: see {}",
                self.log.display()
            );
        }
        Ok(())
    }

    pub(crate) fn signal(&self, name: &str) -> Result<()> {
        signal(self.child.id(), name)
    }

    /// The end, if it has come.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Waits until it has ended by itself.
    pub(crate) fn wait(&mut self) -> Result<ExitStatus> {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        bail!("the server does not end: see {}", self.log.display())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal to a process.
pub(crate) fn signal(process: u32, name: &str) -> Result<()> {
    let sent = Command::new("kill")
        .args(["-s", name, &process.to_string()])
        .status()?;
    if !sent.success() {
        bail!("cannot send {name} to process {process}");
    }
    Ok(())
}
