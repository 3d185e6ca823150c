//! The one binary `ambit`: it wires everything together, and alone knows which store is in use.

mod audit;
mod client;
mod completions;
mod config;
mod demo;
mod exit;
mod import;
mod ldif;
mod logging;
mod manage;
mod secret_file;
mod serve;
mod session;
mod terminal;
mod version;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, parser::ValueSource};
use std::process::ExitCode;

/// Requests make many small things that live for one request; with this one an introspection spends
/// a fifth less time outside the system (decision 0009).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Ambit: OAuth 2 and SCIM where a scope is a contract that is enforced
#[derive(Debug, Parser)]
#[command(name = "ambit", version, max_term_width = 100, after_long_help = exit::HELP)]
#[command(subcommand_required = true, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::ServeArgs),
    ResetAdministrator(serve::ResetArgs),
    Demo(demo::DemoArgs),
    Config(manage::ConfigArgs),
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    Login(session::LoginArgs),
    Logout(session::LogoutArgs),
    Completions(completions::CompletionsArgs),
    #[command(subcommand)]
    Import(import::ImportCommand),
    Version(version::VersionArgs),
}

fn main() -> ExitCode {
    let matches = Cli::command().get_matches();
    let store_in_argv = matches.subcommand().is_some_and(|(_, given)| {
        matches!(given.try_contains_id("store"), Ok(true))
            && given.value_source("store") == Some(ValueSource::CommandLine)
    });
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    match run(cli, store_in_argv) {
        Ok(code) => code,
        Err(error) => {
            terminal::complain(format_args!("ambit: {error:#}"));
            exit::code_of(&error)
        }
    }
}

fn run(cli: Cli, store_in_argv: bool) -> anyhow::Result<ExitCode> {
    // Fails only if a provider is installed already, which is then the same one.
    let _ = rustls::crypto::CryptoProvider::install_default((*serve::provider()).clone());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    match cli.command {
        Command::Serve(args) => runtime
            .block_on(serve::run(args, store_in_argv))
            .map(|()| ExitCode::SUCCESS),
        Command::ResetAdministrator(args) => runtime
            .block_on(serve::reset(args, store_in_argv))
            .map(|()| ExitCode::SUCCESS),
        Command::Demo(args) => runtime
            .block_on(demo::run(args))
            .map(|()| ExitCode::SUCCESS),
        Command::Import(command) => runtime.block_on(import::run(command)),
        Command::Audit(command) => runtime.block_on(audit::run(command)),
        Command::Config(args) => runtime.block_on(manage::run(args)),
        Command::Login(args) => runtime
            .block_on(session::login(args))
            .map(|()| ExitCode::SUCCESS),
        Command::Logout(args) => runtime
            .block_on(session::logout(args))
            .map(|()| ExitCode::SUCCESS),
        Command::Completions(args) => {
            completions::run(&args, &mut Cli::command()).map(|()| ExitCode::SUCCESS)
        }
        Command::Version(args) => version::run(&args).map(|()| ExitCode::SUCCESS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
