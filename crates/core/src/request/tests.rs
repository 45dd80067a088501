//! What requests come to, from rows to the plan.

use super::*;
use crate::group::GroupType;
use crate::import::{Decision, Options, decide, prepare};

fn user(id: &str, email: &str, username: Option<&str>) -> User {
    User {
        id: id.to_owned(),
        email: email.to_owned(),
        username: username.map(str::to_owned),
        first_name: "Ann".to_owned(),
        last_name: "Ray".to_owned(),
        ..User::default()
    }
}

fn directory() -> Directory {
    let mut ann = user("1", "ann@a.co", Some("ann@login.co"));
    ann.groups.insert("Team".to_owned(), "Dogs".to_owned());
    Directory {
        users: vec![ann, user("2", "bob@a.co", None)],
        group_types: vec![GroupType {
            name: "Team".to_owned(),
            groups: vec!["Cats".to_owned(), "Dogs".to_owned()],
        }],
        ..Directory::default()
    }
}

/// What a heard request comes to; the problems of hearing, deciding and addresses together.
fn outcome(heard: Heard<'_>, directory: &Directory) -> (Vec<String>, Option<Plan>) {
    let told = tell(&heard.said, ListPolicy::Add, false);
    assert_eq!(told.mapping.faults(), []);
    let prepared = prepare(&told.body, &told.mapping, &Options::default());
    let Decision { mut report, plan } = decide(prepared, directory);
    let plan = match plan.map(|plan| change_emails(plan, directory, &told.addresses)) {
        Some(Err(problems)) => {
            add_problems(&mut report, problems);
            None
        }
        Some(Ok(plan)) => Some(plan),
        None => None,
    };
    told.place(&mut report);
    add_problems(&mut report, heard.problems);
    let column = |problem: &Problem| problem.column.as_ref().map(ToString::to_string).unwrap_or_default();
    let errors = report.errors();
    let errors: Vec<String> = errors
        .map(|problem| {
            let (row, line) = (problem.row.unwrap_or_default(), problem.line.unwrap_or_default());
            format!("{row}:{line} {} {}", column(problem), problem.rule)
        })
        .collect();
    (errors.clone(), plan.filter(|_| errors.is_empty()))
}

fn accounts_of(csv: &str) -> (Vec<String>, Option<Plan>) {
    let rows = Rows::read(csv.as_bytes(), FileFormat::Csv, &ACCOUNT_COLUMNS, &Options::default());
    let directory = directory();
    outcome(accounts(&rows, &directory.users), &directory)
}

fn memberships_of(json: &str, act: Act) -> (Vec<String>, Option<Plan>) {
    let rows = Rows::read(json.as_bytes(), FileFormat::Json, &[], &Options::default());
    let directory = directory();
    let heard = memberships(&rows, act, &directory);
    let mut wider = directory.clone();
    let new = heard.group_types.iter().map(|name| GroupType {
        name: name.clone(),
        groups: Vec::new(),
    });
    wider.group_types.extend(new);
    outcome(heard, &wider)
}

#[test]
fn accounts_create_update_and_deactivate_by_username() {
    let (errors, plan) = accounts_of(
        "is_active,first_name,last_name,email,username,role\n\
         false,Ann,Ray,ann@a.co,ANN@login.co,x\n\
         true,Rob,Roe,bob@a.co,bob@login.co,x\n\
         true,Eve,Fox,eve@a.co,eve@login.co,x\n",
    );
    assert_eq!(errors, Vec::<String>::new());
    let counts = plan.expect("sound").counts;
    assert_eq!((counts.deactivated, counts.updated, counts.created), (1, 1, 1));
}

#[test]
fn a_known_username_may_be_given_another_address() {
    let (errors, plan) = accounts_of("username,email\nann@login.co,ann.ray@a.co\n");
    assert_eq!(errors, Vec::<String>::new());
    let plan = plan.expect("sound");
    let fields: Vec<&Target> = plan.changes[0].edits.refs().map(|edit| edit.field).collect();
    assert_eq!((plan.counts.updated, fields), (1, vec![&Target::Email]));
    assert_eq!(plan.changes[0].email, "ann@a.co");
}

#[test]
fn an_address_of_somebody_else_is_refused_at_its_row_and_line() {
    assert_eq!(
        accounts_of("username,email\n\nann@login.co,bob@a.co\n").0,
        ["1:3 email email_taken"]
    );
    let body = "username,email,first_name,last_name\nnew@login.co,ann@a.co,N,N\n";
    assert_eq!(accounts_of(body).0, ["1:2 email email_taken"]);
    let body = "username,email,first_name,last_name\nann@login.co,new@a.co,,\nnew@login.co,new@a.co,N,N\n";
    assert_eq!(accounts_of(body).0, ["1:2 email email_taken"]);
    assert_eq!(
        accounts_of("username,email\nann@login.co,ann\n").0,
        ["1:2 email invalid_email"]
    );
}

#[test]
fn every_fault_of_every_row_is_told() {
    let body = "username,email,first_name,last_name,is_active\n,x@a.co,X,Y,true\nnew@login.co,,N,N,true\n\
                other@login.co,other@a.co,,N,perhaps\n";
    let (errors, plan) = accounts_of(body);
    assert_eq!(
        errors,
        [
            "1:2 username missing_value",
            "2:3 email missing_value",
            "3:4 first_name missing_value",
            "3:4 is_active invalid_boolean"
        ]
    );
    assert!(plan.is_none());
}

#[test]
fn long_and_wide_memberships_are_the_same() {
    let long = r#"[{"username":"ann@login.co","group_type":"Role","group_name":"AE"},
                   {"username":"ann@login.co","group_type":"Team","group_name":"Cats"},
                   {"username":"bob@a.co","group_type":"Team","group_name":"Dogs"}]"#;
    let wide = r#"[{"username":"ann@login.co","Role":"AE","Team":"Cats"},{"username":"BOB@a.co","Team":"Dogs"}]"#;
    let ((none, long), (_, wide)) = (memberships_of(long, Act::Join), memberships_of(wide, Act::Join));
    assert_eq!(none, Vec::<String>::new());
    let (long, wide) = (long.expect("sound"), wide.expect("sound"));
    assert_eq!((long.counts.memberships_set, long.counts.groups_created), (3, 1));
    assert_eq!((long.counts, long.groups_created), (wide.counts, wide.groups_created));
}

#[test]
fn memberships_that_cannot_be_are_refused() {
    let body = r#"[{"username":"nobody@login.co","group_type":"Team","group_name":"Dogs"},
{"username":"ann@login.co","group_type":"","group_name":"Dogs"},
{"username":"ann@login.co","group_type":"Team","group_name":"Dogs"},
{"username":"ann@login.co","group_type":"Team","group_name":"Cats"},
{"username":"bob@a.co"}]"#;
    assert_eq!(
        memberships_of(body, Act::Join).0,
        [
            "1:1 username unknown_user",
            "2:2 group_type missing_value",
            "4:4 group_name membership_conflict",
            "5:5 group_type missing_value"
        ]
    );
}

#[test]
fn only_the_membership_that_is_there_is_taken_away() {
    let taken = |body: &str| memberships_of(body, Act::Leave);
    let removed = |body: &str| {
        taken(body)
            .1
            .map(|plan| (plan.counts.memberships_removed, plan.counts.unchanged))
    };
    assert_eq!(
        removed(r#"[{"username":"ann@login.co","group_type":"Team","group_name":"Dogs"}]"#),
        Some((1, 0))
    );
    assert_eq!(
        removed(r#"[{"username":"ann@login.co","group_type":"Team"}]"#),
        Some((1, 0))
    );
    assert_eq!(removed(r#"[{"username":"ann@login.co","Team":""}]"#), Some((1, 0)));
    assert_eq!(removed(r#"[{"username":"bob@a.co","Team":"Dogs"}]"#), Some((0, 1)));
    let other = r#"[{"username":"ann@login.co","group_type":"Team","group_name":"Cats"}]"#;
    assert_eq!(taken(other).0, ["1:1 group_name not_a_member"]);
    let unknown = r#"[{"username":"ann@login.co","group_type":"Tean","group_name":"Dogs"}]"#;
    assert_eq!(taken(unknown).0, ["1:1 group_type unknown_group_type"]);
}

#[test]
fn columns_of_an_account_are_no_group_types_and_few_are_made_at_once() {
    let body = r#"[{"username":"ann@login.co","first_name":"Ann","email":"ann@a.co","Team":"Cats"}]"#;
    let (errors, plan) = memberships_of(body, Act::Join);
    assert_eq!(errors, Vec::<String>::new());
    assert_eq!(plan.expect("sound").counts.memberships_set, 1);
    let many: Vec<String> = (0..30).map(|n| format!("\"Type {n}\":\"A\"")).collect();
    let body = format!("[{{\"username\":\"ann@login.co\",{}}}]", many.join(","));
    let (errors, _) = memberships_of(&body, Act::Join);
    assert_eq!(
        (errors.len(), errors[0].as_str()),
        (10, "1:1 Type 20 unknown_group_type")
    );
}
