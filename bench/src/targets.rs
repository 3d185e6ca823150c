//! What the figures are held against.

use crate::{
    figures::Figures,
    plan::{names, with},
    scenarios::FilterBy,
};

/// One figure that must be reached.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// What is compared.
    pub what: String,
    /// Where it must be.
    pub goal: Goal,
    /// Where it is, if it was measured.
    pub measured: Option<f64>,
}

/// Where a figure must be, and how it is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    /// A share of something else, or more.
    Share(f64),
    /// So many times something else, or more.
    Times(f64),
    /// So many times something else, or less.
    NoMoreThan(f64),
    /// So many of a unit, or less.
    Most(f64, &'static str),
}

impl Target {
    /// Whether it is reached.
    #[must_use]
    pub fn reached(&self) -> Option<bool> {
        self.measured
            .map(|measured| self.goal.part(measured) >= 1.0)
    }

    /// How much of the figure is there: 1 is all of it.
    #[must_use]
    pub fn part(&self) -> Option<f64> {
        self.measured.map(|measured| self.goal.part(measured))
    }
}

impl Goal {
    fn part(self, measured: f64) -> f64 {
        match self {
            Self::Share(least) | Self::Times(least) => measured / least,
            Self::NoMoreThan(most) | Self::Most(most, _) => most / measured,
        }
    }

    /// The goal as it is written.
    #[must_use]
    pub fn shown(self) -> String {
        match self {
            Self::Share(_) | Self::Times(_) => format!("≥ {}", self.number(self.bound())),
            Self::NoMoreThan(_) | Self::Most(..) => format!("≤ {}", self.number(self.bound())),
        }
    }

    /// A number, as this goal's are written.
    #[must_use]
    pub fn number(self, number: f64) -> String {
        match self {
            Self::Share(_) => format!("{:.0} %", number * 100.0),
            Self::Times(_) | Self::NoMoreThan(_) => format!("{number:.2} ×"),
            Self::Most(_, unit) if number < 10.0 => format!("{number:.2} {unit}"),
            Self::Most(_, unit) => format!("{number:.0} {unit}"),
        }
    }

    const fn bound(self) -> f64 {
        match self {
            Self::Share(bound) | Self::Times(bound) => bound,
            Self::NoMoreThan(bound) | Self::Most(bound, _) => bound,
        }
    }
}

/// Every target, with what was measured. `populations` are the fewest people, the usual number
/// and the most.
#[must_use]
pub fn targets(figures: &Figures, populations: [u64; 3]) -> Vec<Target> {
    let [few, usual, many] = populations;
    let ratio = |one: &str, other: &str| Some(figures.find(one)? / figures.find(other)?);
    let eq = FilterBy::UserNameEq.name();
    let mut all = Vec::new();
    let mut add = |what: &str, goal, measured| {
        let what = what.to_owned();
        all.push(Target {
            what,
            goal,
            measured,
        });
    };

    let slowest = figures.numbers(names::DECIDE).map(|(_, number)| number);
    let slowest = slowest
        .max_by(f64::total_cmp)
        .map(|nanoseconds| nanoseconds / 1e3);
    add(
        "the slowest decision on a SCIM action, in process",
        Goal::Most(1.0, "µs"),
        slowest,
    );
    let seen = ratio(names::JWT_SEEN, names::JWT_VERIFIED);
    add(
        "a JWT seen before, against a signature check",
        Goal::NoMoreThan(0.1),
        seen,
    );

    for (what, name, most) in [
        (
            "a catalogue of 10,000 scopes and 10,000 clients, compiled",
            names::COMPILE,
            50.0,
        ),
        ("an edit of one scope in it, on the node", names::EDIT, 5.0),
    ] {
        let measured = figures.find(name).map(|nanoseconds| nanoseconds / 1e6);
        add(what, Goal::Most(most, "ms"), measured);
    }
    for list in [names::APPLICATIONS, names::SCOPES] {
        let what = format!("{list}: its cost, against a page of 100 people");
        add(
            &what,
            Goal::NoMoreThan(2.0),
            ratio(names::PAGE_BESIDE, list),
        );
    }

    let health = with(names::HEALTH, usual);
    add(
        "introspection, against `/health`",
        Goal::Share(0.60),
        ratio(names::INTROSPECT, names::HEALTH),
    );
    for (what, least) in [(names::GET, 0.35), (eq, 0.35), (names::PAGE, 0.12)] {
        let measured = ratio(&with(what, usual), &health);
        add(
            &format!("{what}, against `/health`"),
            Goal::Share(least),
            measured,
        );
    }
    add(
        "`/token`, against a bare handler that signs",
        Goal::Share(0.45),
        ratio(names::TOKEN, names::SIGN),
    );
    add(
        "a code for two tokens, against a bare handler that signs both",
        Goal::Share(0.50),
        ratio(names::CODE, names::SIGN_TWO),
    );
    add(
        "`/userinfo`, against `/health`",
        Goal::Share(0.50),
        ratio(names::USERINFO, names::HEALTH_PEOPLE),
    );
    add(
        "a sign-in, against a bare handler that hashes",
        Goal::Share(0.90),
        ratio(names::SIGN_IN, names::HASH),
    );
    let p99 = |name: &str| {
        let found = figures.loads().iter().find(|figure| figure.name == name);
        found.map(|figure| figure.p99.as_secs_f64())
    };
    let moved = p99(names::DECISION_STORM).zip(p99(names::DECISION_CALM));
    add(
        "the p99 of a decision in a storm of sign-ins, against a calm",
        Goal::NoMoreThan(1.2),
        moved.map(|(storm, calm)| storm / calm),
    );
    for (what, engine) in [(names::CREATE, "create"), (names::PATCH, "patch")] {
        let measured = ratio(&with(what, usual), &format!("{}{engine}", names::ENGINE));
        add(
            &format!("{what}, against the engine alone"),
            Goal::Share(0.60),
            measured,
        );
    }
    // What was found before, and what is looked up in the index each time.
    for filter in [eq, FilterBy::EmailEq.name()] {
        add(
            &format!("{filter}: its cost with {many} people, against {few}"),
            Goal::NoMoreThan(1.3),
            ratio(&with(filter, few), &with(filter, many)),
        );
    }

    add(
        "`/token`, against `oidc-provider`",
        Goal::Times(3.0),
        ratio(names::TOKEN, names::PEER_TOKEN),
    );
    add(
        "introspection, against `oidc-provider`",
        Goal::Times(8.0),
        ratio(names::INTROSPECT, names::PEER_INTROSPECT),
    );
    for (what, least) in [
        (names::GET, 20.0),
        (eq, 20.0),
        (names::CREATE, 8.0),
        (names::PATCH, 8.0),
    ] {
        let peer = with(&format!("{}{what}", names::SCIMMY), usual);
        add(
            &format!("{what}, against `scimmy`"),
            Goal::Times(least),
            ratio(&with(what, usual), &peer),
        );
    }

    add(
        "start to ready, empty",
        Goal::Most(200.0, "ms"),
        figures.find(names::READY_EMPTY),
    );
    add(
        "start to ready, all people",
        Goal::Most(1000.0, "ms"),
        figures.find(names::READY_FULL),
    );
    add(
        "resident, idle",
        Goal::Most(40.0, "MiB"),
        figures.find(names::RESIDENT),
    );
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_reached_that_was_not_measured() {
        let none = targets(&Figures::default(), [1_000, 10_000, 100_000]);
        assert_eq!(none.len(), 28);
        assert!(none.iter().all(|target| target.reached().is_none()));
    }

    #[test]
    fn a_ratio_is_held_to_its_goal() {
        let mut figures = Figures::default();
        figures.note(names::HEALTH, 100.0);
        figures.note(names::INTROSPECT, 59.0);
        figures.note(names::RESIDENT, 20.0);
        let all = targets(&figures, [1, 2, 3]);
        let find = |what: &str| {
            all.iter()
                .find(|target| target.what.starts_with(what))
                .unwrap()
        };
        assert_eq!(
            find("introspection, against `/health`").reached(),
            Some(false)
        );
        assert_eq!(find("resident").reached(), Some(true));
        assert_eq!(find("resident").part(), Some(2.0));
    }

    #[test]
    fn goals_are_written_with_their_units() {
        assert_eq!(Goal::Share(0.6).shown(), "≥ 60 %");
        assert_eq!(Goal::NoMoreThan(1.3).shown(), "≤ 1.30 ×");
        assert_eq!(Goal::Most(200.0, "ms").shown(), "≤ 200 ms");
        assert_eq!(Goal::Most(1.0, "µs").number(0.071), "0.07 µs");
    }
}
