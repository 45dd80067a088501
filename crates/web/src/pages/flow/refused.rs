//! Why a request gave nothing, and what to do; the file and all choices are kept.

use leptos::prelude::*;
use passmuster_core::wire::{Difference, Differing};

use super::state::Flow;
use crate::{
    api::Fault,
    components::{
        badge::Tone,
        banner::Banner,
        button::{Button, Weight},
        plan_change::{edit_list, kind_badge},
    },
    page::Page,
    text,
};

/// Whether the directory changed since the plan was made.
pub(super) fn is_conflict(fault: &Fault) -> bool {
    matches!(fault, Fault::Refused { status: 409, body } if body.errors.first().is_some_and(|error| error.id == "conflict"))
}

/// The banner.
#[component]
pub(super) fn Refused(flow: Flow, fault: Fault, during_apply: bool) -> impl IntoView {
    if is_conflict(&fault) {
        return view! { <Moved flow=flow fault=fault /> }.into_any();
    }
    let upload = match &fault {
        Fault::Refused { body, .. } => body.upload_id.clone(),
        Fault::Network => None,
    };
    let signed_out = fault.status() == Some(401);
    let unknown = during_apply && fault.status().is_none();
    let title = match fault.status() {
        Some(401) => "You are signed out",
        None if during_apply => "It is not known whether the file was loaded",
        _ if during_apply => "Nothing was loaded",
        _ => "The plan could not be made",
    };
    let text = if unknown {
        "The connection broke. Ask for the plan again: it says nothing would change if the file was loaded.".to_owned()
    } else if signed_out {
        "Sign in again to go on: the file and your choices are still here.".to_owned()
    } else {
        fault.message()
    };
    let again = Callback::new(move |()| {
        if signed_out {
            flow.signed_out.set(true);
        } else if unknown {
            flow.ask_for_plan();
        } else {
            flow.try_again();
        }
    });
    view! {
        <Banner tone=Tone::Bad title=title>
            <p>{text}</p>
            <div class="actions">
                <Button on_press=again test="try-again">
                    {if signed_out { "Sign in" } else if unknown { "Show the new plan" } else { "Try again" }}
                </Button>
                {upload
                    .zip(flow.integration())
                    .map(|(upload, integration)| {
                        view! { <a class="button" href=Page::Upload(integration, upload).path()>"Look at the upload"</a> }
                    })}
            </div>
        </Banner>
    }
    .into_any()
}

/// The directory moved: just what differs, and the way to the new plan.
#[component]
fn Moved(flow: Flow, fault: Fault) -> impl IntoView {
    let difference: Option<Difference> = match fault {
        Fault::Refused { body, .. } => body.difference.and_then(|difference| difference.read()),
        Fault::Network => None,
    };
    let title = match &difference {
        Some(difference) if difference.total > 0 => {
            format!(
                "{} changed since you looked",
                text::count(difference.total, "person", "people")
            )
        }
        _ => "The directory changed since you looked".to_owned(),
    };
    let catalog = flow.catalog.get_untracked();
    let people = difference.filter(|difference| !difference.users.is_empty()).map(|difference| {
        let (total, named) = (difference.total, difference.users.len() as u64);
        let rows = difference.users.into_iter().map(|differing| {
            let Differing { email, was_in_plan, change } = differing;
            let (now, fields) = match &change {
                Some(change) => (kind_badge(change.kind).into_any(), edit_list(change, &catalog).into_any()),
                None => (().into_any(), "Nothing would change any more".into_any()),
            };
            let before = if was_in_plan { "Was in the plan, with other changes" } else { "Was not in the plan" };
            let before = if change.is_none() { "Was in the plan" } else { before };
            view! {
                <tr>
                    <td data-label="Person" class="person-cell">{email}</td>
                    <td data-label="Before">{before}</td>
                    <td data-label="Now">{now} {fields}</td>
                </tr>
            }
        });
        let rows = rows.collect_view();
        view! {
            <div class="table-box" tabindex="0" role="region" aria-label="What changed since" data-test="difference">
                <table class="changes cards">
                    <thead>
                        <tr>
                            <th scope="col">"Person"</th>
                            <th scope="col">"When you looked"</th>
                            <th scope="col">"Now"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {(named < total)
                .then(|| view! { <p class="hint">{format!("First {} of {} shown.", text::number(named), text::number(total))}</p> })}
        }
    });
    view! {
        <Banner tone=Tone::Notice title=title>
            <p>"Nothing was loaded. Look at the new plan; the file and your choices stay."</p>
            {people}
            <div class="actions">
                <Button
                    weight=Weight::Primary
                    on_press=Callback::new(move |()| flow.ask_for_plan())
                    test="try-again"
                >
                    "Look at the new plan"
                </Button>
            </div>
        </Banner>
    }
}
