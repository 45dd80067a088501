//! How much one upload may change before it waits for a person, kind by kind.

use leptos::prelude::*;
use passmuster_core::{
    limits::{Limit, LimitKind, Limits, SMALL_WORKSPACE},
    wire::integration::{IntegrationEdit, UploadMode},
};

use super::saving::{Saving, Wanted};
use crate::{
    components::{
        badge::{Badge, Tone},
        button::{Button, Weight},
        error_summary::ErrorSummary,
        icon::Icon,
    },
    pages::tabs::opened::Opened,
};

/// What is typed for one kind.
type Typed = (RwSignal<String>, RwSignal<String>);

fn title(kind: LimitKind) -> (&'static str, &'static str) {
    match kind {
        LimitKind::Deactivations => ("Users deactivated", "of the active users"),
        LimitKind::ManagersCleared => ("Managers cleared", "of the users with a manager"),
        LimitKind::GroupsCreated => ("Groups created", "of the groups there are"),
        LimitKind::AdminsGranted => ("Admin rights granted", "of the active admins"),
        LimitKind::RowsTouched => ("Rows that create or change a user", "of the rows of the file"),
    }
}

fn written<N: ToString>(number: Option<N>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

/// A limit in a few words, such as `20 %`.
fn said(limit: Limit) -> String {
    let percent = limit.percent.map(|percent| format!("{percent} %"));
    let count = limit.count.map(|count| count.to_string());
    percent.into_iter().chain(count).collect::<Vec<_>>().join(" or ")
}

/// What was typed as limits; each number that is none, with its field.
fn read(typed: &[(LimitKind, Typed); 5]) -> Result<Limits, Vec<(Option<String>, String)>> {
    let mut limits = Limits::default();
    let mut errors = Vec::new();
    for (kind, (percent, count)) in typed {
        let mut number = |text: RwSignal<String>, which: &str| {
            let text = text.get().trim().trim_end_matches('%').trim().to_owned();
            if text.is_empty() {
                return None;
            }
            let number = text.parse::<u64>().ok();
            if number.is_none() {
                let (name, _) = title(*kind);
                let message =
                    format!("{name}: \u{201c}{text}\u{201d} is not a whole number. Leave it empty for no limit.");
                errors.push((Some(format!("{}-{which}", kind.as_str())), message));
            }
            number
        };
        let percent = number(*percent, "percent");
        let count = number(*count, "count");
        let percent = percent.map(|percent| u32::try_from(percent).unwrap_or(u32::MAX));
        let is_off = percent.is_none() && count.is_none();
        limits.set(*kind, (!is_off).then_some(Limit { percent, count }));
    }
    errors.extend(limits.faults().into_iter().map(|fault| (None, fault)));
    if errors.is_empty() { Ok(limits) } else { Err(errors) }
}

/// The card.
#[component]
pub(super) fn LimitsCard(
    /// The integration.
    opened: Opened,
    /// How it is saved.
    saving: Saving,
) -> impl IntoView {
    let saved = Memo::new(move |_| opened.integration.with(|now| now.limits));
    let is_snapshot = Memo::new(move |_| opened.integration.with(|now| now.upload_mode == UploadMode::Snapshot));
    let typed = LimitKind::ALL.map(|kind| {
        let limit = saved.get_untracked().of(kind).unwrap_or_default();
        (
            kind,
            (
                RwSignal::new(written(limit.percent)),
                RwSignal::new(written(limit.count)),
            ),
        )
    });
    let write = move |kind: LimitKind, limit: Limit| {
        if let Some((_, (percent, count))) = typed.iter().find(|(known, _)| *known == kind) {
            percent.set(written(limit.percent));
            count.set(written(limit.count));
        }
    };
    let wanted = Signal::derive(move || -> Wanted {
        let (saved, wanted) = (saved.get(), read(&typed)?);
        let changed = LimitKind::ALL
            .into_iter()
            .filter(|kind| saved.of(*kind) != wanted.of(*kind))
            .map(|kind| (kind, wanted.of(kind)))
            .collect();
        Ok(IntegrationEdit {
            limits: changed,
            ..IntegrationEdit::default()
        })
    });
    let forget = Callback::new(move |()| {
        for kind in LimitKind::ALL {
            write(kind, saved.get_untracked().of(kind).unwrap_or_default());
        }
    });
    saving.take(wanted, forget);
    let rows = typed
        .into_iter()
        .map(|(kind, (percent, count))| {
            let (name, of) = title(kind);
            let suggested = kind.suggested();
            let is_off = Memo::new(move |_| percent.with(|text| text.trim().is_empty()) && count.with(|text| text.trim().is_empty()));
            let is_suggested = Memo::new(move |_| {
                percent.get() == written(suggested.percent) && count.get() == written(suggested.count)
            });
            let stays_on = kind == LimitKind::Deactivations;
            let field = move |text: RwSignal<String>, which: &'static str, label: String| {
                view! {
                    <input
                        id=format!("{}-{which}", kind.as_str())
                        class="short"
                        type="text"
                        inputmode="numeric"
                        autocomplete="off"
                        aria-label=label
                        prop:value=move || text.get()
                        on:input=move |event| text.set(event_target_value(&event))
                    />
                }
            };
            view! {
                <tr>
                    <th scope="row" data-label="Kind">
                        <span class="limit-name">
                            {name}
                            {move || is_off
                                .get()
                                .then(|| {
                                    if stays_on && is_snapshot.get() {
                                        view! { <Badge tone=Tone::Neutral with=Icon::Lock text="20 % by full snapshot" /> }
                                    } else {
                                        view! { <Badge tone=Tone::Neutral with=Icon::Off text="Off" /> }
                                    }
                                })}
                        </span>
                    </th>
                    <td data-label="At most">
                        <span class="limit-field">
                            {field(percent, "percent", format!("{name}, at most in percent {of}"))}
                            <span class="hint">"% "{of}</span>
                        </span>
                    </td>
                    <td data-label="or">
                        <span class="limit-field">
                            {field(count, "count", format!("{name}, at most this many"))}
                            <span class="hint">"in one upload"</span>
                        </span>
                    </td>
                    <td data-label="">
                        <span class="actions nowrap">
                            <Show when=move || !is_suggested.get()>
                                <Button small=true on_press=Callback::new(move |()| write(kind, suggested))>
                                    {format!("Use {}", said(suggested))}
                                    <span class="visually-hidden">" for "{name}</span>
                                </Button>
                            </Show>
                            <Show when=move || !is_off.get()>
                                <Button small=true weight=Weight::Quiet on_press=Callback::new(move |()| write(kind, Limit::default()))>
                                    "Turn off"
                                    <span class="visually-hidden">": no limit for "{name}</span>
                                </Button>
                            </Show>
                        </span>
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <form
            class="card form"
            novalidate
            aria-labelledby="limits"
            on:submit=move |event| {
                event.prevent_default();
                saving.save();
            }
        >
            <div class="stack-small">
                <h2 id="limits">"Limits"</h2>
                <p class="lead">
                    "An upload over a limit changes nothing. It waits in the Data Explorer until a person allows or rejects it, and \
                     the Admin Email Address is told. If a limit has both numbers, the lower one counts."
                </p>
            </div>
            <ErrorSummary errors=saving.errors title="Not saved" />
            <fieldset class="form" disabled=!opened.may_edit>
                <legend class="visually-hidden">"Limits"</legend>
                <div class="table-box flat">
                    <table class="cards limits" data-test="limits">
                        <thead>
                            <tr>
                                <th scope="col">"What one upload may do"</th>
                                <th scope="col">"At most, in percent"</th>
                                <th scope="col">"or as a number"</th>
                                <th scope="col"><span class="visually-hidden">"Set"</span></th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                <p class="hint">
                    {format!(
                        "Percentages of deactivations do not count while there are at most {SMALL_WORKSPACE} active users: there, each person is a large share.",
                    )}
                </p>
                <div class="actions">
                    <Button weight=Weight::Primary submit=true busy=saving.busy test="save-limits">"Save"</Button>
                </div>
            </fieldset>
        </form>
    }
}
