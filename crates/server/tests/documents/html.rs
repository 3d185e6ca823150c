//! Pages of HTML that need no script, and nothing from elsewhere but their style.

/// Text that is no markup, with what stands between backquotes as code.
pub(crate) fn prose(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let marked = parts.map(|(number, part)| match number % 2 {
        0 => escaped(part),
        _ => code(part),
    });
    marked.collect()
}

/// Text that stands as it is.
pub(crate) fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

pub(crate) fn escaped(text: &str) -> String {
    let each = text.chars().map(|letter| match letter {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '"' => "&quot;".to_owned(),
        other => other.to_string(),
    });
    each.collect()
}

/// A table whose head names its columns; the first cell of a row is its heading.
pub(crate) fn table(caption: &str, columns: &[&str], rows: &[Vec<String>]) -> String {
    let heads: String = columns
        .iter()
        .map(|name| format!("<th scope=\"col\">{name}</th>"))
        .collect();
    let row = |cells: &Vec<String>| {
        let (first, rest) = cells.split_first().expect("a row has cells");
        let rest: String = rest.iter().map(|cell| format!("<td>{cell}</td>")).collect();
        format!("<tr><th scope=\"row\">{first}</th>{rest}</tr>\n")
    };
    let rows: String = rows.iter().map(row).collect();
    format!(
        "<table>\n<caption>{caption}</caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
    )
}

/// A whole page, beside which there is [`STYLE`] as `style.css`.
pub(crate) fn page(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n\
         <html lang=\"en\">\n\
         <head>\n\
         <meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title} · Ambit</title>\n\
         <link rel=\"stylesheet\" href=\"style.css\">\n\
         </head>\n\
         <body>\n\
         <main>\n{body}</main>\n\
         </body>\n\
         </html>\n"
    )
}

/// How every page looks.
pub(crate) const STYLE: &str = "\
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 72rem; margin: 0 auto; padding: 1rem; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
caption { text-align: left; font-weight: bold; padding: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid #8886; }
thead th { border-bottom: 2px solid #888; }
tbody th { font-weight: normal; }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
dt { font-weight: bold; margin-top: 1rem; }
dd { margin: 0 0 0 1.5rem; }
";
