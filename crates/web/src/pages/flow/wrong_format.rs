//! A file of another format than the integration takes: what it is, and letting the integration take that.

use leptos::prelude::*;
use passmuster_core::{mapping::FileFormat, permission::Permission};
use wasm_bindgen_futures::spawn_local;

use super::state::Flow;
use crate::{
    api::Fault,
    components::{badge::Tone, banner::Banner, button::Button},
    session::Shell,
};

/// The banner.
#[component]
pub(super) fn WrongFormat(flow: Flow, found: FileFormat) -> impl IntoView {
    let shell = Shell::here();
    let name = found.as_str().to_ascii_uppercase();
    let is_workbook = flow
        .preview
        .with_untracked(|preview| preview.as_ref().is_some_and(|preview| preview.file.sheet.is_some()));
    let what = if is_workbook {
        "an Excel workbook".to_owned()
    } else {
        format!("a {name} file")
    };
    let taken = match found {
        FileFormat::Csv => "JSON",
        FileFormat::Json => "CSV and Excel",
    };
    let busy = RwSignal::new(false);
    let fault = RwSignal::new(None::<Fault>);
    let may = move || {
        shell
            .person()
            .is_some_and(|person| person.permissions.contains(&Permission::IntegrationsEdit))
    };
    let switch = Callback::new(move |()| {
        busy.set(true);
        fault.set(None);
        spawn_local(async move {
            let answer = flow.switch_format(found).await;
            busy.set(false);
            fault.set(answer.err());
        });
    });
    view! {
        <Banner tone=Tone::Bad title=format!("This is {what}, and this integration takes {taken}")>
            <p>
                {format!(
                    "Choose another file, or let the integration take {name}. Every upload by token then has to be {name}, too.",
                )}
            </p>
            {move || fault.get().map(|fault| view! { <p>{fault.message()}</p> })}
            {move || if may() {
                view! {
                    <div class="actions">
                        <Button busy=busy on_press=switch test="switch-format">
                            {format!("Let the integration take {}", found.as_str().to_ascii_uppercase())}
                        </Button>
                    </div>
                }
                    .into_any()
            } else {
                view! { <p>"Changing that takes the permission “Integrations: Edit”."</p> }.into_any()
            }}
        </Banner>
    }
}
