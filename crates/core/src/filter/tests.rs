//! What filters mean, on rows made up here, and that no text makes reading one panic.

use proptest::prelude::*;

use super::*;

struct People;

impl Schema for People {
    fn kind_of(&self, record: &str, property: &str) -> Option<Kind> {
        Some(match (record, property) {
            ("User", "name" | "role") => Kind::Text,
            ("User", "age") => Kind::Integer,
            ("User", "active") => Kind::Boolean,
            ("User", "created") => Kind::Instant,
            ("User", "manager") => Kind::Record("User"),
            ("User", "tags") => Kind::List(Box::new(Kind::Text)),
            ("User", "groups") => Kind::List(Box::new(Kind::Record("Group"))),
            ("Group", "name") => Kind::Text,
            _ => return None,
        })
    }
}

struct Group(&'static str);

impl Record for Group {
    fn property(&self, name: &str) -> Value<'_> {
        if name == "name" {
            Value::Text(self.0.into())
        } else {
            Value::Null
        }
    }
}

struct Ann {
    groups: [Group; 2],
}

impl Record for Ann {
    fn property(&self, name: &str) -> Value<'_> {
        match name {
            "name" => Value::Text("Ann O'Neil".into()),
            "age" => Value::Integer(40),
            "active" => Value::Boolean(true),
            "created" => Value::Instant(parse_instant("2026-11-21T08:30:00Z").expect("a time")),
            "tags" => Value::List(["west", "new"].map(|tag| Value::Text(tag.into())).to_vec()),
            "groups" => Value::List(self.groups.iter().map(|group| Value::Record(group)).collect()),
            _ => Value::Null,
        }
    }
}

const ANN: Ann = Ann {
    groups: [Group("Dogs"), Group("Cats")],
};

fn holds(filter: &str) -> bool {
    let parsed = parse(filter).unwrap_or_else(|fault| panic!("{filter}: {fault}"));
    parsed
        .check(&People, "User")
        .unwrap_or_else(|fault| panic!("{filter}: {fault}"));
    assert_eq!(parse(&parsed.to_string()), Ok(parsed.clone()), "{filter}");
    parsed.holds(&ANN, &Steps::new(10_000))
}

fn fault(filter: &str) -> Fault {
    match parse(filter) {
        Ok(parsed) => parsed.check(&People, "User").expect_err(filter),
        Err(fault) => fault,
    }
}

#[test]
fn a_filter_says_what_it_says() {
    for filter in [
        "name eq 'Ann O''Neil'",
        "name ne 'Ann'",
        "age gt 39 and age lt 41",
        "age ge 40 and age le 40.0",
        "active",
        "active eq true",
        "not (age eq 1)",
        "not(age eq 1)or age eq 2",
        "contains(name,'O''')",
        "startswith(name, 'Ann')",
        "endswith(tolower(name),'o''neil')",
        "toupper('é') eq 'É'",
        "age in (1, 40)",
        "name in ('Ann O''Neil')",
        "length(name) eq 10",
        "indexof(name,'O') eq 4",
        "substring(name,4,1) eq 'O'",
        "concat(name,'!') eq 'Ann O''Neil!'",
        "tags/any(t:t eq 'west')",
        "tags/any()",
        "tags/all(t:length(t) le 4)",
        "tags/$count eq 2",
        "groups/any(g:g/name eq 'Cats')",
        "groups/any(g:g/name eq 'Cats' and $it/age eq 40)",
        "groups/any(g:tags/any(t:t eq 'new') and g/name ne 'Birds')",
        "not groups/any(g:g/name eq 'Birds')",
        "role eq null",
        "null eq role",
        "not (role eq 'x')",
        "role ne 'x'",
        "manager eq null",
        "manager/name eq null",
        "created gt 2026-11-21",
        "created lt 2026-11-21T09:30:00+00:30",
        "year(created) eq 2026 and month(created) eq 11 and day(created) eq 21 and hour(created) eq 8",
        "date(created) eq 2026-11-21",
        "$it/age eq 40",
        "(age eq 40)",
        "age gt -1",
        "  age\teq  40 ",
        "trim(' a ') eq 'a'",
        "age eq 1 or age eq 2 or age eq 40",
        "age eq 40 or age eq 1 and age eq 2",
        "role in (null,'x')",
        "floor(1.5) eq 1",
    ] {
        assert!(holds(filter), "{filter}");
    }
    for filter in [
        "role eq 'x'",
        "role gt 'a'",
        "role le 'a'",
        "contains(role,'x')",
        "not contains(role,'x')",
        "age in ()",
        "not contains(role,'x') and active",
        "tags/all(t:t eq 'west')",
        "manager/active",
        "not manager/active",
        "name eq 'ann o''neil'",
        "created lt 2026-11-21",
        "null",
    ] {
        assert!(!holds(filter), "{filter}");
    }
}

#[test]
fn a_bad_filter_is_refused_in_words() {
    for (filter, words) in [
        ("", "ends where a value"),
        ("name eq", "a value was expected"),
        ("name eq 'Ann", "not closed"),
        ("name eq 'O'Neil'", "Nothing was expected"),
        ("name = 'Ann'", "Nothing was expected"),
        ("name eq \"Ann\"", "A value was expected"),
        ("colour eq 'red'", "\"colour\" is no property of User"),
        ("age eq 'old'", "can't be compared"),
        ("tags eq 'west'", "can't be compared"),
        ("name", "true or false was expected"),
        ("contains(age,'1')", "contains takes a text"),
        ("contains(name)", "takes 2 values, not 1"),
        ("shout(name) eq 'A'", "is no function"),
        ("age add 1 eq 2", "not done here"),
        ("name/any(n:n eq 'a')", "is no list"),
        ("groups/name eq 'Dogs'", "leads through a list"),
        ("tags/any(t:u eq 'west')", "\"u\" is no property"),
        ("tags/any(eq 'a')", "':' was expected"),
        ("(age eq 40", "')' was expected"),
        ("age eq 40)", "Nothing was expected"),
        ("age eq 4x", "neither a number nor a time"),
        ("name/x eq 1", "leads nowhere"),
        ("tags/$count/x eq 1", "Nothing can follow"),
    ] {
        let fault = fault(filter);
        assert!(fault.message.contains(words), "{filter}: {fault:?}");
        assert!(!fault.hint.is_empty(), "{filter}");
    }
    assert_eq!(fault("ageé eq 'ü' x").at, Some(13));
    assert!(fault("age add 1 eq 2").is_unsupported && !fault("age eq 'x'").is_unsupported);
}

#[test]
fn length_and_depth_have_limits() {
    let nested = |levels: usize| format!("{}active{}", "(".repeat(levels), ")".repeat(levels));
    assert!(parse(&nested(LEVELS)).is_ok());
    assert!(
        parse(&nested(LEVELS + 1))
            .expect_err("too deep")
            .message
            .contains("32 levels")
    );
    for deep in ["(", "not ", "tolower(", "tags/any(t:", "a in ("] {
        assert!(parse(&deep.repeat(1500)).is_err(), "{deep}");
    }
    let long = format!("{}active", "active or ".repeat(1637));
    assert!(parse(&long).is_ok());
    assert!(
        parse(&format!("{long} or active"))
            .expect_err("too long")
            .message
            .contains("at most 16384")
    );
}

#[test]
fn lists_within_lists_end() {
    let nested = format!("{}tags/any(t:t eq 'x'){}", "tags/any(t:".repeat(20), ")".repeat(20));
    let (filter, steps) = (parse(&nested).expect("a filter"), Steps::new(100_000));
    assert!(!filter.holds(&ANN, &steps) && steps.are_spent());
    let steps = Steps::new(100);
    assert!(parse("age eq 40").expect("a filter").holds(&ANN, &steps) && !steps.are_spent());
}

#[test]
fn what_a_filter_needs_is_told() {
    let filter = parse("manager/name eq 'x' and groups/any(g:g/name eq name and $it/age eq 1)").expect("a filter");
    let mut paths = Vec::new();
    filter.each_path(&mut |path| paths.push(path.join("/")));
    assert_eq!(paths, ["manager/name", "groups", "groups/name", "name", "age"]);
    let wanted = |filter: &str| {
        parse(filter)
            .expect("a filter")
            .wanted("name")
            .map(|wanted| wanted.len())
    };
    assert_eq!(wanted("age eq 1 and name eq 'x'"), Some(1));
    assert_eq!(wanted("name in ('x','y')"), Some(2));
    assert_eq!(wanted("age eq 1 or name eq 'x'"), None);
    assert_eq!(wanted("not (name eq 'x')"), None);
}

fn expressions() -> impl Strategy<Value = Expression> {
    let literal = prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Boolean),
        any::<i64>().prop_map(Literal::Integer),
        any::<f64>()
            .prop_filter("finite", |number| number.is_finite())
            .prop_map(Literal::Decimal),
        ".{0,8}".prop_map(Literal::Text),
        (-60_000_000_000_000_000_i64..200_000_000_000_000_000).prop_map(Literal::Instant),
        (-700_000_i64..2_000_000).prop_map(Literal::Date),
    ];
    let path = || prop::collection::vec("[a-m][a-z]{2,5}x", 1..3);
    let leaf = prop_oneof![literal.prop_map(Expression::Literal), path().prop_map(Expression::Path)];
    leaf.prop_recursive(4, 24, 3, move |inner| {
        let some = |least| prop::collection::vec(inner.clone(), least..4);
        prop_oneof![
            inner.clone().prop_map(|inner| Expression::Not(Box::new(inner))),
            some(2).prop_map(Expression::And),
            some(2).prop_map(Expression::Or),
            (prop::sample::select(Comparison::ALL), inner.clone(), inner.clone())
                .prop_map(|(comparison, left, right)| Expression::Compare(comparison, Box::new((left, right)))),
            (inner.clone(), some(0)).prop_map(|(value, list)| Expression::In(Box::new(value), list)),
            (prop::sample::select(Function::ALL), some(1))
                .prop_map(|(function, list)| Expression::Call(function, list)),
            (path(), any::<bool>(), inner.clone()).prop_map(|(path, of_all, body)| {
                let variable = "v".to_owned();
                Expression::Lambda(Box::new(Lambda {
                    of_all,
                    path,
                    variable,
                    body: Some(body),
                }))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_printed_is_read_again(expression in expressions()) {
        prop_assert_eq!(parse(&expression.to_string()), Ok(expression));
    }

    #[test]
    fn no_text_makes_reading_panic(text in ".{0,40}") {
        if let Ok(parsed) = parse(&text) {
            let _ = (parsed.check(&People, "User"), parsed.holds(&ANN, &Steps::new(10_000)));
        }
    }

    #[test]
    fn no_words_make_reading_or_holding_panic(words in prop::collection::vec(
        prop::sample::select(vec!["name", "age", "tags", "groups", "manager", "/", "(", ")", ",", "'", "any(", "t:", "t", " eq ",
            " and ", " or ", "not ", " in ", "-1", "1.5", "2026-11-21", "substring(", "indexof(", "é", "null", "$count", "$it"]), 0..16)) {
        if let Ok(parsed) = parse(&words.concat()) {
            let _ = (parsed.check(&People, "User"), parsed.holds(&ANN, &Steps::new(10_000)));
        }
    }
}
