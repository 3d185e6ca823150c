//! The figures, for people.

use crate::{
    figures::{Figure, Figures},
    plan::names,
    targets::Target,
};
use anyhow::{Context as _, Result};
use std::fmt::{self, Display, Write as _};

const BEGIN: &str = "<!-- figures -->";
const END: &str = "<!-- end of figures -->";

impl Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            per_cpu_second,
            busy,
            p50,
            p99,
            ..
        } = self;
        write!(
            f,
            "{name}: {} per CPU-second (busy {:.0} %, p50 {:.2} ms, p99 {:.2} ms)",
            grouped(*per_cpu_second),
            busy * 100.0,
            milliseconds(*p50),
            milliseconds(*p99),
        )
    }
}

/// Everything as Markdown.
///
/// # Errors
/// Never; writing to a string is fallible by its signature only.
pub fn markdown(
    machine: &[String],
    targets: &[Target],
    figures: &Figures,
) -> Result<String, fmt::Error> {
    let mut text = String::new();
    for line in machine {
        writeln!(text, "- {line}")?;
    }
    writeln!(
        text,
        "\n| figure | target | measured | reached |\n|---|---|---|---|"
    )?;
    for target in targets {
        writeln!(text, "{}", row(target))?;
    }
    writeln!(
        text,
        "\n| requests | per CPU-second | server busy | p50 | p99 |\n|---|--:|--:|--:|--:|"
    )?;
    for figure in figures.loads() {
        writeln!(
            text,
            "| {} | {} | {:.0} % | {:.2} ms | {:.2} ms |",
            figure.name,
            grouped(figure.per_cpu_second),
            figure.busy * 100.0,
            milliseconds(figure.p50),
            milliseconds(figure.p99),
        )?;
    }
    let (inside, others): (Vec<_>, Vec<_>) = figures
        .numbers("")
        .partition(|(name, _)| name.starts_with(names::IN_PROCESS));
    if !others.is_empty() {
        writeln!(text, "\n| other | |\n|---|--:|")?;
    }
    for (name, number) in others {
        let rates = [names::ENGINE, names::FIRST_FIND];
        let unit = match rates.iter().any(|rate| name.starts_with(rate)) {
            true => " per CPU-second",
            false => "",
        };
        writeln!(text, "| {name} | {}{unit} |", grouped(number))?;
    }
    if !inside.is_empty() {
        writeln!(text, "\n| in process | ns |\n|---|--:|")?;
    }
    for (name, number) in inside {
        let name = name.strip_prefix(names::IN_PROCESS).unwrap_or(name);
        writeln!(text, "| {name} | {} |", grouped(number))?;
    }
    Ok(text)
}

fn row(target: &Target) -> String {
    let Target {
        what,
        goal,
        measured,
    } = target;
    let measured = measured.map_or("-".to_owned(), |measured| goal.number(measured));
    let reached = match (target.reached(), target.part()) {
        (Some(true), _) => "yes".to_owned(),
        (_, Some(part)) => format!("no: {:.0} % of it", part * 100.0),
        _ => "not measured".to_owned(),
    };
    format!("| {what} | {} | {measured} | {reached} |", goal.shown())
}

/// A document with its block of figures replaced.
///
/// # Errors
/// If it has no such block.
pub fn splice(document: &str, figures: &str) -> Result<String> {
    let missing = || format!("the document has no block between {BEGIN} and {END}");
    let (before, rest) = document.split_once(BEGIN).with_context(missing)?;
    let (_, after) = rest.split_once(END).with_context(missing)?;
    Ok(format!(
        "{before}{BEGIN}\n{}\n{END}{after}",
        figures.trim_end()
    ))
}

fn milliseconds(duration: std::time::Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// A number with commas, and a decimal if it is small.
fn grouped(number: f64) -> String {
    if number < 100.0 {
        return format!("{number:.1}");
    }
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::targets::{Goal, targets};

    #[test]
    fn numbers_can_be_read() {
        assert_eq!(grouped(1_234_567.2), "1,234,567");
        assert_eq!(grouped(123.4), "123");
        assert_eq!(grouped(12.34), "12.3");
    }

    #[test]
    fn a_row_says_how_far_it_is() {
        let mut target = Target {
            what: "x".to_owned(),
            goal: Goal::Times(8.0),
            measured: Some(4.0),
        };
        assert_eq!(row(&target), "| x | ≥ 8.00 × | 4.00 × | no: 50 % of it |");
        target.measured = None;
        assert_eq!(row(&target), "| x | ≥ 8.00 × | - | not measured |");
    }

    #[test]
    fn only_the_block_of_a_document_changes() {
        let document = format!("# A\n{BEGIN}\nold\n{END}\nrest\n");
        let new = splice(&document, "new\n").unwrap();
        assert_eq!(new, format!("# A\n{BEGIN}\nnew\n{END}\nrest\n"));
        assert_eq!(splice(&new, "new\n").unwrap(), new);
        assert!(splice("nothing", "new").is_err());
    }

    #[test]
    fn a_report_names_what_was_not_measured() {
        let figures = Figures::default();
        let text = markdown(
            &["here".to_owned()],
            &targets(&figures, [1, 2, 3]),
            &figures,
        )
        .unwrap();
        assert!(text.contains("- here\n"));
        assert_eq!(text.matches("| not measured |").count(), 28);
    }
}
