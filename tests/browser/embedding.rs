//! The example page that has the checker in it, installed from the package by npm.

use std::{fs, path::Path, process::Command};

use passmuster_core::{
    import::{Options, prepare},
    mapping::Mapping,
};
use passmuster_tests::{npm_package, root};
use serde_json::json;

use crate::{
    files,
    visit::{NARROW_DARK, Visit, WIDE_LIGHT, example},
};

/// The mapping of the example page.
fn mapping() -> Mapping {
    let fields = [
        ("Email", "user.email"),
        ("First Name", "user.first_name"),
        ("Last Name", "user.last_name"),
        ("Time Zone", "user.time_zone"),
    ];
    let mut fields: Vec<_> = fields
        .iter()
        .map(|(name, target)| json!({"api_field": name, "target": target}))
        .collect();
    let values = json!({"Active": "True", "Terminated": "False"});
    fields.push(json!({"api_field": "Status", "target": "user.is_active", "value_map": values}));
    let document = json!({"version": 1, "file_format": "csv", "fields": fields});
    Mapping::parse(document.to_string().as_bytes()).unwrap()
}

#[tokio::test]
async fn a_page_of_someone_else_s_has_the_checker_in_it() {
    // Packed and installed as from a registry.
    let place = tempfile::tempdir().unwrap();
    let page = place.path().join("page");
    fs::create_dir(&page).unwrap();
    for name in ["index.html", "embed.css", "embed.js"] {
        fs::copy(root().join("examples/embed").join(name), page.join(name)).unwrap();
    }
    let npm = |arguments: &[&str], folder: &Path| {
        let answer = Command::new("npm")
            .args(arguments)
            .current_dir(folder)
            .output()
            .unwrap();
        assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
        String::from_utf8(answer.stdout).unwrap()
    };
    let folder = place.path().to_str().unwrap();
    let packed = npm(&["pack", "--silent", "--pack-destination", folder], &npm_package());
    let packed = place.path().join(packed.trim());
    npm(
        &[
            "install",
            "--silent",
            "--offline",
            "--no-audit",
            "--no-fund",
            packed.to_str().unwrap(),
        ],
        &page,
    );

    let visit = Visit::start().await;
    visit.browser.goto(files::serve(page)).await.unwrap();
    visit.see_words("Send us your people", "h1").await;
    let send_is_off = || async { visit.has("#send:disabled").await };
    assert!(send_is_off().await);

    // A messy file can't be sent, and the page says what the core says.
    let messy = place.path().join("messy.csv");
    let body = "Email,First Name,Last Name,Time Zone,Status\n\
        joey@freshwater.com,Joey,Freshwater,EST,Active\n\
        agnes@goodman,Agnes,Goodman,Europe/Paris,Active\n\
        ,Ben,Carter,Europe/Paris,Terminated\n\
        <script>alert(1)</script>@x.com,Eve,Hall,Europe/Paris,Gone\n";
    fs::write(&messy, body).unwrap();
    let report = prepare(body.as_bytes(), &mapping(), &Options::default()).into_report();
    assert!(report.error_count > 3);
    visit.browser.set_file("#file", &messy).await.unwrap();
    let words = format!("{} errors in {} rows.", report.error_count, report.records);
    visit.see_words(&words, "#status").await;
    let rows = visit.texts("#problems tbody tr").await;
    assert_eq!(rows.len() as u64, report.error_count);
    for (row, problem) in rows.iter().zip(report.errors()) {
        assert!(
            row.contains(&problem.message) && row.contains(&problem.hint),
            "{row}: {problem:?}"
        );
    }
    assert!(send_is_off().await);
    for look in [WIDE_LIGHT, NARROW_DARK] {
        visit.look(look).await;
        visit.picture("embed", look).await;
        assert_eq!(visit.browser.axe().await.unwrap(), [], "{look:?}");
    }

    // A good one can, and so can a workbook, for which the page fetches its reader.
    visit.browser.set_file("#file", &example("users.csv")).await.unwrap();
    visit.see_words("rows, ready to be sent.", "#status").await;
    assert!(!send_is_off().await);
    let workbook = root().join("tests/suite/a_workbook_is_read/input.xlsx");
    visit.browser.set_file("#file", &workbook).await.unwrap();
    visit.see_words("2 rows, ready to be sent.", "#status").await;
    visit.expect_quiet_console().await;
}
