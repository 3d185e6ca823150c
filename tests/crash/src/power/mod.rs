//! Cut power (R2): from one recorded history, what any moment's cut may leave on the disk.
//!
//! A recording is a run of the real server under load, with the shim in its way. For each cut a
//! moment is chosen, the disk of that moment is made, a server is started on it, and held to what
//! its clients had been told by then.

mod disk;
mod history;
mod recording;

use crate::{
    check::{Checker, integrity},
    journal::{Ledger, Outcome, Write},
    options::Options,
    program::Launch,
    random::Random,
    report::Report,
    shim,
};
use anyhow::{Result, bail};
use disk::Disk;
use history::Event;
use recording::{Recorder, Recording};
use std::{collections::BTreeSet, path::Path};

/// Cuts of one recording.
const PER_RECORDING: u64 = 50;
/// Of each client's things, so many of those that it wrote last are looked at one by one, and of the
/// others so many in a hundred. The lists show all.
const RECENT: usize = 15;
const SAMPLE: u64 = 3;

/// Cuts the power so many times.
pub(crate) fn run(
    options: &Options,
    folder: &Path,
    random: &Random,
    report: &mut Report,
) -> Result<()> {
    let shim_object = shim::compile(folder)?;
    let random = random.fork(2);
    let mut recorder = Recorder::new(&options.binary, &folder.join("power"), &shim_object, None);
    let mut left = options.cuts;
    let mut number = 0;
    while left > 0 && report.may_go_on() {
        number += 1;
        // A new store every fourth time; the others go on where the last one was killed.
        if number % 4 == 1 {
            recorder.begin_anew()?;
        }
        let fails = number % 4 == 3;
        let recording = recorder.record(&random.fork(number), options.load * 2, fails)?;
        report.acknowledged(&recording.workers);
        let cuts = left.min(PER_RECORDING);
        cut(&recorder, &recording, cuts, &random.fork(number), report)?;
        recorder.settle(recording, &random.fork(number), report)?;
        left -= cuts;
    }
    Ok(())
}

/// The same with a server that writes less durably: it must be caught.
pub(crate) fn control(
    options: &Options,
    folder: &Path,
    random: &Random,
    synchronous: &str,
) -> Result<()> {
    let Some(binary) = &options.weak_binary else {
        bail!("the negative controls need --weak-binary");
    };
    let shim_object = shim::compile(folder)?;
    let random = random.fork(3);
    let folder = folder.join(format!("control-{synchronous}"));
    let mut recorder = Recorder::new(binary, &folder, &shim_object, Some(synchronous));
    recorder.begin_anew()?;
    let recording = recorder.record(&random, options.load * 2, false)?;
    let mut report = Report::quiet("control", PER_RECORDING);
    cut(&recorder, &recording, PER_RECORDING, &random, &mut report)?;
    if report.losses() == 0 {
        bail!("synchronous={synchronous} was not caught: this harness proves nothing");
    }
    println!(
        "control, synchronous={synchronous}: caught: {}",
        report.line()
    );
    Ok(())
}

fn cut(
    recorder: &Recorder,
    recording: &Recording,
    cuts: u64,
    random: &Random,
    report: &mut Report,
) -> Result<()> {
    let mut random = random.fork(4);
    let history = &recording.history;
    let mut disk = Disk::new(&recording.before);
    let mut happened = 0;
    for moment in moments(recording, cuts, &mut random) {
        for event in &history.events[happened..moment] {
            disk.happen(history, event, &mut random)?;
        }
        happened = moment;
        let after = format!("cut at event {moment} of recording {}", recording.number);
        let files = disk.cut(&mut random);
        let launch = recorder.image(&files)?;
        if let Err(error) = look(
            recorder, &launch, recording, moment, &random, &after, report,
        ) {
            report.loss(&after, format!("{error:#}"));
            report.one_done();
        }
        std::fs::remove_dir_all(&launch.folder)?;
        if !report.may_go_on() {
            return Ok(());
        }
    }
    for event in &history.events[happened..] {
        disk.happen(history, event, &mut random)?;
    }
    // The shim saw all that was done to the files, or the images prove nothing.
    let (shown, there) = (disk.visible(), &recording.after);
    for name in shown.keys().chain(there.keys()) {
        if shown.get(name) != there.get(name) {
            bail!("`{name}` is not what its recorded history says");
        }
    }
    Ok(())
}

/// When the power is cut, in order: anywhere after the server listened, and most often just when
/// someone was answered.
fn moments(recording: &Recording, cuts: u64, random: &mut Random) -> Vec<usize> {
    let events = &recording.history.events;
    let is_answer = |place: &usize| matches!(events[*place], Event::Answered(..));
    let answers: Vec<usize> = (0..events.len()).filter(is_answer).collect();
    let mut moments: Vec<usize> = (0..cuts)
        .map(|_| match random.pick(&answers) {
            Some(answer) if random.chance(60) => answer + 1,
            _ => recording.listening + random.index(events.len() - recording.listening + 1),
        })
        .collect();
    moments.sort_unstable();
    moments
}

/// Starts a server on an image and looks at everything.
fn look(
    recorder: &Recorder,
    launch: &Launch,
    recording: &Recording,
    moment: usize,
    random: &Random,
    after: &str,
    report: &mut Report,
) -> Result<()> {
    let program = launch.start()?;
    report.started(program.started_in);
    let session = recorder.session()?;
    let mut checker = Checker::new(session, program.address, random.fork(moment as u64), SAMPLE)?;
    let known = Known::at(&recording.history.events[..moment]);
    // Before the clients began there is the administrator, who has just been let in.
    let workers = match moment < recording.ready {
        true => [].as_slice(),
        false => recording.workers.as_slice(),
    };
    for worker in workers {
        let ledger = &worker.ledger;
        let outcome = |number, write: &Write| known.outcome(ledger, number, write);
        let expected = ledger.expected(RECENT, outcome);
        checker.check(ledger, expected)?;
    }
    program.kill()?;
    checker.losses.extend(integrity(&launch.database())?);
    report.checked(after, &checker);
    Ok(())
}

/// What was sent and answered by a moment.
struct Known {
    sent: BTreeSet<(usize, usize)>,
    answered: BTreeSet<(usize, usize)>,
}

impl Known {
    fn at(events: &[Event]) -> Self {
        let mut known = Self {
            sent: BTreeSet::new(),
            answered: BTreeSet::new(),
        };
        for event in events {
            match event {
                Event::Sent(worker, number) => known.sent.insert((*worker, *number)),
                Event::Answered(worker, number) => known.answered.insert((*worker, *number)),
                _ => false,
            };
        }
        known
    }

    fn outcome(&self, ledger: &Ledger, number: usize, write: &Write) -> Outcome {
        let write_is = (ledger.worker, number);
        match (
            self.sent.contains(&write_is),
            self.answered.contains(&write_is),
        ) {
            (false, _) => Outcome::Refused,
            (true, true) => write.outcome,
            (true, false) if write.outcome == Outcome::Refused => Outcome::Refused,
            (true, false) => Outcome::Unknown,
        }
    }
}
