//! The audit: read, narrowed, exported; new entries on request.

use crate::{
    people::address,
    visit::{Visit, test},
};

#[tokio::test]
async fn the_audit_tells_who_changed_what() {
    let visit = Visit::start_with_people().await;
    visit.open("/users/ada@larkfield.example").await;
    visit.see(&test("card-profile")).await;
    visit.fill("#value-last_name", "ock").await;
    visit
        .press(&format!("{} button[type='submit']", test("card-profile")))
        .await;
    visit.see_words("Updated 1 user.", &test("done")).await;

    visit.press(".side a[href='/audit']").await;
    visit.see_words("Hillock", &format!("{} ins", test("audit"))).await;
    visit.look_from_all_sides("audit").await;

    // Of one person: the upload that made them, with its row.
    visit.fill("#audit-target", &format!("{}\n", address(20))).await;
    visit.see_words("upload of NA Sales, row 21", &test("audit")).await;
    assert_eq!(visit.texts(".filter-chip .filter-value").await, [address(20)]);
    visit.press_words("Of", ".filter-chip").await;
    visit.see_words("50 of ", &test("shown")).await;
    visit.press(&test("export-audit")).await;
    visit.see_words("CSV of ", &test("audit-csv")).await;
    visit.look_from_all_sides("audit-export").await;
    visit.press(&test("export-audit")).await;
    visit.press(&test("next")).await;
    visit.see_words("Newest", "a[data-test='previous']").await;
    visit.press(&test("open-filters")).await;
    visit.choose("#filter-action", "group_type_created").await;
    visit.look_from_all_sides("audit-filter").await;
    visit.press(&test("apply-filters")).await;
    visit.see_words("2 of 2 entries", &test("shown")).await;

    // What came since is looked for when somebody asks.
    visit.press(&test("look-for-new")).await;
    visit.see_words("Nothing new", &test("new")).await;
    assert_eq!(visit.server.cli(&["group-type", "create", "Role"]).code, 0);
    visit.press(&test("look-for-new")).await;
    visit.see_words("1 new", &test("new")).await;
    visit.press(&format!("button{}", test("new"))).await;
    visit.see_words("3 of 3 entries", &test("shown")).await;
    visit.open("/audit?actor=nobody").await;
    visit.see_words("No entry matches", "h2").await;
    visit.look_from_all_sides("audit-nothing").await;
    visit.expect_quiet_console().await;
}
