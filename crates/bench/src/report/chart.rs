//! One picture: how many times longer others take for the same check, on a scale by powers of ten.

use std::fmt::Write as _;

use crate::table::{Results, Row, Unit};

const WIDTH: f64 = 760.0;
const LEFT: f64 = 250.0;
const RIGHT: f64 = 70.0;
const BAR: f64 = 18.0;
const GAP: f64 = 8.0;

/// An SVG that heeds whether its reader prefers light or dark.
pub(super) fn draw(rows: &[(&Results, &Row)]) -> String {
    let groups = [
        (
            "Native, one core, full.csv",
            bars(rows, |row| row.goal == 7 && row.work.contains("full.csv")),
        ),
        (
            "In the same page in Chromium, full.csv",
            bars(rows, |row| row.goal == 6 && row.work.contains("full.csv, Chromium")),
        ),
    ];
    let longest = groups
        .iter()
        .flat_map(|(_, bars)| bars)
        .map(|(_, ratio)| *ratio)
        .fold(10.0, f64::max);
    let scale = |ratio: f64| (WIDTH - LEFT - RIGHT) * (ratio.max(1.0).log10() + 0.15) / (longest.log10() + 0.15);
    let mut body = String::new();
    let mut y = 46.0;
    for (heading, bars) in &groups {
        if bars.is_empty() {
            continue;
        }
        // A String takes whatever is written to it.
        let _ = writeln!(body, r#"<text class="heading" x="12" y="{y:.0}">{heading}</text>"#);
        y += 14.0;
        let ours = ("Passmuster".to_owned(), 1.0);
        for (name, ratio) in std::iter::once(&ours).chain(bars) {
            let class = if name == "Passmuster" { "ours" } else { "theirs" };
            let middle = y + BAR / 2.0 + 5.0;
            let _ = writeln!(
                body,
                r#"<text class="name" x="{:.0}" y="{middle:.1}">{name}</text>"#,
                LEFT - 10.0
            );
            let _ = writeln!(
                body,
                r#"<rect class="{class}" x="{LEFT}" y="{y:.1}" width="{:.1}" height="{BAR}" rx="3"/>"#,
                scale(*ratio)
            );
            let shown = if *ratio < 10.0 {
                format!("{ratio:.1} ×")
            } else {
                format!("{ratio:.0} ×")
            };
            let _ = writeln!(
                body,
                r#"<text x="{:.1}" y="{middle:.1}">{shown}</text>"#,
                LEFT + scale(*ratio) + 8.0
            );
            y += BAR + GAP;
        }
        y += 24.0;
    }
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y:.0}" role="img" aria-label="How many times longer others take for the same check">
<style>
svg {{ background: #ffffff; font: 14px system-ui, sans-serif }}
text {{ fill: #1f2328 }}
.title, .heading {{ font-weight: 600 }}
.name {{ text-anchor: end }}
.ours {{ fill: #0b7a5a }}
.theirs {{ fill: #9aa4ae }}
@media (prefers-color-scheme: dark) {{
svg {{ background: #0d1117 }}
text {{ fill: #e6edf3 }}
.ours {{ fill: #3fb98f }}
.theirs {{ fill: #6e7681 }}
}}
</style>
<text class="title" x="12" y="22">How many times longer others take for the same check of 15 MB (by powers of ten)</text>
{body}</svg>
"#
    )
}

fn bars(rows: &[(&Results, &Row)], is_wanted: impl Fn(&Row) -> bool) -> Vec<(String, f64)> {
    let wanted = rows
        .iter()
        .filter(|(_, row)| row.unit == Unit::TimesFaster && is_wanted(row));
    wanted
        .filter_map(|(_, row)| Some((row.base.clone(), row.measured?)))
        .collect()
}
