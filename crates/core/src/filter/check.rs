//! Holds a filter against what rows have: each name is a property, and each value is compared with its like.

use super::{COUNT, Comparison, Expression, Fault, Function, Kind, Lambda, Literal, ROW, Schema};

impl Expression {
    /// What the values of an expression are, for rows of a type.
    ///
    /// # Errors
    /// A name that is no property, or a comparison of what can't be compared.
    pub fn kind(&self, schema: &dyn Schema, record: &'static str) -> Result<Kind, Fault> {
        let row = Scope {
            name: ROW,
            kind: Kind::Record(record),
            outer: None,
        };
        Checker { schema }.kind(self, &row)
    }

    /// Whether it can be a filter of rows of a type.
    ///
    /// # Errors
    /// Those of [`Self::kind`], and an expression that is neither true nor false.
    pub fn check(&self, schema: &dyn Schema, record: &'static str) -> Result<(), Fault> {
        expect_boolean(self, &self.kind(schema, record)?)
    }
}

/// A name within a filter: the row itself, or a variable of a lambda.
struct Scope<'s> {
    name: &'s str,
    kind: Kind,
    outer: Option<&'s Scope<'s>>,
}

struct Checker<'c> {
    schema: &'c dyn Schema,
}

impl Checker<'_> {
    fn kind(&self, expression: &Expression, scope: &Scope<'_>) -> Result<Kind, Fault> {
        match expression {
            Expression::Literal(literal) => Ok(kind_of(literal)),
            Expression::Path(path) => self.path(path, scope),
            Expression::Not(inner) => self.boolean(inner, scope),
            Expression::And(parts) | Expression::Or(parts) => {
                for part in parts {
                    self.boolean(part, scope)?;
                }
                Ok(Kind::Boolean)
            }
            Expression::Compare(comparison, sides) => {
                let (left, right) = (self.kind(&sides.0, scope)?, self.kind(&sides.1, scope)?);
                let is_order = !matches!(comparison, Comparison::Equal | Comparison::NotEqual);
                comparable((&sides.0, &left), (&sides.1, &right), is_order)?;
                Ok(Kind::Boolean)
            }
            Expression::In(value, list) => {
                let kind = self.kind(value, scope)?;
                for part in list {
                    comparable((value, &kind), (part, &self.kind(part, scope)?), false)?;
                }
                Ok(Kind::Boolean)
            }
            Expression::Call(function, arguments) => self.call(*function, arguments, scope),
            Expression::Lambda(lambda) => self.lambda(lambda, scope),
        }
    }

    fn boolean(&self, expression: &Expression, scope: &Scope<'_>) -> Result<Kind, Fault> {
        expect_boolean(expression, &self.kind(expression, scope)?)?;
        Ok(Kind::Boolean)
    }

    fn path(&self, path: &[String], scope: &Scope<'_>) -> Result<Kind, Fault> {
        let (mut kind, names) = start(path, scope);
        for name in names {
            kind = match &kind {
                Kind::List(_) if name == COUNT => Kind::Integer,
                Kind::Record(record) => self.schema.kind_of(record, name).ok_or_else(|| {
                    let message = format!("{name:?} is no property of {record}.");
                    Fault::new(
                        message,
                        "Names are written as in $metadata, upper and lower case included.",
                    )
                })?,
                Kind::List(_) => {
                    let message = format!("{:?} leads through a list.", path.join("/"));
                    return Err(Fault::new(
                        message,
                        "Ask for a list's members with any or all: memberships/any(m:m/groupName eq 'Dogs').",
                    ));
                }
                _ => {
                    let message = format!(
                        "{:?} leads nowhere: there is no {name:?} in {}.",
                        path.join("/"),
                        word_of(&kind)
                    );
                    return Err(Fault::new(message, "See $metadata for what leads on."));
                }
            };
        }
        Ok(kind)
    }

    fn lambda(&self, lambda: &Lambda, scope: &Scope<'_>) -> Result<Kind, Fault> {
        let Kind::List(member) = self.path(&lambda.path, scope)? else {
            let message = format!("{:?} is no list, as any and all need.", lambda.path.join("/"));
            return Err(Fault::new(message, "Compare it itself, as in role eq 'FullAdmin'."));
        };
        if let Some(body) = &lambda.body {
            let inner = Scope {
                name: &lambda.variable,
                kind: *member,
                outer: Some(scope),
            };
            self.boolean(body, &inner)?;
        }
        Ok(Kind::Boolean)
    }

    fn call(&self, function: Function, arguments: &[Expression], scope: &Scope<'_>) -> Result<Kind, Fault> {
        use Function as F;
        let (takes, gives): (&[&[Kind]], Kind) = match function {
            F::Contains | F::StartsWith | F::EndsWith => (&[TEXT, TEXT], Kind::Boolean),
            F::ToLower | F::ToUpper | F::Trim => (&[TEXT], Kind::Text),
            F::Length => (&[TEXT], Kind::Integer),
            F::IndexOf => (&[TEXT, TEXT], Kind::Integer),
            F::Substring if arguments.len() == 3 => (&[TEXT, INTEGER, INTEGER], Kind::Text),
            F::Substring => (&[TEXT, INTEGER], Kind::Text),
            F::Concat => (&[TEXT, TEXT], Kind::Text),
            F::Year | F::Month | F::Day => (&[DAY], Kind::Integer),
            F::Hour | F::Minute | F::Second => (&[INSTANT], Kind::Integer),
            F::Date => (&[DAY], Kind::Date),
            F::Round | F::Floor | F::Ceiling => (&[NUMBER], Kind::Decimal),
        };
        let name = function.as_str();
        if arguments.len() != takes.len() {
            let message = format!("{name} takes {} values, not {}.", takes.len(), arguments.len());
            return Err(Fault::new(message, "Separate them with commas."));
        }
        for (argument, kinds) in arguments.iter().zip(takes) {
            let kind = self.kind(argument, scope)?;
            if kind != Kind::Null && !kinds.contains(&kind) {
                let wanted = kinds.first().map_or("a value", word_of);
                let message = format!("{name} takes {wanted} where {argument} is {}.", word_of(&kind));
                return Err(Fault::new(message, "See $metadata for the types of properties."));
            }
        }
        Ok(gives)
    }
}

const TEXT: &[Kind] = &[Kind::Text];
const INTEGER: &[Kind] = &[Kind::Integer];
const NUMBER: &[Kind] = &[Kind::Decimal, Kind::Integer];
const INSTANT: &[Kind] = &[Kind::Instant];
const DAY: &[Kind] = &[Kind::Instant, Kind::Date];

/// Where a path begins, and the names that lead on.
fn start<'p>(path: &'p [String], scope: &Scope<'_>) -> (Kind, &'p [String]) {
    let mut row = scope;
    loop {
        if path.first().is_some_and(|first| first == row.name) {
            return (row.kind.clone(), &path[1..]);
        }
        match row.outer {
            Some(outer) => row = outer,
            None => return (row.kind.clone(), path),
        }
    }
}

fn kind_of(literal: &Literal) -> Kind {
    match literal {
        Literal::Null => Kind::Null,
        Literal::Boolean(_) => Kind::Boolean,
        Literal::Integer(_) => Kind::Integer,
        Literal::Decimal(_) => Kind::Decimal,
        Literal::Text(_) => Kind::Text,
        Literal::Instant(_) => Kind::Instant,
        Literal::Date(_) => Kind::Date,
    }
}

fn word_of(kind: &Kind) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::Boolean => "true or false",
        Kind::Integer | Kind::Decimal => "a number",
        Kind::Text => "a text",
        Kind::Instant => "a time",
        Kind::Date => "a date",
        Kind::Record(_) => "a row",
        Kind::List(_) => "a list",
    }
}

fn expect_boolean(expression: &Expression, kind: &Kind) -> Result<(), Fault> {
    if matches!(kind, Kind::Boolean | Kind::Null) {
        return Ok(());
    }
    let message = format!(
        "{expression} is {}, where something true or false was expected.",
        word_of(kind)
    );
    Err(Fault::new(message, "Compare it: firstName eq 'Ann'."))
}

fn comparable(left: (&Expression, &Kind), right: (&Expression, &Kind), is_order: bool) -> Result<(), Fault> {
    let is_like = match (left.1, right.1) {
        (Kind::Null, Kind::List(_)) | (Kind::List(_), Kind::Null | Kind::List(_)) => false,
        (Kind::Null, _) | (_, Kind::Null) => true,
        (Kind::Integer | Kind::Decimal, Kind::Integer | Kind::Decimal)
        | (Kind::Instant | Kind::Date, Kind::Instant | Kind::Date) => true,
        (Kind::Record(_), _) | (_, Kind::Record(_)) => false,
        (left, right) => left == right,
    };
    let is_row = |kind: &Kind| matches!(kind, Kind::Record(_));
    if is_like && !(is_order && (is_row(left.1) || is_row(right.1))) {
        return Ok(());
    }
    let message = format!(
        "{} is {} and can't be compared with {}, which is {}.",
        left.0,
        word_of(left.1),
        right.0,
        word_of(right.1)
    );
    Err(Fault::new(
        message,
        "Only texts stand in quotes; lists are asked with any, all or $count.",
    ))
}
