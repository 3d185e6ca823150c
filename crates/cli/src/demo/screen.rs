//! How the story looks.

use super::{
    layout::{cut, json, width, wrap},
    step::Step,
};
use crate::terminal::{has_colours, say};
use std::io;

/// Most lines of an answer that are shown.
const MOST_LINES: usize = 24;

/// The terminal, or nowhere.
pub(super) struct Screen {
    silent: bool,
    colours: bool,
    width: usize,
}

const BOLD: &str = "1";
const DIM: &str = "2";
const RED: &str = "31";
const GREEN: &str = "32";
const YELLOW: &str = "33";
const CYAN: &str = "36";

impl Screen {
    /// The terminal that standard output goes to.
    pub(super) fn terminal() -> Self {
        Self {
            silent: false,
            colours: has_colours(),
            width: width(),
        }
    }

    /// Shows nothing.
    pub(super) fn silent() -> Self {
        Self {
            silent: true,
            colours: false,
            width: width(),
        }
    }

    /// A heading, with what it is about.
    pub(super) fn chapter(&self, title: &str, text: &str) -> io::Result<()> {
        self.line("")?;
        self.line(&self.paint(BOLD, &cut(&format!("── {title} "), self.width)))?;
        self.text(text)
    }

    /// A paragraph.
    pub(super) fn text(&self, text: &str) -> io::Result<()> {
        for line in wrap(text, self.width) {
            self.line(&line)?;
        }
        Ok(())
    }

    /// One step: the request, and what came of it.
    pub(super) fn step(&self, number: usize, step: &Step, root: &str) -> io::Result<()> {
        self.line("")?;
        for (index, line) in wrap(&step.says, self.width - 4).into_iter().enumerate() {
            let label = if index == 0 {
                format!("{number:>2}. ")
            } else {
                "    ".into()
            };
            self.line(&self.paint(BOLD, &format!("{label}{line}")))?;
        }
        let client = format!("    as {}, whose token has {}", step.client, step.scope);
        self.line(&self.paint(DIM, &cut(&client, self.width)))?;
        let request = step.request.replacen(root, "…", 1);
        for line in wrap(&request, self.width - 4) {
            self.line(&self.paint(CYAN, &format!("  > {line}")))?;
        }
        if let Some(body) = &step.body {
            self.block("  > ", json(body, self.width - 4))?;
        }
        let colour = if step.status < 300 { GREEN } else { YELLOW };
        self.line(&self.paint(colour, &format!("  < {}", status_line(step.status))))?;
        if let Some(challenge) = &step.challenge {
            for line in wrap(&format!("WWW-Authenticate: {challenge}"), self.width - 4) {
                self.line(&self.paint(colour, &format!("  < {line}")))?;
            }
        }
        if let Some(answer) = step.worth_showing() {
            self.block("  < ", json(answer, self.width - 4))?;
        }
        match &step.astray {
            Some(why) => self.line(&self.paint(RED, &format!("  ✗ not as told: {why}"))),
            None => Ok(()),
        }
    }

    fn block(&self, prefix: &str, lines: Vec<String>) -> io::Result<()> {
        let more = lines.len().saturating_sub(MOST_LINES);
        for line in lines.iter().take(MOST_LINES) {
            self.line(&format!("{prefix}{line}"))?;
        }
        if more > 0 {
            self.line(&format!("{prefix}… {more} more lines"))?;
        }
        Ok(())
    }

    fn paint(&self, colour: &str, text: &str) -> String {
        match self.colours {
            true => format!("\u{1b}[{colour}m{text}\u{1b}[0m"),
            false => text.to_owned(),
        }
    }

    fn line(&self, line: &str) -> io::Result<()> {
        if self.silent { Ok(()) } else { say(line) }
    }
}

fn status_line(status: u16) -> String {
    let name = reqwest::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason());
    format!("{status} {}", name.unwrap_or_default())
}
