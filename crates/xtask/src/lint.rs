//! `cargo xtask lint`: what is wrong with the code without running it, and with what it depends on.

use crate::{Project, process::Outcome, progress::Progress, setup};

/// Everything, in the order of cost; the first failure ends it.
pub(crate) fn run(project: &Project, progress: &mut Progress) -> Outcome {
    formatting(project, progress)?;
    lints(project, progress)?;
    dependencies(project, progress)
}

fn formatting(project: &Project, progress: &mut Progress) -> Outcome {
    for (program, component) in [("rustfmt", "rustfmt"), ("cargo-clippy", "clippy")] {
        if !project.run(program).arguments(["--version"]).succeeds_silently() {
            progress.step(&format!("Add {component}"));
            project
                .run("rustup")
                .arguments(["component", "add", component])
                .succeed()?;
        }
    }
    progress.step("Formatting");
    project.run("cargo").arguments(["fmt", "--all", "--check"]).succeed()
}

fn lints(project: &Project, progress: &mut Progress) -> Outcome {
    setup::wasm_target(project, progress)?;
    progress.step("Lints, native");
    clippy(
        project,
        &[
            "--workspace",
            "--exclude",
            "passmuster-web",
            "--exclude",
            "passmuster-wasm",
            "--all-targets",
            "--features",
            "passmuster-bench/measure",
        ],
    )?;
    progress.step("Lints, wasm32");
    let packages = [
        "--package",
        "passmuster-core",
        "--package",
        "passmuster-wasm",
        "--package",
        "passmuster-web",
        "--package",
        "passmuster-workbook",
    ];
    clippy(
        project,
        &[&packages[..], &["--target", "wasm32-unknown-unknown"]].concat(),
    )
}

fn clippy(project: &Project, scope: &[&str]) -> Outcome {
    let deny = ["--", "--deny", "warnings"];
    project
        .run("cargo")
        .arguments(["clippy", "--quiet", "--locked"])
        .arguments(scope)
        .arguments(deny)
        .succeed()
}

fn dependencies(project: &Project, progress: &mut Progress) -> Outcome {
    setup::cargo_deny(project, progress)?;
    progress.step("Licences, bans and sources of dependencies");
    deny(project, &["licenses", "bans", "sources"])?;
    progress.step("Advisories on dependencies");
    let fetched = project
        .run("cargo-deny")
        .arguments(["--config", ".deny.toml", "fetch", "db"])
        .succeeds_silently();
    if fetched || setup::has_advisory_database() {
        deny(project, &["advisories"])
    } else {
        progress.note("SKIPPED: the advisory database can't be fetched here and none is stored");
        Ok(())
    }
}

fn deny(project: &Project, checks: &[&str]) -> Outcome {
    let check = ["--offline", "--config", ".deny.toml", "check", "--hide-inclusion-graph"];
    project.run("cargo-deny").arguments(check).arguments(checks).succeed()
}
