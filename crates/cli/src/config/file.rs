//! The one TOML file.

use super::Layer;
use crate::exit::UsageError;
use std::{path::Path, str::FromStr};

/// Reads the settings file. An unknown key is refused, with the line and the nearest known one.
pub(crate) fn read(path: &Path) -> Result<Layer, UsageError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| UsageError(format!("cannot read {}: {error}", path.display())))?;
    text.parse()
        .map_err(|error| UsageError(format!("{}: {error}", path.display())))
}

impl FromStr for Layer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        parse(text)
    }
}

fn parse(text: &str) -> Result<Layer, String> {
    let text_error = |error: toml::de::Error| error.to_string().trim_end().to_owned();
    let table = toml::de::DeTable::parse(text).map_err(text_error)?;
    let names = Layer::names();
    for key in table.get_ref().keys() {
        let name: &str = key.get_ref();
        if names.iter().any(|known| known == name) {
            continue;
        }
        let line = text
            .get(..key.span().start)
            .unwrap_or_default()
            .matches('\n')
            .count()
            + 1;
        return Err(match nearest(name, &names) {
            Some(known) => {
                format!("line {line}: unknown setting `{name}`; did you mean `{known}`?")
            }
            None => format!(
                "line {line}: unknown setting `{name}`; known: {}",
                names.join(", ")
            ),
        });
    }
    toml::from_str(text).map_err(text_error)
}

/// The known name most like `name`, if any is much like it.
fn nearest<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    let name = name.to_lowercase().replace('-', "_");
    known
        .iter()
        .map(|known| (strsim::jaro_winkler(&name, known), known.as_str()))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn known_keys_are_read() {
        let layer = parse("# a\nlisten = \"127.0.0.1:9\"\ninsecure_http = false\n").unwrap();
        assert_eq!(layer.listen, Some("127.0.0.1:9".parse().unwrap()));
        assert_eq!(layer.insecure_http, Some(false));
        assert_eq!(parse("").unwrap(), Layer::default());
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line_and_the_nearest() {
        let error = parse("listen = \"127.0.0.1:9\"\n\nbase-url = \"x\"\n").unwrap_err();
        assert_eq!(
            error,
            "line 3: unknown setting `base-url`; did you mean `base_url`?"
        );
        let error = parse("lisen = 1").unwrap_err();
        assert!(error.contains("did you mean `listen`?"), "{error}");
        let error = parse("[zzz]\nq = 1").unwrap_err();
        assert!(
            error.contains("line 1: unknown setting `zzz`; known: listen, "),
            "{error}"
        );
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_refused_with_its_line() {
        let error = parse("\nmax_connections = \"many\"").unwrap_err();
        assert!(error.contains("line 2"), "{error}");
        let error = parse("listen = ").unwrap_err();
        assert!(error.contains("line 1"), "{error}");
    }
}
