//! The core of Passmuster: does a file of users pass muster?
//!
//! Pure: no I/O, no clock, no random, no threads, and no panic on any input. It builds for wasm32,
//! and gives the same report and the same plan, byte for byte, wherever it runs.
//!
//! The spine is [`import`]: [`import::prepare`] turns bytes and a [`mapping::Mapping`] into records and
//! problems; [`import::decide`] holds them against a [`plan::Directory`] and gives a
//! [`problem::Report`] and a [`plan::Plan`]. What a target is stands in [`field::FIELDS`], what can be
//! wrong in [`rules::RULES`].

pub mod audit_export;
pub mod check;
pub mod choices;
pub mod decide;
pub mod edit;
pub mod export;
pub mod field;
pub mod group;
pub mod import;
mod index;
mod known_names;
pub mod limits;
pub mod log;
pub mod mapping;
pub mod mend;
mod order;
pub mod permission;
pub mod plan;
pub mod preview;
pub mod problem;
pub mod read;
pub mod record;
pub mod regroup;
pub mod request;
pub mod rules;
pub mod shape;
pub mod standing;
pub mod suggest;
pub mod taken_back;
pub mod template;
pub mod traces;
pub mod undo;
pub mod user;
pub mod value;
pub mod values;
pub mod wire;

/// Checks a body and, when a directory is given, plans: all three are JSON documents, and so is
/// the answer, `{"report":…,"plan":…}`. The one call that the test suite makes natively and as
/// WebAssembly.
///
/// # Errors
/// A mapping or directory that can't be read, in words.
pub fn check_json(input: &[u8], mapping: &[u8], directory: Option<&[u8]>) -> Result<String, String> {
    let mapping = mapping::Mapping::parse(mapping).map_err(|error| error.to_string())?;
    let prepared = import::prepare(input, &mapping, &import::Options::default());
    answer_json(prepared, directory)
}

/// The same for the sheet of a workbook.
///
/// # Errors
/// A mapping or directory that can't be read, in words.
pub fn check_sheet_json(
    workbook: read::sheet::Opened,
    mapping: &[u8],
    directory: Option<&[u8]>,
) -> Result<String, String> {
    let mapping = mapping::Mapping::parse(mapping).map_err(|error| error.to_string())?;
    let prepared = import::prepare_sheet(workbook, &mapping, &import::Options::default());
    answer_json(prepared, directory)
}

fn answer_json(prepared: import::Prepared<'_>, directory: Option<&[u8]>) -> Result<String, String> {
    let answer = match directory {
        Some(directory) => {
            let directory =
                serde_json::from_slice(directory).map_err(|error| format!("The directory can't be read: {error}."))?;
            let decision = import::decide(prepared, &directory);
            wire::PlanAnswer {
                report: decision.report,
                plan: decision.plan,
                limits: Vec::new(),
            }
        }
        None => wire::PlanAnswer {
            report: prepared.into_report(),
            plan: None,
            limits: Vec::new(),
        },
    };
    serde_json::to_string_pretty(&answer).map_err(|error| error.to_string())
}
