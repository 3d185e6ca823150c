//! How values are shown: tables for people, lines for scripts.

use std::fmt::Write;

/// What stands in a table where there is no value.
const NONE: &str = "-";

/// How rows are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// A table with a header, for people.
    Table,
    /// Values with tabs between them, for scripts.
    Script,
    /// The same, with a header.
    Tabs,
}

/// Rows of values, of which every cell may have none or several.
#[derive(Debug, Default)]
pub(super) struct Rows {
    header: Vec<String>,
    rows: Vec<Vec<Vec<String>>>,
}

impl Rows {
    /// No rows yet.
    pub(super) fn new(header: impl IntoIterator<Item = String>) -> Self {
        Self {
            header: header.into_iter().collect(),
            rows: Vec::new(),
        }
    }

    /// One row more.
    pub(super) fn push(&mut self, row: Vec<Vec<String>>) {
        self.rows.push(row);
    }

    /// A table: values sorted and joined with `, `, `-` for none.
    pub(super) fn table(&self) -> String {
        let cells: Vec<Vec<String>> = self
            .rows
            .iter()
            .map(|row| row.iter().map(|values| cell(values)).collect())
            .collect();
        let widths: Vec<usize> = self
            .header
            .iter()
            .enumerate()
            .map(|(column, title)| {
                let below = cells.iter().filter_map(|row| row.get(column));
                below
                    .chain([title])
                    .map(|cell| width(cell))
                    .max()
                    .unwrap_or_default()
            })
            .collect();
        let mut text = line(&self.header, &widths);
        let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
        let _ = writeln!(text, "{}", rule.join("-:-"));
        for row in &cells {
            text.push_str(&line(row, &widths));
        }
        text
    }

    /// One line for each row, with tabs between its values, and a header if asked for.
    pub(super) fn lines(&self, header: bool) -> String {
        let mut text = String::new();
        if header {
            let _ = writeln!(text, "{}", self.header.join("\t"));
        }
        for row in &self.rows {
            let values: Vec<String> = row.iter().flatten().map(|value| visible(value)).collect();
            let _ = writeln!(text, "{}", values.join("\t"));
        }
        text
    }

    /// One line for each row, with tabs between its cells, below a header.
    pub(super) fn cells(&self) -> String {
        let mut text = format!("{}\n", self.header.join("\t"));
        for row in &self.rows {
            let cells: Vec<String> = row.iter().map(|values| cell(values)).collect();
            let _ = writeln!(text, "{}", cells.join("\t"));
        }
        text
    }
}

fn cell(values: &[String]) -> String {
    match values {
        [] => NONE.into(),
        values => values
            .iter()
            .map(|value| visible(value))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let last = cells.len().saturating_sub(1);
    let mut text = String::new();
    for (column, (cell, wide)) in cells.iter().zip(widths).enumerate() {
        text.push_str(cell);
        if column < last {
            text.extend(std::iter::repeat_n(' ', wide - width(cell).min(*wide)));
            text.push_str(" : ");
        }
    }
    text.push('\n');
    text
}

/// A text without what would begin another line, or say something to the terminal.
pub(super) fn visible(text: &str) -> String {
    if !text.chars().any(char::is_control) {
        return text.to_owned();
    }
    text.chars().fold(String::new(), |mut shown, c| {
        match c {
            '\n' => shown.push_str("\\n"),
            '\t' => shown.push_str("\\t"),
            '\r' => shown.push_str("\\r"),
            c if c.is_control() => {
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
            }
            c => shown.push(c),
        }
        shown
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Rows {
        let mut rows = Rows::new(["Property".to_owned(), "Value(s)".to_owned()]);
        rows.push(vec![vec!["tag".into()], vec!["a".into(), "b".into()]]);
        rows.push(vec![vec!["description".into()], vec![]]);
        rows.push(vec![vec!["x".into()], vec!["1\n2\u{1b}".into()]]);
        rows
    }

    #[test]
    fn a_table_has_a_header_and_a_dash_for_none() {
        assert_eq!(
            rows().table(),
            "Property    : Value(s)\n\
             ------------:-----------\n\
             tag         : a, b\n\
             description : -\n\
             x           : 1\\n2\\u{1b}\n"
        );
    }

    #[test]
    fn scripts_get_values_with_tabs() {
        let lines = "tag\ta\tb\ndescription\nx\t1\\n2\\u{1b}\n";
        assert_eq!(rows().lines(false), lines);
        assert_eq!(rows().lines(true), format!("Property\tValue(s)\n{lines}"));
    }
}
