//! The slice of fuzzing that every test run does: the committed corpora, and a second of seeded mutations
//! of them for each target, under the limits of libFuzzer's runs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr
)]

use fuzz::{
    TARGETS, Target, corpus, limits,
    mutation::{Chance, Material},
};
use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::Path,
    time::{Duration, Instant},
};

/// How long each target's inputs are changed.
const LONG: Duration = Duration::from_secs(1);

fn target(name: &str) -> &'static Target {
    TARGETS.iter().find(|target| target.name == name).unwrap()
}

/// Runs an input; one that breaks something is kept for `cargo xtask fuzz` and the corpus.
fn hold(target: &Target, input: &[u8]) {
    let run = || limits::hold(target.name, input, target.run);
    if let Err(panic) = catch_unwind(AssertUnwindSafe(run)) {
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("broke-{}", target.name));
        fs::write(&kept, input).unwrap();
        eprintln!("the input is in {}", kept.display());
        resume_unwind(panic);
    }
}

fn slice(target: &Target) {
    let inputs = corpus::inputs(target).unwrap();
    assert!(inputs.len() >= 5, "{} has a corpus", target.name);
    for (name, input) in &inputs {
        eprintln!("{}/{name}", target.name);
        hold(target, input);
    }
    let inputs = inputs.into_iter().map(|(_, input)| input).collect();
    let material = Material::new(inputs, corpus::words(target).unwrap(), target.longest);
    let mut chance = Chance::new(0x5eed);
    let begun = Instant::now();
    let mut runs = 0;
    while begun.elapsed() < LONG {
        hold(target, &material.make(&mut chance));
        runs += 1;
    }
    eprintln!("{}: {runs} runs", target.name);
}

macro_rules! slices {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                slice(target(stringify!($name)));
            }
        )*

        #[test]
        fn every_target_has_its_slice_and_its_program() {
            let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
            assert_eq!(names, [$(stringify!($name)),*]);
            let manifest = include_str!("../Cargo.toml");
            for name in names {
                let program = format!("name = \"{name}\"\npath = \"fuzz_targets/{name}.rs\"");
                assert!(manifest.contains(&program), "{name} is no [[bin]]");
                let program = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fuzz_targets/{name}.rs"));
                let source = fs::read_to_string(program).unwrap();
                assert!(source.contains(&format!("fuzz::program!({name});")), "{source}");
            }
        }
    };
}

slices! {
    authorization_request bulk claims_request client_assertion client_metadata cursor date_time filter form
    gateway_path http_request json jwk jws ldap ldif patch path projection query redirect_uri resource scope
    scope_definition settings url user_code
}

#[test]
fn the_server_seals_cursors_as_the_target_does() {
    fuzz::targets::cursor::control();
}

/// The committed corpora stay small: what libFuzzer finds is minimised before it is committed.
#[test]
fn the_corpora_are_small() {
    let inputs = TARGETS
        .iter()
        .flat_map(|target| corpus::inputs(target).unwrap());
    let bytes: usize = inputs.map(|(_, input)| input.len()).sum();
    assert!(bytes <= 1 << 20, "{bytes} bytes");
}

/// Controls of the harness itself: a target that is too slow, takes too much, or panics is caught.
#[test]
fn what_breaks_a_limit_is_caught() {
    fn slow(_: &[u8]) {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(2) {
            std::hint::black_box(0);
        }
    }
    fn greedy(_: &[u8]) {
        // So much more that what other tests give back meanwhile does not hide it.
        std::hint::black_box(vec![1_u8; 2 * limits::MOST_MEMORY]);
    }
    fn broken(data: &[u8]) {
        assert!(!data.starts_with(b"F"));
    }
    let caught = |run: fn(&[u8]), input: &[u8]| {
        catch_unwind(AssertUnwindSafe(|| limits::hold("control", input, run))).is_err()
    };
    assert!(caught(slow, b""));
    assert!(caught(greedy, b""));
    assert!(caught(broken, b"FUZZ"));
    assert!(!caught(broken, b"fuzz"));
}
