//! The active cell: what stands and stood there, what was found, and what can be done about it.

use leptos::prelude::*;
use passmuster_core::{field::Target, mend::listing::RowProblem, rules, wire::worker::Act};

use super::super::state::{Flow, mending::quoted};
use super::suggestions::suggestions;
use crate::{
    components::{
        button::Button,
        grid::{DETAILS, SUGGESTIONS},
        problems::severity_badge,
    },
    session::Shell,
    text,
};

/// The panel.
#[component]
pub(super) fn Details(flow: Flow) -> impl IntoView {
    let mending = flow.mending;
    let here = Memo::new(move |_| flow.rows.row(mending.active.get().0));
    let column = Memo::new(move |_| mending.active.get().1);
    let target = move |column: usize| -> Option<Target> {
        flow.draft.with(|draft| {
            let columns = &draft.as_ref()?.columns;
            columns.get(column)?.field.as_ref().map(|field| field.target.clone())
        })
    };
    let body = move || {
        let (Some(row), column) = (here.get(), column.get()) else {
            return view! { <p class="hint">"Choose a cell to see what was found in it."</p> }.into_any();
        };
        let name = flow.column_name(column);
        let number = row.row as u32;
        let text_now = row.cells.get(column).cloned().flatten().unwrap_or_default();
        let before = row
            .before
            .iter()
            .find(|(at, _)| *at as usize == column)
            .map(|(_, text)| text.clone());
        let (mine, others): (Vec<RowProblem>, Vec<RowProblem>) = row
            .problems
            .iter()
            .cloned()
            .partition(|problem| problem.column.is_none_or(|at| at as usize == column));
        let target = target(column);
        let offered = suggestions(target.as_ref(), &mine.iter().collect::<Vec<_>>());
        let offered: Vec<String> = offered.into_iter().filter(|text| *text != text_now).collect();
        let options = offered
            .iter()
            .map(|text| view! { <option value=text.clone()></option> })
            .collect_view();
        let is_bad = !mine.is_empty();
        let chips = (is_bad && !row.left_out && !row.broken && !offered.is_empty()).then(|| {
            let chips = offered.into_iter().map(|text| {
                let words = text.clone();
                view! {
                    <button
                        type="button"
                        class="button"
                        data-test="suggestion"
                        on:click=move |_| flow.write(vec![(number, column as u32, Some(text.clone()))])
                    >
                        {words}
                    </button>
                }
            });
            view! { <div class="actions" role="group" aria-label="Suggestions">{chips.collect_view()}</div> }
        });
        let other_count = others.len() as u64;
        let left_out = row.left_out;
        let (broken, anew) = (row.broken, row.anew);
        let put_back = move || {
            if anew {
                let words = format!("Row {} as it came", text::number(u64::from(number)));
                flow.mend(words, Act::Row(number, None));
            } else {
                flow.write(vec![(number, column as u32, None)]);
            }
        };
        view! {
            <h3>
                {format!("Row {}", text::number(row.row))}
                <span class="details-column">{name}</span>
            </h3>
            <datalist id=SUGGESTIONS>{options}</datalist>
            <p class="details-value">
                <q class="cell-text">{text_now}</q>
                {before.map(|before| view! {
                    <span class="hint">{format!("was {}", quoted(&before))}</span>
                    <button
                        type="button"
                        class="button quiet"
                        data-test="put-back"
                        on:click=move |_| put_back()
                    >
                        "Put back"
                    </button>
                })}
            </p>
            <div id=DETAILS class="stack-small">
                {left_out.then(|| view! { <p>"This row is left out: it isn't sent."</p> })}
                {mine.into_iter().map(|problem| view! { <OneProblem problem=problem /> }).collect_view()}
            </div>
            {chips}
            {(other_count > 0).then(|| view! {
                <p class="hint">{format!("{} in other cells of this row", text::count(other_count, "problem", "problems"))}</p>
            })}
            <div class="actions">
                <Button test="open-row" on_press=Callback::new(move |()| mending.open_row.set(Some(u64::from(number))))>
                    {if broken { "Repair the row" } else { "Edit the row" }}
                </Button>
                <Button
                    test="leave-out"
                    on_press=Callback::new(move |()| {
                        let row = text::number(u64::from(number));
                        let words = if left_out { format!("Row {row} taken back") } else { format!("Row {row} left out") };
                        flow.mend(words, Act::LeaveOut(number, !left_out));
                    })
                >
                    {if left_out { "Take the row back" } else { "Leave the row out" }}
                </Button>
            </div>
        }
        .into_any()
    };
    view! {
        <Offered flow=flow />
        <section class="mend-details card stack-small" aria-label="The chosen cell" data-test="details">{body}</section>
    }
}

/// What could be done with the same value in other rows, once a cell was changed.
#[component]
fn Offered(flow: Flow) -> impl IntoView {
    let mending = flow.mending;
    move || {
        let offer = mending.offer.get().filter(|offer| !offer.from.trim().is_empty());
        offer.map(|offer| {
            let words = format!(
                "Row {}, {}: {} → {}",
                text::number(u64::from(offer.row)),
                flow.column_name(offer.column as usize),
                quoted(&offer.from),
                quoted(&offer.to)
            );
            let all = offer.clone();
            let rule = offer.clone();
            let same = (offer.same > 0).then(|| {
                let words = format!("Apply to all {} same values", text::number(offer.same));
                view! {
                    <Button
                        test="apply-to-all"
                        on_press=Callback::new(move |()| {
                            let words = format!(
                                "{}: {} → {}",
                                text::count(all.same, "same value", "same values"),
                                quoted(&all.from),
                                quoted(&all.to)
                            );
                            flow.mend(words, Act::Replace(all.find(), all.to.clone()));
                        })
                    >
                        {words}
                    </Button>
                }
            });
            let rule = (!rule.from.trim().is_empty() && !rule.to.trim().is_empty()).then(|| {
                let words = format!("Save as a rule: {} means {}", quoted(&rule.from), quoted(&rule.to));
                view! {
                    <Button test="save-rule" on_press=Callback::new(move |()| flow.save_as_rule(&rule))>{words}</Button>
                    <p class="hint">"With a rule the file stays as it is, and the next one needs no change."</p>
                }
            });
            view! {
                <section class="offer stack-small" aria-label="The last change">
                    <p>{words}</p>
                    {same}
                    {rule}
                </section>
            }
        })
    }
}

/// A problem in words, with its rule.
#[component]
fn OneProblem(problem: RowProblem) -> impl IntoView {
    let shell = Shell::here();
    let explain = rules::find(&problem.rule).map(|rule| rule.explain).unwrap_or_default();
    let id = problem.rule.clone();
    let copy = move |_| {
        // Where copying is refused, the code can be chosen as text.
        let _ = window().navigator().clipboard().write_text(&id);
        shell.say(format!("{id} copied"));
    };
    view! {
        <div class="one-problem">
            {severity_badge(problem.severity)}
            <p>{problem.message}</p>
            {(!problem.hint.is_empty()).then(|| view! { <p class="hint">{problem.hint}</p> })}
            <details>
                <summary><code>{problem.rule}</code></summary>
                <p class="hint">{explain}</p>
                <button type="button" class="button quiet" on:click=copy>"Copy the code"</button>
            </details>
        </div>
    }
}
