//! More bodies at a time than the server takes: each is answered, none is half applied, and memory has an end.

use std::time::{Duration, Instant};

use passmuster_tests::{Database, Server, on_each_database};

use crate::sender::{Answer, Sender, at_once, send};

/// Longer than anybody waits, and than one body takes on a busy machine.
const LONGEST: Duration = Duration::from_secs(60);

/// New users, about a hundred bytes each.
fn users(of: usize, count: usize) -> String {
    let mut csv = "Email,First Name,Last Name\n".to_owned();
    for at in 0..count {
        csv.push_str(&format!(
            "person.{of}.{at:06}@a-company-with-a-long-name.example,Firstname{at:06},Lastname{at:06}\n"
        ));
    }
    csv
}

const MAPPING: &str = r#"{"version": 1, "file_format": "csv", "fields": [
    {"api_field": "Email", "target": "user.email"},
    {"api_field": "First Name", "target": "user.first_name"},
    {"api_field": "Last Name", "target": "user.last_name"}]}"#;

/// The most memory that the process ever had, in MiB.
fn peak_memory(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.process_id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

on_each_database! {
    async fn more_bodies_than_there_is_room_for_are_told_to_come_back(database: Database) {
        let room = 4 * 1024 * 1024;
        let server = Server::start_with(database, &["--body-memory", &room.to_string()]);
        let sender = Sender::of_csv(&server, MAPPING);
        // So much that whoever comes last would wait for longer than anybody is let wait.
        let body = users(0, 45_000);
        assert!(body.len() > room / 2 && body.len() < room, "{}", body.len());
        let begin = Instant::now();
        let answers = at_once((0..60).map(|of| sender.post("").body(users(of, 45_000)))).await;
        assert!(begin.elapsed() < LONGEST, "{:?}", begin.elapsed());
        let of_status = |status| answers.iter().filter(move |answer| answer.status == status);
        assert_eq!(of_status(201).count() + of_status(503).count(), 60, "{:?}", answers.iter().map(|a| a.status).collect::<Vec<_>>());
        let refused: Vec<&Answer> = of_status(503).collect();
        assert!(!refused.is_empty() && of_status(201).count() > 0, "{}", refused.len());
        for answer in refused {
            assert_eq!((answer.error_id(), answer.header("retry-after")), ("unavailable", "5"), "{}", answer.body);
        }
        let all = sender.uploads().await.len();
        assert_eq!(all, of_status(201).count());
        // Afterwards there is room again.
        send(sender.post("").body(users(99, 10))).await.expect(201);
        assert!(peak_memory(&server) < 400, "{} MiB", peak_memory(&server));
    }

    async fn one_workspace_has_no_endless_queue(database: Database) {
        let server = Server::start(database);
        let sender = Sender::of_csv(&server, MAPPING);
        let answers = at_once((0..100).map(|of| sender.post("").body(users(of, 20)))).await;
        assert!(answers.iter().all(|answer| [201, 503].contains(&answer.status)));
        let taken = answers.iter().filter(|answer| answer.status == 201).count();
        assert!(taken >= 64, "{taken}");
    }
}
