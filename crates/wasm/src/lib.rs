//! The core for JavaScript: each export reads its arguments, calls the core once and answers JSON text.
//!
//! No logic: what is wrong with a file, and what it changes, is decided in `passmuster-core` alone.

use passmuster_core::{
    check_json as core_check_json, check_sheet_json as core_check_sheet_json,
    import::{Options, prepare, prepare_sheet},
    mapping::{FileFormat, Mapping},
    preview::{preview as core_preview, preview_sheet as core_preview_sheet},
    read::{sheet::Opened, sniff::is_workbook as core_is_workbook},
    rules::RULES,
    suggest::suggest as core_suggest,
    wire::directory::Catalog,
};
use serde_json::json;
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

/// Whether a file is an Excel workbook. A workbook is read by `readSheet` of the Excel reader first; what that gives is
/// then the input of the functions below, with `isSheet`.
#[wasm_bindgen(js_name = isWorkbook)]
pub fn is_workbook(input: &[u8]) -> bool {
    core_is_workbook(input)
}

fn sheet(input: &[u8]) -> Result<Opened, JsError> {
    Opened::from_bytes(input).ok_or_else(|| JsError::new("This is not what readSheet gives."))
}

/// Checks a file by itself: the report, as JSON.
///
/// # Errors
/// A mapping document that can't be read, in words; bytes that are no sheet.
#[wasm_bindgen]
pub fn check(
    input: &[u8],
    mapping: &str,
    #[wasm_bindgen(js_name = isSheet)] is_sheet: Option<bool>,
) -> Result<String, JsError> {
    let mapping = Mapping::parse(mapping.as_bytes())?;
    let options = Options::default();
    let prepared = match is_sheet {
        Some(true) => prepare_sheet(sheet(input)?, &mapping, &options),
        _ => prepare(input, &mapping, &options),
    };
    Ok(serde_json::to_string(&prepared.into_report())?)
}

/// Checks a file and, with a directory, plans: `{"report":…,"plan":…}`, as JSON.
///
/// # Errors
/// A mapping or directory document that can't be read, in words; bytes that are no sheet.
#[wasm_bindgen(js_name = checkJson)]
#[expect(clippy::needless_pass_by_value, reason = "JavaScript hands the bytes over")]
pub fn check_json(
    input: &[u8],
    mapping: &[u8],
    directory: Option<Box<[u8]>>,
    #[wasm_bindgen(js_name = isSheet)] is_sheet: Option<bool>,
) -> Result<String, JsError> {
    let answer = match is_sheet {
        Some(true) => core_check_sheet_json(sheet(input)?, mapping, directory.as_deref()),
        _ => core_check_json(input, mapping, directory.as_deref()),
    };
    answer.map_err(|message| JsError::new(&message))
}

/// Looks at a file before anything is mapped: its columns with samples, as JSON.
///
/// # Errors
/// None that a file can cause; bytes that are no sheet.
#[wasm_bindgen]
pub fn preview(input: &[u8], #[wasm_bindgen(js_name = isSheet)] is_sheet: Option<bool>) -> Result<String, JsError> {
    let options = Options::default();
    let preview = match is_sheet {
        Some(true) => core_preview_sheet(sheet(input)?, &options),
        _ => core_preview(input, None, &options),
    };
    Ok(serde_json::to_string(&preview)?)
}

/// Suggests a target for each column. `columns` is a JSON list of text, `saved` a mapping document,
/// `catalog` what the workspace has defined, as `GET /api/admin/groups/` answers it.
///
/// # Errors
/// A document that can't be read, in words.
#[wasm_bindgen]
pub fn suggest(columns: &str, saved: Option<String>, catalog: Option<String>) -> Result<String, JsError> {
    let columns: Vec<String> = serde_json::from_str(columns)?;
    let saved = saved.map(|document| Mapping::parse(document.as_bytes())).transpose()?;
    let catalog: Catalog = catalog
        .map(|document| serde_json::from_str(&document))
        .transpose()?
        .unwrap_or_default();
    Ok(serde_json::to_string(&core_suggest(
        &columns,
        saved.as_ref(),
        &catalog,
    ))?)
}

/// The mapping document that an integration begins with; `format` is `csv` or `json`.
///
/// # Errors
/// Another format.
#[wasm_bindgen(js_name = mappingOnEnabling)]
pub fn mapping_on_enabling(format: &str) -> Result<String, JsError> {
    let format = match format {
        "csv" => FileFormat::Csv,
        "json" => FileFormat::Json,
        other => {
            return Err(JsError::new(&format!(
                "{other:?} is not a file format; use \"csv\" or \"json\"."
            )));
        }
    };
    Ok(Mapping::on_enabling(format).to_json())
}

/// The rules that a file is held against, as JSON.
///
/// # Errors
/// None that a caller can cause.
#[wasm_bindgen]
pub fn rules() -> Result<String, JsError> {
    let rules: Vec<_> = RULES
        .iter()
        .map(|rule| json!({"rule": rule.id, "severity": rule.severity, "explain": rule.explain}))
        .collect();
    Ok(serde_json::to_string(&rules)?)
}
