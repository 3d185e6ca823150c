//! Recordings: runs of the server with everything noted.

use super::{disk::Disk, history::History};
use crate::{
    check::Checker,
    journal::Ledger,
    load::{Worker, run_all},
    program::Launch,
    random::Random,
    report::Report,
    session::Session,
    shim::{self, Calls, Control, EIO, Marks},
};
use anyhow::{Context as _, Result};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

/// Clients at a time.
const WORKERS: usize = 5;

/// What it takes to record.
pub(super) struct Recorder {
    folder: PathBuf,
    shim_object: PathBuf,
    launch: Launch,
    session: Option<Session>,
    ledgers: Vec<Ledger>,
    number: u64,
    images: std::cell::Cell<u64>,
}

/// One recorded run.
pub(super) struct Recording {
    pub(super) number: u64,
    pub(super) history: History,
    /// The event after which the server listened, and that after which the clients began.
    pub(super) listening: usize,
    pub(super) ready: usize,
    pub(super) workers: Vec<Worker>,
    /// The folder before and after the run.
    pub(super) before: BTreeMap<String, Vec<u8>>,
    pub(super) after: BTreeMap<String, Vec<u8>>,
}

impl Recorder {
    /// Records runs of `binary` in a folder, if `synchronous` is given with less than it should be.
    pub(super) fn new(
        binary: &Path,
        folder: &Path,
        shim_object: &Path,
        synchronous: Option<&str>,
    ) -> Self {
        let mut launch = Launch::new(binary, folder, "server");
        launch
            .environment
            .extend(synchronous.map(|weak| ("AMBIT_WEAK_SYNCHRONOUS".to_owned(), weak.to_owned())));
        Self {
            folder: folder.to_owned(),
            shim_object: shim_object.to_owned(),
            launch,
            session: None,
            ledgers: Vec::new(),
            number: 0,
            images: std::cell::Cell::new(0),
        }
    }

    /// The next recording begins with nothing.
    pub(super) fn begin_anew(&mut self) -> Result<()> {
        if self.launch.folder.exists() {
            std::fs::remove_dir_all(&self.launch.folder)?;
        }
        std::fs::create_dir_all(&self.launch.folder)?;
        self.session = None;
        self.ledgers = (0..WORKERS).map(Ledger::new).collect();
        Ok(())
    }

    pub(super) fn session(&self) -> Result<&Session> {
        self.session.as_ref().context("nothing was recorded")
    }

    /// Records the server under load; if `fails`, with syncs that fail now and then. At the end it
    /// is idle, and is then killed or stopped.
    pub(super) fn record(
        &mut self,
        random: &Random,
        load: Duration,
        fails: bool,
    ) -> Result<Recording> {
        self.number += 1;
        let mut random = random.fork(5);
        let before = Disk::files_of(&self.launch.folder)?;
        let log = self.folder.join("history");
        let marks = Arc::new(Marks::create(&log)?);
        let control = Control::create(&self.folder.join("control"))?;
        let mut launch = self.launch.clone();
        let shim = shim::environment(
            &self.shim_object,
            &launch.folder,
            Some(&log),
            Some(&control),
        );
        launch.environment.extend(shim);
        let program = launch.start()?;
        let listening = History::read(&log)?.events.len();
        let mut session = match self.session.take() {
            Some(session) => session,
            None => Session::set_up(&launch, program.address)?,
        };
        session.refresh(program.address)?;
        let ready = History::read(&log)?.events.len();
        let mut workers: Vec<Worker> = self
            .ledgers
            .drain(..)
            .map(|ledger| {
                let random = random.fork(ledger.worker as u64);
                Worker::new(
                    ledger,
                    &session,
                    program.address,
                    random,
                    Some(Arc::clone(&marks)),
                )
            })
            .collect();
        run_all(&mut workers, false, || {
            let end = Instant::now() + load;
            while Instant::now() < end {
                std::thread::sleep(load / 10);
                if fails {
                    control.fail(Calls::Syncs, 1 + random.below(4), EIO, false)?;
                }
            }
            control.heal()
        })?;
        // Nothing is under way any more. Who stops in peace leaves no write-ahead log.
        if self.number % 4 == 2 {
            program.stop()?;
        } else {
            program.kill()?;
        }
        let history = History::read(&log)?;
        std::fs::remove_file(&log)?;
        self.session = Some(session);
        Ok(Recording {
            number: self.number,
            history,
            listening,
            ready,
            workers,
            before,
            after: Disk::files_of(&self.launch.folder)?,
        })
    }

    /// A server on these files.
    pub(super) fn image(&self, files: &BTreeMap<String, Vec<u8>>) -> Result<Launch> {
        self.images.set(self.images.get() + 1);
        let folder = self.folder.join(format!("image-{}", self.images.get()));
        std::fs::create_dir(&folder)?;
        for (name, bytes) in files {
            std::fs::write(folder.join(name), bytes)?;
        }
        Ok(self.launch.at(&folder))
    }

    /// Looks at what the killed server left, so that the next recording can go on from there.
    pub(super) fn settle(
        &mut self,
        recording: Recording,
        random: &Random,
        report: &mut Report,
    ) -> Result<()> {
        let program = self.launch.start()?;
        let mut checker = Checker::new(self.session()?, program.address, random.fork(6), 20)?;
        for worker in recording.workers {
            let mut ledger = worker.ledger;
            let expected = ledger.expected(usize::MAX, |_, write| write.outcome);
            let found = checker.check(&ledger, expected)?;
            ledger.settle(found);
            self.ledgers.push(ledger);
        }
        program.kill()?;
        let after = format!("the end of recording {}", recording.number);
        report.looked(&after, &checker);
        Ok(())
    }
}
