//! `ambit completions`: what a shell needs to complete commands.

use crate::terminal;

/// Print completions for a shell
#[derive(Debug, clap::Args)]
#[command(after_long_help = HELP)]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: clap_complete::Shell,
}

const HELP: &str = "\
Examples:
  ambit completions bash > /etc/bash_completion.d/ambit
  ambit completions zsh > ~/.zfunc/_ambit
  ambit completions fish > ~/.config/fish/completions/ambit.fish";

/// Prints them.
pub(crate) fn run(args: &CompletionsArgs, command: &mut clap::Command) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, command, "ambit", &mut script);
    Ok(terminal::print(String::from_utf8_lossy(&script))?)
}
