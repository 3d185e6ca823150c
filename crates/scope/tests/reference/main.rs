//! The engine against a deliberately naive model of product §2 and §6, in random realms that
//! random edits change (V4).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod asks;
mod compare;
#[path = "../fixture/mod.rs"]
mod fixture;
mod model;
mod paths;
mod rng;
mod world;

use compare::{ask, compile, effective, follow, same_scopes, verdict};
use model::{Model, Verdict};
use rng::Rng;
use scope::{Decision, EffectiveGrant, smallest_sufficient};
use std::ops::Range;
use world::{Edited, World};

/// Realms, edits of each, and questions after each edit. `AMBIT_REFERENCE_WORLDS` sets another number of realms:
/// fewer where it is asked over and over (docs/mutants.md).
const WORLDS: u64 = 250;
const EDITS: usize = 10;
const QUESTIONS: usize = 40;

/// How questions were answered.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    allowed: usize,
    reported: usize,
    denied: usize,
    together: usize,
}

impl Tally {
    fn count(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Allowed { alone, .. } => {
                self.allowed += 1;
                self.together += usize::from(!alone);
            }
            Verdict::Reported => self.reported += 1,
            Verdict::Denied => self.denied += 1,
        }
    }

    fn add(self, other: Self) -> Self {
        Self {
            allowed: self.allowed + other.allowed,
            reported: self.reported + other.reported,
            denied: self.denied + other.denied,
            together: self.together + other.together,
        }
    }
}

/// Plays the realm of one seed: after each edit, the same questions to both.
fn play(seed: u64) -> Tally {
    let mut rng = Rng::new(seed);
    let mut world = World::new(&mut rng);
    let mut catalogue = compile(&world, 1);
    let mut tally = Tally::default();
    for step in 0..EDITS {
        if step > 0 {
            let edited = world.edit(&mut rng, true);
            catalogue = follow(&catalogue, &world, edited);
        }
        if rng.chance(40) {
            world.add_grant(&mut rng);
        }
        let model = Model::new(&world);
        let effective: Vec<EffectiveGrant> = world
            .grants
            .iter()
            .map(|grant| effective(&catalogue, grant))
            .collect();
        for (grant, effective) in world.grants.iter().zip(&effective) {
            same_scopes(&model, grant, effective);
        }
        for _ in 0..QUESTIONS {
            let n = rng.below(world.grants.len());
            let grant = &world.grants[n];
            let question = asks::random(&world, &model, grant, &mut rng);
            let expected = model.decide(grant, &question);
            tally.count(&expected);
            ask(&catalogue, &effective[n], &question, |_, decision| {
                let got = verdict(&catalogue, &question, decision);
                assert_eq!(
                    got, expected,
                    "seed {seed}, edit {step}: {question:?}\n{grant:?}\n{world:#?}"
                );
            });
        }
    }
    // Following the edits led to the same as compiling the last state.
    assert_eq!(catalogue.hash(), compile(&world, 1).hash(), "seed {seed}");
    tally
}

/// Sums over seeds, on two threads.
fn over(seeds: Range<u64>, play: impl Fn(u64) -> Tally + Sync) -> Tally {
    let half = seeds.start + (seeds.end - seeds.start) / 2;
    let sum = |seeds: Range<u64>| seeds.map(&play).fold(Tally::default(), Tally::add);
    std::thread::scope(|threads| {
        let first = threads.spawn(|| sum(seeds.start..half));
        let second = sum(half..seeds.end);
        first.join().unwrap().add(second)
    })
}

#[test]
fn a_hundred_thousand_decisions_agree_with_the_reference_model() {
    let worlds = match std::env::var("AMBIT_REFERENCE_WORLDS") {
        Ok(number) => number.parse().unwrap(),
        Err(_) => WORLDS,
    };
    let tally = over(0..worlds, play);
    let cases = tally.allowed + tally.denied + tally.reported;
    assert_eq!(cases as u64, worlds * (EDITS * QUESTIONS) as u64);
    assert!(tally.allowed * 4 >= cases, "{tally:?}");
    assert!(tally.denied * 4 >= cases, "{tally:?}");
    println!("{cases} decisions in {worlds} realms: {tally:?}");
    let seldom = worlds as usize * 2 / 5;
    assert!(
        tally.reported > seldom && tally.together > seldom,
        "{tally:?}"
    );
}

/// What is suggested would do, by the model too, and no single scope would if several are named.
#[test]
fn what_is_suggested_suffices_and_is_smallest() {
    let (mut named, mut several, mut none) = (0, 0, 0);
    for seed in 10_000..10_200 {
        let mut rng = Rng::new(seed);
        let mut world = World::new(&mut rng);
        // The client of the first grant may be granted anything.
        world.grants.truncate(1);
        world.grants[0].scopes.truncate(1);
        let client = world.grants[0].client;
        world.clients.get_mut(&client).unwrap().assigned = world.scopes.keys().copied().collect();
        let (catalogue, model) = (compile(&world, 1), Model::new(&world));
        let grant = &world.grants[0];
        let measured = effective(&catalogue, grant);
        let with = |numbers: &[u128]| {
            let scopes = numbers.iter().map(|n| (*n, 1)).collect();
            world::Grant {
                scopes,
                ..grant.clone()
            }
        };
        for _ in 0..20 {
            let question = asks::random(&world, &model, grant, &mut rng);
            ask(&catalogue, &measured, &question, |action, decision| {
                if !matches!(decision, Decision::Denied { .. }) {
                    return;
                }
                let suggested = smallest_sufficient(&catalogue, &measured, action);
                let numbers: Vec<u128> = suggested
                    .iter()
                    .map(|name| name.action().unwrap().parse().unwrap())
                    .collect();
                let all: Vec<u128> = world.scopes.keys().copied().collect();
                let does = |numbers: &[u128]| {
                    matches!(
                        model.decide(&with(numbers), &question),
                        Verdict::Allowed { .. }
                    )
                };
                let context = || format!("seed {seed}: {question:?} {numbers:?}");
                assert_eq!(does(&all), !numbers.is_empty(), "{}", context());
                assert!(numbers.is_empty() || does(&numbers), "{}", context());
                if numbers.len() > 1 {
                    assert!(!all.iter().any(|n| does(&[*n])), "{}", context());
                }
                match numbers.len() {
                    0 => none += 1,
                    1 => named += 1,
                    _ => several += 1,
                }
            });
        }
    }
    assert!(
        named > 300 && several > 10 && none > 50,
        "{named} {several} {none}"
    );
}

/// Product §2.4: narrowing bites at once, and widening never gives an old grant more, whatever
/// edits follow one another.
#[test]
fn an_old_grant_never_gets_more_than_it_was_granted_nor_than_is_allowed_now() {
    let (mut narrowed, mut kept) = (0, 0);
    for seed in 20_000..20_200 {
        let mut rng = Rng::new(seed);
        let mut world = World::new(&mut rng);
        let mut catalogue = compile(&world, 1);
        // What each version of a scope allowed when it was in force.
        let mut at_grant = std::collections::BTreeMap::new();
        for _ in 0..20 {
            for (number, versions) in &world.scopes {
                let scope = catalogue.scope(fixture::scope_id(*number)).unwrap();
                let now = scope.rights(scope.version()).unwrap();
                at_grant
                    .entry((*number, scope.version()))
                    .or_insert_with(|| now.clone());
                for version in 1..=versions.len() as u32 {
                    let given = scope.rights(version).unwrap();
                    let granted = &at_grant[&(*number, version)];
                    assert!(
                        given.is_subset(granted),
                        "seed {seed}: scope {number} version {version}"
                    );
                    assert!(
                        given.is_subset(now),
                        "seed {seed}: scope {number} version {version}"
                    );
                    narrowed += usize::from(!granted.is_subset(given));
                    kept += usize::from(version < scope.version() && !given.is_empty());
                }
            }
            let edited = world.edit(&mut rng, false);
            assert_ne!(edited, Edited::Schemas);
            catalogue = follow(&catalogue, &world, edited);
        }
    }
    assert!(narrowed > 1000 && kept > 1000, "{narrowed} {kept}");
}
