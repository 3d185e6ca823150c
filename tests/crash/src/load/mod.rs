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
            acknowledged: 0,
            unavailable: 0,
        }
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
        match self.random.below(100) {
            0..22 => self.issue_token(),
            22..36 => self.revoke_token(),
            36..50 => self.create_user(),
            50..60 => self.patch_user(),
            60..67 => self.put_user(),
            67..73 => self.delete_user(),
            73..78 => self.change_group(),
            78..80 => self.patch_in_vain(),
            80..86 => self.bulk(),
            86..93 => self.change_application(),
            _ => self.change_scope(),
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
