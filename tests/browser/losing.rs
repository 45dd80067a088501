//! A server that is lost while a person works.

use crate::visit::{Visit, WIDE_LIGHT, test};

#[tokio::test]
async fn a_lost_server_loses_no_work() {
    let mut visit = Visit::start_with_hris().await;
    visit.check_in_integration("hris-export.fixed.csv").await;
    visit.see(&test("show-plan")).await;
    visit.expect_quiet_console().await;

    // The server ends in the middle of planning.
    visit.line.hold();
    visit.press(&test("show-plan")).await;
    visit.see_words("asking what would change", &test("progress")).await;
    visit.line.wait_for_request(&["POST ", "plan"]);
    visit.server.kill();
    visit.line.release();
    visit.see_words("The plan could not be made", ".banner").await;
    visit.picture("a-lost-server", WIDE_LIGHT).await;

    // File and choices are still there.
    visit.see_words("hris-export.fixed.csv", &test("file-bar")).await;
    visit.press_words("Match columns", ".stepper button").await;
    let status = visit.see("select[data-column='Status']").await;
    assert_eq!(status.value().await.unwrap().as_deref(), Some("user.is_active"));
    visit.press_words("Check", ".stepper li:nth-child(4) button").await;
    visit.press(&test("show-plan")).await;
    visit.see(&test("try-again")).await;

    // It comes back, and the work goes on.
    visit.server.kill_and_restart();
    visit.line.lead_to(&visit.server.url(""));
    visit.press(&test("try-again")).await;
    visit.see(&test("plan")).await;
    visit.press(&test("apply")).await;
    visit.see(&test("result")).await;
}
