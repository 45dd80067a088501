//! Making what a mapping is to name and the workspace doesn't have yet: a group type, an integration ID, an attribute.

use leptos::prelude::*;
use passmuster_core::{
    field::Target,
    group::{AttributeKind, AttributeType},
    mapping::ApiField,
};
use wasm_bindgen_futures::spawn_local;

use super::draft::Draft;
use crate::{
    api::{self, Answer},
    components::{
        badge::Tone,
        banner::Banner,
        button::{Button, Weight},
        dialog::Dialog,
        field::TextField,
    },
    session::Shell,
};

/// What is to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// For the group that a user is a member of.
    Membership,
    /// For the groups that a user manages.
    Manager,
    /// An ID in another system.
    IntegrationId,
    /// A custom attribute.
    Attribute,
}

impl What {
    /// In the order of the picker.
    pub(super) const ALL: [Self; 4] = [Self::Membership, Self::Manager, Self::IntegrationId, Self::Attribute];

    /// What the picker's option stands for; no target has such a code.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Membership => "new membership",
            Self::Manager => "new manager",
            Self::IntegrationId => "new integration id",
            Self::Attribute => "new attribute",
        }
    }

    /// What a code of the picker stands for.
    pub(super) fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.code() == code)
    }

    /// What the picker says.
    pub(super) fn offer(self) -> &'static str {
        match self {
            Self::Membership => "Group Membership - new group type…",
            Self::Manager => "Group Manager - new group type…",
            Self::IntegrationId => "New integration ID…",
            Self::Attribute => "New attribute…",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Membership | Self::Manager => "New group type",
            Self::IntegrationId => "New integration ID",
            Self::Attribute => "New attribute",
        }
    }

    fn about(self) -> &'static str {
        match self {
            Self::Membership | Self::Manager => {
                "Such as Team or Office. A user is a member of at most one group of each type."
            }
            Self::IntegrationId => {
                "Such as Employee ID: what the user is called in another system. No two users share one."
            }
            Self::Attribute => "Such as Cost Center: something of the workspace's own that is kept for each user.",
        }
    }
}

/// What is to be made, for which line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Making {
    /// The number of the line.
    pub(super) number: u32,
    /// What.
    pub(super) what: What,
}

const KINDS: [(AttributeKind, &str); 7] = [
    (AttributeKind::String, "Text"),
    (AttributeKind::Integer, "Whole number"),
    (AttributeKind::Float, "Decimal number"),
    (AttributeKind::Boolean, "True or False"),
    (AttributeKind::Date, "Date"),
    (AttributeKind::Datetime, "Date and time"),
    (AttributeKind::Json, "JSON"),
];

/// The dialog.
#[component]
pub(super) fn MakeNew(
    /// The mapping that is to name it.
    draft: Draft,
    /// What is to be made; `None`: the dialog is closed.
    making: RwSignal<Option<Making>>,
) -> impl IntoView {
    let shell = Shell::here();
    let name = RwSignal::new(String::new());
    let kind = RwSignal::new(AttributeKind::String);
    let busy = RwSignal::new(false);
    let refused = RwSignal::new(None::<String>);
    let close = Callback::new(move |()| {
        making.set(None);
        refused.set(None);
        name.set(String::new());
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(wanted) = making.get_untracked().filter(|_| !busy.get_untracked()) else {
            return;
        };
        busy.set(true);
        refused.set(None);
        spawn_local(async move {
            let made = make(draft, wanted.what, name.get_untracked().trim(), kind.get_untracked()).await;
            busy.try_set(false);
            match made {
                Ok(target) => {
                    let line = untrack(|| draft.lines())
                        .into_iter()
                        .find(|line| line.number == wanted.number);
                    if let Some(line) = line {
                        shell.say(format!("{} was made", target.label()));
                        draft.set(wanted.number, ApiField::new(line.field.api_field, target));
                    }
                    close.run(());
                }
                Err(fault) => {
                    refused.try_set(Some(fault.message()));
                }
            }
        });
    };
    let what = move || making.get().map(|making| making.what);
    let kinds = move || {
        KINDS
            .into_iter()
            .enumerate()
            .map(|(index, (value, words))| {
                view! { <option value=index.to_string() prop:selected=move || kind.get() == value>{words}</option> }
            })
            .collect_view()
    };
    view! {
        <Dialog
            open=Signal::derive(move || making.with(Option::is_some))
            on_close=close
            title=Signal::derive(move || what().map_or("", What::title).to_owned())
        >
            <form class="form" novalidate on:submit=submit>
                <p class="hint">{move || what().map(What::about)}</p>
                {move || refused.get().map(|why| view! { <Banner tone=Tone::Bad title="Nothing was made"><p>{why}</p></Banner> })}
                <TextField id="new-name" label="Name" value=name />
                <Show when=move || what() == Some(What::Attribute)>
                    <div class="field">
                        <label for="new-kind">"What it holds"</label>
                        <select
                            id="new-kind"
                            on:change=move |event| {
                                let index: usize = event_target_value(&event).parse().unwrap_or_default();
                                kind.set(KINDS.get(index).map_or(AttributeKind::String, |(kind, _)| *kind));
                            }
                        >
                            {kinds}
                        </select>
                    </div>
                </Show>
                <div class="actions dialog-foot">
                    <Button on_press=close>"Cancel"</Button>
                    <Button weight=Weight::Primary submit=true busy=busy test="make-now">"Make it"</Button>
                </div>
            </form>
        </Dialog>
    }
}

/// Makes it, and takes it into the catalog; what a mapping calls it.
async fn make(draft: Draft, what: What, name: &str, kind: AttributeKind) -> Answer<Target> {
    let catalog = draft.opened.catalog;
    match what {
        What::Membership | What::Manager => {
            let made = api::define_group_type(name).await?;
            let target = if what == What::Membership {
                Target::GroupMembership(made.name.clone())
            } else {
                Target::GroupManager(made.name.clone())
            };
            catalog.try_update(|catalog| catalog.group_types.push(made));
            Ok(target)
        }
        What::IntegrationId => {
            let made = api::define_integration_id(name).await?;
            let target = Target::IntegrationId(made.slug.clone());
            catalog.try_update(|catalog| catalog.integration_ids.push(made));
            Ok(target)
        }
        What::Attribute => {
            let wanted = AttributeType {
                name: name.to_owned(),
                kind,
                options: Vec::new(),
            };
            let made = api::define_attribute(&wanted).await?;
            let target = Target::Attribute(made.name.clone());
            catalog.try_update(|catalog| catalog.attributes.push(made));
            Ok(target)
        }
    }
}
