//! Inline bars: one a day or another step, stacked by what is counted, and the same as a table for who wants numbers.

use leptos::prelude::*;

use super::{badge::Tone, unique::unique};
use crate::text;

/// What a bar is made of, from below: its name, and how it feels.
pub(crate) type Part = (&'static str, Tone);

/// One bar.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bar {
    /// What it stands for, such as `21 Nov`.
    pub(crate) label: String,
    /// How much of each part.
    pub(crate) counts: Vec<u64>,
}

impl Bar {
    fn total(&self) -> u64 {
        self.counts.iter().sum()
    }
}

/// Units of a bar's place, of the bar itself, and of the whole height.
const STEP: u64 = 10;
const WIDTH: u64 = 7;
const HEIGHT: f64 = 40.0;

/// The bars. Draws nothing when there is nothing to count.
#[component]
pub(crate) fn Bars(
    /// What is counted, such as `Uploads per day`.
    #[prop(into)]
    title: String,
    /// What one of them is called, and several.
    unit: (&'static str, &'static str),
    /// What the bars are made of.
    parts: Vec<Part>,
    /// The bars, from left to right.
    bars: Vec<Bar>,
) -> impl IntoView {
    let total: u64 = bars.iter().map(Bar::total).sum();
    let Some(highest) = bars.iter().map(Bar::total).max().filter(|highest| *highest > 0) else {
        return ().into_any();
    };
    let peak = bars.iter().rev().find(|bar| bar.total() == highest);
    let peak = peak.map_or_else(String::new, |bar| bar.label.clone());
    let (first, last) = (
        bars.first().map_or_else(String::new, |bar| bar.label.clone()),
        bars.last().map_or_else(String::new, |bar| bar.label.clone()),
    );
    let whole = text::count(total, unit.0, unit.1);
    let described = format!("{title}: {whole} from {first} to {last}, at most {highest}, on {peak}.");
    let width = bars.len() as u64 * STEP;
    let drawn = bars
        .iter()
        .enumerate()
        .map(|(place, bar)| {
            let mut foot = HEIGHT;
            let title = format!("{}: {}", bar.label, text::count(bar.total(), unit.0, unit.1));
            let stack = bar
                .counts
                .iter()
                .zip(&parts)
                .filter(|(count, _)| **count > 0)
                .map(|(count, (_, tone))| {
                    let height = HEIGHT * *count as f64 / highest as f64;
                    foot -= height;
                    view! {
                        <rect
                            class=tone.class()
                            x=place as u64 * STEP
                            y=foot.to_string()
                            width=WIDTH
                            height=height.to_string()
                        />
                    }
                })
                .collect_view();
            view! {
                <g>
                    <title>{title}</title>
                    <rect class="ground" x=place as u64 * STEP y="0" width=STEP height=HEIGHT.to_string() />
                    <rect class="foot" x=place as u64 * STEP y=(HEIGHT - 0.5).to_string() width=WIDTH height="0.5" />
                    {stack}
                </g>
            }
        })
        .collect_view();
    let keys = parts
        .iter()
        .enumerate()
        .filter(|(place, _)| {
            bars.iter()
                .any(|bar| bar.counts.get(*place).is_some_and(|count| *count > 0))
        })
        .map(|(_, (name, tone))| view! { <li><span class=format!("key-dot {}", tone.class())></span>{*name}</li> })
        .collect_view();
    let heads = parts
        .iter()
        .map(|(name, _)| view! { <th scope="col" class="number">{*name}</th> })
        .collect_view();
    let rows = bars
        .iter()
        .filter(|bar| bar.total() > 0)
        .map(|bar| {
            let cells = bar
                .counts
                .iter()
                .map(|count| view! { <td class="number">{text::number(*count)}</td> })
                .collect_view();
            view! { <tr><th scope="row">{bar.label.clone()}</th>{cells}</tr> }
        })
        .collect_view();
    let id = unique("chart");
    let caption = id.clone();
    view! {
        <figure class="chart" data-test="chart" aria-labelledby=caption>
            <figcaption class="chart-head">
                <span class="strong" id=id.clone()>{title}</span>
                <span class="hint">{whole}</span>
                <ul class="chart-keys">{keys}</ul>
            </figcaption>
            <svg
                role="img"
                aria-label=described
                viewBox=format!("0 0 {width} {HEIGHT}")
                preserveAspectRatio="none"
                focusable="false"
            >
                {drawn}
            </svg>
            <div class="chart-ends"><span>{first}</span><span>{last}</span></div>
            <details>
                <summary>"As a table"</summary>
                <div class="table-box">
                    <table>
                        <thead><tr><th scope="col">"Day"</th>{heads}</tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </details>
        </figure>
    }
    .into_any()
}
