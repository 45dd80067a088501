//! What an operator's probes see.

use passmuster_tests::{Server, on_both_databases};
use reqwest::StatusCode;

on_both_databases! {
    async fn a_started_server_is_alive(server: Server) {
        let answer = server.get("/healthz").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
    }

    async fn a_started_server_is_ready(server: Server) {
        let answer = server.get("/readyz").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
    }

    async fn a_killed_server_is_ready_again(mut server: Server) {
        server.kill_and_restart();
        let answer = server.get("/readyz").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
    }
}
