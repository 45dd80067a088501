//! Holds a filter against a row, with OData's three values: true, false and not known.
//!
//! Whether the filter fits the row was looked at by `check`; what doesn't fit is null here.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::atomic::{AtomicU64, Ordering as Access};

use super::instant::{civil_from_days, day_of, midnight, time_of};
use super::{COUNT, Comparison, Expression, Function, Lambda, Literal, ROW, Record, Value};

impl Expression {
    /// Whether it holds of a row; what is not known doesn't.
    pub fn holds(&self, record: &dyn Record, steps: &Steps) -> bool {
        matches!(self.value(record, steps), Value::Boolean(true))
    }

    /// What it comes to for a row.
    pub fn value<'v>(&'v self, record: &'v dyn Record, steps: &Steps) -> Value<'v> {
        let row = Scope {
            name: ROW,
            value: Value::Record(record),
            outer: None,
            steps,
        };
        value(self, &row)
    }
}

impl Value<'_> {
    /// The same, borrowing nothing; rows become null.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null | Self::Record(_) => Value::Null,
            Self::Boolean(value) => Value::Boolean(value),
            Self::Integer(value) => Value::Integer(value),
            Self::Decimal(value) => Value::Decimal(value),
            Self::Text(value) => Value::Text(Cow::Owned(value.into_owned())),
            Self::Instant(value) => Value::Instant(value),
            Self::Date(value) => Value::Date(value),
            Self::List(values) => Value::List(values.into_iter().map(Value::into_owned).collect()),
        }
    }

    /// The same, borrowed.
    pub fn borrowed(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::Text(Cow::Borrowed(text)),
            Self::List(values) => Value::List(values.iter().map(Value::borrowed).collect()),
            other => other.clone(),
        }
    }

    /// How two values of one kind lie; null comes first. What can't be compared is equal.
    pub fn order(&self, other: &Value<'_>) -> Ordering {
        match (self, other) {
            (Value::Null, Value::Null) => Ordering::Equal,
            (Value::Null, _) => Ordering::Less,
            (_, Value::Null) => Ordering::Greater,
            _ => compared(self, other).unwrap_or(Ordering::Equal),
        }
    }
}

/// How much may be evaluated: lists within lists come to more than a filter's length tells.
#[derive(Debug)]
pub struct Steps(AtomicU64);

impl Steps {
    /// So many.
    pub fn new(steps: u64) -> Self {
        Self(AtomicU64::new(steps))
    }

    /// Whether none are left: then what was evaluated last says nothing.
    pub fn are_spent(&self) -> bool {
        self.0.load(Access::Relaxed) == 0
    }

    fn take(&self, steps: usize) {
        let left = self.0.load(Access::Relaxed).saturating_sub(steps as u64);
        self.0.store(left, Access::Relaxed);
    }
}

struct Scope<'s, 'v> {
    name: &'s str,
    value: Value<'v>,
    outer: Option<&'s Scope<'s, 'v>>,
    steps: &'s Steps,
}

fn value<'v>(expression: &'v Expression, scope: &Scope<'_, 'v>) -> Value<'v> {
    scope.steps.take(1);
    if scope.steps.are_spent() {
        return Value::Null;
    }
    match expression {
        Expression::Literal(literal) => of_literal(literal),
        Expression::Path(names) => path(names, scope),
        Expression::Not(inner) => truth(known(inner, scope).map(|held| !held)),
        Expression::And(parts) => truth(joined(parts, scope, false)),
        Expression::Or(parts) => truth(joined(parts, scope, true)),
        Expression::Compare(comparison, sides) => {
            let (left, right) = (value(&sides.0, scope), value(&sides.1, scope));
            Value::Boolean(compares(*comparison, &left, &right))
        }
        Expression::In(searched, list) => {
            let searched = value(searched, scope);
            let is_it = |part| compares(Comparison::Equal, &searched, &value(part, scope));
            Value::Boolean(list.iter().any(is_it))
        }
        Expression::Call(function, arguments) => call(*function, arguments, scope),
        Expression::Lambda(asked) => lambda(asked, scope),
    }
}

fn of_literal(literal: &Literal) -> Value<'_> {
    match literal {
        Literal::Null => Value::Null,
        Literal::Boolean(value) => Value::Boolean(*value),
        Literal::Integer(value) => Value::Integer(*value),
        Literal::Decimal(value) => Value::Decimal(*value),
        Literal::Text(value) => Value::Text(Cow::Borrowed(value)),
        Literal::Instant(value) => Value::Instant(*value),
        Literal::Date(value) => Value::Date(*value),
    }
}

fn truth(known: Option<bool>) -> Value<'static> {
    known.map_or(Value::Null, Value::Boolean)
}

fn known(expression: &Expression, scope: &Scope<'_, '_>) -> Option<bool> {
    match value(expression, scope) {
        Value::Boolean(held) => Some(held),
        _ => None,
    }
}

/// `decisive` decides as soon as one part is it; else what is not known makes the whole not known.
fn joined(parts: &[Expression], scope: &Scope<'_, '_>, decisive: bool) -> Option<bool> {
    let mut all = Some(!decisive);
    for part in parts {
        match known(part, scope) {
            Some(held) if held == decisive => return Some(decisive),
            Some(_) => {}
            None => all = None,
        }
    }
    all
}

fn path<'v>(names: &'v [String], scope: &Scope<'_, 'v>) -> Value<'v> {
    let mut row = scope;
    let (mut found, names) = loop {
        if names.first().is_some_and(|first| first == row.name) {
            break (row.value.clone(), &names[1..]);
        }
        match row.outer {
            Some(outer) => row = outer,
            None => break (row.value.clone(), names),
        }
    };
    for name in names {
        found = match found {
            Value::Record(record) => record.property(name),
            Value::List(members) if name == COUNT => Value::Integer(i64::try_from(members.len()).unwrap_or(i64::MAX)),
            _ => Value::Null,
        };
    }
    found
}

fn lambda(asked: &Lambda, scope: &Scope<'_, '_>) -> Value<'static> {
    let Value::List(members) = path(&asked.path, scope) else {
        return Value::Boolean(asked.of_all);
    };
    scope.steps.take(members.len());
    let Some(body) = &asked.body else {
        return Value::Boolean(!members.is_empty());
    };
    let mut holds = members.into_iter().map(|member| {
        let inner = Scope {
            name: &asked.variable,
            value: member,
            outer: Some(scope),
            steps: scope.steps,
        };
        known(body, &inner) == Some(true)
    });
    Value::Boolean(if asked.of_all {
        holds.all(|held| held)
    } else {
        holds.any(|held| held)
    })
}

/// Null equals null, and nothing is larger or smaller than it.
fn compares(comparison: Comparison, left: &Value<'_>, right: &Value<'_>) -> bool {
    let order = match (left, right) {
        (Value::Null, Value::Null) => {
            return comparison == Comparison::Equal;
        }
        (Value::Null, _) | (_, Value::Null) => return comparison == Comparison::NotEqual,
        _ => compared(left, right),
    };
    match comparison {
        Comparison::Equal => order == Some(Ordering::Equal),
        Comparison::NotEqual => order != Some(Ordering::Equal),
        Comparison::Greater => order == Some(Ordering::Greater),
        Comparison::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        Comparison::Less => order == Some(Ordering::Less),
        Comparison::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a whole number beside a decimal one is compared as one"
)]
fn compared(left: &Value<'_>, right: &Value<'_>) -> Option<Ordering> {
    Some(match (left, right) {
        (Value::Boolean(left), Value::Boolean(right)) => left.cmp(right),
        (Value::Integer(left), Value::Integer(right)) => left.cmp(right),
        (Value::Decimal(left), Value::Decimal(right)) => return left.partial_cmp(right),
        (Value::Integer(left), Value::Decimal(right)) => return (*left as f64).partial_cmp(right),
        (Value::Decimal(left), Value::Integer(right)) => return left.partial_cmp(&(*right as f64)),
        (Value::Text(left), Value::Text(right)) => left.cmp(right),
        (Value::Instant(left), Value::Instant(right)) => left.cmp(right),
        (Value::Date(left), Value::Date(right)) => left.cmp(right),
        (Value::Instant(left), Value::Date(right)) => left.cmp(&midnight(*right)),
        (Value::Date(left), Value::Instant(right)) => midnight(*left).cmp(right),
        _ => return None,
    })
}

fn call<'v>(function: Function, arguments: &'v [Expression], scope: &Scope<'_, 'v>) -> Value<'v> {
    use Function as F;
    let mut values = arguments.iter().map(|argument| value(argument, scope));
    let (first, second, third) = (values.next(), values.next(), values.next());
    let count = |count: usize| Value::Integer(i64::try_from(count).unwrap_or(i64::MAX));
    match (function, first.unwrap_or_default(), second) {
        (F::Contains, Value::Text(text), Some(Value::Text(part))) => Value::Boolean(text.contains(&*part)),
        (F::StartsWith, Value::Text(text), Some(Value::Text(part))) => Value::Boolean(text.starts_with(&*part)),
        (F::EndsWith, Value::Text(text), Some(Value::Text(part))) => Value::Boolean(text.ends_with(&*part)),
        (F::ToLower, Value::Text(text), None) => Value::Text(text.to_lowercase().into()),
        (F::ToUpper, Value::Text(text), None) => Value::Text(text.to_uppercase().into()),
        (F::Trim, Value::Text(text), None) => Value::Text(text.trim().to_owned().into()),
        (F::Length, Value::Text(text), None) => count(text.chars().count()),
        (F::IndexOf, Value::Text(text), Some(Value::Text(part))) => match text.find(&*part) {
            Some(at) => count(text[..at].chars().count()),
            None => Value::Integer(-1),
        },
        (F::Substring, Value::Text(text), Some(Value::Integer(begin))) => {
            let begin = usize::try_from(begin).unwrap_or_default();
            let length = match third {
                None => usize::MAX,
                Some(Value::Integer(length)) => usize::try_from(length).unwrap_or_default(),
                Some(_) => return Value::Null,
            };
            Value::Text(text.chars().skip(begin).take(length).collect::<String>().into())
        }
        (F::Concat, Value::Text(left), Some(Value::Text(right))) => Value::Text(format!("{left}{right}").into()),
        (_, Value::Instant(at), None) => of_instant(function, at),
        (_, Value::Date(day), None) => of_day(function, day),
        (F::Round | F::Floor | F::Ceiling, number, None) => rounded(function, &number),
        _ => Value::Null,
    }
}

fn of_instant(function: Function, at: i64) -> Value<'static> {
    let (hour, minute, second) = time_of(at);
    match function {
        Function::Hour => Value::Integer(hour),
        Function::Minute => Value::Integer(minute),
        Function::Second => Value::Integer(second),
        _ => of_day(function, day_of(at)),
    }
}

fn of_day(function: Function, day: i64) -> Value<'static> {
    let (year, month, of_month) = civil_from_days(day);
    match function {
        Function::Year => Value::Integer(year),
        Function::Month => Value::Integer(month),
        Function::Day => Value::Integer(of_month),
        Function::Date => Value::Date(day),
        _ => Value::Null,
    }
}

fn rounded(function: Function, number: &Value<'_>) -> Value<'static> {
    match (function, number) {
        (_, Value::Integer(number)) => Value::Integer(*number),
        (Function::Floor, Value::Decimal(number)) => Value::Decimal(number.floor()),
        (Function::Ceiling, Value::Decimal(number)) => Value::Decimal(number.ceil()),
        (_, Value::Decimal(number)) => Value::Decimal(number.round()),
        _ => Value::Null,
    }
}
