//! The caller's requests: random, most of them well-formed and within its rights, all of them drawn
//! from what the caller may know.

mod bodies;
mod others;
mod reads;
mod writes;

use crate::{
    case::{Case, Known},
    exchange::Ask,
    rights::Type,
    rng::Rng,
};
use scim::AttributeSet;

/// Each kind of request, and how often it is drawn.
type Draw = fn(&Case<'_>, &mut Rng) -> Ask;
pub const KINDS: [(&str, usize, Draw); 27] = [
    ("get", 14, reads::get),
    ("get, some attributes", 8, reads::get_selected),
    ("get, if known", 5, reads::get_conditional),
    ("list", 7, reads::list),
    ("filter", 14, reads::filter),
    ("sort", 8, reads::sort),
    ("page", 6, reads::page),
    ("cursor", 6, reads::cursor),
    ("next cursor", 4, reads::next_cursor),
    ("foreign cursor", 2, reads::foreign_cursor),
    ("search", 6, reads::search),
    ("search all", 5, reads::search_all),
    ("hidden name", 7, reads::hidden_name),
    ("post", 8, writes::post),
    ("put", 9, writes::put),
    ("patch", 9, writes::patch),
    ("patch, value path", 7, writes::patch_value_path),
    ("write, if matched", 4, writes::if_matched),
    ("delete", 3, writes::delete),
    ("bulk", 7, writes::bulk),
    ("taken name", 4, writes::taken_name),
    ("ghost", 6, others::ghost),
    ("me", 2, others::me),
    ("discovery", 3, others::discovery),
    ("management", 5, others::management),
    ("tokens", 6, others::tokens),
    ("malformed", 4, others::malformed),
];

/// A random request.
pub fn draw(case: &Case<'_>, rng: &mut Rng) -> Ask {
    let all: usize = KINDS.iter().map(|(_, weight, _)| weight).sum();
    let mut at = rng.below(all);
    for (kind, weight, draw) in KINDS {
        if at < weight {
            return Ask {
                kind,
                ..draw(case, rng)
            };
        }
        at -= weight;
    }
    unreachable!("weights add up")
}

/// A type on which the caller may do `operation` nine times in ten, if there is one.
fn of_type<'c>(case: &'c Case<'_>, operation: &'static str, rng: &mut Rng) -> &'c Type {
    let types = &case.stage.types;
    let may: Vec<&Type> = types
        .iter()
        .filter(|of| case.caller.rights.get(of.name, operation).is_some())
        .collect();
    match rng.maybe(&may).filter(|_| rng.chance(92)) {
        Some(of) => of,
        None => rng.pick(types),
    }
}

/// A resource of a type on which the caller may do `operation`, most often.
fn resource(case: &Case<'_>, operation: &'static str, rng: &mut Rng) -> Known {
    let of = of_type(case, operation, rng);
    let known: Vec<&Known> = case.known.iter().filter(|k| k.of == of.name).collect();
    match rng.maybe(&known) {
        Some(known) => (*known).clone(),
        None => Known {
            of: of.name,
            endpoint: of.endpoint,
            id: "0193f1c0-0000-4000-8000-00000000002a".to_owned(),
        },
    }
}

/// The leaves that an operation may use; none if it may not be done.
fn leaves(case: &Case<'_>, name: &str, operation: &'static str) -> AttributeSet {
    let leaves = case.caller.rights.get(name, operation);
    leaves.cloned().unwrap_or_default()
}

/// A query string.
fn query(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
        .replace("%7BOWN%7D", crate::exchange::OWN)
}
