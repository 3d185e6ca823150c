//! Who the command line is to a server: a person who signed in with `ambit login`, or a client with
//! a file of credentials.

mod connection;
mod device;
mod file;
mod login;

pub(crate) use connection::{Connection, ConnectionArgs, Unclear};
pub(crate) use login::{LoginArgs, LogoutArgs, login, logout};
