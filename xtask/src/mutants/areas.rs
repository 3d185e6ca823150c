//! What is changed, and what must notice.

/// A part of the code, and the tests that must notice a change of it: quick ones first, and for the mutants that
/// those miss, thorough ones.
pub(super) struct Area {
    pub(super) name: &'static str,
    pub(super) what: &'static str,
    pub(super) files: &'static [&'static str],
    pub(super) quick: Tests,
    pub(super) thorough: Tests,
}

/// Arguments of `cargo test` beside the changed package, and the environment of the tests.
pub(super) struct Tests {
    pub(super) arguments: &'static [&'static str],
    pub(super) environment: &'static [(&'static str, &'static str)],
}

impl Tests {
    /// All tests of the changed package, or those that the arguments choose.
    const fn own(arguments: &'static [&'static str]) -> Self {
        Self {
            arguments,
            environment: &[],
        }
    }
}

pub(super) const AREAS: &[Area] = &[
    Area {
        name: "scope",
        what: "the engine: definitions, catalogue, decisions, suggestions",
        files: &["crates/scope/src/**/*.rs"],
        // The rules, example by example; one test that takes seconds may wait.
        quick: Tests::own(&["--lib", "--test=rules", "--", "--skip=a_large_cover"]),
        // The reference model besides.
        thorough: Tests {
            environment: &[("AMBIT_REFERENCE_WORLDS", "100")],
            ..Tests::own(&[])
        },
    },
    Area {
        name: "scim",
        what: "attribute sets, and what is bound to the visible ones: filters, sorting, PATCH, projection",
        files: &[
            "crates/scim/src/filter/bind.rs",
            "crates/scim/src/patch/bind.rs",
            "crates/scim/src/project.rs",
            "crates/scim/src/projection.rs",
            "crates/scim/src/select.rs",
            "crates/scim/src/set.rs",
            "crates/scim/src/sort.rs",
        ],
        quick: Tests::own(&[]),
        thorough: SCIM_OVER_HTTP,
    },
    Area {
        name: "permit",
        what: "the birthplace of permits",
        files: &[
            "crates/domain/src/access.rs",
            "crates/domain/src/scim/permit.rs",
        ],
        quick: Tests::own(&["--lib"]),
        thorough: SCIM_OVER_HTTP,
    },
];

/// The server's, though what is changed is in another package. (`--test-package` would leave the unchanged tree to
/// that other package, which has no such tests.)
const SCIM_OVER_HTTP: Tests =
    Tests::own(&["--package=server", "--test=scim", "--test=access_matrix"]);
