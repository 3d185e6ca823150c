//! Mixed load: workers that write whatever can be written, and keep their books.

mod bulk;
mod groups;
mod management;
mod tokens;
mod users;

use crate::{
    http::{Http, Lost, Request},
    journal::{Effects, Ledger, Outcome},
    random::Random,
    session::Session,
    shim::Marks,
    watch::Watch,
};
use serde_json::Value;
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

pub(crate) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(crate) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const BULK: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

/// A kind of write: what it is called, and what does it.
type Step = (&'static str, fn(&mut Worker));

/// Every kind of write.
pub(crate) const STEPS: [Step; 11] = [
    ("issue a token", Worker::issue_token),
    ("revoke a token", Worker::revoke_token),
    ("create a user", Worker::create_user),
    ("patch a user", Worker::patch_user),
    ("put a user", Worker::put_user),
    ("delete a user", Worker::delete_user),
    ("change a group", Worker::change_group),
    ("patch in vain", Worker::patch_in_vain),
    ("bulk", Worker::bulk),
    ("change an application", Worker::change_application),
    ("change a scope", Worker::change_scope),
];

/// How often each, in a hundred.
const SHARES: [u64; 11] = [22, 14, 14, 10, 7, 6, 5, 2, 6, 7, 7];

/// One client that writes.
pub(crate) struct Worker {
    pub(crate) ledger: Ledger,
    session: Session,
    http: Http,
    pub(crate) random: Random,
    /// Where it is noted what was sent and answered when.
    marks: Option<Arc<Marks>>,
    /// Answers that nobody may get.
    pub(crate) wrong: Vec<String>,
    /// Whether the last request was answered.
    answered: bool,
    /// Who watches what becomes of revoked tokens.
    watch: Option<Arc<Watch>>,
    /// How many writes were acknowledged, and how many answered 503.
    pub(crate) acknowledged: u64,
    pub(crate) unavailable: u64,
}

impl Worker {
    pub(crate) fn new(
        ledger: Ledger,
        session: &Session,
        address: SocketAddr,
        random: Random,
        marks: Option<Arc<Marks>>,
    ) -> Self {
        Self {
            ledger,
            session: session.clone(),
            http: Http::new(address),
            random,
            marks,
            wrong: Vec::new(),
            answered: true,
            watch: None,
            acknowledged: 0,
            unavailable: 0,
        }
    }

    /// The same, and its revocations are watched.
    pub(crate) fn watched(mut self, watch: &Arc<Watch>) -> Self {
        self.watch = Some(Arc::clone(watch));
        self
    }

    /// Writes until it is told to stop or nobody answers.
    pub(crate) fn run(&mut self, stop: &AtomicBool) {
        while !stop.load(Ordering::Relaxed) && self.answered {
            self.step();
        }
    }

    /// Writes until it is told to stop, whoever answers.
    pub(crate) fn persist(&mut self, stop: &AtomicBool) {
        while !stop.load(Ordering::Relaxed) {
            let before = self.unavailable;
            self.step();
            if !self.answered || self.unavailable > before {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }

    /// One write of some kind.
    pub(crate) fn step(&mut self) {
        let turn = self.random.below(100);
        let mut upto = 0;
        for (percent, (_, step)) in SHARES.into_iter().zip(STEPS) {
            upto += percent;
            if turn < upto {
                return step(self);
            }
        }
    }

    /// Sends a write, and notes what became of it; answers the body of an acknowledgement.
    fn write(&mut self, request: &Request, effects: Effects) -> Option<Value> {
        let number = self.begin(effects);
        let answer = self.send(request);
        let outcome = self.judge(request, answer.as_ref());
        self.end(number, outcome);
        let done = outcome == Outcome::Acknowledged;
        answer
            .filter(|_| done)
            .and_then(Result::ok)
            .map(|answer| answer.json())
    }

    fn begin(&mut self, effects: Effects) -> usize {
        let number = self.ledger.sent(effects);
        if let Some(marks) = &self.marks {
            marks.sent(self.ledger.worker, number);
        }
        number
    }

    fn end(&mut self, number: usize, outcome: Outcome) {
        if let (Some(marks), true) = (&self.marks, outcome != Outcome::Unknown) {
            marks.answered(self.ledger.worker, number);
        }
        self.acknowledged += u64::from(outcome == Outcome::Acknowledged);
        self.ledger.answered(number, outcome);
    }

    /// The answer; nothing if the request was never sent.
    fn send(&mut self, request: &Request) -> Option<Result<crate::http::Answer, ()>> {
        let answer = self.http.send(request);
        self.answered = answer.is_ok();
        match answer {
            Ok(answer) => Some(Ok(answer)),
            Err(Lost::Unknown) => Some(Err(())),
            Err(Lost::Unsent) => None,
        }
    }

    /// What an answer says of the write. Success, or 503 with `Retry-After`: nothing else may come.
    fn judge(
        &mut self,
        request: &Request,
        answer: Option<&Result<crate::http::Answer, ()>>,
    ) -> Outcome {
        let answer = match answer {
            None => return Outcome::Refused,
            Some(Err(())) => return Outcome::Unknown,
            Some(Ok(answer)) => answer,
        };
        match answer.status {
            200..=299 => Outcome::Acknowledged,
            503 => {
                self.unavailable += 1;
                if !answer.retry_after {
                    self.wrong(request, "503 without Retry-After");
                }
                Outcome::Unknown
            }
            status => {
                self.wrong(request, &format!("{status} {}", answer.body));
                match status {
                    400..=499 => Outcome::Refused,
                    _ => Outcome::Unknown,
                }
            }
        }
    }

    fn wrong(&mut self, request: &Request, text: &str) {
        let Request { method, path, .. } = request;
        self.wrong.push(format!("{method} {path}: {text}"));
    }
}

/// Runs the workers beside each other until `during` returns; answers what it does.
pub(crate) fn run_all<T>(workers: &mut [Worker], persist: bool, during: impl FnOnce() -> T) -> T {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for worker in workers {
            let stop = &stop;
            scope.spawn(move || {
                if persist {
                    worker.persist(stop);
                } else {
                    worker.run(stop);
                }
            });
        }
        let answer = during();
        stop.store(true, Ordering::Relaxed);
        answer
    })
}
