//! A new user by hand: the least that is needed, planned like everything else.

use leptos::prelude::*;
use passmuster_core::wire::directory::UserEdit;

use super::{
    act::Act,
    planning::{Planner, PlannerSays},
};
use crate::components::{
    button::{Button, Weight},
    dialog::Dialog,
    field::TextField,
};

const FIELDS: &[&str] = &["email", "first_name", "last_name", "manager"];

/// The dialog.
#[component]
pub(in crate::pages) fn AddUser(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Does it.
    planner: Planner,
) -> impl IntoView {
    let close = Callback::new(move |()| open.set(false));
    view! {
        <Dialog open=open on_close=close title="Add user">
            <Form open=open planner=planner />
        </Dialog>
    }
}

#[component]
fn Form(open: RwSignal<bool>, planner: Planner) -> impl IntoView {
    let field = || RwSignal::new(String::new());
    let (email, first_name, last_name, manager) = (field(), field(), field(), field());
    let error = move |name: &'static str| {
        Signal::derive(move || {
            let found = planner
                .errors
                .with(|errors| errors.iter().find(|(field, _)| field == name).cloned());
            found.map(|(_, text)| text)
        })
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let text = |of: RwSignal<String>| of.get_untracked().trim().to_owned();
        let manager = text(manager);
        let edit = UserEdit {
            email: Some(text(email)),
            first_name: Some(text(first_name)),
            last_name: Some(text(last_name)),
            manager: (!manager.is_empty()).then_some(Some(manager)),
            is_active: Some(true),
            ..UserEdit::default()
        };
        let title = format!("Add {} {} as a user?", text(first_name), text(last_name));
        planner.save(Act::Create(Box::new(edit)), title, "Add user");
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <PlannerSays planner=planner fields=FIELDS />
            <TextField id="email" label="Email" kind="email" value=email error=error("email") />
            <div class="two">
                <TextField id="first-name" label="First Name" value=first_name error=error("first_name") />
                <TextField id="last-name" label="Last Name" value=last_name error=error("last_name") />
            </div>
            <TextField
                id="manager"
                label="Manager (optional)"
                kind="email"
                value=manager
                error=error("manager")
                hint="The e-mail of an active user. They are given Is Manager."
            />
            <div class="actions dialog-foot">
                <Button on_press=Callback::new(move |()| open.set(false))>"Cancel"</Button>
                <Button weight=Weight::Primary submit=true busy=planner.busy() test="add-user">"Add user"</Button>
            </div>
        </form>
    }
}
