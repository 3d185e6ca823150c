//! The load: many connections, each sending one request after the other, every answer checked.

mod connection;
mod request;

pub use connection::{Answer, Connection};
pub use request::{Compose, Endpoint, Exchange, Scenario};

use crate::{
    figures::{Figure, Window},
    process::Server,
    random::Random,
};
use anyhow::{Context as _, Result, bail};
use std::{
    cell::{Cell, RefCell},
    net::SocketAddr,
    rc::Rc,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// How long is measured.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// What is not counted, at first.
    pub warm_up: Duration,
    /// One window; the middle one of several counts.
    pub window: Duration,
    /// How many windows.
    pub windows: usize,
}

/// What all connections look at.
#[derive(Debug, Default)]
struct Phase {
    /// The window under way; none is counted while warming up.
    window: Cell<Option<usize>>,
    stop: Cell<bool>,
}

/// One answer that counts: in which window it came, and how long it took.
type Taken = (usize, Duration);

/// Puts the load on the server and measures it. Must run in a `LocalSet`.
///
/// # Errors
/// If one answer is not what it must be, or the server ends.
pub async fn measure(
    scenario: Scenario,
    address: SocketAddr,
    server: &Server,
    pace: Pace,
) -> Result<Figure> {
    let name = scenario.name.clone();
    let scenario = Rc::new(scenario);
    let phase = Rc::new(Phase::default());
    let mut connections = JoinSet::new();
    for seed in 0..scenario.connections {
        let (scenario, phase) = (Rc::clone(&scenario), Rc::clone(&phase));
        connections.spawn_local(async move { talk(&scenario, address, &phase, seed).await });
    }
    let windows = tokio::select! {
        windows = watch(server, &phase, pace) => windows?,
        // One ends early only by failing.
        ended = connections.join_next() => {
            let ended = ended.context("no connection")?;
            ended?.with_context(|| format!("{name}: measuring"))?;
            bail!("{name}: a connection ended early");
        }
    };
    let mut taken: Vec<Taken> = Vec::new();
    while let Some(ended) = connections.join_next().await {
        taken.extend(ended?.with_context(|| format!("{name}: measuring"))?);
    }
    Figure::new(name, windows, taken)
}

/// Makes each of `exchanges` once, `connections` at a time, and says how many the server answers in
/// a second of its processor's time. Must run in a `LocalSet`.
///
/// # Errors
/// If one answer is not of that status, with what it must hold, or the server ends.
pub async fn once_each(
    status: u16,
    exchanges: impl Iterator<Item = Exchange> + 'static,
    connections: usize,
    address: SocketAddr,
    server: &Server,
) -> Result<f64> {
    let exchanges = Rc::new(RefCell::new(exchanges));
    let before = server.cpu_time()?;
    let mut talking = JoinSet::new();
    for _ in 0..connections {
        let exchanges = Rc::clone(&exchanges);
        talking.spawn_local(async move {
            let mut connection = Connection::open(address).await?;
            let mut made = 0_u32;
            loop {
                let Some(exchange) = exchanges.borrow_mut().next() else {
                    return anyhow::Ok(made);
                };
                check(
                    status,
                    &exchange,
                    connection.exchange(&exchange.request).await?,
                )?;
                made += 1;
            }
        });
    }
    let mut all = 0;
    while let Some(made) = talking.join_next().await {
        all += made??;
    }
    let took = server.cpu_time()?.saturating_sub(before);
    Ok(f64::from(all) / took.as_secs_f64())
}

/// Opens and closes the windows, and reads the server's clock at both ends of each.
async fn watch(server: &Server, phase: &Phase, pace: Pace) -> Result<Vec<Window>> {
    tokio::time::sleep(pace.warm_up).await;
    let mut windows = Vec::new();
    for index in 0..pace.windows {
        let (begun, before) = (Instant::now(), server.cpu_time()?);
        phase.window.set(Some(index));
        tokio::time::sleep(pace.window).await;
        phase.window.set(None);
        windows.push(Window {
            wall: begun.elapsed(),
            cpu: server.cpu_time()?.saturating_sub(before),
        });
    }
    phase.stop.set(true);
    Ok(windows)
}

async fn talk(
    scenario: &Scenario,
    address: SocketAddr,
    phase: &Phase,
    seed: usize,
) -> Result<Vec<Taken>> {
    let mut connection = Connection::open(address).await?;
    let mut random = Random::new(seed as u64);
    let mut taken = Vec::new();
    while !phase.stop.get() {
        let exchange = (scenario.compose)(&mut random);
        let sent = Instant::now();
        let answer = connection.exchange(&exchange.request).await?;
        let took = sent.elapsed();
        check(scenario.status, &exchange, answer)?;
        if let Some(window) = phase.window.get() {
            taken.push((window, took));
        }
    }
    Ok(taken)
}

/// A wrong answer is quick, so one is enough to fail.
fn check(status: u16, exchange: &Exchange, answer: Answer<'_>) -> Result<()> {
    if answer.status == status && contains(answer.body, &exchange.holds) {
        return Ok(());
    }
    let request = String::from_utf8_lossy(&exchange.request);
    let request = request.lines().next().unwrap_or_default();
    let body: String = String::from_utf8_lossy(answer.body)
        .chars()
        .take(400)
        .collect();
    bail!(
        "{request}: expected {status} with `{}`, got {} with {body}",
        exchange.holds,
        answer.status
    );
}

/// Whether the beginning or the end of a body has the text; the middle of a long one is not
/// searched, for the load must cost less than the server.
fn contains(body: &[u8], text: &str) -> bool {
    const BEGINNING: usize = 2048;
    const END: usize = 512;
    let has =
        |part: &[u8]| text.is_empty() || part.windows(text.len()).any(|w| w == text.as_bytes());
    let beginning = body.get(..BEGINNING).unwrap_or(body);
    let end = body.get(body.len().saturating_sub(END)..).unwrap_or(body);
    has(beginning) || (body.len() > BEGINNING && has(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_answer_is_noticed() {
        let exchange = Exchange {
            request: b"GET / HTTP/1.1\r\n\r\n".to_vec(),
            holds: "\"active\":true".to_owned(),
        };
        let answer = |status, body| Answer {
            status,
            head: "",
            body,
        };
        assert!(check(200, &exchange, answer(200, br#"{"active":true}"#)).is_ok());
        assert!(check(200, &exchange, answer(200, br#"{"active":false}"#)).is_err());
        assert!(check(200, &exchange, answer(500, br#"{"active":true}"#)).is_err());
    }

    #[test]
    fn both_ends_of_a_long_body_are_searched() {
        let mut body = vec![b'x'; 10_000];
        body.extend(b"end");
        assert!(contains(&body, "end"));
        assert!(!contains(&body, "start"));
        body.splice(0..0, *b"start");
        assert!(contains(&body, "start"));
    }
}
