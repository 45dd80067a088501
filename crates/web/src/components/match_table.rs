//! Which column means what: one row a column of the file, in the order of the file.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use leptos::prelude::*;
use passmuster_core::{
    field::{FIELDS, Target},
    mapping::ApiField,
    preview::ColumnPreview,
    suggest::{Match, Suggestion},
    values::{Closed, Values},
    wire::directory::Catalog,
};

use super::{
    badge::{Badge, Tone},
    icon::{Icon, icon},
    policies::{self, Policies},
    value_table::{Members, ValueTable, unclear},
};

/// One column and what was chosen for it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Matched {
    /// The column.
    pub(crate) column: ColumnPreview,
    /// What it probably means.
    pub(crate) suggestion: Suggestion,
    /// What it means; `None`: not used.
    pub(crate) field: Option<ApiField>,
}

/// A target to choose, with its label, under its heading.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Offer {
    /// The heading.
    pub(crate) section: &'static str,
    /// Its label.
    pub(crate) label: String,
    /// The target.
    pub(crate) target: Target,
}

/// All targets that a workspace has; `used` adds those that a mapping names besides.
pub(crate) fn offers(catalog: &Catalog, used: &[Target]) -> Vec<Offer> {
    let mut offers = Vec::new();
    for field in &FIELDS {
        let names: BTreeSet<&str> = match field.code {
            "integration_id:" => catalog.integration_ids.iter().map(|id| id.slug.as_str()).collect(),
            "group_membership:" | "group_manager:" => {
                catalog.group_types.iter().map(|kind| kind.name.as_str()).collect()
            }
            "attribute:" => catalog
                .attributes
                .iter()
                .map(|attribute| attribute.name.as_str())
                .collect(),
            _ => BTreeSet::from([""]),
        };
        let mut targets: Vec<Target> = names
            .into_iter()
            .filter_map(|name| Target::parse(&format!("{}{name}", field.code)))
            .collect();
        for target in used {
            if target.field().code == field.code && !targets.contains(target) {
                targets.push(target.clone());
            }
        }
        offers.extend(targets.into_iter().map(|target| Offer {
            section: field.section,
            label: label(&target, catalog),
            target,
        }));
    }
    offers
}

/// A target's label; an integration ID's is the name people gave it.
pub(crate) fn label(target: &Target, catalog: &Catalog) -> String {
    match target {
        Target::IntegrationId(slug) => catalog
            .integration_ids
            .iter()
            .find(|id| id.slug == *slug)
            .map_or_else(|| slug.clone(), |id| id.name.clone()),
        _ => target.label(),
    }
}

/// How many rows are drawn in one go.
const ROWS_AT_ONCE: usize = 4;

/// The table.
#[component]
pub(crate) fn MatchTable(
    /// The columns, with what is chosen.
    #[prop(into)]
    columns: Signal<Vec<Matched>>,
    /// What can be chosen.
    offers: Vec<Offer>,
    /// Chooses a target for the column of this place; `None`: not used.
    #[prop(into)]
    on_choose: Callback<(usize, Option<Target>)>,
    /// Changes a column's policies.
    #[prop(into)]
    on_policy: Callback<(usize, ApiField)>,
    /// What the workspace has.
    #[prop(into)]
    catalog: Signal<Catalog>,
    /// The names in the saved mapping.
    saved_names: Vec<String>,
    /// What is known of the values of columns, by their place.
    #[prop(into)]
    values: Signal<BTreeMap<usize, Values>>,
    /// How many members groups have, as far as it is known.
    #[prop(into)]
    members: Signal<Members>,
    /// Asks for the values of a column.
    #[prop(into)]
    on_values: Callback<usize>,
) -> impl IntoView {
    let offers = StoredValue::new(offers);
    let saved_names = StoredValue::new(saved_names);
    let known = Known {
        catalog,
        values,
        members,
        on_values,
    };
    let count = Memo::new(move |_| columns.with(Vec::len));
    // Some rows at a time: all of them would keep the page from answering.
    let drawn = RwSignal::new(ROWS_AT_ONCE);
    Effect::new(move || {
        let now = drawn.get();
        if now < count.get() {
            set_timeout(
                move || {
                    drawn.try_set(now + ROWS_AT_ONCE);
                },
                Duration::ZERO,
            );
        }
    });
    view! {
        <div class="table-box">
            <table class="match" data-test="match">
                <thead>
                    <tr>
                        <th scope="col">"Column in the file"</th>
                        <th scope="col">"Samples"</th>
                        <th scope="col" class="arrow-cell"><span class="visually-hidden">"becomes"</span></th>
                        <th scope="col">"Passmuster Field"</th>
                        <th scope="col">"Match"</th>
                    </tr>
                </thead>
                <For each=move || 0..count.get().min(drawn.get()) key=|index| *index let:index>
                    <Row
                        index=index
                        columns=columns
                        offers=offers
                        saved_names=saved_names
                        known=known
                        on_choose=on_choose
                        on_policy=on_policy
                    />
                </For>
            </table>
        </div>
    }
}

/// What values are held against, and where they come from.
#[derive(Clone, Copy)]
struct Known {
    catalog: Signal<Catalog>,
    values: Signal<BTreeMap<usize, Values>>,
    members: Signal<Members>,
    on_values: Callback<usize>,
}

#[component]
fn Row(
    index: usize,
    columns: Signal<Vec<Matched>>,
    offers: StoredValue<Vec<Offer>>,
    saved_names: StoredValue<Vec<String>>,
    known: Known,
    on_choose: Callback<(usize, Option<Target>)>,
    on_policy: Callback<(usize, ApiField)>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let row = Memo::new(move |_| columns.with(|columns| columns.get(index).cloned()));
    let field = Memo::new(move |_| row.with(|row| row.as_ref().and_then(|row| row.field.clone())));
    let target = Memo::new(move |_| field.with(|field| field.as_ref().map(|field| field.target.clone())));
    let Some(Matched { column, suggestion, .. }) = row.get_untracked() else {
        return ().into_any();
    };
    let name = column.name.clone();
    let policies_id = format!("policies-{index}");
    let controls = policies_id.clone();
    let values = Memo::new(move |_| {
        let target = target.get()?;
        let is_closed = known.catalog.with(|catalog| Closed::of(&target, catalog).is_some());
        known
            .values
            .with(|values| values.get(&index).filter(|_| is_closed).cloned())
    });
    let unclear = Memo::new(move |_| {
        field.with(|field| {
            values.with(|values| {
                field
                    .as_ref()
                    .zip(values.as_ref())
                    .map_or(0, |(field, values)| unclear(field, values))
            })
        })
    });
    let show = move || {
        open.set(true);
        known.on_values.run(index);
    };
    let capitals = saved_names.with_value(|names| {
        let alike = names
            .iter()
            .find(|known| **known != name && known.to_lowercase() == name.to_lowercase());
        alike.filter(|_| !names.contains(&name)).cloned()
    });
    let samples = column
        .samples
        .iter()
        .map(|sample| view! { <span class="sample">{sample.clone()}</span> })
        .collect_view();
    let suggested = suggestion.target.clone();
    let accept = suggestion.target.clone();
    let percent = suggestion.percent;
    let matched = suggestion.matched;
    let badge = move || {
        let chosen = target.get();
        match (&chosen, matched) {
            (Some(chosen), how) if Some(chosen) == suggested.as_ref() => match how {
                Match::Exact => view! { <Badge tone=Tone::Good with=Icon::Tick text="Exact" /> }.into_any(),
                Match::Alias => view! { <Badge tone=Tone::Accent with=Icon::Tick text="Alias" /> }.into_any(),
                _ => view! { <Badge tone=Tone::Accent with=Icon::Tick text="Accepted" /> }.into_any(),
            },
            (Some(_), _) => view! { <Badge tone=Tone::Neutral with=Icon::Tick text="Chosen" /> }.into_any(),
            (None, Match::Similar) => {
                let label = offers.with_value(|offers| {
                    offers
                        .iter()
                        .find(|offer| Some(&offer.target) == accept.as_ref())
                        .map_or_else(String::new, |offer| offer.label.clone())
                });
                let target = accept.clone();
                view! {
                    <span class="similar">
                        <Badge tone=Tone::Notice with=Icon::Warning text=format!("Similar {percent} %") />
                        <button
                            type="button"
                            class="button small"
                            on:click=move |_| on_choose.run((index, target.clone()))
                        >
                            "Use " {label}
                        </button>
                    </span>
                }
                .into_any()
            }
            (None, _) => view! { <Badge tone=Tone::Neutral with=Icon::Off text="Not used" /> }.into_any(),
        }
    };
    // Drawn anew for another target only, so that whoever chooses meanings by keyboard stays where they are.
    let detailed = Memo::new(move |_| if open.get() { target.get() } else { None });
    let details = move || {
        let target = detailed.get()?;
        let first = field.get_untracked()?;
        let now = Signal::derive(move || field.get().unwrap_or_else(|| first.clone()));
        let of_target = target.clone();
        let closed = Memo::new(move |_| known.catalog.with(|catalog| Closed::of(&of_target, catalog)));
        Some(view! {
            <tr class="policy-line" id=policies_id.clone()>
                <td colspan="5">
                    <div class="policies">
                        <Policies field=now on_change=move |field| on_policy.run((index, field)) />
                        {move || {
                            closed
                                .get()
                                .zip(values.get())
                                .map(|(closed, values)| {
                                    view! {
                                        <ValueTable
                                            field=now
                                            closed=closed
                                            values=values
                                            members=known.members
                                            on_change=move |field| on_policy.run((index, field))
                                        />
                                    }
                                })
                        }}
                    </div>
                </td>
            </tr>
        })
    };
    view! {
        <tbody class:unused=move || target.with(Option::is_none)>
            <tr data-test="match-row">
                <th scope="row" class="key">
                    <span class="cell-text">{name.clone()}</span>
                    {capitals
                        .map(|saved| view! {
                            <p class="hint capitals">{icon(Icon::Warning)} "Differs only by capitals from " <code>{saved}</code></p>
                        })}
                </th>
                <td class="samples">{samples}</td>
                <td class="arrow-cell">{icon(Icon::Arrow)}</td>
                <td class="target-cell">
                    <TargetSelect index=index name=name.clone() columns=columns offers=offers target=target on_choose=on_choose />
                    {move || field.with(|field| field.as_ref().map(|field| {
                        let controls = controls.clone();
                        view! {
                            <button
                                type="button"
                                class="policy-toggle"
                                aria-expanded=move || open.get().to_string()
                                aria-controls=controls
                                on:click=move |_| if open.get_untracked() { open.set(false) } else { show() }
                            >
                                {icon(Icon::Chevron)}
                                <span>{policies::summary(field)}</span>
                                <span class="visually-hidden">" (policies of " {field.api_field.clone()} ")"</span>
                            </button>
                        }
                    }))}
                </td>
                <td class="badge-cell">
                    {badge}
                    {move || {
                        let unclear = unclear.get();
                        (unclear > 0)
                            .then(|| view! {
                                <button type="button" class="button small" on:click=move |_| show()>
                                    {crate::text::count(unclear as u64, "value", "values")} " unclear"
                                </button>
                            })
                    }}
                </td>
            </tr>
            {details}
        </tbody>
    }
    .into_any()
}

#[component]
fn TargetSelect(
    index: usize,
    name: String,
    columns: Signal<Vec<Matched>>,
    offers: StoredValue<Vec<Offer>>,
    target: Memo<Option<Target>>,
    on_choose: Callback<(usize, Option<Target>)>,
) -> impl IntoView {
    // Which other column has a target, said behind its label: choosing it moves it here.
    let taken_by = move |target: &Target| {
        columns.with(|columns| {
            columns
                .iter()
                .enumerate()
                .find(|(at, row)| *at != index && row.field.as_ref().is_some_and(|field| field.target == *target))
                .map(|(_, row)| row.column.name.clone())
        })
    };
    let groups = offers.with_value(|offers| {
        offers
            .chunk_by(|a, b| a.section == b.section)
            .map(|group| {
                let options = group
                    .iter()
                    .map(|offer| {
                        let (target_of, label) = (offer.target.clone(), offer.label.clone());
                        let is_chosen = offer.target.clone();
                        view! {
                            <option
                                value=offer.target.to_string()
                                prop:selected=move || target.with(|target| target.as_ref() == Some(&is_chosen))
                            >
                                {move || match taken_by(&target_of) {
                                    Some(other) => format!("{label} (now: {other})"),
                                    None => label.clone(),
                                }}
                            </option>
                        }
                    })
                    .collect_view();
                view! { <optgroup label=group[0].section>{options}</optgroup> }
            })
            .collect_view()
    });
    view! {
        <select
            data-column=name.clone()
            aria-label=format!("Field for column {name}")
            on:change=move |event| on_choose.run((index, Target::parse(&event_target_value(&event))))
        >
            <option value="" prop:selected=move || target.with(Option::is_none)>"Not used"</option>
            {groups}
        </select>
    }
}
