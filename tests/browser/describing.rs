//! The readable pages of the API, in a real browser: they show the document, and each operation has a place of its own.

use thirtyfour::prelude::*;

use crate::visit::Visit;

#[tokio::test]
async fn a_link_to_an_operation_opens_it() {
    let visit = Visit::start().await;
    let browser = &visit.browser;
    browser.goto(visit.server.url("/docs/")).await.unwrap();
    let title = browser.query(By::Css("#operations .title")).first().await.unwrap();
    assert!(title.text().await.unwrap().contains("Passmuster"));
    // As Swagger UI writes links now, and as it did before.
    for (link, id) in [
        ("/docs/#/Audit/Audit_List", "Audit-Audit_List"),
        (
            "/docs/#/User%20API/Public_Api_Data_Create",
            "User_API-Public_Api_Data_Create",
        ),
        (
            "/docs/#!/account/Public_Api_Account_Create",
            "account-Public_Api_Account_Create",
        ),
    ] {
        browser.goto("about:blank").await.unwrap();
        browser.goto(visit.server.url(link)).await.unwrap();
        let open = format!("[id='operations-{id}'].is-open");
        browser.query(By::Css(&open)).first().await.unwrap();
    }
    // The same in a page that is open already.
    browser
        .execute("location.hash = '#!/Audit/Audit_Count'", Vec::new())
        .await
        .unwrap();
    browser
        .query(By::Css("#operations-Audit-Audit_Count.is-open"))
        .first()
        .await
        .unwrap();
    visit.expect_quiet_console().await;
}
