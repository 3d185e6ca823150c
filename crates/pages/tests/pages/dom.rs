//! A page as a browser's parser reads it.

use std::collections::BTreeMap;

use html5ever::{ParseOpts, parse_document, tendril::TendrilSink};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// A page's elements in document order, and what the parser had to complain of.
pub(crate) struct Document {
    pub(crate) elements: Vec<Element>,
    pub(crate) errors: Vec<String>,
}

/// An element with its attributes and all text within it.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) text: String,
}

impl Document {
    pub(crate) fn parse(html: &str) -> Self {
        let dom = parse_document(RcDom::default(), ParseOpts::default()).one(html);
        let mut elements = Vec::new();
        collect(&dom.document, &mut elements);
        let errors = dom
            .errors
            .borrow()
            .iter()
            .map(ToString::to_string)
            .collect();
        Self { elements, errors }
    }

    pub(crate) fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.elements
            .iter()
            .filter(move |element| element.name == name)
    }

    pub(crate) fn with<'a>(
        &'a self,
        attribute: &'a str,
    ) -> impl Iterator<Item = (&'a Element, &'a str)> {
        self.elements
            .iter()
            .filter_map(move |element| Some((element, element.get(attribute)?)))
    }

    pub(crate) fn has_id(&self, id: &str) -> bool {
        self.with("id").any(|(_, other)| other == id)
    }

    /// The names of elements and attributes, without any value.
    pub(crate) fn shape(&self) -> Vec<String> {
        let shape = |element: &Element| {
            let attributes: Vec<&str> = element.attributes.keys().map(String::as_str).collect();
            format!("{} {}", element.name, attributes.join(" "))
        };
        self.elements.iter().map(shape).collect()
    }
}

impl Element {
    pub(crate) fn get(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute).map(String::as_str)
    }

    pub(crate) fn is(&self, attribute: &str, value: &str) -> bool {
        self.get(attribute) == Some(value)
    }
}

fn collect(node: &Handle, elements: &mut Vec<Element>) {
    if let NodeData::Element { name, attrs, .. } = &node.data {
        let attributes = attrs.borrow();
        let attributes = attributes.iter().map(|attribute| {
            (
                attribute.name.local.to_string(),
                attribute.value.to_string(),
            )
        });
        elements.push(Element {
            name: name.local.to_string(),
            attributes: attributes.collect(),
            text: text_of(node),
        });
    }
    for child in node.children.borrow().iter() {
        collect(child, elements);
    }
}

fn text_of(node: &Handle) -> String {
    if let NodeData::Text { contents } = &node.data {
        return contents.borrow().to_string();
    }
    node.children.borrow().iter().map(text_of).collect()
}
