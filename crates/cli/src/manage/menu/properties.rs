//! The properties of an object that is being made or changed.

use super::{
    Menu,
    dialogue::{Choice, Leave, Turn},
};
use crate::manage::{
    assignment::{Assignment, Source},
    change::{Given, Object},
    command::{Command, assigned},
    definition::{Access, Definition},
    describe,
    noun::Noun,
    property::{self, Property},
    table::visible,
    world::Selector,
};

/// What the person wants so far.
pub(super) struct Draft {
    noun: &'static Noun,
    selector: Selector,
    /// What is there, if it is not new.
    object: Option<Object>,
    properties: Vec<Property>,
    given: Given,
}

impl Draft {
    /// Of a new object.
    pub(super) fn new(
        noun: &'static Noun,
        definition: &'static Definition,
        selector: Selector,
    ) -> Self {
        let settable = |property: &Property| {
            property.field.access != Access::ByServer
                && !(noun.named_by_author && property.field.name == noun.name_field())
        };
        Self {
            noun,
            selector,
            object: None,
            properties: property::all(definition)
                .into_iter()
                .filter(settable)
                .collect(),
            given: Given::default(),
        }
    }

    /// Of an object that is there.
    pub(super) fn of(
        noun: &'static Noun,
        definition: &'static Definition,
        selector: Selector,
        object: Object,
    ) -> Self {
        let settable = |property: &Property| property.field.access == Access::Writable;
        Self {
            noun,
            selector,
            object: Some(object),
            properties: property::all(definition)
                .into_iter()
                .filter(settable)
                .collect(),
            given: Given::default(),
        }
    }

    /// The command that does it.
    pub(super) fn command(&self) -> anyhow::Result<Command> {
        let (selector, given) = (self.selector.clone(), self.given.clone());
        match self.object {
            Some(_) => Command::set(self.noun, selector, given),
            None => Command::create(self.noun, selector, given),
        }
    }

    /// What a property has, with what is wanted of it.
    fn shown(&self, property: Property) -> String {
        let name = property.name();
        let of = |all: &[Assignment], sign: &str| -> Vec<String> {
            let of_property = all.iter().filter(|given| given.property == name);
            of_property
                .map(|given| match &given.value {
                    Source::Given(text) => format!("{sign}{}", visible(text)),
                    Source::File(path) => format!("{sign}<{}", path.display()),
                    Source::Input => format!("{sign}<-"),
                })
                .collect()
        };
        let given = &self.given;
        let set = of(&given.set, "");
        let mut values = match (&self.object, set.is_empty()) {
            (_, false) => set,
            _ if given.reset.contains(&name) => Vec::new(),
            (Some(object), true) => {
                let values = property.values(object.get(property.field.name));
                values.iter().map(|value| visible(value)).collect()
            }
            (None, true) => Vec::new(),
        };
        values.extend(of(&given.add, "+"));
        values.extend(of(&given.remove, "-"));
        match values.is_empty() {
            true => "-".into(),
            false => values.join(", "),
        }
    }

    fn forget(&mut self, name: &str) {
        let given = &mut self.given;
        for all in [&mut given.set, &mut given.add, &mut given.remove] {
            all.retain(|assignment| assignment.property != name);
        }
        given.reset.retain(|reset| reset != name);
    }
}

impl Menu<'_> {
    /// Lets the person change properties until they finish.
    pub(super) fn fill(&mut self, draft: &mut Draft) -> Turn<()> {
        let name = draft.selector.name.clone().unwrap_or_default();
        let heading = match draft.object {
            Some(_) => format!("Properties of the {} `{name}`", draft.noun.title),
            None => format!("Properties of the new {} `{name}`", draft.noun.title),
        };
        loop {
            let wide = draft
                .properties
                .iter()
                .map(|p| p.name().len())
                .max()
                .unwrap_or_default();
            let lines: Vec<String> = draft
                .properties
                .iter()
                .map(|property| {
                    let mark = if property.field.required { '*' } else { ' ' };
                    let shown = draft.shown(*property);
                    format!("{mark} {:<wide$}  {shown}", property.name())
                })
                .collect();
            let finish = match draft.object {
                Some(_) => "finish: show the command, and change it",
                None => "finish: show the command, and create it",
            };
            let letters = [('?', "help"), ('f', finish)];
            let question = "Which property, or f to finish?";
            match self
                .dialogue
                .choose_or(&heading, &lines, question, &letters)?
            {
                Choice::Letter('f') => return Ok(()),
                Choice::Letter(_) => self.help(draft)?,
                Choice::Number(number) => {
                    if let Some(property) = draft.properties.get(number).copied() {
                        self.property(draft, property).or_else(Leave::unless_back)?;
                    }
                }
            }
        }
    }

    fn help(&mut self, draft: &Draft) -> Turn<()> {
        self.dialogue.say("")?;
        for property in &draft.properties {
            self.dialogue.say(describe::paragraph(*property))?;
        }
        Ok(())
    }

    /// One property: what it means, and what is wanted of it.
    fn property(&mut self, draft: &mut Draft, property: Property) -> Turn<()> {
        let name = property.name();
        self.dialogue.say(format_args!(
            "\n{}  Now: {}",
            describe::paragraph(property),
            draft.shown(property)
        ))?;
        let mut lines = vec![
            "Set the value".to_owned(),
            "Reset to the default".to_owned(),
        ];
        if property.is_multiple() {
            lines = vec![
                "Set the values".to_owned(),
                "Reset to the default".to_owned(),
            ];
            if draft.object.is_some() {
                lines.extend(["Add a value".to_owned(), "Remove a value".to_owned()]);
            }
        }
        match self
            .dialogue
            .choose(&name, &lines, "What do you want to do?")?
        {
            0 => {
                self.offer(property)?;
                let values = self.values(property)?;
                draft.forget(&name);
                draft.given.set.extend(values);
            }
            1 => {
                draft.forget(&name);
                if draft.object.is_some() {
                    draft.given.reset.push(name);
                }
            }
            chosen => {
                self.offer(property)?;
                let value = self.value(property, "Value")?.ok_or(Leave::Back)?;
                draft.given.set.retain(|given| given.property != name);
                draft.given.reset.retain(|reset| *reset != name);
                match chosen {
                    2 => draft.given.add.push(value),
                    _ => draft.given.remove.push(value),
                }
            }
        }
        Ok(())
    }

    /// Shows the words that a property can have, if there are such.
    fn offer(&mut self, property: Property) -> Turn<()> {
        let words = property
            .field
            .words
            .map(|words| words())
            .unwrap_or_default();
        if !words.is_empty() {
            self.dialogue.say("")?;
        }
        for (index, word) in words.iter().enumerate() {
            self.dialogue
                .say(format_args!("{:>5})  {word}", index + 1))?;
        }
        Ok(())
    }

    fn values(&mut self, property: Property) -> Turn<Vec<Assignment>> {
        if !property.is_multiple() {
            return match self.value(property, "Value")? {
                Some(value) => Ok(vec![value]),
                None => Err(Leave::Back),
            };
        }
        let mut values = Vec::new();
        while let Some(value) = self.value(property, "Value (an empty line ends them)")? {
            values.push(value);
        }
        match values.is_empty() {
            true => Err(Leave::Back),
            false => Ok(values),
        }
    }

    /// A value that fits; none for an empty line.
    fn value(&mut self, property: Property, question: &str) -> Turn<Option<Assignment>> {
        let name = property.name();
        let words = property
            .field
            .words
            .map(|words| words())
            .unwrap_or_default();
        loop {
            if property.is_secret() {
                let file = self.dialogue.ask("File that holds the secret")?;
                return Ok((!file.is_empty()).then(|| Assignment {
                    property: name,
                    value: Source::File(file.into()),
                }));
            }
            let text = self.dialogue.ask(question)?;
            if text.is_empty() {
                return Ok(None);
            }
            // A word, or its number; some words are numbers.
            let number = text
                .parse::<usize>()
                .ok()
                .and_then(|number| number.checked_sub(1));
            let text = match number.and_then(|number| words.get(number)) {
                Some(word) if !words.contains(&text.as_str()) => (*word).to_owned(),
                _ => text,
            };
            match property.read(&text) {
                Ok(_) => return Ok(Some(assigned(&name, text))),
                Err(error) => self.dialogue.say(error)?,
            }
        }
    }
}
