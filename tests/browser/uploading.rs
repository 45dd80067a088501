//! From a messy export to a clean upload.

use std::collections::BTreeMap;

use passmuster_core::{
    group::{GroupType, IntegrationIdType},
    import::{Decision, Options, decide, prepare},
    plan::Directory,
    problem::Report,
};
use serde_json::{Value, json};

use crate::visit::{Visit, WIDE_LIGHT, example, example_mapping, test};

/// A problem's rule and column, and how often it was found.
type Kinds = BTreeMap<(String, String), String>;

/// The directory of a new workspace that has what the export speaks of.
fn new_directory() -> Directory {
    let group_types = ["Department", "Office", "Team"].map(|name| GroupType {
        name: name.to_owned(),
        groups: Vec::new(),
    });
    let ids = [("employee-id", "Employee ID"), ("phone-extension", "Phone Extension")];
    Directory {
        group_types: group_types.into(),
        integration_ids: ids
            .map(|(slug, name)| IntegrationIdType {
                slug: slug.to_owned(),
                name: name.to_owned(),
            })
            .into(),
        ..Directory::default()
    }
}

/// What the core says of an example, before and after it is held against the directory.
fn verdict(file: &str) -> (Report, Decision) {
    let body = std::fs::read(example(file)).unwrap();
    let mapping = example_mapping("hris-export.mapping.json");
    let alone = prepare(&body, &mapping, &Options::default()).into_report();
    let held = decide(prepare(&body, &mapping, &Options::default()), &new_directory());
    (alone, held)
}

fn kinds(report: &Report) -> Kinds {
    let kind = |column: &Option<_>| column.as_ref().map(ToString::to_string).unwrap_or_default();
    let kinds = report.summary.iter();
    kinds
        .map(|tally| ((tally.rule.to_string(), kind(&tally.column)), tally.count.to_string()))
        .collect()
}

impl Visit {
    /// The kinds of problems that the page lists.
    async fn listed_kinds(&self) -> Kinds {
        let rows = self.browser.execute(
            "return [...document.querySelectorAll('.problem-group[data-rule]')].map(group => [
                group.dataset.rule,
                group.querySelector('small')?.textContent ?? '',
                group.querySelector('.group-count').textContent,
            ])",
            [],
        );
        let rows: Vec<[String; 3]> = rows.await.unwrap().convert().unwrap();
        rows.into_iter()
            .map(|[rule, column, count]| ((rule, column), count))
            .collect()
    }

    /// What the tiles count.
    async fn tiles(&self) -> BTreeMap<String, u64> {
        let mut tiles = BTreeMap::new();
        for tile in self.texts(".tile").await {
            let (count, name) = tile.split_once('\n').expect("a tile has a count and a name");
            tiles.insert(name.to_owned(), count.replace(',', "").parse().expect("a tile counts"));
        }
        tiles
    }

    /// What the admin API answers, asked by a program.
    async fn ask(&self, key: &str, path: &str) -> Value {
        let answer = self.server.get(path).bearer_auth(key).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }
}

#[tokio::test]
async fn a_messy_export_becomes_a_clean_upload() {
    let mapping = example_mapping("hris-export.mapping.json");
    let (messy, _) = verdict("hris-export.csv");
    let (mended, decision) = verdict("hris-export.fixed.csv");
    let plan = decision.plan.expect("the mended file has no errors");
    let mut visit = Visit::start_with_hris().await;

    // The first admin.
    visit.become_admin().await;
    visit.picture("1-integrations", WIDE_LIGHT).await;

    // An integration, and its tokens, each shown once.
    let first_token = visit.enable_integration().await;
    visit.press_words("Credentials", "main .actions a").await;
    visit.press(&test("new-token")).await;
    visit.press(&test("create-token")).await;
    let second_token = visit.text(&format!("dialog {}", test("auth-token"))).await;
    visit.picture("2-new-token", WIDE_LIGHT).await;
    visit.press(&test("stored")).await;
    visit.press(&test("close-token")).await;
    visit.browser.refresh().await.unwrap();
    visit.see(&test("endpoint")).await;
    let page = visit.browser.source().await.unwrap();
    for token in [first_token, second_token] {
        assert!(
            token.len() == 64 && token.bytes().all(|digit| digit.is_ascii_hexdigit()),
            "{token}"
        );
        assert!(page.contains(&token[..8]), "the token isn't listed by its beginning");
        assert!(!page.contains(&token), "the token is shown again");
    }
    visit.picture("2-credentials", WIDE_LIGHT).await;

    // A messy file: nothing of it leaves the browser.
    visit.go_to_tab("Check & Upload").await;
    visit.wait_for_worker().await;
    visit.browser.requests().await;
    let before = visit.line.sent();
    visit.choose_file(&example("hris-export.csv")).await;
    visit.match_columns(&mapping).await;
    visit.picture("3-match-columns", WIDE_LIGHT).await;
    visit.press(&test("check")).await;
    visit.see_words("17 errors to mend", ".step-head h2").await;
    assert_eq!(messy.error_count, 17);
    assert_eq!(visit.listed_kinds().await, kinds(&messy));
    for (rows, count) in [("show-all", "200"), ("show-errors", "17"), ("show-warnings", "5")] {
        assert_eq!(
            visit.text(&format!("{} .chip-count", test(rows))).await,
            count,
            "{rows}"
        );
    }
    visit.press(".problem-group[data-rule='manager_circle']").await;
    visit.see(&format!("{}[aria-rowcount='2']", test("grid"))).await;
    visit.picture("4-problems", WIDE_LIGHT).await;

    // The mended file takes its place.
    visit.choose_file(&example("hris-export.fixed.csv")).await;
    visit.see_words("hris-export.fixed.csv", &test("file-bar")).await;
    visit
        .see_words("3 values mapped", "tbody:has([data-column='Status'])")
        .await;
    visit.press(&test("check")).await;
    visit.see_words("The file passes", ".step-head h2").await;
    assert_eq!(visit.listed_kinds().await, kinds(&mended));
    visit.picture("5-passes", WIDE_LIGHT).await;
    assert_eq!(
        visit.line.sent(),
        before,
        "something was sent before anyone asked for it"
    );
    assert_eq!(visit.browser.requests().await, []);

    // What would change: now the file is sent, once.
    visit.press(&test("show-plan")).await;
    visit.see(&test("plan")).await;
    let sent = visit.line.sent();
    assert_eq!(sent.requests.len(), before.requests.len() + 1, "{:#?}", sent.requests);
    let size = std::fs::metadata(example("hris-export.fixed.csv")).unwrap().len();
    assert!(sent.bytes > before.bytes + size, "{} bytes", sent.bytes - before.bytes);
    assert_eq!(visit.browser.requests().await.len(), 1);
    let tiles = visit.tiles().await;
    let counted = [
        "Create",
        "Update",
        "No change",
        "Deactivate",
        "Groups to create",
        "Managers set",
    ];
    let planned = plan.counts;
    assert_eq!(
        counted.map(|name| tiles[name]),
        [
            planned.created,
            planned.updated,
            planned.unchanged,
            planned.deactivated,
            planned.groups_created,
            planned.managers_set
        ]
    );
    visit.picture("6-review", WIDE_LIGHT).await;

    // Load it, and keep the columns for the next file.
    visit.press(&test("keep-columns")).await;
    assert_eq!(
        visit.text(&test("apply")).await,
        format!("Create {} users", planned.created)
    );
    visit.press(&test("apply")).await;
    let result = visit.text(&test("result")).await;
    assert!(result.contains(&format!("{} created", planned.created)), "{result}");
    assert!(
        result.contains(&format!("{} groups made", planned.groups_created)),
        "{result}"
    );
    visit.see_words("saved as the integration's mapping", ".banner").await;
    visit.picture("7-loaded", WIDE_LIGHT).await;

    // The people are there.
    let key = visit
        .server
        .cli(&["api-key", "create", "--name", "check", "--output", "json"])
        .json();
    let key = key["api_key"].as_str().unwrap();
    let cedric = visit
        .ask(key, "/api/admin/users/cedric.lefevre@larkfield.example")
        .await;
    let expected = json!({
        "first_name": "Cédric", "last_name": "Lefèvre", "manager": "bozena.kaminska@larkfield.example",
        "time_zone": "Europe/Paris", "is_active": true, "is_manager": true, "is_admin": false,
        "groups": {"Department": "Support", "Office": "Paris", "Team": "Service Desk"},
        "manages": {"Team": ["Escalations", "Service Desk"]},
        "integration_ids": {"employee-id": "004410020603", "phone-extension": "0364"},
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&cedric[name], value, "{name} of {cedric}");
    }

    // The same file again changes nothing, and every column is known.
    visit.press_words("Check another file", "button").await;
    visit.see(&test("drop-zone")).await;
    visit.choose_file(&example("hris-export.fixed.csv")).await;
    visit.see_words("Match columns", ".step-head h2").await;
    visit.press(&test("check")).await;
    visit.press(&test("show-plan")).await;
    visit
        .see_words(
            "Nothing would change",
            ".plan, .empty, main h2, main h3, main strong, main p",
        )
        .await;
    let tiles = visit.tiles().await;
    assert_eq!(
        (tiles["Create"], tiles["Update"], tiles["No change"]),
        (0, 0, planned.created)
    );
    assert!(!visit.has(&test("apply")).await);
    visit.picture("8-nothing-would-change", WIDE_LIGHT).await;
    visit.expect_quiet_console().await;
}
