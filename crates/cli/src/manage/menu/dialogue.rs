//! Questions and answers, a line each.

use std::{
    fmt::Display,
    io::{self, BufRead, Write},
};

/// How a part of the menu ends: with what was asked for, or by leaving it.
pub(super) type Turn<T> = Result<T, Leave>;

/// Why a part of the menu is left.
#[derive(Debug)]
pub(super) enum Leave {
    /// To what was there before.
    Back,
    /// The menu as a whole.
    Quit,
    /// It can't go on.
    Failed(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Leave {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl Leave {
    /// Going back ends here.
    pub(super) fn unless_back(self) -> Turn<()> {
        match self {
            Self::Back => Ok(()),
            other => Err(other),
        }
    }
}

/// A person who is asked, and answers.
pub(super) struct Dialogue {
    input: Box<dyn BufRead>,
    output: Box<dyn Write>,
}

impl Dialogue {
    /// On standard input and output.
    pub(super) fn on_terminal() -> Self {
        Self {
            input: Box::new(io::BufReader::new(io::stdin())),
            output: Box::new(io::stdout()),
        }
    }

    /// Says something.
    pub(super) fn say(&mut self, line: impl Display) -> io::Result<()> {
        writeln!(self.output, "{line}")
    }

    /// Asks for a line; at the end of all lines, the person has left.
    pub(super) fn ask(&mut self, question: impl Display) -> Turn<String> {
        write!(self.output, "\n{question}: ")?;
        self.output.flush()?;
        let mut line = String::new();
        if self.input.read_line(&mut line)? == 0 {
            return Err(Leave::Quit);
        }
        Ok(line.trim_end_matches(['\r', '\n']).to_owned())
    }

    /// Asks for one of several things by its number.
    pub(super) fn choose(
        &mut self,
        heading: &str,
        lines: &[String],
        question: &str,
    ) -> Turn<usize> {
        match self.choose_or(heading, lines, question, &[])? {
            Choice::Number(number) => Ok(number),
            Choice::Letter(_) => Err(Leave::Back),
        }
    }

    /// The same, with other answers that have letters.
    pub(super) fn choose_or(
        &mut self,
        heading: &str,
        lines: &[String],
        question: &str,
        letters: &[(char, &str)],
    ) -> Turn<Choice> {
        self.say(format_args!("\n>>>> {heading}\n"))?;
        for (index, line) in lines.iter().enumerate() {
            self.say(format_args!("{:>5})  {line}", index + 1))?;
        }
        self.say("")?;
        for (letter, line) in letters.iter().chain(&[('b', "back"), ('q', "quit")]) {
            self.say(format_args!("{letter:>5})  {line}"))?;
        }
        loop {
            let answer = self.ask(question)?;
            let answer = answer.trim();
            let number = answer.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
            if let Some(number) = number.filter(|number| *number < lines.len()) {
                return Ok(Choice::Number(number));
            }
            match answer {
                "b" => return Err(Leave::Back),
                "q" => return Err(Leave::Quit),
                _ => {}
            }
            let known = letters.iter().map(|(letter, _)| *letter);
            let mut given = answer.chars();
            if let (Some(letter), None) = (given.next(), given.next())
                && known.clone().any(|known| known == letter)
            {
                return Ok(Choice::Letter(letter));
            }
            self.say(format_args!("`{answer}` is none of the choices"))?;
        }
    }
}

/// What was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    /// A line, counted from 0.
    Number(usize),
    /// A letter.
    Letter(char),
}
