//! The npm package: it gives the suite's verdicts, and its types describe all that it gives.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use passmuster_tests::{npm_package, root, typescript};
use serde::Deserialize;
use serde_json::value::RawValue;

/// What `package.mjs` prints.
#[derive(Deserialize)]
struct Given {
    verdicts: BTreeMap<String, String>,
    previews: Box<RawValue>,
    suggestions: Box<RawValue>,
    rules: Box<RawValue>,
    mappings: Box<RawValue>,
    refused: String,
}

fn suite() -> PathBuf {
    root().join("tests/suite")
}

fn given() -> Given {
    let answer = Command::new("node")
        .arg(root().join("tests/package.mjs"))
        .args([npm_package(), suite()])
        .output()
        .unwrap();
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    serde_json::from_slice(&answer.stdout).unwrap()
}

/// Holds a TypeScript file against the package's types.
fn compile(folder: &Path, text: &str) -> Output {
    fs::write(folder.join("given.ts"), text).unwrap();
    Command::new(typescript())
        .args([
            "--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "given.ts",
        ])
        .current_dir(folder)
        .output()
        .unwrap()
}

#[test]
fn the_package_gives_the_verdicts_of_the_suite_and_its_types_describe_them() {
    let given = given();
    assert!(given.verdicts.len() > 400, "{} cases", given.verdicts.len());
    for (case, verdict) in &given.verdicts {
        let expected = fs::read_to_string(suite().join(case).join("expected.json")).unwrap();
        assert_eq!(verdict.trim_end(), expected.trim_end(), "{case}");
    }
    assert!(given.refused.contains("user.email"), "{}", given.refused);

    // A literal with a key that its type doesn't know is an error, and so is one without a key that it should have.
    let mut program =
        "import type { Directory, Mapping, Preview, Rule, Suggestion, Verdict } from \"passmuster-checker\";\n\
         type Told = Verdict | { refused: string };\n"
            .to_owned();
    for (number, (case, verdict)) in given.verdicts.iter().enumerate() {
        writeln!(program, "export const verdict{number}: Told = {verdict};").unwrap();
        if verdict.contains("\"refused\"") {
            continue;
        }
        for (file, name, of) in [
            ("mapping.json", "mapping", "Mapping"),
            ("directory.json", "directory", "Directory"),
        ] {
            if let Ok(document) = fs::read_to_string(suite().join(case).join(file)) {
                writeln!(program, "export const {name}{number}: {of} = {document};").unwrap();
            }
        }
    }
    for (name, of, document) in [
        ("previews", "Preview[]", &given.previews),
        ("suggestions", "Suggestion[][]", &given.suggestions),
        ("rules", "Rule[]", &given.rules),
        ("mappings", "Mapping[]", &given.mappings),
    ] {
        writeln!(program, "export const {name}: {of} = {document};").unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let modules = folder.path().join("node_modules");
    fs::create_dir(&modules).unwrap();
    std::os::unix::fs::symlink(npm_package(), modules.join("passmuster-checker")).unwrap();
    fs::write(folder.path().join("package.json"), r#"{"type": "module"}"#).unwrap();
    let answer = compile(folder.path(), &program);
    let words = String::from_utf8_lossy(&answer.stdout);
    assert!(
        answer.status.success(),
        "{}",
        words.chars().take(3000).collect::<String>()
    );

    // What the types don't know is found.
    let wrong = program.replacen("\"error_count\":", "\"errors\": 0, \"error_count\":", 1);
    assert!(
        !compile(folder.path(), &wrong).status.success(),
        "an unknown key was taken"
    );
    let wrong = program.replacen("\"hint\":", "\"hunt\":", 1);
    assert!(
        !compile(folder.path(), &wrong).status.success(),
        "a missing key was taken"
    );
}

#[test]
fn the_readme_s_program_compiles() {
    let text = fs::read_to_string(npm_package().join("README.md")).unwrap();
    let program = text.split("```js\n").nth(1).unwrap().split("```").next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let modules = folder.path().join("node_modules");
    fs::create_dir(&modules).unwrap();
    std::os::unix::fs::symlink(npm_package(), modules.join("passmuster-checker")).unwrap();
    fs::write(folder.path().join("package.json"), r#"{"type": "module"}"#).unwrap();
    // Its mapping is written into the call, where the type of each word is known; the elements are the reader's own.
    let program = program.replace(
        "const mapping = {",
        "const mapping: import(\"passmuster-checker\").Mapping = {",
    );
    let program = program.replace("input.files[0]", "input.files![0]!");
    let elements = "declare const input: HTMLInputElement;\ndeclare const send: HTMLButtonElement;\n";
    let answer = compile(folder.path(), &format!("{elements}{program}"));
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stdout));
}
