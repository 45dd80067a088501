//! Where this API is and what it tells of itself.

use axum::http::Method;
use passmuster_core::wire::PlanAnswer;
use serde_json::{Value as Json, json};

use super::{data::Asked, lists};
use crate::openapi::{Operation, Schemas, Scheme, operation};
use crate::route::{Route, open};

const TAG: &str = "User.com users";
const SCHEMES: &[Scheme] = &[Scheme::Token];
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// What a user says with one of the operations on them: its path, its id, what it does, and a body.
type OfUser = (&'static str, &'static str, &'static str, fn() -> Json);

/// The operations on a user's attributes, tags and lists.
const OPERATIONS: [OfUser; 7] = [
    (
        "/api/public/users/{id}/set_attribute/",
        "UserCom_SetAttribute",
        "Sets an attribute of a user",
        || json!({"attribute": "city", "value": "Boston"}),
    ),
    (
        "/api/public/users/{id}/set_multiple_attributes/",
        "UserCom_SetAttributes",
        "Sets several attributes of a user",
        || json!({"city": "Boston", "score": 10}),
    ),
    (
        "/api/public/users/{id}/remove_attribute/",
        "UserCom_RemoveAttribute",
        "Clears an attribute of a user",
        || json!({"attribute": "city"}),
    ),
    (
        "/api/public/users/{id}/add_tag/",
        "UserCom_AddTag",
        "Gives a user a tag",
        || json!({"name": "AE"}),
    ),
    (
        "/api/public/users/{id}/remove_tag/",
        "UserCom_RemoveTag",
        "Takes a tag from a user",
        || json!({"name": "AE"}),
    ),
    (
        "/api/public/users/{id}/add_to_list/",
        "UserCom_AddToList",
        "Puts a user on a list",
        || json!({"list": 1}),
    ),
    (
        "/api/public/users/{id}/remove_from_list/",
        "UserCom_RemoveFromList",
        "Takes a user off a list",
        || json!({"list": 1}),
    ),
];

pub(crate) fn routes() -> Vec<Route> {
    let mut routes = of_users();
    routes.extend(of_lists());
    routes
}

/// An operation that refuses as this API does.
fn told(id: &'static str, summary: &'static str) -> Operation {
    operation(TAG, id, summary).refusals_schema(JSON, refusal)
}

fn numbered(operation: Operation) -> Operation {
    operation.path::<u32>("id", "The number.", json!(1))
}

fn identified(operation: Operation) -> Operation {
    operation.path::<String>("user_id", "The ID by which the client knows the user.", json!("crm-7"))
}

fn changed(operation: Operation) -> Operation {
    operation.query::<Asked>().if_match()
}

/// With a body of a user's fields.
fn with_fields(operation: Operation) -> Operation {
    changed(operation)
        .takes_schema(JSON, |_| fields())
        .like(json!({"email": "myemail@example.org", "first_name": "John", "last_name": "Doe"}))
        .takes_schema(FORM, |_| fields())
}

fn of_users() -> Vec<Route> {
    let user_or_plan = |schemas: &mut Schemas| json!({"anyOf": [user(), schemas.written::<PlanAnswer>()]});
    let changes = |operation: Operation| {
        with_fields(operation).answers_schema(
            200,
            "The user as they are now; with `mode=plan` the plan.",
            JSON,
            user_or_plan,
        )
    };
    let deletes = |operation: Operation| {
        changed(operation)
            .describes("Nobody is ever deleted: the user is deactivated, and not shown here any more.")
            .answers_nothing(204, "The user is not active any more.")
            .answers::<PlanAnswer>(200, "With `mode=plan`, the plan; nothing was changed.")
    };
    let shows = |operation: Operation| operation.answers_schema(200, "The user.", JSON, |_| user());
    let mut routes = vec![
        route(Method::GET, "/api/public/users/", lists::users)(
            told("UserCom_List", "Lists users")
                .describes("Active users in the order in which they came, a page at a time.")
                .query::<lists::Paged>()
                .answers_schema(200, "A page, and where the next one is.", JSON, |_| list_of(user())),
        ),
        route(Method::POST, "/api/public/users/", super::create)(
            with_fields(told("UserCom_Create", "Creates a user"))
                .describes(
                    "Fields that say nothing of a user here are read over; custom attributes have to be there before. \
                     Without names a user is called after their address.",
                )
                .answers_schema(201, "The user.", JSON, |_| user())
                .answers::<PlanAnswer>(200, "With `mode=plan`, the plan; nothing was changed."),
        ),
        route(Method::GET, "/api/public/users/search/", super::search)(shows(
            told("UserCom_Search", "Finds a user by address").query::<super::Sought>(),
        )),
        route(
            Method::POST,
            "/api/public/users/update_or_create/",
            super::update_or_create,
        )(
            changes(told("UserCom_UpdateOrCreate", "Updates or creates a user"))
                .describes("By `user_id`, else by `email`; `created` says which it was.")
                .answers_schema(201, "The new user.", JSON, |_| user()),
        ),
        route(Method::GET, "/api/public/users/{id}/", super::find)(numbered(shows(told(
            "UserCom_Show",
            "Shows a user",
        )))),
        route(Method::PUT, "/api/public/users/{id}/", super::update)(numbered(
            changes(told("UserCom_Update", "Updates a user")).describes("What is left out stays as it is."),
        )),
        route(Method::PATCH, "/api/public/users/{id}/", super::update)(numbered(
            changes(told("UserCom_Patch", "Updates a user")).describes("What is left out stays as it is."),
        )),
        route(Method::DELETE, "/api/public/users/{id}/", super::delete)(numbered(deletes(told(
            "UserCom_Delete",
            "Deactivates a user",
        )))),
        route(Method::GET, "/api/public/users-by-id/{user_id}/", super::find_by_id)(identified(shows(told(
            "UserCom_ShowById",
            "Shows a user by the client's ID",
        )))),
        route(Method::PUT, "/api/public/users-by-id/{user_id}/", super::update_by_id)(identified(changes(told(
            "UserCom_UpdateById",
            "Updates a user by the client's ID",
        )))),
        route(Method::PATCH, "/api/public/users-by-id/{user_id}/", super::update_by_id)(identified(changes(told(
            "UserCom_PatchById",
            "Updates a user by the client's ID",
        )))),
        route(
            Method::DELETE,
            "/api/public/users-by-id/{user_id}/",
            super::delete_by_id,
        )(identified(deletes(told(
            "UserCom_DeleteById",
            "Deactivates a user by the client's ID",
        )))),
    ];
    let operations = OPERATIONS.iter().map(|(path, id, summary, example)| {
        let operation = changed(told(id, summary))
            .takes_schema(JSON, |_| json!({"type": "object"}))
            .like(example())
            .takes_schema(FORM, |_| json!({"type": "object"}))
            .answers_schema(
                200,
                "The user as they are now; with `mode=plan` the plan.",
                JSON,
                user_or_plan,
            );
        (*path, numbered(operation))
    });
    routes.push(
        open(Method::POST, "/api/public/users/{id}/{operation}/", super::operate)
            .secured_by(SCHEMES)
            .tells_of(operations.collect()),
    );
    routes
}

/// A route with this API's token, to be told of.
fn route<H, T>(method: Method, path: &'static str, handler: H) -> impl FnOnce(Operation) -> Route
where
    H: axum::handler::Handler<T, std::sync::Arc<crate::App>>,
    T: 'static,
{
    move |operation| open(method, path, handler).secured_by(SCHEMES).tells(operation)
}

fn of_lists() -> Vec<Route> {
    let named = |_: &mut Schemas| one();
    let listed = |id, summary| told(id, summary).answers_schema(200, "All of them.", JSON, |_| list_of(one()));
    let made = |id, summary| {
        told(id, summary)
            .takes_schema(
                JSON,
                |_| json!({"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}),
            )
            .like(json!({"name": "Acme"}))
            .takes_schema(FORM, |_| json!({"type": "object"}))
            .answers_schema(
                201,
                "It, with its number; one of this name that was there stays.",
                JSON,
                named,
            )
    };
    let shown = |id, summary| numbered(told(id, summary).answers_schema(200, "Its name.", JSON, named));
    vec![
        open(Method::GET, "/api/public/{what}/", lists::all)
            .secured_by(SCHEMES)
            .tells_of(vec![
                ("/api/public/tags/", listed("UserCom_Tags", "Lists tags")),
                ("/api/public/lists/", listed("UserCom_Lists", "Lists lists")),
                ("/api/public/companies/", listed("UserCom_Companies", "Lists companies")),
                (
                    "/api/public/attributes/",
                    told("UserCom_Attributes", "Lists attributes").answers_schema(200, "All of them.", JSON, |_| {
                        list_of(
                            json!({"type": "object", "required": ["name", "type", "options"], "properties": {
                                "name": {"type": "string"},
                                "type": {"type": "string"},
                                "options": {"type": "array", "items": {"type": "string"}},
                            }}),
                        )
                    }),
                ),
            ]),
        open(Method::POST, "/api/public/{what}/", lists::make)
            .secured_by(SCHEMES)
            .tells_of(vec![
                ("/api/public/tags/", made("UserCom_MakeTag", "Makes a tag")),
                ("/api/public/lists/", made("UserCom_MakeList", "Makes a list")),
                ("/api/public/companies/", made("UserCom_MakeCompany", "Makes a company")),
            ]),
        open(Method::GET, "/api/public/{what}/{id}/", lists::show)
            .secured_by(SCHEMES)
            .tells_of(vec![
                ("/api/public/tags/{id}/", shown("UserCom_Tag", "Shows a tag")),
                ("/api/public/lists/{id}/", shown("UserCom_ShowList", "Shows a list")),
                (
                    "/api/public/companies/{id}/",
                    shown("UserCom_Company", "Shows a company"),
                ),
            ]),
    ]
}

/// `{"detail": "…"}`, or the faults by field.
fn refusal(_: &mut Schemas) -> Json {
    json!({
        "description": "What is wrong: as `detail`, or by field.",
        "type": "object",
        "additionalProperties": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
    })
}

fn list_of(items: Json) -> Json {
    json!({"type": "object", "required": ["count", "next", "previous", "results"], "properties": {
        "count": {"type": "integer"},
        "next": {"type": ["string", "null"]},
        "previous": {"type": ["string", "null"]},
        "results": {"type": "array", "items": items},
    }})
}

fn one() -> Json {
    json!({"type": "object", "required": ["id", "name"], "properties": {
        "id": {"type": "integer"},
        "name": {"type": "string"},
    }})
}

/// The fields of a request.
fn fields() -> Json {
    let text = || json!({"type": ["string", "null"]});
    let mut properties = json!({
        "email": {"type": "string", "description": "Who it is."},
        "first_name": text(),
        "last_name": text(),
        "company_id": {"type": ["string", "integer", "null"], "description": "The company that the user works for, by its name."},
        "user_id": {"type": ["string", "integer", "null"], "description": "The ID by which the client knows the user."},
        "timezone": {"type": ["string", "null"], "description": "An IANA name such as America/New_York."},
        "tags": {"type": ["array", "string", "null"], "items": {"type": ["string", "object"]}, "description": "Exactly these afterwards."},
    });
    for (name, ..) in super::fields::BUILT_IN {
        if name != super::fields::LISTS {
            properties[name] = json!({"type": ["string", "number", "boolean", "null"]});
        }
    }
    json!({"type": "object", "properties": properties})
}

/// A user as they are answered.
fn user() -> Json {
    let text = || json!({"type": ["string", "null"]});
    let nothing = || json!({"type": "null", "description": "Nothing is known of it here."});
    let mut properties = json!({
        "id": {"type": "integer"},
        "key": {"type": "string"},
        "email": {"type": "string"},
        "name": {"type": "string"},
        "created_at": {"type": "string"},
        "updated_at": {"type": "string"},
        "companies": {"type": "array", "items": {"type": "object"}},
        "tags": {"type": "array", "items": one()},
        "lists": {"type": "array", "items": one()},
        "attributes": {"type": "array", "items": {"type": "object"}},
        "timezone": text(),
        "notifications": {},
        "score": {},
        "unsubscribed": {},
        "status": {},
        "gender": {},
        "page_views": {"type": "integer"},
        "chat_id": {"type": "string"},
    });
    for name in [
        "city",
        "country",
        "region",
        "phone_number",
        "facebook_url",
        "google_url",
        "gravatar_url",
        "linkedin_url",
        "twitter_url",
    ] {
        properties[name] = json!({});
    }
    for name in super::object::UNKNOWN {
        properties[name] = nothing();
    }
    let required: Vec<&String> = properties
        .as_object()
        .map(|all| all.keys().collect())
        .unwrap_or_default();
    json!({"type": "object", "required": required, "properties": properties})
}
