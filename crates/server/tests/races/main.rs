//! Sixteen at once, over HTTP, on both stores: what may happen once happens once, and no guard has a gap between the
//! look and the deed (R12, T6, product §2.4).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![allow(clippy::print_stdout)] // What was left out.
#![allow(unreachable_pub)] // Shared between test binaries.

#[path = "../../../store/tests/support/postgres.rs"]
mod postgres;
#[path = "../support/mod.rs"]
mod support;

mod arena;
mod configuration;
mod consents;
mod once;
mod people;
mod registration;
mod resources;
mod tokens;

use arena::{Arena, races};

races![
    once::an_assertion_authenticates_once,
    once::a_user_name_is_taken_once,
    once::a_version_is_replaced_once,
    once::a_key_is_promoted_once,
    once::the_first_administrator_is_made_once,
    once::a_set_up_link_is_used_once,
    resources::no_write_is_lost,
    resources::a_type_goes_without_resources_or_stays,
    tokens::a_scope_goes_without_tokens_or_stays,
    tokens::a_client_goes_with_its_tokens,
    tokens::what_is_revoked_stays_revoked,
    configuration::a_scope_goes_unassigned_or_stays,
    configuration::a_schema_goes_unused_or_stays,
    configuration::a_service_goes_unnamed_or_stays,
    configuration::a_connector_goes_with_its_report,
    people::a_code_is_redeemed_once,
    people::a_refresh_token_has_one_successor,
    people::a_pushed_request_is_finished_once,
    people::a_device_is_answered_and_served_once,
    people::who_is_deactivated_keeps_nothing,
    people::a_scope_goes_without_grants_or_stays,
    registration::no_more_clients_than_there_may_be,
    registration::a_registration_is_replaced_once,
    registration::a_registered_client_goes_once,
    registration::a_scope_goes_or_is_offered,
    consents::a_consent_is_given_or_taken_back,
];
