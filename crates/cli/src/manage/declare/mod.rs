//! A realm's configuration as one file: written from the realm, compared with it, put into force.

mod difference;
mod kinds;
mod read;
mod run;
mod step;
mod write;

pub(super) use run::{commands, run};
