//! `FILTER` of RFC 7644 §3.4.2.2: `not` binds tighter than `and`, `and` tighter than `or`.

use super::{
    CompareOp, Filter, MAX_DEPTH, MAX_LENGTH, MAX_SUBSTRING_TERMS, MAX_TERMS,
    lexer::{Lexer, Spanned, Token},
};
use crate::{AttributePath, ScimError};
use std::str::FromStr;

impl FromStr for Filter {
    type Err = ScimError;

    /// 400 `invalidFilter`, saying where the filter is wrong and what was expected.
    fn from_str(text: &str) -> Result<Self, ScimError> {
        if text.len() > MAX_LENGTH {
            return Err(ScimError::invalid_filter(format!(
                "filter: {} bytes long; at most {MAX_LENGTH} are allowed",
                text.len()
            )));
        }
        let mut lexer = Lexer::new(text);
        let next = lexer.next()?;
        let mut parser = Parser {
            lexer,
            next,
            terms: 0,
            substring_terms: 0,
        };
        let filter = parser.or(0, false)?;
        match parser.next.token {
            Token::End => Ok(filter),
            _ => Err(parser.expected("`and`, `or` or the end")),
        }
    }
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    /// The token that is looked at.
    next: Spanned<'a>,
    terms: usize,
    substring_terms: usize,
}

impl<'a> Parser<'a> {
    /// `depth` counts the brackets around; it bounds the recursion. `inside` is within `[…]`.
    fn or(&mut self, depth: usize, inside: bool) -> Result<Filter, ScimError> {
        let mut any = vec![self.and(depth, inside)?];
        while self.keyword("or")? {
            any.push(self.and(depth, inside)?);
        }
        Ok(<[Filter; 1]>::try_from(any).map_or_else(Filter::Or, |[only]| only))
    }

    fn and(&mut self, depth: usize, inside: bool) -> Result<Filter, ScimError> {
        let mut all = vec![self.factor(depth, inside)?];
        while self.keyword("and")? {
            all.push(self.factor(depth, inside)?);
        }
        Ok(<[Filter; 1]>::try_from(all).map_or_else(Filter::And, |[only]| only))
    }

    fn factor(&mut self, depth: usize, inside: bool) -> Result<Filter, ScimError> {
        if self.is_bracket('(') {
            return self.group(depth, inside);
        }
        let Token::Word(word) = self.next.token else {
            return Err(self.expected("an attribute, `not` or `(`"));
        };
        let at = self.next.at;
        self.advance()?;
        if word.eq_ignore_ascii_case("not") {
            return if self.is_bracket('(') {
                Ok(Filter::Not(Box::new(self.group(depth, inside)?)))
            } else {
                Err(self.expected("`(` after `not`"))
            };
        }
        let path = word.parse::<AttributePath>();
        let path = path.map_err(|_| self.lexer.error(at, "an attribute, `not` or `(`"))?;
        if self.is_bracket('[') && !self.next.spaced {
            return self.value_path(path, depth, inside);
        }
        self.expression(path)
    }

    fn group(&mut self, depth: usize, inside: bool) -> Result<Filter, ScimError> {
        self.enter(depth)?;
        let filter = self.or(depth + 1, inside)?;
        self.close(')')?;
        Ok(filter)
    }

    fn value_path(
        &mut self,
        path: AttributePath,
        depth: usize,
        inside: bool,
    ) -> Result<Filter, ScimError> {
        if inside {
            return Err(self.expected("no `[` within `[…]`"));
        }
        self.enter(depth)?;
        let filter = self.or(depth + 1, true)?;
        self.close(']')?;
        let filter = Box::new(self.after_brackets(filter, depth + 1)?);
        Ok(Filter::Element { path, filter })
    }

    /// `path[f].sub op v`, which the ABNF has in PATCH paths only: one and the same element satisfies
    /// both, so that it is `path[f and sub op v]`. Microsoft Entra ID filters so.
    fn after_brackets(&mut self, filter: Filter, depth: usize) -> Result<Filter, ScimError> {
        let Token::Word(word) = self.next.token else {
            return Ok(filter);
        };
        let Some(sub) = word.strip_prefix('.').filter(|_| !self.next.spaced) else {
            return Ok(filter);
        };
        let path = sub.parse::<AttributePath>();
        let path = path.map_err(|_| self.expected("a sub-attribute after `].`"))?;
        self.advance()?;
        let also = self.expression(path)?;
        Ok(match filter {
            Filter::And(mut all) => {
                all.push(also);
                Filter::And(all)
            }
            Filter::Or(any) => {
                // Written out, it is one level deeper: `path[(f or g) and sub op v]`.
                self.check_depth(depth)?;
                Filter::And(vec![Filter::Or(any), also])
            }
            other => Filter::And(vec![other, also]),
        })
    }

    /// `attrExp`, after its path.
    fn expression(&mut self, path: AttributePath) -> Result<Filter, ScimError> {
        const EXPECTED: &str = "an operator (eq ne co sw ew pr gt ge lt le)";
        let Token::Word(word) = self.next.token else {
            return Err(self.expected(EXPECTED));
        };
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return Err(self.limit(format!("{MAX_TERMS} attribute expressions")));
        }
        if word.eq_ignore_ascii_case("pr") {
            self.advance()?;
            return Ok(Filter::Present(path));
        }
        let op = CompareOp::ALL
            .into_iter()
            .find(|op| word.eq_ignore_ascii_case(op.as_str()));
        let op = op.ok_or_else(|| self.expected(EXPECTED))?;
        self.substring_terms += usize::from(op.is_substring());
        if self.substring_terms > MAX_SUBSTRING_TERMS {
            return Err(self.limit(format!("{MAX_SUBSTRING_TERMS} of `co`, `sw` and `ew`")));
        }
        self.advance()?;
        let Token::Literal(literal) = self.next.token.clone() else {
            return Err(self.expected("a JSON string, number, true, false or null"));
        };
        if !self.next.spaced {
            return Err(self.expected("a space"));
        }
        self.advance()?;
        Ok(Filter::Compare { path, op, literal })
    }

    /// Takes `and` or `or` if it is next.
    fn keyword(&mut self, keyword: &str) -> Result<bool, ScimError> {
        match self.next.token {
            Token::Word(word) if word.eq_ignore_ascii_case(keyword) => {
                if !self.next.spaced {
                    return Err(self.expected("a space"));
                }
                self.advance()?;
                if self.next.spaced {
                    Ok(true)
                } else {
                    Err(self.expected("a space"))
                }
            }
            _ => Ok(false),
        }
    }

    /// Takes the opening bracket that is next, unless it is one too deep.
    fn enter(&mut self, depth: usize) -> Result<(), ScimError> {
        self.check_depth(depth)?;
        self.advance()
    }

    /// Whether one more bracket may open within `depth` others.
    fn check_depth(&self, depth: usize) -> Result<(), ScimError> {
        match depth < MAX_DEPTH {
            true => Ok(()),
            false => Err(self.limit(format!("{MAX_DEPTH} nested brackets"))),
        }
    }

    fn close(&mut self, bracket: char) -> Result<(), ScimError> {
        if self.is_bracket(bracket) {
            self.advance()
        } else {
            Err(self.expected(&format!("`and`, `or` or `{bracket}`")))
        }
    }

    fn is_bracket(&self, bracket: char) -> bool {
        self.next.token == Token::Bracket(bracket)
    }

    fn advance(&mut self) -> Result<(), ScimError> {
        self.next = self.lexer.next()?;
        Ok(())
    }

    fn expected(&self, expected: &str) -> ScimError {
        self.lexer.error(self.next.at, expected)
    }

    fn limit(&self, limit: String) -> ScimError {
        ScimError::invalid_filter(format!("filter: more than {limit}"))
    }
}
