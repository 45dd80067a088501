//! One name that an act on groups needs: of a new group, of the one to merge into, of whoever is to manage it.

use leptos::prelude::*;

use super::person_search::PersonSearch;
use crate::components::{
    button::{Button, Weight},
    dialog::Dialog,
    proposals::{Proposals, name_of},
};

/// What the name is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pages) enum Ask {
    /// A new group type.
    NewType,
    /// A new group.
    NewGroup,
    /// Another name for the group.
    Rename,
    /// The group that takes the people.
    Merge,
    /// The group that this user moves to.
    Move(String),
    /// Whoever is to manage the group too.
    NewManager,
}

impl Ask {
    fn title(&self, group: &str) -> String {
        match self {
            Self::NewType => "Add group type".to_owned(),
            Self::NewGroup => "Add group".to_owned(),
            Self::Rename => format!("Rename {group}"),
            Self::Merge => format!("Merge {group} into another group"),
            Self::Move(email) => format!("Move {email}"),
            Self::NewManager => format!("Add a manager of {group}"),
        }
    }

    fn label(&self) -> &'static str {
        match self {
            Self::NewType | Self::NewGroup => "Name",
            Self::Rename => "New name",
            Self::Merge => "Group that everybody goes to",
            Self::Move(_) => "Group to move to",
            Self::NewManager => "Name or e-mail",
        }
    }

    fn hint(&self) -> &'static str {
        match self {
            Self::NewType => "Such as Team, Role or Office. A user is in one group of each type.",
            Self::NewGroup => "1 to 150 characters, no semicolon: files separate groups by it.",
            Self::Rename => {
                "Everybody stays in it. An upload that still has the old spelling will make a new group: change the file, too."
            }
            Self::Merge => {
                "The remedy for a misspelt group: its members and managers go over, and it is removed. You see each of them first."
            }
            Self::Move(_) => "A user is in one group of each type: the new one takes the place of the one they are in.",
            Self::NewManager => "An active user. They manage every member, and are given Is Manager.",
        }
    }

    fn verb(&self) -> &'static str {
        match self {
            Self::NewType => "Add group type",
            Self::NewGroup => "Add group",
            _ => "Show the plan",
        }
    }

    fn fault(&self, text: &str) -> Option<&'static str> {
        let is_name = !matches!(self, Self::NewManager);
        (is_name && text.contains(';'))
            .then_some("A name has no semicolon: files separate groups by it.")
            .or_else(|| (text.chars().count() > 150).then_some("A name has at most 150 characters."))
    }
}

/// The dialog, open while something is asked.
#[component]
pub(in crate::pages) fn AskName(
    /// What for.
    ask: RwSignal<Option<Ask>>,
    /// The group that it is about.
    #[prop(into)]
    group: Signal<String>,
    /// Groups that may be meant.
    #[prop(into)]
    proposals: Signal<Vec<String>>,
    /// Called with the name.
    #[prop(into)]
    on_name: Callback<(Ask, String)>,
) -> impl IntoView {
    let open = Signal::derive(move || ask.with(Option::is_some));
    let close = Callback::new(move |()| ask.set(None));
    let title = Signal::derive(move || {
        ask.with(|asked| asked.as_ref().map(|asked| asked.title(&group.get())))
            .unwrap_or_default()
    });
    view! {
        <Dialog open=open on_close=close title=title>
            {move || {
                ask.get()
                    .map(|asked| {
                        let text = RwSignal::new(if asked == Ask::Rename { group.get_untracked() } else { String::new() });
                        let tried = RwSignal::new(false);
                        let (of_fault, of_submit) = (asked.clone(), asked.clone());
                        let fault = Signal::derive(move || {
                            let text = text.get();
                            match of_fault.fault(&text) {
                                None if tried.get() && text.trim().is_empty() => Some("Type a name first."),
                                fault => fault,
                            }
                        });
                        let submit = move |event: leptos::ev::SubmitEvent| {
                            event.prevent_default();
                            tried.set(true);
                            let name = text.get_untracked().trim().to_owned();
                            if fault.get_untracked().is_none() {
                                ask.set(None);
                                on_name.run((of_submit.clone(), name));
                            }
                        };
                        let lists = matches!(asked, Ask::Merge | Ask::Move(_));
                        let search = (asked == Ask::NewManager).then(PersonSearch::new);
                        let who = move || search.and_then(|search| search.found.with(|people| name_of(people, &text.get())));
                        view! {
                            <form class="form" novalidate on:submit=submit>
                                <div class="field">
                                    <label for="asked-name">{asked.label()}</label>
                                    <input
                                        id="asked-name"
                                        type="text"
                                        list=if search.is_some() { Some("asked-people") } else { lists.then_some("asked-proposals") }
                                        autocomplete="off"
                                        autofocus
                                        aria-describedby="asked-fault asked-hint"
                                        aria-invalid=move || fault.get().is_some().then_some("true")
                                        prop:value=move || text.get()
                                        on:input=move |event| {
                                            text.set(event_target_value(&event));
                                            if let Some(search) = search {
                                                search.seek(text.get_untracked());
                                            }
                                        }
                                    />
                                    {search.map(|search| view! {
                                        <Proposals id="asked-people" people=search.found />
                                        <p class="strong" aria-live="polite">{who}</p>
                                    })}
                                    <datalist id="asked-proposals">
                                        {move || {
                                            let own = group.get();
                                            let names = proposals.get().into_iter().filter(move |name| lists && *name != own);
                                            names.map(|name| view! { <option value=name></option> }).collect_view()
                                        }}
                                    </datalist>
                                    <p class="field-error" id="asked-fault">{move || fault.get()}</p>
                                    <p class="hint" id="asked-hint">{asked.hint()}</p>
                                </div>
                                <div class="actions dialog-foot">
                                    <Button on_press=close>"Cancel"</Button>
                                    <Button weight=Weight::Primary submit=true test="name-it">{asked.verb()}</Button>
                                </div>
                            </form>
                        }
                    })
            }}
        </Dialog>
    }
}
