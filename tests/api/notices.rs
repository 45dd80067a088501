//! What the admin of an integration is written to about, by a real server to a real mail server.

use std::time::Duration;

use passmuster_tests::{Database, MailServer, Server, on_each_database};
use reqwest::Method;
use serde_json::json;

use crate::sender::{JSON_BODY, Sender, send};

/// Far longer than any mail takes.
const PATIENCE: Duration = Duration::from_secs(30);
/// One of three users has no last name, and one an address that is none.
const BAD_BODY: &str = r#"[
    {"email": "jason@yourcompany.com", "first_name": "Jason", "last_name": "Smith"},
    {"email": "susan@yourcompany.com", "first_name": "Susan", "last_name": ""},
    {"email": "secret-of-joe", "first_name": "Joe", "last_name": "Doe"}]"#;

fn server_with(database: Database, mail: &MailServer, interval: &str) -> Server {
    let url = mail.url();
    let arguments = [
        "--smtp-url",
        &url,
        "--mail-from",
        "Passmuster <pm@example.com>",
        "--notice-interval",
        interval,
    ];
    Server::start_with(
        database,
        &[&arguments[..], &["--public-url", "https://pm.example.com"]].concat(),
    )
}

async fn set_admin(sender: &Sender<'_>, email: &str) {
    let path = format!("integrations/{}", sender.integration_id);
    let edited = send(sender.admin(Method::PATCH, &path).json(&json!({"admin_email": email}))).await;
    edited.expect(200);
}

on_each_database! {
    async fn a_rejected_upload_is_told_at_once_without_what_people_sent(database: Database) {
        let mail = MailServer::start();
        let server = server_with(database, &mail, "3600");
        let sender = Sender::of_json(&server);
        set_admin(&sender, "ann@yourcompany.com").await;
        sender.upload(JSON_BODY).await.expect(201);
        let refused = sender.upload(BAD_BODY).await.expect(400);
        let mails = mail.wait_for(1, PATIENCE);
        assert_eq!(mails.len(), 1, "{}", server.log());
        let mail = &mails[0];
        assert_eq!((mail.from.as_str(), &mail.to[..]), ("pm@example.com", &["ann@yourcompany.com".to_owned()][..]));
        assert_eq!(mail.header("subject").unwrap(), "[Passmuster] HR: 1 upload rejected");
        assert_eq!(mail.header("from").unwrap(), "Passmuster <pm@example.com>");
        assert_eq!(mail.header("auto-submitted").unwrap(), "auto-generated");
        assert!(mail.header("message-id").is_some() && mail.header("date").is_some(), "{}", mail.text);
        let body = mail.body();
        assert!(body.contains("Upload of 3 records rejected, 2 errors: "), "{body}");
        assert!(body.contains("missing_value (1, first in row 2)"), "{body}");
        assert!(body.contains("invalid_email (1, first in row 3)"), "{body}");
        let upload = format!(
            "https://pm.example.com/integrations/{}/data-explorer/{}",
            sender.integration_id,
            refused["upload_id"].as_str().unwrap()
        );
        assert!(body.contains(&upload), "{body}");
        assert!(!body.contains("secret-of-joe") && !body.contains("Susan"), "{body}");
    }

    async fn what_follows_within_the_interval_comes_as_one_digest(database: Database) {
        let mail = MailServer::start();
        let server = server_with(database, &mail, "3");
        let sender = Sender::of_json(&server);
        set_admin(&sender, "ann@yourcompany.com").await;
        sender.upload(BAD_BODY).await.expect(400);
        assert_eq!(mail.wait_for(1, PATIENCE).len(), 1, "{}", server.log());
        for _ in 0..36 {
            sender.upload(BAD_BODY).await.expect(400);
        }
        sender.upload("[]").await.expect(400);
        assert_eq!(mail.mails().len(), 1, "within the interval nobody is written to");
        let mails = mail.wait_for(2, PATIENCE);
        assert_eq!(mails[1].header("subject").unwrap(), "[Passmuster] HR: 37 uploads rejected");
        let body = mails[1].body();
        assert!(body.contains("36 times since "), "{body}");
        assert!(body.find("no_records").unwrap() < body.find("36 times").unwrap(), "newest first: {body}");
        // What was told is not told again.
        sender.upload(BAD_BODY).await.expect(400);
        let third = &mail.wait_for(3, PATIENCE)[2];
        assert_eq!(third.header("subject").unwrap(), "[Passmuster] HR: 1 upload rejected");
    }

    async fn nothing_is_lost_while_mail_server_or_server_are_away(database: Database) {
        let mut mail = MailServer::start();
        mail.go_away();
        let mut server = server_with(database, &mail, "1");
        let id = {
            let sender = Sender::of_json(&server);
            set_admin(&sender, "ann@yourcompany.com").await;
            sender.upload(BAD_BODY).await.expect(400);
            sender.upload("[]").await.expect(400);
            sender.integration_id
        };
        server.wait_for_log("a mail could not be sent", PATIENCE);
        server.kill_and_restart();
        mail.come_back();
        let mails = mail.wait_for(1, PATIENCE);
        assert_eq!(mails.len(), 1, "{}", server.log());
        assert_eq!(mails[0].header("subject").unwrap(), "[Passmuster] HR: 2 uploads rejected");
        assert!(mails[0].body().contains(&id), "{}", mails[0].text);
    }

    async fn an_address_that_is_refused_is_left_alone_until_it_is_another_one(database: Database) {
        let mail = MailServer::start();
        mail.refuse("gone@yourcompany.com");
        let server = server_with(database, &mail, "1");
        let sender = Sender::of_json(&server);
        set_admin(&sender, "gone@yourcompany.com").await;
        sender.upload(BAD_BODY).await.expect(400);
        assert!(mail.wait_for_asking("gone@yourcompany.com", PATIENCE), "{}", server.log());
        sender.upload(BAD_BODY).await.expect(400);
        // Three intervals, each of which would bring a mail.
        assert!(mail.wait_for(1, Duration::from_secs(3)).is_empty());
        assert_eq!(mail.asked(), ["gone@yourcompany.com"]);
        set_admin(&sender, "ann@yourcompany.com").await;
        let mails = mail.wait_for(1, PATIENCE);
        assert_eq!(mails.len(), 1, "{}", server.log());
        assert_eq!(mails[0].header("subject").unwrap(), "[Passmuster] HR: 2 uploads rejected");
    }

    async fn a_slow_mail_server_keeps_no_upload_waiting(database: Database) {
        let mail = MailServer::start();
        mail.answer_after(Duration::from_millis(700));
        let server = server_with(database, &mail, "1");
        let sender = Sender::of_json(&server);
        set_admin(&sender, "ann@yourcompany.com").await;
        sender.upload(BAD_BODY).await.expect(400);
        assert!(mail.wait_for_asking("ann@yourcompany.com", PATIENCE), "{}", server.log());
        sender.upload(JSON_BODY).await.expect(201);
        assert!(mail.mails().is_empty(), "the mail was still on its way");
        assert_eq!(mail.wait_for(1, PATIENCE).len(), 1, "{}", server.log());
    }

    async fn no_name_and_no_address_reaches_another_header(database: Database) {
        let mail = MailServer::start();
        let server = server_with(database, &mail, "1");
        let sender = Sender::of_json(&server);
        let path = format!("integrations/{}", sender.integration_id);
        let edit = |edits| send(sender.admin(Method::PATCH, &path).json(&edits));
        edit(json!({"name": "HR\r\nBcc: eve@evil.example"})).await.expect(400);
        // Long enough to be folded, with letters that have to be encoded, and with what looks like a header.
        let name = format!("Größe Bcc: eve@evil.example {}", "x".repeat(80));
        edit(json!({"name": name})).await.expect(200);
        let injected = edit(json!({"admin_email": "ann@yourcompany.com\r\nRCPT TO:<eve@evil.example>"})).await;
        sender.upload(BAD_BODY).await.expect(400);
        if injected.status == 200 {
            let path = format!("integrations/{}/test-mail/", sender.integration_id);
            send(sender.admin(Method::POST, &path)).await.expect(400);
        }
        set_admin(&sender, "ann@yourcompany.com").await;
        sender.upload(BAD_BODY).await.expect(400);
        let mails = mail.wait_for(1, PATIENCE);
        assert_eq!(mail.asked(), ["ann@yourcompany.com"], "{}", server.log());
        assert_eq!(mails[0].header("bcc"), None, "{}", mails[0].text);
        assert_eq!(mails[0].header("to").unwrap(), "ann@yourcompany.com");
    }

    async fn a_held_upload_is_told(database: Database) {
        let mail = MailServer::start();
        let server = server_with(database, &mail, "3600");
        let sender = Sender::of_json(&server);
        let path = format!("integrations/{}", sender.integration_id);
        let limits = json!({"limits": {"rows_touched": {"percent": null, "count": 1}}, "admin_email": "ann@yourcompany.com"});
        send(sender.admin(Method::PATCH, &path).json(&limits)).await.expect(200);
        sender.upload(JSON_BODY).await.expect(409);
        let mails = mail.wait_for(1, PATIENCE);
        assert_eq!(mails[0].header("subject").unwrap(), "[Passmuster] HR: 1 upload held by a limit");
        let body = mails[0].body();
        assert!(body.contains("a person has to allow or reject it: ") && !body.contains("Smith"), "{body}");
    }

    async fn a_token_that_ends_soon_is_told_once(database: Database) {
        let mail = MailServer::start();
        let url = mail.url();
        let arguments = ["--smtp-url", &url, "--mail-from", "pm@example.com", "--notice-interval", "1", "--tidy-interval", "1"];
        let server = Server::start_with(database, &arguments);
        let sender = Sender::of_json(&server);
        set_admin(&sender, "ann@yourcompany.com").await;
        let path = format!("integrations/{}/tokens/", sender.integration_id);
        let made = send(sender.admin(Method::POST, &path).json(&json!({"expires_in_days": 5}))).await.expect(201);
        send(sender.admin(Method::POST, &path).json(&json!({"expires_in_days": 50}))).await.expect(201);
        let mails = mail.wait_for(1, PATIENCE);
        assert_eq!(mails[0].header("subject").unwrap(), "[Passmuster] HR: 1 token about to expire");
        let body = mails[0].body();
        let token = made["auth_token"].as_str().unwrap();
        assert!(body.contains(&token[..8]) && !body.contains(token), "{body}");
        // Three more looks.
        assert_eq!(mail.wait_for(2, Duration::from_secs(3)).len(), 1);
    }

    async fn a_test_mail_tells_whether_mail_arrives(database: Database) {
        let mail = MailServer::start();
        mail.refuse("gone@yourcompany.com");
        let server = server_with(database, &mail, "3600");
        let sender = Sender::of_json(&server);
        let path = format!("integrations/{}/test-mail/", sender.integration_id);
        let test = || send(sender.admin(Method::POST, &path));
        assert_eq!(test().await.expect(404)["errors"][0]["id"], "not_found");
        set_admin(&sender, "gone@yourcompany.com").await;
        let refused = test().await.expect(400);
        let description = refused["errors"][0]["description"].as_str().unwrap();
        assert!(description.contains("no such mailbox here"), "{description}");
        set_admin(&sender, "ann@yourcompany.com").await;
        assert_eq!(test().await.expect(200), json!({"sent_to": "ann@yourcompany.com"}));
        assert_eq!(mail.mails()[0].header("subject").unwrap(), "[Passmuster] HR: test mail");
        let plain = Server::start(database);
        let sender = Sender::of_json(&plain);
        set_admin(&sender, "ann@yourcompany.com").await;
        let path = format!("integrations/{}/test-mail/", sender.integration_id);
        assert_eq!(send(sender.admin(Method::POST, &path)).await.status, 409);
    }

    async fn a_mail_server_that_cannot_encrypt_gets_no_mail_that_must_be(database: Database) {
        let mail = MailServer::start();
        let url = mail.url().replace("smtp://", "smtp+starttls://user:password@");
        let server = Server::start_with(database, &["--smtp-url", &url, "--mail-from", "pm@example.com"]);
        let sender = Sender::of_json(&server);
        set_admin(&sender, "ann@yourcompany.com").await;
        let path = format!("integrations/{}/test-mail/", sender.integration_id);
        assert_eq!(send(sender.admin(Method::POST, &path)).await.status, 503);
        assert!(mail.asked().is_empty() && mail.mails().is_empty());
    }
}

#[tokio::test]
async fn of_two_servers_one_writes_each_mail() {
    let mail = MailServer::start();
    let url = mail.url();
    let arguments = [
        "--smtp-url",
        &url,
        "--mail-from",
        "pm@example.com",
        "--notice-interval",
        "1",
    ];
    let server = Server::start_with(Database::Postgres, &arguments);
    let _other = Server::start_on(server.database(), &arguments);
    let sender = Sender::of_json(&server);
    set_admin(&sender, "ann@yourcompany.com").await;
    let rejected = 60;
    for _ in 0..rejected {
        sender.upload(BAD_BODY).await.expect(400);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // Until nothing comes any more.
    let mut mails = mail.wait_for(1, PATIENCE).len();
    loop {
        let more = mail.wait_for(mails + 1, Duration::from_secs(4)).len();
        if more == mails {
            break;
        }
        mails = more;
    }
    let told: usize = mail
        .mails()
        .iter()
        .map(|mail| mail.header("subject").unwrap())
        .map(|subject| subject.split(' ').nth(2).unwrap().parse::<usize>().unwrap())
        .sum();
    assert_eq!(told, rejected, "{:?}", mail.mails());
}
