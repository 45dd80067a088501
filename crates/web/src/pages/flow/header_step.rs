//! Which row is the header: the first rows as they stand, the guess with its reason, and names for columns without one.

use std::collections::BTreeMap;

use leptos::prelude::*;
use passmuster_core::read::heading::{HeadRow, HeaderChoice, Heading};

use super::{
    state::{Flow, Step},
    view::StepHead,
};
use crate::{
    components::{
        badge::Tone,
        banner::Banner,
        button::{Button, Weight},
        icon::{Icon, icon},
    },
    text,
};

/// How many columns of a row are shown.
const COLUMNS_SHOWN: usize = 12;

/// The step.
#[component]
pub(super) fn HeaderStep(flow: Flow) -> impl IntoView {
    move || {
        flow.heading
            .get()
            .map(|heading| view! { <Rows flow=flow heading=heading /> })
    }
}

#[component]
fn Rows(flow: Flow, heading: Heading) -> impl IntoView {
    let Heading {
        rows,
        guess,
        is_certain,
        reason,
    } = heading;
    let before = flow.header.get_untracked();
    let chosen = RwSignal::new(match &before {
        Some(choice) => choice.line,
        None => guess,
    });
    let names = RwSignal::new(before.map(|choice| choice.names).unwrap_or_default());
    let rows = StoredValue::new(rows);
    // The columns whose names need a person's word: blank, or there twice. Without a header all of them.
    let wanting = Memo::new(move |_| {
        rows.with_value(|rows| match chosen.get() {
            Some(line) => rows
                .iter()
                .find(|row| row.line == line)
                .map(wanting)
                .unwrap_or_default(),
            None => {
                let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
                (0..width)
                    .map(|column| (column, format!("Column {}", column + 1)))
                    .collect()
            }
        })
    });
    let table = move || {
        rows.with_value(|rows| {
            let width = rows
                .iter()
                .map(|row| row.cells.len())
                .max()
                .unwrap_or(0)
                .min(COLUMNS_SHOWN);
            rows.iter().map(|row| line(row, width, chosen, names)).collect_view()
        })
    };
    let hidden = rows.with_value(|rows| {
        let width = rows.iter().map(|row| row.width).max().unwrap_or(0);
        width.saturating_sub(COLUMNS_SHOWN as u64)
    });
    let use_it = Callback::new(move |()| {
        let names: BTreeMap<usize, String> = names.with_untracked(|names| {
            let wanting = wanting.get_untracked();
            names
                .iter()
                .filter(|(column, name)| !name.trim().is_empty() && wanting.iter().any(|(wanted, _)| wanted == *column))
                .map(|(column, name)| (*column, name.clone()))
                .collect()
        });
        flow.set_header(HeaderChoice {
            line: chosen.get_untracked(),
            names,
        });
    });
    let guessed = match guess {
        Some(line) => format!("Probably row {}. {reason}", text::number(line)),
        None => format!("Probably no row. {reason}"),
    };
    let button = move || match chosen.get() {
        Some(line) => format!("Use row {} as the header", text::number(line)),
        None => "Go on without a header".to_owned(),
    };
    view! {
        <section class="stack">
            <StepHead
                title="Select header"
                lead="Which row names the columns? Rows above it are left out; the file on your disk stays as it is."
            />
            {if is_certain {
                view! { <p class="noted">{icon(Icon::Tick)} {guessed}</p> }.into_any()
            } else {
                view! { <Banner tone=Tone::Notice title=guessed /> }.into_any()
            }}
            <fieldset class="heading">
                <legend class="visually-hidden">"The header"</legend>
                <div class="table-box" tabindex="0" role="region" aria-label="The first rows of the file">
                    <table data-test="heading">
                        <tbody>
                            {table}
                            <tr class:chosen=move || chosen.get().is_none()>
                                <td class="pick" colspan=(COLUMNS_SHOWN + 1).to_string()>
                                    <label>
                                        <input
                                            type="radio"
                                            name="header"
                                            data-line="none"
                                            prop:checked=move || chosen.get().is_none()
                                            on:change=move |_| {
                                                names.set(BTreeMap::new());
                                                chosen.set(None);
                                            }
                                        />
                                        " No header: every row is a person"
                                    </label>
                                </td>
                            </tr>
                        </tbody>
                    </table>
                </div>
            </fieldset>
            {(hidden > 0).then(|| view! { <p class="hint">{format!("and {} more.", text::count(hidden, "column", "columns"))}</p> })}
            {move || {
                let wanting = wanting.get();
                (!wanting.is_empty()).then(|| view! { <Names wanting=wanting names=names has_header=chosen.get().is_some() /> })
            }}
            <div class="step-foot">
                <Button weight=Weight::Primary on_press=use_it test="use-header">{button} {icon(Icon::Arrow)}</Button>
                <Show when=move || flow.header_is_settled()>
                    <Button on_press=Callback::new(move |()| flow.go(Step::Match))>"Leave it as it was"</Button>
                </Show>
            </div>
        </section>
    }
}

/// Columns whose names are blank, or there twice, with a name that would do.
fn wanting(row: &HeadRow) -> Vec<(usize, String)> {
    let mut seen: Vec<&str> = Vec::new();
    let mut wanting = Vec::new();
    for (column, cell) in row.cells.iter().enumerate() {
        if cell.is_empty() {
            wanting.push((column, format!("Column {}", column + 1)));
        } else if seen.contains(&cell.as_str()) {
            let mut number = 2;
            let free = |name: &String| row.cells.iter().all(|other| other != name);
            while !free(&format!("{cell} {number}")) {
                number += 1;
            }
            wanting.push((column, format!("{cell} {number}")));
        }
        seen.push(cell);
    }
    wanting
}

fn line(
    row: &HeadRow,
    width: usize,
    chosen: RwSignal<Option<u64>>,
    names: RwSignal<BTreeMap<usize, String>>,
) -> impl IntoView + use<> {
    let number = row.line;
    let label = format!("Row {} is the header: {}", text::number(number), row.cells.join(", "));
    let cells = (0..width)
        .map(|column| {
            let cell = row.cells.get(column).cloned().unwrap_or_default();
            view! { <td><span class="sample">{cell}</span></td> }
        })
        .collect_view();
    view! {
        <tr class:chosen=move || chosen.get() == Some(number) class:above=move || chosen.get().is_some_and(|line| number < line)>
            <td class="pick">
                <label>
                    <input
                        type="radio"
                        name="header"
                        aria-label=label
                        data-line=number.to_string()
                        prop:checked=move || chosen.get() == Some(number)
                        on:change=move |_| {
                            names.set(BTreeMap::new());
                            chosen.set(Some(number));
                        }
                    />
                    <span class="number">{text::number(number)}</span>
                </label>
            </td>
            {cells}
        </tr>
    }
}

/// Names for the columns that need one.
#[component]
fn Names(wanting: Vec<(usize, String)>, names: RwSignal<BTreeMap<usize, String>>, has_header: bool) -> impl IntoView {
    // What is proposed is taken, unless the person writes something else.
    names.update(|names| {
        for (column, name) in &wanting {
            names.entry(*column).or_insert_with(|| name.clone());
        }
    });
    let title = if has_header {
        format!(
            "{} a name",
            text::count(wanting.len() as u64, "column needs", "columns need")
        )
    } else {
        "What the columns are called".to_owned()
    };
    let fields = wanting
        .into_iter()
        .map(|(column, _)| {
            let value = names.with_untracked(|names| names.get(&column).cloned().unwrap_or_default());
            view! {
                <label class="choice">
                    <span>{format!("Column {}", column + 1)}</span>
                    <input
                        type="text"
                        maxlength="43"
                        autocomplete="off"
                        data-name=column.to_string()
                        prop:value=value
                        on:input=move |event| {
                            names.update(|names| {
                                names.insert(column, event_target_value(&event));
                            });
                        }
                    />
                </label>
            }
        })
        .collect_view();
    view! {
        <section class="card stack-small">
            <h3>{title}</h3>
            <p class="hint">"Every column needs a name of its own. These are written into what is sent; the file on your disk stays as it is."</p>
            <div class="policy-row">{fields}</div>
        </section>
    }
}
