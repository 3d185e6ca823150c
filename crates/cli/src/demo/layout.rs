//! Text within the width of the terminal.

use serde_json::Value;

/// Narrowest and widest text.
const NARROWEST: usize = 40;
const WIDEST: usize = 100;
/// Where the width is not known.
const USUAL: usize = 80;

/// How many columns there are: `COLUMNS`, where the shell exports it, else 80.
pub(super) fn width() -> usize {
    let columns = std::env::var("COLUMNS")
        .ok()
        .and_then(|text| text.parse().ok());
    columns.unwrap_or(USUAL).clamp(NARROWEST, WIDEST)
}

/// Columns that a character takes: two for East Asian wide ones, none for combining marks.
fn columns(c: char) -> usize {
    match u32::from(c) {
        0x300..=0x36f | 0x591..=0x5bd | 0x64b..=0x65f | 0x200b..=0x200f => 0,
        0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff => 2,
        0xfe30..=0xfe6f | 0xff00..=0xff60 | 0x1f300..=0x1faff | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// `text` cut to `width` columns, with `…` where something is missing.
pub(super) fn cut(text: &str, width: usize) -> String {
    let total: usize = text.chars().map(columns).sum();
    if total <= width {
        return text.to_owned();
    }
    let mut left = width.saturating_sub(1);
    let kept = text.chars().take_while(|c| {
        let fits = columns(*c) <= left;
        left = left.saturating_sub(columns(*c));
        fits
    });
    kept.collect::<String>() + "…"
}

/// `text` in lines of at most `width` columns, broken between words, or within one that is longer.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_whitespace() {
        let length: usize = word.chars().map(columns).sum();
        if used > 0 && length <= width && used + 1 + length > width {
            lines.push(String::new());
            used = 0;
        }
        let space = (used > 0).then_some(' ');
        for c in space.into_iter().chain(word.chars()) {
            if used + columns(c) > width {
                lines.push(String::new());
                used = 0;
            }
            used += columns(c);
            if let Some(line) = lines.last_mut() {
                line.push(c);
            }
        }
    }
    lines
}

/// JSON in lines of at most `width` columns: what fits stands on one line, as a person would write,
/// and a long text is wrapped under its key.
pub(super) fn json(value: &Value, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    write(value, "", "", 0, width, &mut lines);
    let folded = lines.into_iter().flat_map(|line| {
        let indent = line.chars().take_while(|c| *c == ' ').count();
        let wrapped = wrap(&line, width.saturating_sub(indent + 4).max(1))
            .into_iter()
            .enumerate();
        let pad = move |(index, text): (usize, String)| {
            let hang = if index == 0 { indent } else { indent + 4 };
            format!("{}{text}", " ".repeat(hang))
        };
        match line.chars().map(columns).sum::<usize>() <= width {
            true => vec![line],
            false => wrapped.map(pad).collect(),
        }
    });
    folded.collect()
}

fn write(
    value: &Value,
    key: &str,
    comma: &str,
    indent: usize,
    width: usize,
    lines: &mut Vec<String>,
) {
    let pad = " ".repeat(indent);
    let line = format!("{pad}{key}{}{comma}", one_line(value));
    let fits = line.chars().map(columns).sum::<usize>() <= width;
    let (open, close, members): (_, _, Vec<(String, &Value)>) = match value {
        Value::Object(object) if !fits || indent == 0 && object.len() > 2 => {
            let members = object
                .iter()
                .map(|(name, value)| (format!("{}: ", Value::from(name.as_str())), value));
            ('{', '}', members.collect())
        }
        Value::Array(array) if !fits => (
            '[',
            ']',
            array.iter().map(|value| (String::new(), value)).collect(),
        ),
        _ => return lines.push(line),
    };
    lines.push(format!("{pad}{key}{open}"));
    let last = members.len().saturating_sub(1);
    for (index, (key, value)) in members.iter().enumerate() {
        let comma = if index == last { "" } else { "," };
        write(value, key, comma, indent + 2, width, lines);
    }
    lines.push(format!("{pad}{close}{comma}"));
}

fn one_line(value: &Value) -> String {
    match value {
        Value::Object(members) if !members.is_empty() => {
            let members: Vec<String> = members
                .iter()
                .map(|(name, value)| format!("{}: {}", Value::from(name.as_str()), one_line(value)))
                .collect();
            format!("{{ {} }}", members.join(", "))
        }
        Value::Array(elements) => {
            format!(
                "[{}]",
                elements.iter().map(one_line).collect::<Vec<_>>().join(", ")
            )
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn wide_characters_count_twice_when_cut() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdefg", 6), "abcde…");
        assert_eq!(cut("日本語日本語", 7), "日本語…");
        assert_eq!(cut("日本語", 6), "日本語");
    }

    #[test]
    fn words_are_wrapped() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("a longest word", 4), ["a lo", "nges", "t", "word"]);
        assert_eq!(wrap("", 7), [""]);
    }

    #[test]
    fn json_breaks_only_where_it_must() {
        let value = json!({ "id": "1", "name": { "a": "b" }, "list": [{ "x": 1, "y": 2 }, { "x": 3, "y": 4 }] });
        assert_eq!(
            json(&value, 30),
            [
                "{",
                "  \"id\": \"1\",",
                "  \"name\": { \"a\": \"b\" },",
                "  \"list\": [",
                "    { \"x\": 1, \"y\": 2 },",
                "    { \"x\": 3, \"y\": 4 }",
                "  ]",
                "}"
            ]
        );
        let long =
            json!({ "detail": "a text that is longer than the line, 日本語も", "x": [[[1]]] });
        for width in 16..60 {
            for line in json(&value, width).iter().chain(&json(&long, width)) {
                assert!(
                    line.chars().map(columns).sum::<usize>() <= width,
                    "{width}: {line}"
                );
            }
        }
    }
}
