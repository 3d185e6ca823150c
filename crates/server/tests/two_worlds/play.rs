//! Playing a sequence in both worlds, and finding the shortest part of it that tells them apart.

use crate::{
    asks,
    case::{Case, Known},
    exchange::{Ask, Said},
    rng::Rng,
    stage::Stage,
};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// Requests of a sequence.
const REQUESTS: usize = 14;
/// How often something happens beside the caller before a request, in percent.
const EVENTS: usize = 22;

/// What was played.
#[derive(Debug, Default, Clone)]
pub struct Tally {
    pub sequences: usize,
    /// Sequences whose histories could not be made the same, and that were not played.
    pub skipped: usize,
    /// Sequences with a difference that the caller may not see.
    pub different: usize,
    pub requests: usize,
    /// Requests that were served.
    pub served: usize,
    pub kinds: BTreeMap<&'static str, Kind>,
    pub differences: BTreeMap<&'static str, usize>,
}

/// Requests of one kind.
#[derive(Debug, Default, Clone, Copy)]
pub struct Kind {
    pub asked: usize,
    pub served: usize,
}

impl Tally {
    pub fn add(&mut self, other: Self) {
        self.sequences += other.sequences;
        self.skipped += other.skipped;
        self.different += other.different;
        self.requests += other.requests;
        self.served += other.served;
        for (kind, more) in other.kinds {
            let sum = self.kinds.entry(kind).or_default();
            sum.asked += more.asked;
            sum.served += more.served;
        }
        for (kind, more) in other.differences {
            *self.differences.entry(kind).or_default() += more;
        }
    }
}

/// What tells two worlds apart.
#[derive(Debug, Clone)]
pub struct Told {
    pub seed: u64,
    pub step: usize,
    pub kind: &'static str,
    pub report: String,
}

/// Plays one sequence; its steps are those that `keep` keeps.
pub async fn play(
    stage: &Stage,
    seed: u64,
    keep: &dyn Fn(usize) -> bool,
    tally: &mut Tally,
) -> Result<(), Box<Told>> {
    let caller = &stage.callers[Rng::of(seed, 7).below(stage.callers.len())];
    let Some(mut case) = Case::open(stage, caller, seed).await else {
        tally.skipped += 1;
        return Ok(());
    };
    let mut pairs = HashMap::new();
    for step in (0..REQUESTS).filter(|step| keep(*step)) {
        let rng = &mut Rng::of(seed, 100 + step as u64);
        if rng.chance(EVENTS) && !case.event(rng).await {
            tally.skipped += 1;
            return Ok(());
        }
        let ask = asks::draw(&case, rng);
        let told = |report: String| {
            Box::new(Told {
                seed,
                step,
                kind: ask.kind,
                report,
            })
        };
        let said = exchange(&mut case, &ask, &mut pairs).await.map_err(told)?;
        tally.requests += 1;
        tally.served += usize::from(said.served());
        let kind = tally.kinds.entry(ask.kind).or_default();
        kind.asked += 1;
        kind.served += usize::from(said.served());
        if ask.method != "GET" && !case.even_out(rng).await {
            tally.skipped += 1;
            return Ok(());
        }
    }
    tally.sequences += 1;
    tally.different += usize::from(!case.differences.is_empty());
    for (kind, n) in &case.differences {
        *tally.differences.entry(kind).or_default() += n;
    }
    Ok(())
}

/// Puts a request to both worlds; what was said, or how the answers differ.
async fn exchange(
    case: &mut Case<'_>,
    ask: &Ask,
    pairs: &mut HashMap<String, String>,
) -> Result<Said, String> {
    case.begin_step();
    let [one, other] = &case.stage.sides;
    let (left, right) = tokio::join!(
        ask.put_to(one, case.caller, 0),
        ask.put_to(other, case.caller, 1)
    );
    if !left.is_like(&right) {
        return Err(difference(ask, &left, &right, "the worlds answer"));
    }
    // Random values correspond: what is new in one world is new in the other.
    for (a, b) in left.random.iter().zip(&right.random) {
        for (from, to) in [(format!("l{a}"), b), (format!("r{b}"), a)] {
            if pairs.entry(from).or_insert_with(|| to.clone()) != to {
                return Err(difference(
                    ask,
                    &left,
                    &right,
                    "what is random repeats itself",
                ));
            }
        }
    }
    if let (Some(unknown), Some((hidden, name))) = (ask.with_unknown(), &ask.unknown) {
        let of_unknown = unknown.put_to(&case.stage.sides[0], case.caller, 0).await;
        let of_unknown = of_unknown.renamed(name, hidden);
        if !left.is_like(&of_unknown) {
            return Err(difference(
                ask,
                &left,
                &of_unknown,
                "hidden and unknown answer",
            ));
        }
    }
    learn(case, ask, &left, &right);
    Ok(left)
}

fn difference(ask: &Ask, left: &Said, right: &Said, what: &str) -> String {
    let shown = |said: &Said| format!("{} {:?}\n    {}", said.status, said.headers, said.body);
    format!(
        "{what} differently:\n  {} {} {:?} {:?}\n    {}\n  one: {}\n  other: {}",
        ask.method,
        ask.path,
        ask.headers,
        ask.own,
        ask.body.as_deref().unwrap_or("(no body)"),
        shown(left),
        shown(right),
    )
}

/// Keeps what later requests are made of.
fn learn(case: &mut Case<'_>, ask: &Ask, left: &Said, right: &Said) {
    let body = left.json();
    let mut shown: Vec<&Value> = body["Resources"].as_array().into_iter().flatten().collect();
    shown.push(&body);
    for resource in shown {
        let id = resource["id"]
            .as_str()
            .filter(|_| resource["meta"].is_object());
        let Some(id) = id.filter(|_| !ask.path.contains("Schemas")) else {
            continue;
        };
        if let Some(tag) = resource["meta"]["version"].as_str() {
            case.tags.push((id.to_owned(), tag.to_owned()));
        }
        if !ask.path.contains('?') {
            case.seen.insert(id.to_owned(), resource.clone());
        }
        if ask.method == "POST" && left.status == 201 {
            made(case, resource["meta"]["location"].as_str());
        }
    }
    for result in body["Operations"].as_array().into_iter().flatten() {
        if result["method"] == "POST" && result["status"] == "201" {
            made(case, result["location"].as_str());
        }
    }
    let own = |left: &Said, right: &Said| {
        let own = [left.random.first(), right.random.first()].map(|own| own.cloned());
        let [Some(left), Some(right)] = own else {
            return None;
        };
        Some([left, right])
    };
    if body["nextCursor"].is_string() && ask.path.contains("cursor=&") {
        case.cursors
            .extend(own(left, right).map(|own| (ask.path.clone(), own)));
    }
    if body["access_token"].is_string() {
        case.tokens.extend(own(left, right));
    }
}

/// A resource that the caller made; both worlds have it under one id.
fn made(case: &mut Case<'_>, location: Option<&str>) {
    let path = location.and_then(|location| location.split_once("/scim/v2/"));
    let Some((endpoint, id)) = path.and_then(|(_, path)| path.split_once('/')) else {
        return;
    };
    if let Some(of) = case.stage.types.iter().find(|of| of.endpoint == endpoint) {
        case.known.push(Known {
            of: of.name,
            endpoint: of.endpoint,
            id: id.to_owned(),
        });
    }
}

/// Leaves out what is not needed to tell the worlds apart, one step after the other.
pub async fn shrink(stage: &Stage, told: Told) -> Told {
    let mut told = told;
    let mut dropped: Vec<usize> = Vec::new();
    for step in (0..told.step).rev() {
        dropped.push(step);
        let keep = |step: usize| !dropped.contains(&step);
        match play(stage, told.seed, &keep, &mut Tally::default()).await {
            Err(still) => told = *still,
            Ok(()) => drop(dropped.pop()),
        }
    }
    told.report = format!(
        "seed {}: without steps {dropped:?}, step {}, `{}`, tells: {}",
        told.seed, told.step, told.kind, told.report
    );
    told
}
