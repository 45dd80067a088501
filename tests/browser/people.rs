//! The list of users: found, narrowed, paged through, chosen and changed several at once.

use passmuster_tests::Server;
use serde_json::{Value, json};

use crate::visit::{NARROW_DARK, NARROW_LIGHT, Visit, WIDE_DARK, WIDE_LIGHT, test};

const MAPPING: &str = r#"{"version": 1, "file_format": "json", "fields": [
    {"api_field": "email", "target": "user.email"},
    {"api_field": "first_name", "target": "user.first_name"},
    {"api_field": "last_name", "target": "user.last_name"},
    {"api_field": "zone", "target": "user.time_zone"},
    {"api_field": "manager", "target": "user.manager"},
    {"api_field": "active", "target": "user.is_active"},
    {"api_field": "tags", "target": "user.tags"},
    {"api_field": "phone", "target": "integration_id:phone-extension"},
    {"api_field": "shirt", "target": "attribute:Shirt"},
    {"api_field": "team", "target": "group_membership:Team"},
    {"api_field": "office", "target": "group_membership:Office"},
    {"api_field": "leads", "target": "group_manager:Team"}]}"#;

const FIRST_NAMES: [&str; 12] = [
    "Amara", "Bruno", "Chiara", "Dmitri", "Esther", "Farid", "Greta", "Hiro", "Inés", "Jonas", "Kalinda", "Zoë",
];
const LAST_NAMES: [&str; 10] = [
    "Abara", "Berg", "Costa", "Duarte", "Eriksen", "Fischer", "Grant", "Haddad", "Ivanova", "Müller",
];
const TEAMS: [&str; 5] = ["Field Sales", "Inside Sales", "Enablement", "Field  Sales", "Support"];
const OFFICES: [&str; 3] = ["Lisbon", "Toronto", "Osaka"];
const ZONES: [&str; 3] = ["Europe/Lisbon", "America/Toronto", "Asia/Tokyo"];

/// A hundred and forty people of Larkfield: one leads everybody, some have left.
pub(crate) fn larkfield() -> Vec<Value> {
    (0..140)
        .map(|at: usize| {
            let (first, last) = (FIRST_NAMES[at % 12], LAST_NAMES[(at / 12) % 10]);
            let team = if at == 7 { TEAMS[3] } else { TEAMS[[0, 1, 2, 4][at % 4]] };
            json!({
                "email": address(at), "first_name": first, "last_name": last, "zone": ZONES[at % 3],
                "manager": if at == 0 { String::new() } else { address(0) }, "active": at % 23 != 5,
                "tags": if at.is_multiple_of(3) { "q4|onboarded" } else { "q4" }, "phone": format!("0{at:03}"),
                "shirt": if at.is_multiple_of(2) { "M" } else { "L" }, "team": team, "office": OFFICES[at % 3],
                "leads": if at == 0 { "Enablement;Field Sales" } else { "" },
            })
        })
        .collect()
}

/// The address of one of them.
pub(crate) fn address(at: usize) -> String {
    let (first, last) = (FIRST_NAMES[at % 12], LAST_NAMES[(at / 12) % 10]);
    let name = format!("{first}.{last}.{at}").to_lowercase();
    let name = name.replace(['é', 'ë'], "e").replace('ü', "u");
    format!("{name}@larkfield.example")
}

fn run(server: &Server, arguments: &[&str]) -> String {
    let done = server.cli(arguments);
    assert_eq!(done.code, 0, "{done:?}");
    done.stdout
}

impl Visit {
    /// A workspace with the people of Larkfield, and its first admin signed in.
    pub(crate) async fn start_with_people() -> Self {
        let mut visit = Self::start().await;
        visit.become_admin().await;
        let server = &visit.server;
        for arguments in [
            &["group-type", "create", "Team"][..],
            &["group-type", "create", "Office"],
            &["integration-id", "create", "Phone Extension"],
            &[
                "attribute",
                "create",
                "Shirt",
                "--kind",
                "fixed",
                "--option",
                "M",
                "--option",
                "L",
            ],
        ] {
            run(server, arguments);
        }
        let mapping = server.folder().join("people.mapping.json");
        std::fs::write(&mapping, MAPPING).unwrap();
        let mapping = mapping.to_string_lossy().into_owned();
        let create = [
            "integration",
            "create",
            "--name",
            "NA Sales",
            "--file-format",
            "json",
            "--output",
            "json",
        ];
        let made: Value =
            serde_json::from_str(&run(server, &[&create[..], &["--mapping", &mapping]].concat())).unwrap();
        let request = server.post(&format!("/api/v1/data/{}/", made["route"].as_str().unwrap()));
        let request = request.header(
            "Authorization",
            format!("Token {}", made["auth_token"].as_str().unwrap()),
        );
        let request = request.header("Content-Type", "application/json");
        let answer = request.body(json!(larkfield()).to_string()).send().await.unwrap();
        assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap());
        visit
    }

    /// Looks at the page in every way, and has axe look, too.
    pub(crate) async fn look_from_all_sides(&self, name: &str) {
        let mut found = Vec::new();
        for look in [WIDE_DARK, NARROW_DARK, NARROW_LIGHT, WIDE_LIGHT] {
            self.look(look).await;
            for violation in self.browser.axe().await.unwrap() {
                found.push(format!(
                    "{}: {} {}",
                    look.name,
                    violation.rule,
                    violation.elements.join("\n  ")
                ));
            }
            let wide = self
                .number("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                .await;
            if wide > 0 {
                found.push(format!("{}: {wide} px beyond the edge", look.name));
            }
            self.picture(name, look).await;
        }
        assert!(found.is_empty(), "{name}:\n{}", found.join("\n"));
    }

    async fn names(&self) -> Vec<String> {
        self.texts(&format!("{} .row-link", test("users"))).await
    }
}

#[tokio::test]
async fn users_are_found_narrowed_and_paged_through() {
    let visit = Visit::start_with_people().await;
    visit.press(".side a[href='/users']").await;
    visit.see_words("50 of 135 users", &test("shown")).await;
    assert_eq!(visit.text(&test("hidden")).await, "6 deactivated, show");
    visit.look_from_all_sides("people-users").await;

    // There and back, also by the browser's own Back.
    let first = visit.names().await;
    visit.press(&test("next")).await;
    visit.see_words("50 of 135 users", &test("shown")).await;
    visit.see("a[data-test='previous']").await;
    assert!(
        visit
            .names()
            .await
            .iter()
            .all(|name| !first.contains(name) || first.iter().filter(|other| *other == name).count() == 1)
    );
    visit.browser.back().await.unwrap();
    visit.see("span[data-test='previous']").await;
    assert_eq!(visit.names().await, first);

    // A name in any case, then nobody, then everybody again.
    visit.fill("#q", "ZOË MÜLLER\n").await;
    visit.see_words("of 1 user", &test("shown")).await;
    visit.fill("#q", "nobody like this\n").await;
    visit.see_words("No user matches", "h2").await;
    visit.look_from_all_sides("people-users-nobody").await;
    visit.press_words("Clear filters", ".empty a").await;
    visit.see_words("50 of 135 users", &test("shown")).await;

    // By group, and with those who left.
    visit.press(&test("open-filters")).await;
    visit.choose("#filter-status", "all").await;
    visit.choose("#filter-type", "Team").await;
    visit.fill("#filter-group", "Enablement").await;
    visit.look_from_all_sides("people-users-filter").await;
    visit.press(&test("apply-filters")).await;
    visit.see_words("35 of 35 users", &test("shown")).await;
    assert_eq!(
        visit.texts(".filter-chip .filter-value").await,
        ["Active and deactivated", "Team: Enablement"]
    );
    visit.press_words("Status", ".filter-chip").await;
    visit.see_words("34 of 34 users", &test("shown")).await;

    // Another order, there and back; the address says which.
    visit.open("/users").await;
    visit.see_words("50 of 135 users", &test("shown")).await;
    let by_address = visit.names().await;
    visit.press(&test("sort-name")).await;
    visit
        .see("th[aria-sort='ascending'] [data-test='sort-name'] .icon")
        .await;
    visit.see_words("Ada Hill", ".users tbody tr:first-child").await;
    let by_name = visit.names().await;
    assert!(by_name.is_sorted_by_key(|name| name.to_lowercase()), "{by_name:?}");
    visit.press(&test("next")).await;
    visit.see("a[data-test='previous']").await;
    let more = visit.names().await;
    assert!(
        more.is_sorted_by_key(|name| name.to_lowercase()) && by_name.last() <= more.first(),
        "{more:?}"
    );
    visit.press(&test("sort-name")).await;
    visit.see("th[aria-sort='descending']").await;
    visit.see_words("Zoë", ".users tbody tr:first-child").await;
    visit.see("span[data-test='previous']").await;
    visit.press(&test("sort-email")).await;
    visit
        .see("th[aria-sort='ascending'] [data-test='sort-email'] .icon")
        .await;
    visit.see_words("Ada Hill", ".users tbody tr:first-child").await;
    assert_eq!(visit.names().await, by_address);
    visit.press(&test("sort-change")).await;
    visit
        .see("th[aria-sort='descending'] [data-test='sort-change'] .icon")
        .await;
    visit.look_from_all_sides("people-users-sorted").await;

    // A manager is found by their name.
    visit.press(&test("open-filters")).await;
    visit.fill("#filter-manager", "amara ab").await;
    visit
        .is_offered(&format!("#filter-managers option[value='{}']", address(0)))
        .await;
    visit.replace("#filter-manager", &address(0)).await;
    visit.see_words("Amara Abara", "#filter-manager-name").await;
    visit.press(&test("apply-filters")).await;
    visit.see_words("50 of 133 users", &test("shown")).await;

    // Columns stay in the address.
    visit.press(&test("open-columns")).await;
    visit.press_words("Time Zone", "#user-columns label").await;
    visit.see_words("Time Zone", "th").await;
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn several_users_change_at_once_or_none_does() {
    let visit = Visit::start_with_people().await;
    visit.open("/users?q=duarte").await;
    visit.see_words("12 of 12 users", &test("shown")).await;
    visit
        .press(&format!("{} tbody tr:first-child input", test("users")))
        .await;
    visit
        .press(&format!("{} tbody tr:nth-child(2) input", test("users")))
        .await;
    visit.see_words("2 selected", &test("selection")).await;
    visit.press(&test("choose-all")).await;
    visit.see_words("12 selected", &test("selection")).await;
    visit.press(&test("set-group")).await;
    visit.choose("#set-type", "Office").await;
    visit.fill("#set-group", "Lisbon").await;
    visit.press(&test("choose-group")).await;
    visit.see_words("8 people", &test("plan-dialog")).await;
    visit.look_from_all_sides("people-set-group").await;
    visit.press(&test("confirm")).await;
    visit.see_words("Updated 8 users.", &test("done")).await;

    // A tag for two of them; who has it already stays as they are.
    visit.open("/users?q=duarte&sort=name").await;
    visit.press(&test("choose-page")).await;
    visit.press(&test("add-tag")).await;
    visit.press(&test("choose-tag")).await;
    visit.see_words("Type the tag.", "#new-tag-error").await;
    visit.fill("#new-tag", "a|b").await;
    visit.press(&test("choose-tag")).await;
    visit.see_words("separates words", "#new-tag-error").await;
    visit.replace("#new-tag", "onboarded").await;
    visit.look_from_all_sides("people-add-tag").await;
    visit.press(&test("choose-tag")).await;
    visit.see_words("8 people", &test("plan-dialog")).await;
    visit.press(&test("confirm")).await;
    visit.see_words("Updated 8 users.", &test("done")).await;

    // More than an upload may do by itself: the number is typed first.
    visit.open(&format!("/users?manager={}", address(0))).await;
    visit.press(&test("choose-page")).await;
    visit.press(&test("choose-all")).await;
    visit.press(&test("deactivate")).await;
    visit.see_words("133 of 135 active users", &test("plan-dialog")).await;
    visit.see(&format!("{}[aria-disabled='true']", test("confirm"))).await;
    visit.look_from_all_sides("people-over-limit").await;
    visit.press(&test("confirm")).await;
    visit.fill("#over-limit", "133").await;
    visit.see(&format!("{}:not([aria-disabled])", test("confirm"))).await;
    visit.press(&test("cancel")).await;

    // All who match includes the last admin: then nobody is deactivated.
    visit.open("/users?status=active").await;
    visit.press(&test("choose-page")).await;
    visit.press(&test("choose-all")).await;
    visit.see_words("135 selected", &test("selection")).await;
    visit.press(&test("deactivate")).await;
    visit.see_words("admin", &test("refused")).await;
    visit.see_words("50 of 135 users", &test("shown")).await;

    // Two of them: who they manage is told before.
    visit.open("/users?q=amara.abara.0").await;
    visit.press(&test("choose-page")).await;
    visit.press(&test("deactivate")).await;
    visit.see_words("Deactivate 1 user", &test("confirm")).await;
    visit.look_from_all_sides("people-deactivate").await;
    visit.press(&test("cancel")).await;
    visit.see_words("1 of 1 user", &test("shown")).await;
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn a_user_is_added_and_faults_stand_at_their_fields() {
    let visit = Visit::start_with_people().await;
    visit.open("/users").await;
    visit.press(&test("open-add-user")).await;
    visit.fill("#email", "nobody at larkfield").await;
    visit.fill("#first-name", "Noor").await;
    visit.press(&test("add-user")).await;
    visit.see_words("e-mail", "#email-error").await;
    visit.see_words("blank", "#last-name-error").await;
    visit.look_from_all_sides("people-add-user").await;
    visit
        .browser
        .execute("document.querySelector('#email').value = ''", [])
        .await
        .unwrap();
    visit.fill("#email", "noor.haddad@larkfield.example").await;
    visit.fill("#last-name", "Haddad").await;
    visit.press(&test("add-user")).await;
    visit
        .see_words("Created noor.haddad@larkfield.example.", &test("done"))
        .await;
    visit.press(&test("actions")).await;
    visit.press(&test("export-csv")).await;
    visit.see(&test("export")).await;
    visit.look_from_all_sides("people-export").await;
    visit.expect_quiet_console().await;
}
