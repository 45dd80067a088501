//! Which group some users are to be in: a type, then a group of it, or none.

use leptos::prelude::*;
use passmuster_core::wire::directory::Catalog;

use crate::components::{
    button::{Button, Weight},
    dialog::Dialog,
};

/// The dialog; `on_choose` gets the group type, and the group or nothing.
#[component]
pub(in crate::pages) fn SetGroup(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// What there is.
    catalog: Catalog,
    /// Whose group it is, such as `14 users`.
    #[prop(into)]
    whose: Signal<String>,
    /// Called with the choice.
    #[prop(into)]
    on_choose: Callback<(String, Option<String>)>,
) -> impl IntoView {
    let close = Callback::new(move |()| open.set(false));
    let catalog = StoredValue::new(catalog);
    let first = catalog.with_value(|catalog| catalog.group_types.first().map(|of_type| of_type.name.clone()));
    let group_type = RwSignal::new(first.unwrap_or_default());
    let group = RwSignal::new(String::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let name = group.get_untracked().trim().to_owned();
        open.set(false);
        on_choose.run((group_type.get_untracked(), (!name.is_empty()).then_some(name)));
    };
    view! {
        <Dialog open=open on_close=close title="Set group">
            <form class="form" on:submit=submit>
                <p class="hint">"A user is in one group of each type: the one that is chosen takes the place of the one before. For " {whose} "."</p>
                <div class="field">
                    <label for="set-type">"Group type"</label>
                    <select id="set-type" on:change=move |event| group_type.set(event_target_value(&event))>
                        {catalog
                            .with_value(|catalog| {
                                let types = catalog.group_types.iter();
                                types.map(|of_type| view! { <option value=of_type.name.clone()>{of_type.name.clone()}</option> }).collect_view()
                            })}
                    </select>
                </div>
                <div class="field">
                    <label for="set-group">"Group"</label>
                    <input
                        id="set-group"
                        list="set-groups"
                        autocomplete="off"
                        prop:value=move || group.get()
                        on:input=move |event| group.set(event_target_value(&event))
                    />
                    <datalist id="set-groups">
                        {move || {
                            let of_type = group_type.get();
                            catalog.with_value(|catalog| {
                                let found = catalog.group_types.iter().find(|known| known.name == of_type);
                                let groups = found.map(|known| known.groups.clone()).unwrap_or_default();
                                groups.into_iter().map(|name| view! { <option value=name></option> }).collect_view()
                            })
                        }}
                    </datalist>
                    <p class="hint">"A name that is not there yet makes a new group, and the plan says so. Empty takes them out."</p>
                </div>
                <div class="actions dialog-foot">
                    <Button on_press=close>"Cancel"</Button>
                    <Button weight=Weight::Primary submit=true test="choose-group">"Show the plan"</Button>
                </div>
            </form>
        </Dialog>
    }
}
