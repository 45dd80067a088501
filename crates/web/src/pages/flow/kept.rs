//! The flow of an integration's page, which outlives a look at another tab. It is made when Check & Upload is first looked
//! at, so that the other tabs don't fetch what it is made of.

use leptos::{
    prelude::*,
    reactive::owner::{Owner, WeakOwner},
};
use passmuster_core::mapping::Mapping;

use super::{
    leaving::LeaveGuard,
    state::{Flow, Step},
};

/// What the page keeps for its tab.
#[derive(Clone, Copy)]
pub(crate) struct Kept {
    page: StoredValue<Option<WeakOwner>>,
    flow: StoredValue<Option<Flow>>,
    guard: RwSignal<Option<ViewFn>>,
}

impl Kept {
    /// Nothing yet; what is made lives as long as the place where this is called.
    pub(crate) fn new() -> Self {
        Self {
            page: StoredValue::new(Owner::current().map(|page| page.downgrade())),
            flow: StoredValue::new(None),
            guard: RwSignal::new(None),
        }
    }

    /// The mapping of the integration, if the flow was begun: it may have saved one.
    pub(crate) fn saved(self) -> Option<Mapping> {
        self.flow.get_value().and_then(|flow| flow.saved.get_untracked())
    }

    /// Whether something was just loaded through it.
    pub(crate) fn has_loaded(self) -> bool {
        self.guard.track();
        self.flow
            .get_value()
            .is_some_and(|flow| flow.step.get() == Step::Result)
    }

    /// What asks before a file is lost, once there is a flow.
    pub(crate) fn guard(self) -> impl IntoView {
        move || self.guard.get().map(|guard| guard.run())
    }

    /// The flow, which is made if need be. Only the tab asks for it.
    pub(crate) fn flow(self, integration: &str) -> Flow {
        if let Some(flow) = self.flow.try_get_value().flatten() {
            return flow;
        }
        let make = || Flow::new(Some(integration.to_owned()));
        let page = self
            .page
            .try_with_value(|page| page.as_ref().and_then(WeakOwner::upgrade));
        let flow = match page.flatten() {
            Some(page) => page.with(make),
            None => make(),
        };
        // Whoever went to another page meanwhile has taken these with them.
        self.flow.try_set_value(Some(flow));
        let guard = move || view! { <LeaveGuard flow=flow /> };
        self.guard.try_set(Some(ViewFn::from(guard)));
        flow
    }
}
