//! Sends the file: for the plan first, then to be applied as the plan says. What is still being sent can be stopped.

use js_sys::Date;
use leptos::prelude::*;
use passmuster_core::{mapping::ApiField, mend::as_seen, plan::Plan, wire::worker::Given};
use wasm_bindgen_futures::spawn_local;

use super::{Flow, Step};
use crate::{
    api::{self, Answer, Fault, Listener, Parcel},
    text,
};

impl Flow {
    pub(super) fn parcel(self) -> Option<Parcel> {
        let is_mended = self.mending.is_mended_now();
        let (file, encoding, sheet) = if is_mended {
            (self.mending.to_send.get_value()?, Some("utf-8".to_owned()), None)
        } else {
            // Under another header the file is another one: in UTF-8, and no workbook.
            match self.rewritten.get_value() {
                Some(rewritten) => (rewritten, Some("utf-8".to_owned()), None),
                None => {
                    let (encoding, sheet) = (self.encoding.get_untracked(), self.sheet.get_untracked());
                    (self.file.get_value()?, encoding, sheet)
                }
            }
        };
        Some(Parcel {
            integration: self.integration.get_value()?,
            file,
            mapping: self.mapping()?,
            encoding,
            sheet,
        })
    }

    /// Sends the file and asks what it would change: the first time that it leaves the browser.
    pub(crate) fn ask_for_plan(self) {
        if self.planning.get_untracked() {
            return;
        }
        if self.mending.is_mended_now() && self.mending.to_send.with_value(Option::is_none) {
            // The worker writes the file first; then this is called again.
            self.mending.plan_waits.set_value(true);
            self.give(Given::ToSend);
            return;
        }
        let Some(parcel) = self.parcel() else { return };
        self.forget_plan();
        self.planning.set(true);
        self.step.set(Step::Review);
        let asked = self.check_number.get_value();
        spawn_local(async move {
            let answer = api::plan(&parcel, self.listener()).await;
            self.end_sending();
            self.planning.set(false);
            if self.stopped.try_get_value() == Some(true) {
                self.step.set(Step::Check);
                self.shell.say("Cancelled. Nothing was stored or changed");
                return;
            }
            if self.check_number.try_get_value() != Some(asked) {
                return;
            }
            match answer {
                Ok(mut answer) => {
                    let left_out = self.rows_not_sent();
                    as_seen::report(&mut answer.report, &left_out);
                    if let Some(plan) = &mut answer.plan {
                        as_seen::plan(plan, &left_out, &parcel.mapping, |field| self.may_clear_by_word(field));
                    }
                    self.shell.say(match &answer.plan {
                        Some(plan) => format!(
                            "The plan is here: {} change",
                            text::count(plan.changes_total, "person would", "people would")
                        ),
                        None => "The directory adds problems; there is no plan".to_owned(),
                    });
                    self.plan_report.set(Some(answer.report));
                    self.plan.set(answer.plan);
                    self.over_limits.set(false);
                    self.crossed.set(answer.limits);
                }
                Err(fault) => self.refused(fault),
            }
        });
    }

    /// Keeps what is being sent, and how much of it is; nobody may be there any more to be told.
    fn listener(self) -> Listener {
        self.stopped.set_value(false);
        Listener {
            begun: Box::new(move |sending| self.sending.set_value(Some(sending))),
            tell: Box::new(move |sent, all| {
                self.sent.try_set(Some((sent, all)));
            }),
        }
    }

    fn end_sending(self) {
        self.sent.set(None);
        self.sending.set_value(None);
    }

    /// Stops sending.
    pub(crate) fn stop_sending(self) {
        self.stopped.set_value(true);
        self.sending.with_value(|sending| {
            if let Some(sending) = sending {
                sending.stop();
            }
        });
    }

    /// The rows of the file that are not in what is sent.
    fn rows_not_sent(self) -> Vec<u32> {
        if self.mending.is_mended_now() {
            self.mending.left_out.get_value()
        } else {
            Vec::new()
        }
    }

    /// Whether the column of a field may have cells that say `<clear>`, or that a rule makes blank.
    fn may_clear_by_word(self, field: &ApiField) -> bool {
        let is_word = |text: &str| text.is_empty() || text.trim() == "<clear>";
        let by_rule = field.value_map.values().any(|meant| is_word(meant));
        by_rule
            || self.draft.with_untracked(|draft| {
                let columns = draft.iter().flat_map(|draft| &draft.columns);
                let mut mine = columns.filter(|row| row.column.name == field.api_field);
                mine.any(|row| row.column.distinct.iter().any(|value| is_word(&value.value)))
            })
    }

    /// Keeps why a request gave nothing; one whose session has ended is asked to sign in, and nothing is lost.
    fn refused(self, fault: Fault) {
        self.signed_out.set(fault.status() == Some(401));
        self.fault.set(Some(fault));
    }

    /// Does again what was refused.
    pub(crate) fn try_again(self) {
        if self.plan.with_untracked(Option::is_some) {
            self.apply();
        } else {
            self.ask_for_plan();
        }
    }

    /// The plan that is shown, with all of its changes, which the server is asked for when it showed only the first.
    ///
    /// `Ok(None)`: the directory has moved, so that this would be another plan.
    pub(crate) async fn whole_plan(self) -> Answer<Option<Plan>> {
        let Some(shown) = self.plan.get_untracked() else {
            return Ok(None);
        };
        if shown.changes_shown >= shown.changes_total {
            return Ok(Some(shown));
        }
        let Some(parcel) = self.parcel() else { return Ok(None) };
        let mut answer = api::plan_in_full(&parcel).await?;
        if let Some(plan) = &mut answer.plan {
            as_seen::plan(plan, &self.rows_not_sent(), &parcel.mapping, |field| {
                self.may_clear_by_word(field)
            });
        }
        Ok(answer.plan.filter(|plan| plan.hash == shown.hash))
    }

    /// Applies the plan that is shown, and no other.
    pub(crate) fn apply(self) {
        let hash = self
            .plan
            .with_untracked(|plan| plan.as_ref().map(|plan| plan.hash.clone()));
        let (Some(parcel), Some(hash)) = (self.parcel(), hash) else {
            return;
        };
        if self.applying.get_untracked() {
            return;
        }
        self.fault.set(None);
        self.applying.set(true);
        let keep = self.keep_columns.get_untracked();
        let over_limits = self.over_limits.get_untracked();
        let begun = Date::now();
        spawn_local(async move {
            let answer = api::apply(&parcel, &hash, over_limits, self.listener()).await;
            self.end_sending();
            self.took.set(Some(Date::now() - begun));
            match answer {
                Ok(answer) => {
                    if keep {
                        let kept = api::save_mapping(&parcel.integration, &parcel.mapping).await;
                        if kept.is_ok() {
                            // The next file is read by it; the page asks for the integration when the flow is left.
                            self.saved.set(Some(parcel.mapping));
                        }
                        self.kept_columns
                            .set(Some(kept.map(drop).map_err(|fault| fault.message())));
                    }
                    // The next file is held against the groups that this one made.
                    if let Ok(catalog) = api::catalog().await {
                        self.catalog.set(catalog);
                    }
                    self.shell.say("Loaded");
                    self.result.set(Some(answer));
                    self.step.set(Step::Result);
                }
                Err(fault) => self.refused(fault),
            }
            self.applying.set(false);
        });
    }
}
