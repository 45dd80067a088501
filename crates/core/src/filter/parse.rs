//! Reads filters as OData writes them: <https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html>
//!
//! Knows no properties: whether a name is one is looked at by `check`. Never panics, whatever it is given.

use super::{
    CHARACTERS, COUNT, Comparison, Expression, Fault, Function, LEVELS, Lambda, Literal, ROW, parse_date, parse_instant,
};

/// Operators and functions of OData that are not done here: a caller is told so, rather than that they are wrong.
const UNSUPPORTED: &[&str] = &[
    "add",
    "sub",
    "mul",
    "div",
    "divby",
    "mod",
    "has",
    "matchesPattern",
    "cast",
    "isof",
    "now",
    "time",
    "totaloffsetminutes",
    "fractionalseconds",
    "totalseconds",
    "mindatetime",
    "maxdatetime",
    "case",
    "hassubset",
    "hassubsequence",
    "geo.distance",
    "geo.length",
    "geo.intersects",
    "$root",
    "duration",
    "binary",
];

/// Reads a filter.
///
/// # Errors
/// What is not understood, and where.
pub fn parse(text: &str) -> Result<Expression, Fault> {
    let mut parser = Parser::new(text)?;
    let expression = parser.or()?;
    parser.end()?;
    Ok(expression)
}

/// Reads what rows are ordered by, from the beginning of a text: the rest of the text, too.
///
/// # Errors
/// What is not understood, and where.
pub fn parse_operand(text: &str) -> Result<(Expression, &str), Fault> {
    let mut parser = Parser::new(text)?;
    let expression = parser.operand()?;
    Ok((expression, &text[parser.at..]))
}

struct Parser<'t> {
    text: &'t str,
    /// In bytes; always at the beginning of a character.
    at: usize,
    level: usize,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Result<Self, Fault> {
        let characters = text.chars().count();
        if characters > CHARACTERS {
            return Err(Fault::new(
                format!("The filter has {characters} characters; at most {CHARACTERS} are read."),
                "Ask in several requests.",
            ));
        }
        Ok(Self { text, at: 0, level: 0 })
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn fault(&self, message: impl Into<String>, hint: &str) -> Fault {
        Fault {
            at: Some(self.text[..self.at].chars().count() + 1),
            ..Fault::new(message, hint)
        }
    }

    /// What stands here, as far as a message needs it.
    fn here(&self) -> String {
        let rest = self.rest();
        if rest.is_empty() {
            return "the end".to_owned();
        }
        let shown: String = rest.chars().take(20).collect();
        format!("{shown:?}")
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
    }

    /// Takes a character, with space around it.
    fn take(&mut self, character: char) -> bool {
        let before = self.at;
        self.skip_space();
        if self.rest().starts_with(character) {
            self.at += character.len_utf8();
            self.skip_space();
            return true;
        }
        self.at = before;
        false
    }

    fn demand(&mut self, character: char) -> Result<(), Fault> {
        if self.take(character) {
            return Ok(());
        }
        self.skip_space();
        let message = format!("{character:?} was expected at {}.", self.here());
        Err(self.fault(message, "Close each parenthesis and each quote that is opened."))
    }

    /// The word that begins here, without taking it.
    fn word(&self) -> &'t str {
        let rest = self.rest();
        let end = rest
            .find(|character: char| !is_of_name(character))
            .unwrap_or(rest.len());
        &rest[..end]
    }

    /// Takes an operator with space in front of and behind it.
    fn take_operator(&mut self, accepts: impl Fn(&str) -> bool) -> Option<&'t str> {
        let before = self.at;
        self.skip_space();
        let word = self.word();
        let behind = &self.rest()[word.len()..];
        let is_apart = self.at > before || self.text[..before].ends_with([')', ' ', '\t']);
        if is_apart && accepts(word) && (behind.is_empty() || behind.starts_with([' ', '\t', '('])) {
            self.at += word.len();
            self.skip_space();
            return Some(word);
        }
        self.at = before;
        None
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.level == LEVELS {
            let message = format!("The filter has more than {LEVELS} levels.");
            return Err(self.fault(
                message,
                "Write it flatter: `and`, `or` and `in` take any number of parts.",
            ));
        }
        self.level += 1;
        let read = read(self);
        self.level -= 1;
        read
    }

    fn or(&mut self) -> Result<Expression, Fault> {
        let first = self.and()?;
        let mut parts = vec![first];
        while self.take_operator(|word| word == "or").is_some() {
            parts.push(self.and()?);
        }
        Ok(one_or(parts, Expression::Or))
    }

    fn and(&mut self) -> Result<Expression, Fault> {
        let first = self.not()?;
        let mut parts = vec![first];
        while self.take_operator(|word| word == "and").is_some() {
            parts.push(self.not()?);
        }
        Ok(one_or(parts, Expression::And))
    }

    fn not(&mut self) -> Result<Expression, Fault> {
        self.skip_space();
        let behind = self.rest().strip_prefix("not");
        if behind.is_some_and(|behind| behind.starts_with([' ', '\t', '('])) {
            self.at += "not".len();
            let inner = self.deeper(Self::not)?;
            return Ok(Expression::Not(Box::new(inner)));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Expression, Fault> {
        let left = self.operand()?;
        if let Some(word) = self.take_operator(|word| Comparison::find(word).is_some())
            && let Some(comparison) = Comparison::find(word)
        {
            let right = self.operand()?;
            return Ok(Expression::Compare(comparison, Box::new((left, right))));
        }
        if self.take_operator(|word| word == "in").is_some() {
            let list = self.deeper(|parser| parser.list())?;
            return Ok(Expression::In(Box::new(left), list));
        }
        let before = self.at;
        if let Some(word) = self.take_operator(|word| UNSUPPORTED.contains(&word)) {
            self.at = before;
            return Err(self.unsupported(word));
        }
        Ok(left)
    }

    fn list(&mut self) -> Result<Vec<Expression>, Fault> {
        self.demand('(')?;
        let mut list = Vec::new();
        if self.take(')') {
            return Ok(list);
        }
        loop {
            list.push(self.operand()?);
            if self.take(')') {
                return Ok(list);
            }
            self.demand(',')?;
        }
    }

    fn unsupported(&self, word: &str) -> Fault {
        Fault {
            is_unsupported: true,
            ..self.fault(
                format!("{word:?} is not done here."),
                "Use eq ne gt ge lt le in, and or not, any all, and functions such as contains, startswith and tolower.",
            )
        }
    }

    fn operand(&mut self) -> Result<Expression, Fault> {
        self.skip_space();
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return Err(self.fault(
                "The filter ends where a value was expected.",
                "Write a property or a value there.",
            ));
        };
        if self.take('(') {
            let inner = self.deeper(Self::or)?;
            self.demand(')')?;
            return Ok(inner);
        }
        if first == '\'' {
            return self.text_literal();
        }
        if rest.get(..36).is_some_and(is_guid) && !rest[36..].starts_with(is_of_name) {
            self.at += 36;
            return Ok(Expression::Literal(Literal::Text(rest[..36].to_ascii_lowercase())));
        }
        if first.is_ascii_digit() || first == '-' {
            return self.number_or_time();
        }
        if first.is_alphabetic() || matches!(first, '_' | '$') {
            return self.named();
        }
        let message = format!("A value was expected at {}.", self.here());
        Err(self.fault(message, "Texts stand in single quotes, as in firstName eq 'Ann'."))
    }

    fn text_literal(&mut self) -> Result<Expression, Fault> {
        let begin = self.at;
        self.at += 1;
        let mut value = String::new();
        loop {
            let rest = self.rest();
            let Some(end) = rest.find('\'') else {
                self.at = begin;
                return Err(self.fault(
                    "A text is not closed.",
                    "End it with ', and write ' within it twice: 'O''Neil'.",
                ));
            };
            value.push_str(&rest[..end]);
            self.at += end + 1;
            if !self.rest().starts_with('\'') {
                return Ok(Expression::Literal(Literal::Text(value)));
            }
            value.push('\'');
            self.at += 1;
        }
    }

    fn number_or_time(&mut self) -> Result<Expression, Fault> {
        let rest = self.rest();
        let is_part = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | ':' | '+' | '-');
        let end = rest.find(|character: char| !is_part(character)).unwrap_or(rest.len());
        let text = &rest[..end];
        let number = || text.parse::<f64>().ok().filter(|number| number.is_finite());
        let is_decimal = text.bytes().skip(1).any(|byte| matches!(byte, b'.' | b'e' | b'E'));
        let literal = if let Ok(number) = text.parse() {
            Some(Literal::Integer(number))
        } else if let Some(date) = parse_date(text) {
            Some(Literal::Date(date))
        } else if let Some(instant) = parse_instant(text) {
            Some(Literal::Instant(instant))
        } else if is_decimal || text.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit()) {
            number().map(Literal::Decimal)
        } else {
            None
        };
        let Some(literal) = literal else {
            let message = format!("{text:?} is neither a number nor a time.");
            return Err(self.fault(
                message,
                "Write texts in single quotes, and times like 2026-11-21T08:30:00Z.",
            ));
        };
        self.at += end;
        Ok(Expression::Literal(literal))
    }

    /// A word: a value such as `true`, a function, or a path, which may end in a lambda.
    fn named(&mut self) -> Result<Expression, Fault> {
        let word = self.word();
        let behind = &self.rest()[word.len()..];
        match word {
            "null" => return Ok(self.literal(word, Literal::Null)),
            "true" => return Ok(self.literal(word, Literal::Boolean(true))),
            "false" => return Ok(self.literal(word, Literal::Boolean(false))),
            _ => {}
        }
        if behind.starts_with('(') || behind.starts_with('\'') {
            return self.function(word, behind);
        }
        let mut path = Vec::new();
        loop {
            let name = self.word();
            let is_last = |rest: &str| !rest.starts_with('/');
            let behind = &self.rest()[name.len()..];
            if name.is_empty() || !(!name.starts_with('$') || name == COUNT || (name == ROW && path.is_empty())) {
                if UNSUPPORTED.contains(&name) {
                    return Err(self.unsupported(name));
                }
                let message = format!("The name of a property was expected at {}.", self.here());
                return Err(self.fault(message, "A path is written like manager/emailAddress."));
            }
            if !path.is_empty() && matches!(name, "any" | "all") && behind.starts_with('(') {
                self.at += name.len();
                return self.lambda(path, name == "all");
            }
            if name.contains('.') {
                return Err(self.unsupported(name));
            }
            self.at += name.len();
            path.push(name.to_owned());
            if is_last(behind) {
                return Ok(Expression::Path(path));
            }
            if name == COUNT {
                return Err(self.fault("Nothing can follow on $count.", "Compare it, as in tags/$count gt 0."));
            }
            self.at += 1;
        }
    }

    fn literal(&mut self, word: &str, literal: Literal) -> Expression {
        self.at += word.len();
        Expression::Literal(literal)
    }

    fn function(&mut self, word: &str, behind: &str) -> Result<Expression, Fault> {
        let Some(function) = Function::find(word).filter(|_| behind.starts_with('(')) else {
            if UNSUPPORTED.contains(&word) {
                return Err(self.unsupported(word));
            }
            let names: Vec<&str> = Function::ALL.iter().map(|function| function.as_str()).collect();
            let message = format!("{word:?} is no function.");
            return Err(self.fault(message, &format!("These are known: {}.", names.join(", "))));
        };
        self.at += word.len();
        let arguments = self.deeper(|parser| {
            parser.demand('(')?;
            let mut arguments = Vec::new();
            loop {
                arguments.push(parser.or()?);
                if parser.take(')') {
                    return Ok(arguments);
                }
                parser.demand(',')?;
            }
        })?;
        Ok(Expression::Call(function, arguments))
    }

    fn lambda(&mut self, path: Vec<String>, of_all: bool) -> Result<Expression, Fault> {
        self.demand('(')?;
        if !of_all && self.take(')') {
            return Ok(Expression::Lambda(Box::new(Lambda {
                of_all,
                path,
                variable: String::new(),
                body: None,
            })));
        }
        let variable = self.word();
        if variable.is_empty() || variable.starts_with(|first: char| !first.is_alphabetic() && first != '_') {
            let message = format!("A variable was expected at {}.", self.here());
            return Err(self.fault(message, "Write it like tags/any(t:t eq 'west')."));
        }
        self.at += variable.len();
        self.demand(':')?;
        let body = self.deeper(Self::or)?;
        self.demand(')')?;
        Ok(Expression::Lambda(Box::new(Lambda {
            of_all,
            path,
            variable: variable.to_owned(),
            body: Some(body),
        })))
    }

    fn end(&mut self) -> Result<(), Fault> {
        self.skip_space();
        if self.rest().is_empty() {
            return Ok(());
        }
        if UNSUPPORTED.contains(&self.word()) {
            return Err(self.unsupported(self.word()));
        }
        let message = format!("Nothing was expected at {}.", self.here());
        Err(self.fault(
            message,
            "Join conditions with `and` or `or`; write ' within a text twice.",
        ))
    }
}

fn one_or(mut parts: Vec<Expression>, several: fn(Vec<Expression>) -> Expression) -> Expression {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            several(parts)
        }
    }
}

fn is_of_name(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$' | '.')
}

fn is_guid(text: &str) -> bool {
    text.bytes().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    })
}
