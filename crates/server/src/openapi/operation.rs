//! What a route tells of itself: written beside the route, read by people, programs and tests.
//!
//! Knows nothing of how the route answers.

use schemars::JsonSchema;
use serde_json::{Value, json};

use super::schemas::{MakeSchema, Schemas};

/// JSON, as bodies and answers name it.
pub(super) const JSON: &str = "application/json";

/// A method of a path, for people who call it.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(super) tag: Tag,
    pub(super) id: &'static str,
    pub(super) summary: &'static str,
    pub(super) description: &'static str,
    pub(super) paths: Vec<Parameter>,
    pub(super) queries: Vec<MakeSchema>,
    pub(super) headers: Vec<Parameter>,
    pub(super) bodies: Vec<Content>,
    pub(super) body_may_be_empty: bool,
    pub(super) answers: Vec<Answer>,
    /// The shape of refusals, where it is not the common one.
    pub(super) refusal: Option<Content>,
    /// Refusals beside, or instead of, those that every route of its kind has.
    pub(super) refuses: Vec<(u16, &'static str)>,
    pub(super) has_own_refusals: bool,
}

/// Under which heading an operation stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tag {
    pub(super) name: &'static str,
    /// What all of them are for; of one tag it is told once.
    pub(super) told: &'static str,
}

impl Tag {
    pub(crate) const fn new(name: &'static str, told: &'static str) -> Self {
        Self { name, told }
    }
}

impl From<&'static str> for Tag {
    fn from(name: &'static str) -> Self {
        Self::new(name, "")
    }
}

/// A part of the path, or a header.
#[derive(Debug, Clone)]
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) told: &'static str,
    pub(super) schema: MakeSchema,
    pub(super) example: Option<Value>,
}

/// A body or an answer in one media type.
#[derive(Debug, Clone)]
pub(super) struct Content {
    pub(super) media: &'static str,
    pub(super) schema: MakeSchema,
    pub(super) example: Option<Value>,
}

/// What is answered under a status.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) told: &'static str,
    pub(super) content: Option<Content>,
}

/// Under `tag`, with an `id` that no other operation has, and a `summary` of a few words. A tag is a name, or a [`Tag`] that
/// tells what its operations are for.
pub(crate) fn operation(tag: impl Into<Tag>, id: &'static str, summary: &'static str) -> Operation {
    Operation {
        tag: tag.into(),
        id,
        summary,
        description: "",
        paths: Vec::new(),
        queries: Vec::new(),
        headers: Vec::new(),
        bodies: Vec::new(),
        body_may_be_empty: false,
        answers: Vec::new(),
        refusal: None,
        refuses: Vec::new(),
        has_own_refusals: false,
    }
}

fn text(_: &mut Schemas) -> Value {
    json!({"type": "string"})
}

impl Operation {
    /// What else there is to know, in Markdown.
    pub(crate) fn describes(mut self, text: &'static str) -> Self {
        self.description = text;
        self
    }

    /// A part of the path that is not one of the usual ones, or no text; `example` is one that could be sent.
    pub(crate) fn path<T: JsonSchema>(mut self, name: &'static str, told: &'static str, example: Value) -> Self {
        self.paths.push(Parameter {
            name,
            told,
            schema: Schemas::read::<T>,
            example: Some(example),
        });
        self
    }

    /// The words of the query: each field of the type is one.
    pub(crate) fn query<T: JsonSchema>(mut self) -> Self {
        self.queries.push(Schemas::read_whole::<T>);
        self
    }

    /// A header that may be sent.
    pub(crate) fn header(mut self, name: &'static str, told: &'static str) -> Self {
        self.headers.push(Parameter {
            name,
            told,
            schema: text,
            example: None,
        });
        self
    }

    /// `If-Match: "PLAN_HASH"`, for the plan that was looked at.
    pub(crate) fn if_match(self) -> Self {
        self.header(
            "If-Match",
            "The hash of the plan that was looked at, in quotes: if it would now be another, nothing is applied.",
        )
    }

    /// A JSON body.
    pub(crate) fn takes<T: JsonSchema>(self) -> Self {
        self.takes_as::<T>(JSON)
    }

    /// A body of the same type in another media type, such as a form.
    pub(crate) fn takes_as<T: JsonSchema>(self, media: &'static str) -> Self {
        self.takes_schema(media, Schemas::read::<T>)
    }

    /// A body that is a text of its own kind, such as CSV.
    pub(crate) fn takes_text(self, media: &'static str) -> Self {
        self.takes_schema(media, text)
    }

    /// A body of which only a hand-written schema tells.
    pub(crate) fn takes_schema(mut self, media: &'static str, schema: MakeSchema) -> Self {
        self.bodies.push(Content {
            media,
            schema,
            example: None,
        });
        self
    }

    /// An example of the body that was named last.
    pub(crate) fn like(mut self, example: impl Into<Value>) -> Self {
        if let Some(body) = self.bodies.last_mut() {
            body.example = Some(example.into());
        }
        self
    }

    /// The body may be left out.
    pub(crate) fn body_may_be_empty(mut self) -> Self {
        self.body_may_be_empty = true;
        self
    }

    /// A JSON answer.
    pub(crate) fn answers<T: JsonSchema>(self, status: u16, told: &'static str) -> Self {
        self.answers_schema(status, told, JSON, Schemas::written::<T>)
    }

    /// An answer that is a text of its own kind, such as CSV.
    pub(crate) fn answers_text(self, status: u16, told: &'static str, media: &'static str) -> Self {
        self.answers_schema(status, told, media, text)
    }

    /// An answer of which only a hand-written schema tells.
    pub(crate) fn answers_schema(
        mut self,
        status: u16,
        told: &'static str,
        media: &'static str,
        schema: MakeSchema,
    ) -> Self {
        let content = Content {
            media,
            schema,
            example: None,
        };
        self.answers.push(Answer {
            status,
            told,
            content: Some(content),
        });
        self
    }

    /// An answer without a body.
    pub(crate) fn answers_nothing(mut self, status: u16, told: &'static str) -> Self {
        self.answers.push(Answer {
            status,
            told,
            content: None,
        });
        self
    }

    /// An example of the answer that was named last.
    pub(crate) fn shows(mut self, example: impl Into<Value>) -> Self {
        let last = self.answers.last_mut().and_then(|answer| answer.content.as_mut());
        if let Some(content) = last {
            content.example = Some(example.into());
        }
        self
    }

    /// A refusal that other routes of its kind don't have, or that means something else here.
    pub(crate) fn refuses(mut self, status: u16, told: &'static str) -> Self {
        self.refuses.push((status, told));
        self
    }

    /// It refuses by [`Self::refuses`] alone.
    pub(crate) fn has_own_refusals(mut self) -> Self {
        self.has_own_refusals = true;
        self
    }

    /// The shape of its refusals, where clients of an API that was there before us read another one.
    pub(crate) fn refusals_schema(mut self, media: &'static str, schema: MakeSchema) -> Self {
        self.refusal = Some(Content {
            media,
            schema,
            example: None,
        });
        self
    }
}
