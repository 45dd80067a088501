//! Results: goal beside measured, printed as a table and kept as JSON below `target/bench`.

use std::path::Path;
use std::{fs, io};

use serde::{Deserialize, Serialize};

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unit {
    /// So many times the base's cost.
    Times,
    /// So many times quicker than the base.
    TimesFaster,
    Mebibytes,
    /// Thousands of bytes.
    Kilobytes,
    /// So many of something that should not be.
    Count,
    BytesAUser,
    PerSecond,
    Milliseconds,
}

/// One figure.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Row {
    /// The goal that it belongs to, by number.
    pub(crate) goal: u8,
    /// What was done, to what.
    pub(crate) work: String,
    /// What it is held against.
    pub(crate) base: String,
    /// `None`: could not be measured; `remark` says why.
    pub(crate) measured: Option<f64>,
    /// The worst figure that reaches the goal; `None`: a figure to know, not a goal.
    pub(crate) bound: Option<f64>,
    pub(crate) unit: Unit,
    /// The absolute figures behind a ratio, or whatever else one should know.
    #[serde(default)]
    pub(crate) remark: String,
}

impl Row {
    pub(crate) fn new(goal: u8, work: impl Into<String>, base: impl Into<String>, measured: f64, unit: Unit) -> Self {
        Self {
            goal,
            work: work.into(),
            base: base.into(),
            measured: Some(measured),
            bound: None,
            unit,
            remark: String::new(),
        }
    }

    /// A ratio of two lists of times, round by round.
    pub(crate) fn ratio(goal: u8, work: impl Into<String>, base: impl Into<String>, times: (&[f64], &[f64])) -> Self {
        let (work_times, base_times) = times;
        let ms = |times| crate::clock::median(times);
        Self::new(
            goal,
            work,
            base,
            crate::clock::ratio(work_times, base_times),
            Unit::Times,
        )
        .remark(format!("{:.1} ms to {:.1} ms", ms(work_times), ms(base_times)))
    }

    pub(crate) fn bound(mut self, bound: f64) -> Self {
        self.bound = Some(bound);
        self
    }

    pub(crate) fn remark(mut self, remark: impl Into<String>) -> Self {
        self.remark = remark.into();
        self
    }

    /// A row for what could not be measured.
    pub(crate) fn missing(goal: u8, work: impl Into<String>, base: impl Into<String>, why: impl Into<String>) -> Self {
        let mut row = Self::new(goal, work, base, 0.0, Unit::Times).remark(why);
        row.measured = None;
        row
    }

    /// Whether the goal is reached; `None` where there is none, or nothing was measured.
    pub(crate) fn is_reached(&self) -> Option<bool> {
        let (measured, bound) = (self.measured?, self.bound?);
        Some(if self.is_more_better() {
            measured >= bound
        } else {
            measured <= bound
        })
    }

    fn is_more_better(&self) -> bool {
        matches!(self.unit, Unit::TimesFaster | Unit::PerSecond)
    }

    /// A figure of this row's unit, for people.
    pub(crate) fn shown(&self, figure: f64) -> String {
        let digits = |figure: f64| match figure.abs() {
            small if small < 10.0 => format!("{figure:.2}"),
            middle if middle < 100.0 => format!("{figure:.1}"),
            _ => format!("{figure:.0}"),
        };
        match self.unit {
            Unit::Times | Unit::TimesFaster => format!("{} ×", digits(figure)),
            Unit::Mebibytes => format!("{} MiB", digits(figure)),
            Unit::Kilobytes => format!("{figure:.0} KB"),
            Unit::Count => format!("{figure:.0}"),
            Unit::BytesAUser => format!("{figure:.0} B a user"),
            Unit::PerSecond => format!("{figure:.0} a second"),
            Unit::Milliseconds => format!("{} ms", digits(figure)),
        }
    }

    /// Goal and measured, for people.
    pub(crate) fn goal_shown(&self) -> String {
        let sign = if self.is_more_better() { '≥' } else { '≤' };
        self.bound
            .map_or_else(String::new, |bound| format!("{sign} {}", self.shown(bound)))
    }

    pub(crate) fn measured_shown(&self) -> String {
        self.measured
            .map_or_else(|| "not measured".to_owned(), |figure| self.shown(figure))
    }
}

/// All figures of one command.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Results {
    /// How to have them again.
    pub(crate) command: String,
    /// Such as `2026-11-21`.
    pub(crate) date: String,
    pub(crate) machine: String,
    pub(crate) rows: Vec<Row>,
}

impl Results {
    pub(crate) fn new(command: &str) -> Self {
        Self {
            command: command.to_owned(),
            date: crate::machine::today(),
            machine: crate::machine::description(),
            rows: Vec::new(),
        }
    }

    /// Prints a row as soon as it is known, and keeps it.
    pub(crate) fn add(&mut self, row: Row) {
        if self.rows.is_empty() {
            println!("{}\n", self.machine);
            println!(
                "goal  measured      bound         {:46} {:34} absolute",
                "work", "against"
            );
        }
        let mark = match row.is_reached() {
            Some(true) => "",
            Some(false) => "MISSED",
            None => "",
        };
        println!(
            "{:>4}  {:12}  {:12}  {:46} {:34} {} {mark}",
            row.goal,
            row.measured_shown(),
            row.goal_shown(),
            row.work,
            row.base,
            row.remark
        );
        self.rows.push(row);
    }

    /// Writes them to `FOLDER/NAME.json`; rows of the same work that it held give way, the others stay.
    pub(crate) fn save(mut self, folder: &Path, name: &str) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let file = folder.join(format!("{name}.json"));
        let held = fs::read(&file)
            .ok()
            .and_then(|text| serde_json::from_slice::<Self>(&text).ok());
        if let Some(mut held) = held {
            for row in self.rows {
                let is_same =
                    |other: &&mut Row| other.goal == row.goal && other.work == row.work && other.base == row.base;
                match held.rows.iter_mut().find(is_same) {
                    Some(other) => *other = row,
                    None => held.rows.push(row),
                }
            }
            held.rows.sort_by_key(|row| row.goal);
            self.rows = held.rows;
        }
        let mut text = serde_json::to_string_pretty(&self)?;
        text.push('\n');
        fs::write(&file, text)?;
        println!("\nKept in {}", file.display());
        Ok(())
    }
}
