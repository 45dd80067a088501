//! The endpoint, the tokens that open it, and commands that use both.

mod keeping;
mod new_token;
mod rotate;
mod row;
mod shown_once;
mod token_dialog;

use leptos::prelude::*;
use passmuster_core::{mapping::FileFormat, permission::Permission, wire::integration::Token};
use wasm_bindgen_futures::spawn_local;

use self::{new_token::CreateToken, rotate::RotateToken, row::TokenRow};
use super::opened::Opened;
use crate::{
    api,
    components::{
        button::{Button, Weight},
        card_table::CardTable,
        confirm::Confirm,
        copy_field::CopyField,
        curl::{Call, CopyAs, Mode, Sent},
        icon::{Icon, icon},
    },
    session::Shell,
    text,
};

/// What of a token is asked for.
#[derive(Debug, Clone, PartialEq)]
enum Asked {
    Rotate(Token),
    Revoke(Token),
}

/// The call that uploads a file of the person's.
fn upload_call(endpoint: String, format: FileFormat) -> Call {
    let file = match format {
        FileFormat::Csv => "users.csv",
        FileFormat::Json => "users.json",
    };
    Call {
        endpoint,
        mode: Mode::Apply,
        format,
        body: Sent::File(file.to_owned()),
    }
}

/// The tab.
#[component]
pub(crate) fn Credentials(
    /// The integration.
    opened: Opened,
) -> impl IntoView {
    let endpoint = Memo::new(move |_| opened.integration.with(|now| now.endpoint.clone()));
    let call = Memo::new(move |_| {
        opened
            .integration
            .with(|now| upload_call(now.endpoint.clone(), now.mapping.file_format))
    });
    view! {
        <section class="card stack" aria-labelledby="endpoint">
            <h2 id="endpoint">"Endpoint"</h2>
            {move || view! { <CopyField label="ENDPOINT" value=endpoint.get() test="endpoint" /> }}
            <CopyField label="Header" value="Authorization: Token $TOKEN" />
            <CopyAs label="Upload a file" call=call />
            <p class="hint">
                "The address ends in " <code>"/"</code> ". Add " <code>"?mode=plan"</code>
                " to see what a file would change; nothing is stored then."
            </p>
        </section>
        <Tokens opened=opened call=call />
    }
}

/// The tokens, and what can be done with them.
#[component]
fn Tokens(opened: Opened, call: Memo<Call>) -> impl IntoView {
    let shell = Shell::here();
    let creating = RwSignal::new(false);
    let asked = RwSignal::new(None::<Asked>);
    let busy = RwSignal::new(false);
    let refused = RwSignal::new(None::<String>);
    let tokens = Memo::new(move |_| opened.integration.with(|now| now.tokens.clone()));
    let revoke = Callback::new(move |()| {
        let Some(Asked::Revoke(token)) = asked.get_untracked() else {
            return;
        };
        busy.set(true);
        refused.set(None);
        spawn_local(async move {
            let answer = api::revoke_token(&opened.id(), &token.id).await;
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    asked.try_set(None);
                    shell.say(format!("The token {}… is revoked", token.starts_with));
                    opened.refresh();
                }
                Err(fault) => {
                    refused.try_set(Some(fault.message()));
                }
            }
        });
    });
    let cancel = Callback::new(move |()| {
        asked.set(None);
        refused.set(None);
    });
    // As it is known by now: with its last use.
    let revoked = Memo::new(move |_| match asked.get() {
        Some(Asked::Revoke(token)) => tokens.with(|tokens| tokens.iter().find(|now| now.id == token.id).cloned()),
        _ => None,
    });
    let rotated = Memo::new(move |_| match asked.get() {
        Some(Asked::Rotate(token)) => Some(token),
        _ => None,
    });
    let rows = move || {
        let all = tokens.get();
        if !opened.may_edit {
            let text = format!(
                "Tokens are shown to those who have \u{201c}{}\u{201d}.",
                Permission::IntegrationsEdit
            );
            return view! {
                <tr>
                    <td data-label="AUTH_TOKEN"><code aria-hidden="true">"••••••••"</code></td>
                    <td colspan="5" class="hint" data-label="">{text}</td>
                </tr>
            }
            .into_any();
        }
        if all.is_empty() {
            return view! {
                <tr><td colspan="6" class="nothing" data-label="">"There is no token, so nobody can send to this endpoint."</td></tr>
            }
            .into_any();
        }
        all.iter()
            .map(|token| {
                view! {
                    <TokenRow
                        token=token.clone()
                        all=all.clone()
                        on_rotate=move |token| asked.set(Some(Asked::Rotate(token)))
                        on_revoke=move |token| {
                            opened.refresh();
                            asked.set(Some(Asked::Revoke(token)));
                        }
                    />
                }
            })
            .collect_view()
            .into_any()
    };
    view! {
        <section class="stack section" aria-labelledby="tokens">
            <div class="list-head">
                <h2 id="tokens">"Tokens"</h2>
                <div class="actions">
                    <Button
                        weight=Weight::Primary
                        disabled=!opened.may_edit
                        on_press=Callback::new(move |()| creating.set(true))
                        test="new-token"
                    >
                        {icon(Icon::Plus)}
                        "Create token"
                    </Button>
                </div>
            </div>
            <CardTable test="tokens" headings=vec!["AUTH_TOKEN", "State", "Made", "Last used", "Ends"] acts=true>
                {rows}
            </CardTable>
        </section>
        <CreateToken opened=opened open=creating call=call />
        <RotateToken
            opened=opened
            token=rotated
            on_close=move |()| {
                if matches!(asked.get_untracked(), Some(Asked::Rotate(_))) {
                    asked.set(None);
                }
            }
            call=call
        />
        <Confirm
            open=Signal::derive(move || revoked.with(Option::is_some))
            on_cancel=cancel
            on_confirm=revoke
            title=Signal::derive(move || {
                revoked.with(|token| token.as_ref().map_or_else(String::new, |token| format!("Revoke the token {}…?", token.starts_with)))
            })
            verb="Revoke token"
            busy=busy
            refused=refused
            test="revoke-now"
        >
            <p>{move || revoked.with(|token| token.as_ref().map(last_use))}</p>
            <p>"Whoever sends with it is refused from then on. A revoked token can't be brought back."</p>
        </Confirm>
    }
}

/// When a token was last used, as a sentence.
fn last_use(token: &Token) -> String {
    match &token.last_used_at {
        Some(at) => format!("It was last used on {}.", text::exact_time(at)),
        None => "It was never used.".to_owned(),
    }
}
