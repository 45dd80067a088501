//! What would change: looked at, kept, corrected, and agreed to.

use passmuster_core::plan::Plan;
use serde_json::json;

use crate::visit::{Visit, WIDE_LIGHT, example, example_mapping, test};

impl Visit {
    /// Goes from the integrations to the plan of the mended export.
    pub(crate) async fn plan_the_export(&mut self) {
        self.check_in_integration("hris-export.fixed.csv").await;
        self.press(&test("show-plan")).await;
        self.see(&test("plan")).await;
    }

    /// Checks an example in a new integration, with the mapping of the export.
    pub(crate) async fn check_in_integration(&mut self, name: &str) {
        self.become_admin().await;
        self.enable_integration().await;
        self.press(&test("to-check-upload")).await;
        self.wait_for_worker().await;
        self.choose_file(&example(name)).await;
        self.match_columns(&example_mapping("hris-export.mapping.json")).await;
        self.press(&test("check")).await;
    }

    /// A key of the admin API.
    pub(crate) fn key(&self) -> String {
        let made = self
            .server
            .cli(&["api-key", "create", "--name", "check", "--output", "json"])
            .json();
        made["api_key"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn a_directory_that_moved_is_shown_by_its_difference() {
    let mut visit = Visit::start_with_hris().await;
    visit.plan_the_export().await;

    // Meanwhile somebody else makes one of the people.
    let made = visit.server.cli(&[
        "user",
        "create",
        "--email",
        "tyrone.okafor@larkfield.example",
        "--first-name",
        "Tyrone",
        "--last-name",
        "Okafor",
    ]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    visit.press(&test("apply")).await;
    visit.see_words("changed since you looked", ".banner").await;
    let difference = visit.text(&test("difference")).await;
    assert!(difference.contains("tyrone.okafor@larkfield.example"), "{difference}");
    assert!(difference.contains("Update"), "{difference}");
    assert!(!visit.has(&test("apply")).await, "a plan of yesterday can be applied");
    visit.picture("a-moved-directory", WIDE_LIGHT).await;

    // The new plan is the one that is loaded.
    visit.press_words("Look at the new plan", "button").await;
    visit.see_words("and update 1 user", &test("apply")).await;
    visit.press(&test("apply")).await;
    visit.see(&test("result")).await;
}

#[tokio::test]
async fn a_misspelled_group_becomes_the_one_that_is_meant() {
    let mut visit = Visit::start_with_hris().await;
    let key = visit.key();
    let made = visit.server.post("/api/admin/groups/").bearer_auth(&key);
    let made = made
        .json(&json!({"group_type": "Team", "name": "Onboarding"}))
        .send()
        .await
        .unwrap();
    assert!(made.status().is_success(), "{}", made.status());
    visit.plan_the_export().await;
    visit.press("[data-test=new-groups] > summary").await;
    let row = visit.see_words("Onbording", "[data-test=new-groups] tr").await;
    let words = row.text().await.unwrap();
    assert!(words.contains("Did you mean Onboarding, 0 members?"), "{words}");
    visit.picture("new-groups", WIDE_LIGHT).await;
    let button = row.find(thirtyfour::By::Css("button")).await.unwrap();
    button.scroll_into_view().await.unwrap();
    button.click().await.unwrap();
    visit.see(&test("existing-group")).await;
    visit.picture("use-existing", WIDE_LIGHT).await;
    visit.press_words("Use Onboarding", &test("use-group")).await;

    // The plan is made anew, without the misspelled group.
    visit.see(&test("plan")).await;
    visit.press("[data-test=new-groups] > summary").await;
    let groups = visit.text(&test("new-groups")).await;
    assert!(!groups.contains("Onbording"), "{groups}");
    visit.see(&test("keep-columns")).await;
}

#[tokio::test]
async fn what_goes_and_what_stays_says_why() {
    let mut visit = Visit::start().await;
    visit.become_admin().await;
    visit.enable_integration().await;
    let key = visit.key();
    let boss = "ada@larkfield.example";
    for name in ["ann", "bob"] {
        let user = json!({"email": format!("{name}@larkfield.example"), "first_name": name, "last_name": "Hill", "manager": boss});
        let made = visit.server.post("/api/admin/users/").bearer_auth(&key).json(&user);
        let made = made.send().await.unwrap();
        assert!(made.status().is_success(), "{}", made.text().await.unwrap());
    }
    visit.press(&test("to-check-upload")).await;
    visit.wait_for_worker().await;
    let file = visit.write_file(
        "users.csv",
        b"Email,First Name,Last Name,Manager\nann@larkfield.example,Ann,Hill,\nbob@larkfield.example,Bob,Hill,nobody@larkfield.example\n",
    );
    visit.choose_file(&file).await;
    visit.see_words("Match columns", ".step-head h2").await;
    visit
        .press("tr:has([data-column='Manager']) button[aria-expanded]")
        .await;
    visit.choose(".policy-row .choice:nth-of-type(2) select", "1").await;
    visit.see_words("Unknown: keep", ".policy-toggle").await;
    visit.picture("policies", WIDE_LIGHT).await;
    visit.press(&test("check")).await;
    visit.press(&test("show-plan")).await;
    visit.see(&test("plan")).await;
    let ann = visit.see_words("ann@larkfield.example", "table.changes tbody tr").await;
    let words = ann.text().await.unwrap();
    assert!(words.contains("cleared because blank"), "{words}");
    let bob = visit.see_words("bob@larkfield.example", "table.changes tbody tr").await;
    let words = bob.text().await.unwrap();
    assert!(
        words.contains("Manager kept; the one in the file is unknown: nobody@larkfield.example"),
        "{words}"
    );
    visit.picture("review-reasons", WIDE_LIGHT).await;
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn the_whole_plan_can_be_kept_as_a_file() {
    let mut visit = Visit::start_with_hris().await;
    visit.plan_the_export().await;
    visit.keep_files().await;
    visit.press(&test("plan-json")).await;
    let plan: Plan = serde_json::from_str(&visit.kept_file().await).unwrap();
    assert_eq!(plan.changes.len() as u64, plan.changes_total);
    visit.press(&test("plan-csv")).await;
    let table = visit.kept_file().await;
    let lines = table.lines().count() as u64;
    assert!(lines > plan.changes_total, "{lines} lines");
    assert!(
        table.starts_with("Row,Person,Change,Field,Before,After,Reason\n"),
        "{table:.200}"
    );
}

#[tokio::test]
async fn what_crosses_a_limit_is_typed_before_it_is_loaded() {
    let mut visit = Visit::start_with_hris().await;
    visit.become_admin().await;
    visit.enable_integration().await;
    let key = visit.key();
    let integrations = visit
        .server
        .get("/api/admin/integrations/")
        .bearer_auth(&key)
        .send()
        .await
        .unwrap();
    let integrations: serde_json::Value = integrations.json().await.unwrap();
    let id = integrations["integrations"][0]["id"].as_str().unwrap().to_owned();
    let limit = json!({"sandbox": true, "limits": {"groups_created": {"count": 3}}});
    let path = format!("/api/admin/integrations/{id}");
    let set = visit
        .server
        .request(reqwest::Method::PATCH, &path)
        .bearer_auth(&key)
        .json(&limit);
    assert!(set.send().await.unwrap().status().is_success());
    visit.press(&test("to-check-upload")).await;
    visit.wait_for_worker().await;
    visit.choose_file(&example("hris-export.fixed.csv")).await;
    visit.match_columns(&example_mapping("hris-export.mapping.json")).await;
    visit.press(&test("check")).await;
    visit.press(&test("show-plan")).await;
    visit
        .see_words("more than the integration's limits allow", ".banner")
        .await;
    visit.see_words("Sandbox mode is on", ".banner").await;
    visit.picture("over-a-limit", WIDE_LIGHT).await;
    let apply = visit.see(&test("apply")).await;
    assert!(!apply.is_enabled().await.unwrap());
    let phrase = visit.text(".typed code").await;
    visit.fill(&test("over-limits"), &phrase).await;
    visit.see(&format!("{}:enabled", test("apply"))).await;
    visit.press(&test("apply")).await;
    visit.see(&test("result")).await;
}

#[tokio::test]
async fn an_upload_is_undone_where_it_was_loaded() {
    let mut visit = Visit::start_with_hris().await;
    visit.plan_the_export().await;
    visit.press(&test("apply")).await;
    visit.see(&test("result")).await;
    visit.picture("result", WIDE_LIGHT).await;
    visit.press(&test("undo")).await;
    visit.see(&test("undo-now")).await;
    visit.picture("undo", WIDE_LIGHT).await;
    visit.press(&test("undo-now")).await;
    visit.see_words("Undone", ".banner").await;
    let key = visit.key();
    let users = visit
        .server
        .get("/api/admin/users/")
        .bearer_auth(&key)
        .send()
        .await
        .unwrap();
    let users: serde_json::Value = users.json().await.unwrap();
    let addresses: Vec<&str> = users["users"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|user| user["email"].as_str())
        .collect();
    assert_eq!(addresses, ["ada@larkfield.example"]);
    visit.expect_quiet_console().await;
}
