//! What was asked of the server, as it comes. The one kind of resource of the page.

use std::{any::Any, marker::PhantomData, pin::Pin, rc::Rc};

use leptos::prelude::{Get, GetUntracked, LocalResource};

use super::Answer;

/// Any answer. A `LocalResource` is compiled anew for each type that it holds, at some kilobytes; so it holds this one.
#[derive(Clone)]
struct Given(Rc<dyn Any>);

type Ask = Box<dyn Fn() -> Pin<Box<dyn Future<Output = Answer<Given>>>>>;

/// A `T` that was asked for, and is asked for again when what the question was made of changes.
pub(crate) struct Resource<T> {
    resource: LocalResource<Answer<Given>>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Resource<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Resource<T> {}

impl<T: Clone + 'static> Resource<T> {
    /// Asks.
    pub(crate) fn new<F: Future<Output = Answer<T>> + 'static>(ask: impl Fn() -> F + 'static) -> Self {
        let ask: Ask = Box::new(move || {
            let answer = ask();
            Box::pin(async move { answer.await.map(|value| Given(Rc::new(value))) })
        });
        Self {
            resource: any(ask),
            of: PhantomData,
        }
    }

    /// The answer, once it is here.
    pub(crate) fn get(self) -> Option<Answer<T>> {
        self.resource.get().map(understood)
    }

    /// The same, without being told of another one.
    pub(crate) fn get_untracked(self) -> Option<Answer<T>> {
        self.resource.get_untracked().map(understood)
    }

    /// Asks again.
    pub(crate) fn refetch(self) {
        self.resource.refetch();
    }
}

fn understood<T: Clone + 'static>(answer: Answer<Given>) -> Answer<T> {
    answer.map(|given| given.0.downcast_ref::<T>().cloned().expect("a `T` was asked for"))
}

fn any(ask: Ask) -> LocalResource<Answer<Given>> {
    LocalResource::new(ask)
}
