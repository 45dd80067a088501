//! The groups editor: types, groups, people; made, renamed, merged, moved.

use crate::visit::{Visit, test};

#[tokio::test]
async fn a_misspelt_group_is_merged_into_the_right_one() {
    let visit = Visit::start_with_people().await;
    visit.press(".side a[href='/groups']").await;
    visit.see_words("Office", ".pane-link").await;
    visit.press_words("Team", ".pane-link").await;
    visit.see_words("Enablement", &test("groups")).await;
    visit
        .see_words(
            "Created by the upload of NA Sales just now, not used before",
            &test("groups"),
        )
        .await;
    visit.press_words("Support", &format!("{} a", test("groups"))).await;
    visit.see(&test("members")).await;
    visit.look_from_all_sides("groups").await;

    // The one with two spaces in its name has one member.
    let misspelt = format!("{} a[href*='Field%20%20Sales']", test("groups"));
    visit.press(&misspelt).await;
    visit.see_words("1 member", ".shown").await;
    visit.press(&test("group-acts")).await;
    visit.press(&test("merge-group")).await;
    visit.fill("#asked-name", "Field Sales").await;
    visit.press(&test("name-it")).await;
    visit.see_words("1 group will be removed", &test("plan-dialog")).await;
    visit.look_from_all_sides("groups-merge").await;
    visit.press(&test("confirm")).await;
    visit.see_words("Updated 1 user. Removed 1 group.", &test("done")).await;
    visit.see_words("Field Sales", ".pane h2").await;
    visit.see_words("4 of 4 groups", ".shown").await;
    assert!(!visit.has(&misspelt).await);
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn a_group_is_added_renamed_and_gets_people() {
    let visit = Visit::start_with_people().await;
    visit.open("/groups?type=Office").await;
    visit.press(&test("add-group")).await;
    visit.fill("#asked-name", "Bo;nn").await;
    visit.see_words("no semicolon", "#asked-fault").await;
    visit.look_from_all_sides("groups-add").await;
    visit.see("#asked-name").await.clear().await.unwrap();
    visit.fill("#asked-name", "Bon").await;
    visit.press(&test("name-it")).await;
    visit.press(&test("confirm")).await;
    visit.see_words("Created 1 group.", &test("done")).await;
    visit.see_words("Nobody is in this group", ".pane").await;
    visit.see_words("Empty", ".badge").await;

    visit.press(&test("group-acts")).await;
    visit.press(&test("rename-group")).await;
    visit.fill("#asked-name", "n").await;
    visit.press(&test("name-it")).await;
    visit.press(&test("confirm")).await;
    visit.see_words("Bonn", ".pane h2").await;

    // Somebody moves over by the menu: the plan says what it replaces.
    visit.press_words("Osaka", &format!("{} a", test("groups"))).await;
    visit.see(&test("members")).await;
    visit.press(&test("member-0")).await;
    visit.press(&format!("#member-0 {}", test("move-member"))).await;
    visit.fill("#asked-name", "Bonn").await;
    visit.press(&test("name-it")).await;
    visit.see_words("Osaka", &format!("{} del", test("plan-dialog"))).await;
    visit.press(&test("confirm")).await;
    visit.see_words("Updated 1 user.", &test("done")).await;
    visit.press_words("Bonn", &format!("{} a", test("groups"))).await;
    visit.see_words("1 member", ".shown").await;

    // The same by dragging somebody onto another group.
    visit.press_words("Osaka", &format!("{} a", test("groups"))).await;
    visit.see_words("Osaka", ".pane h2").await;
    visit.see(&test("members")).await;
    let somebody = visit.see(&format!("{} li:first-child", test("members"))).await;
    let bonn = visit.see(&format!("{} a[href*='Bonn']", test("groups"))).await;
    somebody.js_drag_to(&bonn).await.unwrap();
    visit.see_words("Osaka", &format!("{} del", test("plan-dialog"))).await;
    visit.press(&test("confirm")).await;
    visit.see_words("Updated 1 user.", &test("done")).await;
    visit.press_words("Bonn", &format!("{} a", test("groups"))).await;
    visit.see_words("2 members", ".shown").await;

    // A manager of the group, found by name.
    visit.press(&test("add-manager")).await;
    visit.fill("#asked-name", "dmitri ab").await;
    visit
        .is_offered(&format!("#asked-people option[value='{}']", crate::people::address(3)))
        .await;
    visit.replace("#asked-name", &crate::people::address(3)).await;
    visit.press(&test("name-it")).await;
    visit.see_words("Is Manager", &test("plan-dialog")).await;
    visit.press(&test("confirm")).await;
    visit.see_words("Dmitri Abara", &test("managers")).await;
    visit.look_from_all_sides("groups-manager").await;
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn a_workspace_without_group_types_says_what_they_are_for() {
    let mut visit = Visit::start().await;
    visit.become_admin().await;
    visit.open("/groups").await;
    visit.see_words("No group types yet", "h2").await;
    visit.look_from_all_sides("groups-none").await;
    visit.press(&test("add-type")).await;
    visit.fill("#asked-name", "Team").await;
    visit.press(&test("name-it")).await;
    visit.see_words("Created the group type Team.", &test("done")).await;
    visit.see_words("No groups yet", ".pane").await;
}
