//! Disks that fail and fill up (R6, R7): the n-th call fails for every n, or all calls do for a
//! while, or there is no room. The answer is 503 and nothing is half-done; when the disk is well
//! again, so is the server, without a restart.

use crate::{
    check::{Checker, integrity},
    journal::Ledger,
    load::{STEPS, Worker, run_all},
    options::Options,
    program::{Launch, Program},
    random::Random,
    report::Report,
    session::Session,
    shim::{self, Calls, Control, EIO, ENOSPC},
    watch::Watch,
};
use anyhow::{Result, bail};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// Clients at a time, when a disk is bad for a while.
const WORKERS: usize = 4;
/// The worker that goes step by step.
const STEPPER: usize = 50;
/// When the disk is well again, writes are within this time.
const RECOVERY: Duration = Duration::from_secs(5);
/// No write makes more calls than this.
const MOST_CALLS: u64 = 2000;

/// How a disk is bad for a while.
#[derive(Debug, Clone, Copy)]
enum Fault {
    Full,
    FailedWrites,
    FailedSyncs,
}

/// By turns.
const FAULTS: [Fault; 4] = [
    Fault::Full,
    Fault::FailedWrites,
    Fault::Full,
    Fault::FailedSyncs,
];

struct Disk<'a> {
    launch: Launch,
    control: Control,
    session: Session,
    random: Random,
    report: &'a mut Report,
}

/// Rounds of everything that a disk may do.
pub(crate) fn run(
    options: &Options,
    folder: &Path,
    random: &Random,
    report: &mut Report,
) -> Result<()> {
    let shim_object = shim::compile(folder)?;
    let control = Control::create(&folder.join("faults.control"))?;
    let mut launch = Launch::new(&options.binary, folder, "faults");
    std::fs::create_dir(&launch.folder)?;
    launch.environment = shim::environment(&shim_object, &launch.folder, None, Some(&control));
    let program = launch.start()?;
    let session = Session::set_up(&launch, program.address)?;
    let mut disk = Disk {
        launch,
        control,
        session,
        random: random.fork(8),
        report,
    };
    let mut ledgers: Vec<Ledger> = (0..WORKERS).map(Ledger::new).collect();
    let program = disk.nth_call(program)?;
    program.kill()?;
    disk.nth_call_of_a_start()?;
    let mut program = disk.launch.start()?;
    for turn in 0..options.faults {
        program = disk.bad_for_a_while(turn, program, &mut ledgers)?;
        disk.report.one_done();
        if !disk.report.may_go_on() {
            break;
        }
    }
    program.kill()?;
    for wrong in integrity(&disk.launch.database())? {
        disk.report.loss("at the end", wrong);
    }
    disk.look_into_the_log()
}

impl Disk<'_> {
    /// For each kind of write: its n-th call fails, for every n until it does not get so far.
    fn nth_call(&mut self, mut program: Program) -> Result<Program> {
        let mut ledger = Ledger::new(STEPPER);
        for (name, step) in STEPS {
            for calls in [Calls::Writes, Calls::Syncs] {
                self.session.refresh(program.address)?;
                for nth in 1..MOST_CALLS {
                    let random = self.random.fork(nth);
                    let mut worker =
                        Worker::new(ledger, &self.session, program.address, random, None);
                    let error = if nth % 2 == 0 { ENOSPC } else { EIO };
                    self.control.fail(calls, nth, error, false)?;
                    step(&mut worker);
                    let failed = self.control.failed()?;
                    self.control.heal()?;
                    self.report.acknowledged(std::slice::from_ref(&worker));
                    ledger = worker.ledger;
                    let after = format!("{name}: call {nth} of {calls:?}");
                    self.look(&program, &mut ledger, &after)?;
                    if failed == 0 || !self.report.may_go_on() {
                        break;
                    }
                }
            }
            program.kill()?;
            program = self.launch.start()?;
            self.look(&program, &mut ledger, &format!("{name}: a restart"))?;
        }
        Ok(program)
    }

    /// The n-th call of a start fails, for every n: the server starts or says why not, and starts
    /// when the disk is well.
    fn nth_call_of_a_start(&mut self) -> Result<()> {
        for calls in [Calls::Writes, Calls::Syncs, Calls::Names] {
            for nth in 1..MOST_CALLS {
                self.control.fail(calls, nth, EIO, true)?;
                if let Ok(program) = self.launch.start() {
                    program.kill()?;
                }
                let failed = self.control.failed()?;
                self.control.heal()?;
                self.launch.start()?.kill()?;
                if failed == 0 {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Under load the disk is full, or fails, for a while.
    fn bad_for_a_while(
        &mut self,
        turn: u64,
        mut program: Program,
        ledgers: &mut Vec<Ledger>,
    ) -> Result<Program> {
        self.session.refresh(program.address)?;
        let watch = Arc::new(Watch::new(&self.session, program.address)?);
        let random = self.random.fork(turn);
        let mut workers: Vec<Worker> = ledgers
            .drain(..)
            .map(|ledger| {
                let random = random.fork(ledger.worker as u64);
                Worker::new(ledger, &self.session, program.address, random, None).watched(&watch)
            })
            .collect();
        let fault = FAULTS[usize::try_from(turn)? % FAULTS.len()];
        let first = 1 + self.random.below(60);
        let (control, address) = (&self.control, program.address);
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| watch.run(address, &stop));
            let ran = run_all(&mut workers, true, || -> Result<()> {
                std::thread::sleep(Duration::from_millis(200));
                match fault {
                    Fault::Full => control.leave_space(first * 4096)?,
                    Fault::FailedWrites => control.fail(Calls::Writes, first, EIO, true)?,
                    Fault::FailedSyncs => control.fail(Calls::Syncs, first, EIO, true)?,
                }
                std::thread::sleep(Duration::from_millis(400));
                control.heal()?;
                std::thread::sleep(Duration::from_millis(100));
                Ok(())
            });
            stop.store(true, Ordering::Relaxed);
            ran
        })?;
        let after = format!("a bad disk ({fault:?})");
        self.report.acknowledged(&workers);
        self.report.decisions(&watch);
        for wrong in watch.wrong() {
            self.report.loss(&after, wrong);
        }
        ledgers.extend(workers.into_iter().map(|worker| worker.ledger));
        self.writes_again(&program, &after)?;
        for ledger in &mut *ledgers {
            self.look(&program, ledger, &after)?;
        }
        program.kill()?;
        program = self.launch.start()?;
        self.report.started(program.started_in);
        for ledger in &mut *ledgers {
            self.look(&program, ledger, &format!("{after}, and a restart"))?;
        }
        Ok(program)
    }

    /// The disk is well: so is the server, in time, as it is.
    fn writes_again(&mut self, program: &Program, after: &str) -> Result<()> {
        let begun = Instant::now();
        while self.session.refresh(program.address).is_err() {
            if begun.elapsed() > RECOVERY {
                bail!("{after}: nothing can be written {RECOVERY:?} after the disk is well");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        self.report.recovered(begun.elapsed());
        Ok(())
    }

    fn look(&mut self, program: &Program, ledger: &mut Ledger, after: &str) -> Result<()> {
        let mut checker = Checker::new(&self.session, program.address, self.random.fork(1), 2)?;
        let expected = ledger.expected(30, |_, write| write.outcome);
        let found = checker.check(ledger, expected)?;
        ledger.settle(found);
        self.report.looked(after, &checker);
        Ok(())
    }

    /// Whatever happened, nothing panicked.
    fn look_into_the_log(&mut self) -> Result<()> {
        let log = std::fs::read_to_string(&self.launch.log)?;
        for line in log.lines().filter(|line| line.contains("panic")) {
            self.report.loss("in the log", line.to_owned());
        }
        Ok(())
    }
}
