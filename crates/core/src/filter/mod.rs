//! Filters: what callers of foreign APIs say of the rows that they mean, parsed, checked and held against a row.
//!
//! Knows nothing of users: which properties there are is told by a [`Schema`], what a row holds by a [`Record`]. The
//! words are OData's; another grammar can end in the same [`Expression`].

mod check;
mod evaluate;
mod instant;
mod parse;
mod print;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub use evaluate::Steps;
pub use instant::{date_text, instant_text, parse_date, parse_instant};
pub use parse::{parse, parse_operand};

/// The most characters of a filter.
pub const CHARACTERS: usize = 16_384;
/// The most levels of parentheses, functions, `not` and lambdas within each other.
pub const LEVELS: usize = 32;

/// A filter, or a part of one.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// A value that stands there.
    Literal(Literal),
    /// A property, or one of what another one leads to; `$count` at the end counts a list.
    Path(Vec<String>),
    /// True becomes false; what is not known stays so.
    Not(Box<Self>),
    /// Two or more, all of which hold.
    And(Vec<Self>),
    /// Two or more, of which one holds.
    Or(Vec<Self>),
    /// How two values compare.
    Compare(Comparison, Box<(Self, Self)>),
    /// Whether a value is one of a list.
    In(Box<Self>, Vec<Self>),
    /// A function of values.
    Call(Function, Vec<Self>),
    /// Whether something holds of the members of a list.
    Lambda(Box<Lambda>),
}

/// A value in a filter.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// Nothing.
    Null,
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A finite number.
    Decimal(f64),
    /// A text.
    Text(String),
    /// A point in time, in microseconds since 1970.
    Instant(i64),
    /// A day, counted from 1970-01-01.
    Date(i64),
}

/// `LIST/any(VARIABLE:BODY)` or `LIST/all(VARIABLE:BODY)`
#[derive(Debug, Clone, PartialEq)]
pub struct Lambda {
    /// Whether the body has to hold of all, rather than of one.
    pub of_all: bool,
    /// The list.
    pub path: Vec<String>,
    /// What the body calls a member of the list.
    pub variable: String,
    /// `None`: whether there is a member at all.
    pub body: Option<Expression>,
}

macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $(#[doc = concat!("`", $word, "`")] $variant,)+
        }

        impl $name {
            /// Each of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// As it is written.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            fn find(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.as_str() == word)
            }
        }
    };
}

words! {
    /// How two values are compared.
    Comparison {
        Equal = "eq",
        NotEqual = "ne",
        Greater = "gt",
        GreaterOrEqual = "ge",
        Less = "lt",
        LessOrEqual = "le",
    }
}

words! {
    /// A function.
    Function {
        Contains = "contains",
        StartsWith = "startswith",
        EndsWith = "endswith",
        ToLower = "tolower",
        ToUpper = "toupper",
        Trim = "trim",
        Length = "length",
        IndexOf = "indexof",
        Substring = "substring",
        Concat = "concat",
        Year = "year",
        Month = "month",
        Day = "day",
        Hour = "hour",
        Minute = "minute",
        Second = "second",
        Date = "date",
        Round = "round",
        Floor = "floor",
        Ceiling = "ceiling",
    }
}

/// What a property is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Of `null` itself.
    Null,
    /// True or false.
    Boolean,
    /// A whole number.
    Integer,
    /// A number.
    Decimal,
    /// A text.
    Text,
    /// A point in time.
    Instant,
    /// A day.
    Date,
    /// Another row, of the named type.
    Record(&'static str),
    /// Several of a kind.
    List(Box<Self>),
}

/// Which properties the rows of a type have.
pub trait Schema {
    /// What a property is; `None` when there is none of that name.
    fn kind_of(&self, record: &str, property: &str) -> Option<Kind>;
}

/// A row.
pub trait Record: Send + Sync {
    /// What it holds; null for what it doesn't have.
    fn property(&self, name: &str) -> Value<'_>;
}

/// A value of a row.
#[derive(Clone, Default)]
pub enum Value<'v> {
    /// Nothing.
    #[default]
    Null,
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number.
    Decimal(f64),
    /// A text.
    Text(Cow<'v, str>),
    /// A point in time, in microseconds since 1970.
    Instant(i64),
    /// A day, counted from 1970-01-01.
    Date(i64),
    /// Another row.
    Record(&'v dyn Record),
    /// Several values.
    List(Vec<Self>),
}

impl std::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Boolean(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
            Self::Decimal(value) => value.fmt(f),
            Self::Text(value) => value.fmt(f),
            Self::Instant(value) => f.write_str(&instant_text(*value)),
            Self::Date(value) => f.write_str(&date_text(*value)),
            Self::Record(_) => f.write_str("{…}"),
            Self::List(values) => f.debug_list().entries(values).finish(),
        }
    }
}

/// Why a filter is not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// The character, from 1, where that is known.
    pub at: Option<usize>,
    /// What was found.
    pub message: String,
    /// What to write instead.
    pub hint: String,
    /// Whether it is right, but not done here.
    pub is_unsupported: bool,
}

impl Fault {
    fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            at: None,
            message: message.into(),
            hint: hint.into(),
            is_unsupported: false,
        }
    }
}

impl Expression {
    /// Calls `see` with each path whose first name is a property of the row itself, not of a member of a list; and with
    /// those of members, as if they led on from their list.
    pub fn each_path<'e>(&'e self, see: &mut dyn FnMut(&[&'e str])) {
        self.walk(&mut Vec::new(), see);
    }

    fn walk<'e>(&'e self, variables: &mut Vec<(&'e str, Vec<&'e str>)>, see: &mut dyn FnMut(&[&'e str])) {
        match self {
            Self::Literal(_) => {}
            Self::Path(path) => see(&whole(path, variables)),
            Self::Not(inner) => inner.walk(variables, see),
            Self::And(parts) | Self::Or(parts) | Self::Call(_, parts) => {
                parts.iter().for_each(|part| part.walk(variables, see));
            }
            Self::Compare(_, sides) => {
                sides.0.walk(variables, see);
                sides.1.walk(variables, see);
            }
            Self::In(value, list) => {
                value.walk(variables, see);
                list.iter().for_each(|part| part.walk(variables, see));
            }
            Self::Lambda(lambda) => {
                let path = whole(&lambda.path, variables);
                see(&path);
                if let Some(body) = &lambda.body {
                    variables.push((&lambda.variable, path));
                    body.walk(variables, see);
                    variables.pop();
                }
            }
        }
    }

    /// The values of which a property has to be one for the filter to hold, where the filter says so by itself or as one
    /// of several conditions.
    pub fn wanted(&self, property: &str) -> Option<Vec<&Literal>> {
        let is_it = |side: &Self| matches!(side, Self::Path(path) if path.len() == 1 && path[0] == property);
        match self {
            Self::And(parts) => parts.iter().find_map(|part| part.wanted(property)),
            Self::Compare(Comparison::Equal, sides) => match &**sides {
                (side, Self::Literal(value)) | (Self::Literal(value), side) if is_it(side) => Some(vec![value]),
                _ => None,
            },
            Self::In(side, list) if is_it(side) => list
                .iter()
                .map(|value| match value {
                    Self::Literal(value) => Some(value),
                    _ => None,
                })
                .collect(),
            _ => None,
        }
    }
}

/// A path with what its variable stands for put in front.
fn whole<'e>(path: &'e [String], variables: &[(&'e str, Vec<&'e str>)]) -> Vec<&'e str> {
    let names = path.iter().map(String::as_str);
    let first = path.first().map(String::as_str).unwrap_or_default();
    if first == ROW {
        return names.skip(1).collect();
    }
    match variables.iter().rev().find(|(name, _)| *name == first) {
        Some((_, list)) => list.iter().copied().chain(names.skip(1)).collect(),
        None => names.collect(),
    }
}

/// What the row itself is called within a lambda.
const ROW: &str = "$it";
/// What counts a list at the end of a path.
const COUNT: &str = "$count";
