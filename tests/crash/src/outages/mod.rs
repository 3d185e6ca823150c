//! A PostgreSQL that is restarted, stopped, or ends connections, under load (R5): nothing that was
//! acknowledged is lost, no decision is wrong, and Ambit comes back.
//!
//! A server that loses the connection by which it owns the database ends with exit code 1, as it
//! is documented to; this harness is then the supervisor that starts it again.

mod cluster;

use crate::{
    check::Checker,
    http::Http,
    journal::Ledger,
    load::{Worker, run_all},
    options::Options,
    program::{Launch, Program},
    random::Random,
    report::Report,
    session::Session,
    watch::Watch,
};
use anyhow::{Result, bail};
use cluster::Cluster;
use std::{
    net::TcpListener,
    path::Path,
    sync::{Arc, atomic::AtomicBool},
    time::{Duration, Instant},
};

/// Clients at a time.
const WORKERS: usize = 4;
/// Of each client's things, so many of those that it wrote last are looked at one by one.
const RECENT: usize = 30;
/// Once PostgreSQL answers, Ambit serves again within this time.
const RECOVERY: Duration = Duration::from_secs(5);

/// What happens to PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outage {
    /// `pg_ctl stop -m immediate`, and a start.
    Immediate,
    /// `kill -9` of the postmaster, and a start.
    Killed,
    /// Everything stands still for a while.
    Frozen,
    /// Connections end, but not the owner's.
    Terminated,
    /// The connection ends that owns the database.
    Disowned,
}

const OUTAGES: [Outage; 7] = [
    Outage::Immediate,
    Outage::Killed,
    Outage::Terminated,
    Outage::Immediate,
    Outage::Frozen,
    Outage::Killed,
    Outage::Disowned,
];

/// Hurts PostgreSQL so many times; answers false where it is not installed.
pub(crate) fn run(
    options: &Options,
    folder: &Path,
    random: &Random,
    report: &mut Report,
) -> Result<bool> {
    let mut random = random.fork(7);
    let Some(mut cluster) = Cluster::create(&folder.join("postgres"))? else {
        return Ok(false);
    };
    let launch = Launch {
        port: TcpListener::bind("127.0.0.1:0")?.local_addr()?.port(),
        store: Some(cluster.address()),
        ..Launch::new(&options.binary, folder, "outages")
    };
    std::fs::create_dir(&launch.folder)?;
    let mut program = launch.start()?;
    let mut session = Session::set_up(&launch, program.address)?;
    let watch = Arc::new(Watch::new(&session, program.address)?);
    let mut ledgers: Vec<Ledger> = (0..WORKERS).map(Ledger::new).collect();
    for cycle in 1..=options.restarts {
        let outage = OUTAGES[usize::try_from(cycle - 1)? % OUTAGES.len()];
        session.refresh(program.address)?;
        let mut workers: Vec<Worker> = ledgers
            .drain(..)
            .map(|ledger| {
                let random = random.fork(cycle * 100 + ledger.worker as u64);
                Worker::new(ledger, &session, program.address, random, None).watched(&watch)
            })
            .collect();
        let stop = AtomicBool::new(false);
        let address = program.address;
        let recovered = std::thread::scope(|scope| {
            scope.spawn(|| watch.run(address, &stop));
            let recovered = run_all(&mut workers, true, || -> Result<Duration> {
                pause(&mut random, 400);
                hurt(&mut cluster, outage, &mut random)?;
                let recovered = recover(&launch, &mut program)?;
                pause(&mut random, 400);
                Ok(recovered)
            });
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
            recovered
        })?;
        let after = format!("outage {cycle} ({outage:?})");
        report.acknowledged(&workers);
        report.recovered(recovered);
        if recovered > RECOVERY {
            report.loss(&after, format!("Ambit was back after {recovered:?}"));
        }
        for wrong in watch.wrong() {
            report.loss(&after, wrong);
        }
        ledgers.extend(workers.into_iter().map(|worker| worker.ledger));
        let mut checker = Checker::new(&session, program.address, random.fork(cycle), 2)?;
        for ledger in &mut ledgers {
            let expected = ledger.expected(RECENT, |_, write| write.outcome);
            let found = checker.check(ledger, expected)?;
            ledger.settle(found);
        }
        report.checked(&after, &checker);
        if !report.may_go_on() {
            break;
        }
    }
    report.decisions(&watch);
    program.kill()?;
    Ok(true)
}

fn pause(random: &mut Random, most: u64) {
    std::thread::sleep(Duration::from_millis(50 + random.below(most)));
}

/// Does it, and returns when PostgreSQL answers again.
fn hurt(cluster: &mut Cluster, outage: Outage, random: &mut Random) -> Result<()> {
    match outage {
        Outage::Immediate | Outage::Killed => {
            cluster.end(if outage == Outage::Killed {
                "KILL"
            } else {
                "QUIT"
            })?;
            pause(random, 500);
            cluster.start()
        }
        Outage::Frozen => {
            cluster.signal_all("STOP")?;
            let most = if random.chance(30) { 20_000 } else { 2500 };
            pause(random, most);
            cluster.signal_all("CONT")
        }
        Outage::Terminated => (0..3).try_for_each(|_| {
            pause(random, 50);
            cluster.terminate(false)
        }),
        Outage::Disowned => cluster.terminate(true),
    }
}

/// Waits until the server is ready, as its supervisor; answers how long that took.
fn recover(launch: &Launch, program: &mut Program) -> Result<Duration> {
    let begun = Instant::now();
    // Time enough to notice that the database was lost.
    let settled = Duration::from_millis(1500);
    let mut ready_since = None;
    while begun.elapsed() < RECOVERY * 4 {
        if let Some(status) = program.ended()? {
            if status.code() != Some(1) {
                bail!("the server ended with {status}");
            }
            ready_since = None;
            // The database may not have noticed yet that its owner is gone.
            match launch.start() {
                Ok(again) => *program = again,
                Err(_) => std::thread::sleep(Duration::from_millis(100)),
            }
            continue;
        }
        if is_ready(program) {
            let since = *ready_since.get_or_insert_with(Instant::now);
            if since.elapsed() > settled {
                return Ok(since.duration_since(begun));
            }
        } else {
            ready_since = None;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    bail!("the server does not recover: see {}", launch.log.display())
}

fn is_ready(program: &Program) -> bool {
    let ready = crate::http::Request {
        method: "GET",
        path: "/ready".to_owned(),
        authorization: String::new(),
        media_type: "",
        body: String::new(),
    };
    let answer = Http::new(program.address).send(&ready);
    answer.is_ok_and(|answer| answer.status == 200)
}
