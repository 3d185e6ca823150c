//! `kill -9` under load (R1): the process goes, what it told the system stays.

use crate::{
    check::{Checker, integrity},
    journal::Ledger,
    load::{Worker, run_all},
    options::Options,
    program::Launch,
    random::Random,
    report::Report,
    session::Session,
};
use anyhow::Result;
use std::{path::Path, time::Duration};

/// Clients at a time.
const WORKERS: usize = 6;
/// Every so many cycles everything is looked at one by one.
const THOROUGH: u64 = 50;

/// Kills the server so many times, on one store all the way.
pub(crate) fn run(
    options: &Options,
    folder: &Path,
    random: &Random,
    report: &mut Report,
) -> Result<()> {
    let mut random = random.fork(1);
    let launch = Launch::new(&options.binary, folder, "kills");
    std::fs::create_dir(&launch.folder)?;
    let mut program = launch.start()?;
    let mut session = Session::set_up(&launch, program.address)?;
    let mut ledgers: Vec<Ledger> = (0..WORKERS).map(Ledger::new).collect();
    for cycle in 1..=options.kills {
        session.refresh(program.address)?;
        let mut workers: Vec<Worker> = ledgers
            .drain(..)
            .map(|ledger| {
                let purpose = cycle * 100 + ledger.worker as u64;
                Worker::new(
                    ledger,
                    &session,
                    program.address,
                    random.fork(purpose),
                    None,
                )
            })
            .collect();
        let moment = Duration::from_millis(5 + random.below(options.load.as_millis() as u64 + 1));
        run_all(&mut workers, false, || {
            std::thread::sleep(moment);
            program.kill()
        })?;
        report.acknowledged(&workers);
        ledgers.extend(workers.into_iter().map(|worker| worker.ledger));
        program = launch.start()?;
        report.started(program.started_in);
        let last = cycle == options.kills;
        let sample = if last || cycle % THOROUGH == 0 {
            100
        } else {
            2
        };
        let mut checker = Checker::new(&session, program.address, random.fork(cycle), sample)?;
        for ledger in &mut ledgers {
            let expected = ledger.expected(usize::MAX, |_, write| write.outcome);
            let found = checker.check(ledger, expected)?;
            ledger.settle(found);
        }
        report.checked(&format!("kill {cycle}"), &checker);
        if !report.may_go_on() {
            break;
        }
    }
    program.kill()?;
    for wrong in integrity(&launch.database())? {
        report.loss("after the last kill", wrong);
    }
    Ok(())
}
