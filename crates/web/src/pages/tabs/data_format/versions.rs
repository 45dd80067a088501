//! The versions of the mapping: who saved which and when, what differs, and taking one up again.

use leptos::prelude::*;
use passmuster_core::{
    mapping::Mapping,
    wire::integration::{MappingVersion, SavedMapping},
};
use wasm_bindgen_futures::spawn_local;

use super::difference::Difference;
use crate::{
    api::{self, Answer},
    components::{
        badge::{Badge, Tone},
        banner::Banner,
        button::{Button, Weight},
        card_table::CardTable,
        dialog::Dialog,
        icon::Icon,
        loaded::Loaded,
        time::Time,
    },
    pages::tabs::opened::Opened,
    session::Shell,
    text,
};

/// How many versions are listed before all are asked for.
const LISTED: usize = 5;

/// The list.
#[component]
pub(super) fn Versions(
    /// The integration.
    opened: Opened,
) -> impl IntoView {
    let current = Memo::new(move |_| opened.integration.with(|now| now.mapping_version));
    let list = api::Resource::new(move || {
        current.track();
        async move { api::mapping_versions(&opened.id()).await }
    });
    let all = RwSignal::new(false);
    let looked_at = RwSignal::new(None::<u64>);
    view! {
        <section class="stack section" aria-labelledby="versions">
            <h2 id="versions">"Versions"</h2>
            <Loaded
                resource=list
                what="the versions"
                draw=move |list| {
                    let count = list.versions.len();
                    let versions = StoredValue::new(list.versions);
                    let rows = move || {
                        let shown = if all.get() { usize::MAX } else { LISTED };
                        let current = current.get();
                        versions
                            .get_value()
                            .into_iter()
                            .take(shown)
                            .map(|version| row(version, current, looked_at))
                            .collect_view()
                    };
                    view! {
                        <CardTable test="versions" headings=vec!["Version", "Saved", "By"] acts=true>{rows}</CardTable>
                        <Show when=move || { count > LISTED && !all.get() }>
                            <div class="actions">
                                <Button on_press=Callback::new(move |()| all.set(true))>
                                    {format!("Show all {}", text::number(count as u64))}
                                </Button>
                            </div>
                        </Show>
                    }
                }
            />
        </section>
        <LookAt opened=opened version=looked_at />
    }
}

fn row(version: MappingVersion, current: u64, looked_at: RwSignal<Option<u64>>) -> impl IntoView {
    let number = version.version;
    let is_current = number == current;
    let by = if version.saved_by.is_empty() {
        "–".to_owned()
    } else {
        version.saved_by
    };
    view! {
        <tr>
            <td data-label="Version">
                <span class="inline">
                    <strong>{text::number(number)}</strong>
                    {is_current.then(|| view! { <Badge tone=Tone::Good with=Icon::Tick text="In force" /> })}
                </span>
            </td>
            <td data-label="Saved"><Time at=version.saved_at /></td>
            <td data-label="By" class="cell-text">{by}</td>
            <td data-label="" class="row-acts">
                {(!is_current)
                    .then(|| {
                        view! {
                            <Button small=true on_press=Callback::new(move |()| looked_at.set(Some(number))) test="look-at-version">
                                "What differs…"
                                <span class="visually-hidden">" in version "{number}</span>
                            </Button>
                        }
                    })}
            </td>
        </tr>
    }
}

/// What differs between the mapping in force and an earlier one, and the way back to it.
#[component]
fn LookAt(opened: Opened, version: RwSignal<Option<u64>>) -> impl IntoView {
    let shell = Shell::here();
    let busy = RwSignal::new(false);
    let refused = RwSignal::new(None::<String>);
    let found = api::Resource::new(move || {
        let version = version.get();
        async move {
            let answer: Answer<Option<SavedMapping>> = match version {
                None => Ok(None),
                Some(version) => api::mapping_version(&opened.id(), version).await.map(Some),
            };
            answer
        }
    });
    let close = Callback::new(move |()| {
        version.set(None);
        refused.set(None);
    });
    let restore = move |mapping: Mapping| {
        busy.set(true);
        refused.set(None);
        let over = opened.integration.with_untracked(|now| now.mapping_version);
        spawn_local(async move {
            let answer = api::save_mapping_over(&opened.id(), over, &mapping).await;
            busy.try_set(false);
            match answer {
                Ok(now) => {
                    shell.say(format!("Restored, as version {}", now.mapping_version));
                    opened.integration.try_set(now);
                    version.try_set(None);
                }
                Err(fault) => {
                    refused.try_set(Some(fault.message()));
                }
            }
        });
    };
    let title = Signal::derive(move || {
        version
            .get()
            .map_or_else(String::new, |version| format!("Restore version {version}?"))
    });
    view! {
        <Dialog open=Signal::derive(move || version.with(Option::is_some)) on_close=close title=title wide=true>
            <div class="stack">
                {move || refused.get().map(|why| view! { <Banner tone=Tone::Bad title="Nothing was restored"><p>{why}</p></Banner> })}
                <Loaded
                    resource=found
                    what="the version"
                    draw=move |found| {
                        found
                            .map(|found| {
                                let now = opened.integration.with_untracked(|now| now.mapping.clone());
                                let mapping = found.mapping.clone();
                                let act = Callback::new(move |()| restore(mapping.clone()));
                                view! {
                                    <p>"Restoring it changes the mapping in force like this, as a new version:"</p>
                                    <Difference before=now after=found.mapping catalog=opened.catalog.get_untracked() />
                                    <div class="actions dialog-foot">
                                        <Button focus=true on_press=close>"Cancel"</Button>
                                        <Button
                                            weight=Weight::Primary
                                            busy=busy
                                            disabled=!opened.may_edit
                                            on_press=act
                                            test="restore-version"
                                        >
                                            "Restore"
                                        </Button>
                                    </div>
                                }
                            })
                    }
                />
            </div>
        </Dialog>
    }
}
