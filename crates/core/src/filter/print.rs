//! Writes a filter as it is read: parsing what is written gives the same filter again.

use std::fmt::{Display, Formatter, Result, Write};

use super::{Expression, Literal, date_text, instant_text};

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Boolean(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
            // With a point or an exponent, so that it is not read as a whole number.
            Self::Decimal(value) => write!(f, "{value:?}"),
            Self::Text(value) => write!(f, "'{}'", value.replace('\'', "''")),
            Self::Instant(value) => f.write_str(&instant_text(*value)),
            Self::Date(value) => f.write_str(&date_text(*value)),
        }
    }
}

impl Display for Expression {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Literal(value) => value.fmt(f),
            Self::Path(path) => f.write_str(&path.join("/")),
            Self::Not(inner) => {
                f.write_str("not ")?;
                within(inner, f)
            }
            Self::And(parts) => joined(parts, " and ", f),
            Self::Or(parts) => joined(parts, " or ", f),
            Self::Compare(comparison, sides) => {
                within(&sides.0, f)?;
                write!(f, " {} ", comparison.as_str())?;
                within(&sides.1, f)
            }
            Self::In(value, list) => {
                within(value, f)?;
                f.write_str(" in (")?;
                listed(list, within, f)?;
                f.write_char(')')
            }
            Self::Call(function, arguments) => {
                write!(f, "{}(", function.as_str())?;
                listed(arguments, Display::fmt, f)?;
                f.write_char(')')
            }
            Self::Lambda(lambda) => {
                let quantifier = if lambda.of_all { "all" } else { "any" };
                write!(f, "{}/{quantifier}(", lambda.path.join("/"))?;
                if let Some(body) = &lambda.body {
                    write!(f, "{}:{body}", lambda.variable)?;
                }
                f.write_char(')')
            }
        }
    }
}

/// In parentheses, unless it is one thing anyway.
fn within(inner: &Expression, f: &mut Formatter<'_>) -> Result {
    match inner {
        Expression::Literal(_) | Expression::Path(_) | Expression::Call(..) | Expression::Lambda(_) => inner.fmt(f),
        _ => write!(f, "({inner})"),
    }
}

fn joined(parts: &[Expression], word: &str, f: &mut Formatter<'_>) -> Result {
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            f.write_str(word)?;
        }
        match part {
            Expression::Compare(..) | Expression::In(..) | Expression::Not(_) => part.fmt(f)?,
            _ => within(part, f)?,
        }
    }
    Ok(())
}

fn listed(
    parts: &[Expression],
    write: impl Fn(&Expression, &mut Formatter<'_>) -> Result,
    f: &mut Formatter<'_>,
) -> Result {
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            f.write_char(',')?;
        }
        write(part, f)?;
    }
    Ok(())
}
