//! The lines of a batch file that are commands.

use super::words::{self, WordsError};

/// A command of a batch file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// The number of the line that it begins at.
    pub(super) number: usize,
    /// Its words, without `dsconfig` or `ambit config`.
    pub(super) words: Vec<String>,
}

/// Reads a batch file. A line that begins with `#` is a comment; one that ends with a backslash goes
/// on in the next one. What can't be read is answered with the number of its line.
pub(super) fn lines(text: &str) -> Vec<Result<Line, (usize, WordsError)>> {
    let mut commands = Vec::new();
    let mut begun: Option<(usize, String)> = None;
    for (index, line) in text.lines().enumerate() {
        let (number, mut command) = match begun.take() {
            Some(begun) => begun,
            None if line.trim_start().starts_with('#') => continue,
            None => (index + 1, String::new()),
        };
        match continued(line) {
            Some(line) => {
                command.push_str(line);
                begun = Some((number, command));
            }
            None => {
                command.push_str(line);
                commands.extend(read(number, &command).transpose());
            }
        }
    }
    commands.extend(begun.map(|(number, _)| Err((number, WordsError::Dangling))));
    commands
}

/// The line without its last backslash, if it goes on: two backslashes are one that stands for itself.
fn continued(line: &str) -> Option<&str> {
    let backslashes = line.chars().rev().take_while(|c| *c == '\\').count();
    (backslashes % 2 == 1).then(|| line.strip_suffix('\\').unwrap_or(line))
}

fn read(number: usize, command: &str) -> Result<Option<Line>, (usize, WordsError)> {
    let words = words::split(command).map_err(|error| (number, error))?;
    let surplus = match words.as_slice() {
        [program, config, ..] if program == "ambit" && config == "config" => 2,
        [program, ..] if program == "dsconfig" => 1,
        _ => 0,
    };
    let words: Vec<String> = words.into_iter().skip(surplus).collect();
    Ok((!words.is_empty()).then_some(Line { number, words }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lines(text: &str) -> Result<Vec<Line>, (usize, WordsError)> {
        super::lines(text).into_iter().collect()
    }

    #[test]
    fn comments_blank_lines_and_continuations() {
        let text = "# a comment\n\n  # another\ndsconfig create-x --a 1 \\\n    --b 2\nambit config y\n\
                    z 'a # b' # c\n";
        let read: Vec<_> = lines(text)
            .unwrap()
            .into_iter()
            .map(|line| (line.number, line.words.join("|")))
            .collect();
        assert_eq!(
            read,
            [
                (4, "create-x|--a|1|--b|2".to_owned()),
                (6, "y".to_owned()),
                (7, "z|a # b|#|c".to_owned())
            ]
        );
    }

    #[test]
    fn a_line_that_can_t_be_read_is_named() {
        assert_eq!(
            lines("a\n\nb \\\nc 'd\n"),
            Err((3, WordsError::Unclosed('\'')))
        );
        assert_eq!(lines("a\nb \\"), Err((2, WordsError::Dangling)));
        assert_eq!(lines(r"a b\\").unwrap().len(), 1);
    }

    proptest! {
        #[test]
        fn commands_are_read_back_with_their_lines(
            all in proptest::collection::vec(proptest::collection::vec(any::<String>(), 0..4), 0..6)
        ) {
            let text: String = all.iter()
                .map(|words| format!("{}\n", words::join(
                    std::iter::once("run").chain(words.iter().map(String::as_str)))))
                .collect();
            let read = lines(&text).unwrap();
            prop_assert_eq!(read.len(), all.len());
            for (index, (line, words)) in read.iter().zip(&all).enumerate() {
                prop_assert_eq!(line.number, index + 1);
                prop_assert_eq!(&line.words[1..], words);
            }
        }

        #[test]
        fn no_file_is_too_odd_to_read(text in any::<String>()) {
            let _ = lines(&text);
        }
    }
}
