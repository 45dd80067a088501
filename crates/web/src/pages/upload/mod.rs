//! One upload: when, from whom, what it held, what was wrong with it, what it changed, and what a person does about it.

mod changes;
mod content;
mod facts;
mod problems;
mod request;

pub(crate) use self::facts::CountList;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use passmuster_core::{
    permission::Permission,
    wire::integration::{Integration, Outcome, UploadDetail},
};

use self::{changes::Changes, content::Content, facts::Facts, problems::UploadProblems, request::RequestView};
use super::{
    deciding::{HeldUpload, UndoUpload},
    integrations::{outcome_badge, sandbox_badge},
};
use crate::{
    api,
    components::{
        badge::Tone,
        banner::Banner,
        icon::{Icon, icon},
        loaded::Loaded,
        page_head::PageHead,
        tabs::Tabs,
    },
    page::{Page, Tab},
    query::{Query, use_query},
    session::Shell,
    text,
};

/// What of an upload is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The body as received.
    Content,
    /// What was wrong with it.
    Problems,
    /// What it changed, or would change.
    Changes,
    /// How it came.
    Request,
}

impl Part {
    const ALL: [Self; 4] = [Self::Content, Self::Problems, Self::Changes, Self::Request];

    /// As in the address.
    pub(super) fn slug(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::Problems => "problems",
            Self::Changes => "changes",
            Self::Request => "request",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Content => "Content",
            Self::Problems => "Problems",
            Self::Changes => "Changes",
            Self::Request => "Request",
        }
    }

    /// What people want to see first of an upload that ended so.
    fn usual(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Rejected => Self::Problems,
            Outcome::Applied | Outcome::Held | Outcome::Undone => Self::Changes,
        }
    }
}

/// Where a record of an upload is shown, by its row.
fn row_address(here: &str, row: u64) -> String {
    let query = Query::default().with("show", Part::Content.slug());
    query.with("row", row.to_string()).at(here)
}

/// The page.
#[component]
pub(crate) fn UploadPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("upload").unwrap_or_default()));
    let integration = params.with_untracked(|params| params.get("id").unwrap_or_default());
    let explorer = Page::Integration(integration.clone(), Tab::DataExplorer).path();
    let upload = api::Resource::new(move || {
        let (id, integration) = (id.get(), integration.clone());
        async move {
            let upload = api::upload(&id).await?;
            let integration = api::integration(&integration).await?;
            Ok((upload, integration))
        }
    });
    let on_end = Callback::new(move |()| upload.refetch());
    let title = Page::Upload(String::new(), String::new()).title();
    view! {
        <Loaded
            resource=upload
            what="the upload"
            draw=move |(detail, integration): (UploadDetail, Integration)| {
                let above = vec![
                    (Page::Integrations.title().to_owned(), Page::Integrations.path()),
                    (integration.name.clone(), explorer.clone()),
                ];
                view! {
                    <PageHead title=format!("{title} of {}", text::time_to_second(&detail.upload.received_at)) above=above>
                        {detail.upload.sandbox.then(sandbox_badge)}
                        {outcome_badge(detail.upload.outcome)}
                    </PageHead>
                    <Detail detail=detail integration=integration on_end=on_end />
                }
            }
        />
    }
}

#[component]
fn Detail(detail: UploadDetail, integration: Integration, on_end: Callback<()>) -> impl IntoView {
    let shell = Shell::here();
    let may_edit = untrack(|| shell.may(Permission::IntegrationsEdit));
    let upload = detail.upload.clone();
    let outcome = upload.outcome;
    let query = use_query(&["show"]);
    let show = Memo::new(move |_| {
        query.with(|query| {
            let slug = query.get("show");
            let named = Part::ALL.into_iter().find(|show| show.slug() == slug);
            named.unwrap_or_else(|| Part::usual(outcome))
        })
    });
    let here = Page::Upload(upload.integration_id.clone(), upload.id.clone()).path();
    let errors = detail.report.error_count;
    let tabs = Part::ALL
        .into_iter()
        .map(|show| {
            let count = if show == Part::Problems { errors } else { 0 };
            (
                show.label(),
                Query::default().with("show", show.slug()).at(&here),
                Signal::derive(move || count),
            )
        })
        .collect::<Vec<_>>();
    let changes_address = Query::default().with("show", Part::Changes.slug()).at(&here);
    let acts = match outcome {
        Outcome::Applied if may_edit => view! { <UndoUpload id=upload.id.clone() on_end=on_end /> }.into_any(),
        // What it would change, and the word on it, stand where its changes are.
        Outcome::Held => (move || {
            let place = changes_address.clone();
            (show.get() != Part::Changes).then(|| {
                view! {
                    <Banner tone=Tone::Notice title="Nothing of this upload was applied: it waits for approval">
                        <p><a href=place>"See what it would change, and decide"</a></p>
                    </Banner>
                }
            })
        })
        .into_any(),
        Outcome::Applied | Outcome::Rejected | Outcome::Undone => ().into_any(),
    };
    let original = upload.has_body.then(|| {
        view! {
            <a class="button" href=api::body_address(&upload.id) download=format!("upload-{}", upload.id) rel="external" data-test="original">
                {icon(Icon::File)}
                "Download original"
            </a>
        }
    });
    let content = StoredValue::new((detail, integration));
    view! {
        <Facts upload=upload />
        {acts}
        <div class="upload-tabs">
            <Tabs label="Upload" tabs=tabs of_what="errors" open=Signal::derive(move || show.get().label()) />
            {original}
        </div>
        {move || {
            let (detail, integration) = content.get_value();
            match show.get() {
                Part::Content => view! { <Content upload=detail.upload /> }.into_any(),
                Part::Problems => view! { <UploadProblems detail=detail /> }.into_any(),
                Part::Changes if outcome == Outcome::Held => {
                    let (id, crossed) = (detail.upload.id, detail.upload.crossed);
                    view! { <HeldUpload id=id crossed=crossed may_edit=may_edit on_end=on_end /> }.into_any()
                }
                Part::Changes => view! { <Changes upload=detail.upload /> }.into_any(),
                Part::Request => view! { <RequestView detail=detail integration=integration /> }.into_any(),
            }
        }}
    }
}
