//! Has the file checked, in the worker; nothing is sent.

use leptos::prelude::*;
use passmuster_core::wire::worker::{Found, ToWorker};

use super::{Flow, Step};

impl Flow {
    pub(super) fn forget_check(self) {
        // A late answer to an earlier check is told apart by its number.
        self.check_number.update_value(|number| *number += 1);
        self.checking.set(false);
        self.checked.set(None);
        self.found.set(Found::default());
        self.report.set(None);
        self.rows.forget();
        self.mending.offer.set(None);
        self.mending.again.set(false);
        self.forget_plan();
    }

    pub(super) fn forget_plan(self) {
        self.plan_next.set_value(false);
        self.plan.set(None);
        self.plan_report.set(None);
        self.fault.set(None);
    }

    /// Checks the file, in the worker.
    pub(crate) fn check(self) {
        let Some(mapping) = self.mapping() else { return };
        self.forget_check();
        self.checking.set(true);
        self.step.set(Step::Check);
        let message = ToWorker::Check {
            number: self.check_number.get_value(),
            mapping,
            encoding: self.encoding_now(),
        };
        self.checker.with_value(|checker| {
            if let Some(checker) = checker {
                checker.send(&message, None);
            }
        });
    }

    /// Checks the file anew and, if it passes, asks for the plan anew.
    pub(crate) fn check_and_plan(self) {
        self.check();
        self.plan_next.set_value(true);
    }
}
