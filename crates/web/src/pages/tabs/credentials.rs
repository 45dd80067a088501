//! The endpoint, the tokens that open it, and a command that uses both.

use leptos::prelude::*;
use passmuster_core::{
    mapping::FileFormat,
    wire::integration::{Integration, Token},
};
use wasm_bindgen_futures::spawn_local;

use crate::{
    api,
    components::{
        badge::Tone,
        banner::Banner,
        button::{Button, Weight},
        copy_field::CopyField,
        dialog::Dialog,
        icon::{Icon, icon},
    },
    session::Shell,
    text,
};

/// The tab.
#[component]
pub(crate) fn Credentials(
    /// The integration.
    integration: Integration,
    /// Called when a token was made and put away.
    #[prop(into)]
    on_made: Callback<()>,
) -> impl IntoView {
    let shell = Shell::here();
    let made = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let refused = RwSignal::new(None::<String>);
    let id = StoredValue::new(integration.id);
    let make = Callback::new(move |()| {
        busy.set(true);
        refused.set(None);
        spawn_local(async move {
            let answer = api::new_token(&id.get_value()).await;
            busy.set(false);
            match answer {
                Ok(token) => {
                    made.set(Some(token.auth_token));
                    shell.say("A token was made. It is shown once.");
                }
                Err(fault) => refused.set(Some(fault.message())),
            }
        });
    });
    let close = Callback::new(move |()| {
        if made.get_untracked().is_some() {
            made.set(None);
            on_made.run(());
        }
    });
    let (content_type, file) = match integration.mapping.file_format {
        FileFormat::Csv => ("text/csv", "users.csv"),
        FileFormat::Json => ("application/json", "users.json"),
    };
    let curl = |address: &str| {
        format!(
            "curl --fail-with-body '{address}' \\\n  --header \"Authorization: Token $TOKEN\" \\\n  --header 'Content-Type: \
             {content_type}' \\\n  --data-binary @{file}"
        )
    };
    let tokens = integration.tokens.into_iter().map(token_row).collect_view();
    view! {
        <section class="card stack">
            <h2>"Endpoint"</h2>
            <CopyField label="ENDPOINT" value=integration.endpoint.clone() test="endpoint" />
            <CopyField label="Upload with curl" value=curl(&integration.endpoint) />
            <p class="hint">
                "Add " <code>"?mode=plan"</code> " to see what a file would change; nothing is stored then."
            </p>
        </section>
        <section class="stack section">
            <div class="list-head">
                <h2>"Tokens"</h2>
                <div class="actions">
                    <Button weight=Weight::Primary busy=busy on_press=make test="new-token">
                        {icon(Icon::Plus)}
                        "New token"
                    </Button>
                </div>
            </div>
            {move || refused.get().map(|text| view! { <Banner tone=Tone::Bad title="No token was made"><p>{text}</p></Banner> })}
            <div class="table-box">
                <table class="cards">
                    <thead>
                        <tr>
                            <th scope="col">"AUTH_TOKEN"</th>
                            <th scope="col">"Made"</th>
                            <th scope="col">"Last used"</th>
                        </tr>
                    </thead>
                    <tbody>{tokens}</tbody>
                </table>
            </div>
        </section>
        <Dialog open=Signal::derive(move || made.with(Option::is_some)) on_close=close title="Your new token">
            <div class="stack">
                <p>"Copy it now. It is shown this once, and kept only as a digest."</p>
                <CopyField label="AUTH_TOKEN" value=made.get().unwrap_or_default() test="auth-token" />
                <div class="actions">
                    <Button weight=Weight::Primary on_press=close>"I have stored it"</Button>
                </div>
            </div>
        </Dialog>
    }
}

fn token_row(token: Token) -> impl IntoView {
    let last_used = match token.last_used_at {
        Some(at) => view! { <span title=text::exact_time(&at)>{text::time(&at)}</span> }.into_any(),
        None => view! { <span class="nothing">"Never"</span> }.into_any(),
    };
    view! {
        <tr>
            <td data-label="AUTH_TOKEN"><code>{token.starts_with} "…"</code></td>
            <td data-label="Made" title=text::exact_time(&token.created_at)>{text::time(&token.created_at)}</td>
            <td data-label="Last used">{last_used}</td>
        </tr>
    }
}
