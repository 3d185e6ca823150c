//! The property, of the server as it is.

use crate::{
    asks::KINDS,
    run::{run, setting},
};

/// Sequences where the environment does not ask for more (`AMBIT_PROVE_SEQUENCES`).
const SEQUENCES: usize = 150;
/// The first stage (`AMBIT_PROVE_SEED`).
const SEED: usize = 1;
/// Kinds of requests that are refused: for what no caller may see or does not have, and for what is no request.
const REFUSED: [&str; 3] = ["ghost", "me", "malformed"];

#[test]
#[allow(clippy::print_stdout)]
fn s2_no_sequence_of_requests_tells_two_worlds_apart() {
    let sequences = setting("AMBIT_PROVE_SEQUENCES", SEQUENCES);
    let seed = setting("AMBIT_PROVE_SEED", SEED);
    let tally = match run(seed as u64, sequences) {
        Ok(tally) => tally,
        Err(told) => panic!("{}", told.report),
    };
    println!("{tally:#?}");
    assert_eq!(tally.sequences + tally.skipped, sequences);
    assert!(tally.skipped * 20 <= sequences, "too many are skipped");
    assert!(tally.served * 2 >= tally.requests, "too few are served");
    assert!(
        tally.different * 10 >= tally.sequences * 9,
        "too few worlds differ"
    );
    for (kind, _, _) in KINDS {
        let asked = tally.kinds.get(kind).copied().unwrap_or_default();
        assert!(asked.asked > 0, "`{kind}` is never asked");
        let served = asked.served > 0 || REFUSED.contains(&kind);
        assert!(served, "`{kind}` is never served");
    }
}
