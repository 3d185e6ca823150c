//! `ambit config`: everything an administrator configures, with the habits of dsconfig.
//!
//! The command line is a client of the management API and knows no other door. What objects there are
//! stands in [`noun`]; what they are made of, in the definitions by which the server itself validates.

mod api;
mod arguments;
mod assignment;
mod audit;
mod batch;
mod change;
mod command;
mod compiler;
mod declare;
mod definition;
mod describe;
mod examples;
mod menu;
mod names;
mod noun;
mod problem;
mod property;
mod run;
mod show;
mod table;
mod world;

pub(crate) use run::{ConfigArgs, run};
