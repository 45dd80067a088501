//! The cards of one user: each is saved by itself, as an edit that says only what it shows.

use leptos::prelude::*;
use passmuster_core::{
    field::ROLES,
    group::AttributeKind,
    user::User,
    wire::{directory::Catalog, people::Origins},
};
use serde_json::Value;

use super::person_search::PersonSearch;
use super::planning::PlannerSays;
use super::user_form::{ALL, Cards, Field};
use crate::components::{
    button::{Button, Weight},
    unsaved::UnsavedBar,
    value_field::{Entry, ValueField},
};

/// Groups of a type that a select lists; more are proposed while typing.
const LISTED: usize = 200;

/// All cards of a user.
#[component]
pub(in crate::pages) fn UserCards(
    /// Whose, and how they are saved.
    cards: Cards,
    /// What there is to choose from.
    catalog: Catalog,
) -> impl IntoView {
    let catalog = StoredValue::new(catalog);
    let has = move |of: fn(&Catalog) -> bool| catalog.with_value(of);
    let search = PersonSearch::new();
    view! {
        <div class="user-cards">
            <Card cards=cards name="Profile" fields=move |user: &User| profile(user) />
            <Card cards=cards name="Access" fields=move |user: &User| access(user) />
            <Card cards=cards name="Manager" fields=move |user: &User| manager(user, search) />
            {has(|catalog| !catalog.group_types.is_empty())
                .then(|| {
                    view! {
                        <Card
                            cards=cards
                            name="Groups"
                            fields=move |user: &User| catalog.with_value(|catalog| groups(user, catalog))
                        />
                    }
                })}
            <Card cards=cards name="Tags and Aliases" fields=move |user: &User| words(user) />
            {has(|catalog| !catalog.integration_ids.is_empty())
                .then(|| {
                    view! {
                        <Card
                            cards=cards
                            name="Integration IDs"
                            fields=move |user: &User| catalog.with_value(|catalog| integration_ids(user, catalog))
                        />
                    }
                })}
            {has(|catalog| !catalog.attributes.is_empty())
                .then(|| {
                    view! {
                        <Card
                            cards=cards
                            name="Custom attributes"
                            fields=move |user: &User| catalog.with_value(|catalog| attributes(user, catalog))
                        />
                    }
                })}
        </div>
        <UnsavedBar
            what=Signal::derive(move || cards.unsaved())
            busy=cards.planner.busy()
            on_discard=move |()| {
                cards.typed.update(|typed| typed.clear());
                cards.planner.errors.set(Vec::new());
            }
            on_save=move |()| cards.save(ALL)
        />
    }
}

#[component]
fn Card<F>(cards: Cards, name: &'static str, fields: F) -> impl IntoView
where
    F: Fn(&User) -> Vec<Field> + Send + Sync + 'static,
{
    // Drawn anew only when this card was saved: what was typed into the others stays.
    let version = cards.version_of(name);
    let planner = cards.planner;
    let is_active = move || cards.is_saving(name);
    let body = move || {
        version.track();
        let fields = cards.user.with_untracked(|user| fields(user));
        let keys: Vec<String> = fields.iter().map(|field| field.key.clone()).collect();
        let inputs = fields
            .iter()
            .map(|field| {
                let (target, key) = (field.target.clone(), field.key.clone());
                let origin = Signal::derive(move || cards.origins.with(|origins| told(origins, &target)));
                let own = field.clone();
                let take = Callback::new(move |text: String| cards.take(name, &own, text));
                let error = Signal::derive(move || {
                    let errors = planner.errors.get();
                    let found = errors.into_iter().find(|(column, _)| is_active() && *column == key);
                    found.map(|(_, text)| text)
                });
                view! {
                    <ValueField
                        id=format!("value-{}", field.key)
                        label=field.label.clone()
                        value=cards.text_of(field)
                        on_input=take
                        entry=field.entry.clone()
                        hint=field.hint.unwrap_or_default()
                        origin=origin
                        error=error
                    />
                }
            })
            .collect_view();
        let save = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            cards.save(name);
        };
        let has_only_known = move || {
            let errors = planner.errors.get();
            errors.iter().all(|(column, _)| keys.contains(column)) && !errors.is_empty()
        };
        view! {
            <form class="card form" novalidate on:submit=save data-test=format!("card-{}", name.to_lowercase().replace(' ', "-"))>
                <h2>{name}</h2>
                {move || (cards.saving.get() == name && !has_only_known()).then(|| view! { <PlannerSays planner=planner /> })}
                <div class="card-fields">{inputs}</div>
                <div class="actions">
                    <Button weight=Weight::Primary submit=true busy=Signal::derive(move || is_active() && planner.busy().get())>"Save"</Button>
                </div>
            </form>
        }
    };
    view! { {body} }
}

fn told(origins: &Origins, target: &str) -> Option<String> {
    origins.values.get(target).map(crate::components::origin::origin)
}

fn optional(text: String) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn lines(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

fn profile(user: &User) -> Vec<Field> {
    let line = Entry::Line;
    vec![
        Field::new("email", "user.email", "Email", &user.email, line("email"), |edit, text| {
            edit.email = Some(text.trim().to_owned());
        })
        .with_hint(
            "Uploads find this user by their e-mail. A file that still has the old one would make a second user: change it there, too.",
        ),
        Field::new("first_name", "user.first_name", "First Name", &user.first_name, line("text"), |edit, text| {
            edit.first_name = Some(text);
        }),
        Field::new("last_name", "user.last_name", "Last Name", &user.last_name, line("text"), |edit, text| {
            edit.last_name = Some(text);
        }),
        Field::new("username", "user.username", "Username", text_of(&user.username), line("text"), |edit, text| {
            edit.username = Some(optional(text));
        })
        .with_hint("In the form of an e-mail address; nobody else has it."),
        Field::new("time_zone", "user.time_zone", "Time Zone", text_of(&user.time_zone), line("text"), |edit, text| {
            edit.time_zone = Some(optional(text));
        })
        .with_hint("An IANA name, such as America/New_York."),
    ]
}

fn text_of(text: &Option<String>) -> &str {
    text.as_deref().unwrap_or_default()
}

fn truth(is: bool) -> &'static str {
    if is { "true" } else { "false" }
}

fn yes_no() -> Entry {
    Entry::Choice(vec![
        ("true".to_owned(), "True".to_owned()),
        ("false".to_owned(), "False".to_owned()),
    ])
}

fn access(user: &User) -> Vec<Field> {
    let role = text_of(&user.role);
    let mut roles = vec![(String::new(), "No role".to_owned())];
    roles.extend(ROLES.iter().map(|role| ((*role).to_owned(), (*role).to_owned())));
    vec![
        Field::new(
            "is_manager",
            "user.is_manager",
            "Is Manager",
            truth(user.is_manager),
            yes_no(),
            |edit, text| {
                edit.is_manager = Some(text == "true");
            },
        )
        .with_hint("Stays True as long as the user still manages a group."),
        Field::new(
            "is_admin",
            "user.is_admin",
            "Is Admin",
            truth(user.is_admin),
            yes_no(),
            |edit, text| {
                edit.is_admin = Some(text == "true");
            },
        )
        .with_hint("May do everything in Administration. The last active admin stays one."),
        Field::new("role", "user.role", "Role", role, Entry::Choice(roles), |edit, text| {
            edit.role = Some(optional(text));
        })
        .with_hint("LimitedAdmin edits users and groups; FullAdmin everything."),
    ]
}

fn manager(user: &User, search: PersonSearch) -> Vec<Field> {
    if let Some(email) = &user.manager {
        search.seek(email.clone());
    }
    let entry = Entry::Person(search.found, Callback::new(move |text| search.seek(text)));
    vec![
        Field::new(
            "manager",
            "user.manager",
            "Manager",
            text_of(&user.manager),
            entry,
            |edit, text| {
                edit.manager = Some(optional(text));
            },
        )
        .with_hint("An active user, who is given Is Manager. Empty clears. Not themselves, and no circle."),
    ]
}

fn groups(user: &User, catalog: &Catalog) -> Vec<Field> {
    let mut fields = Vec::new();
    for of_type in &catalog.group_types {
        let name = of_type.name.clone();
        let before = user.groups.get(&name).map(String::as_str).unwrap_or_default();
        let entry = if of_type.groups.len() <= LISTED {
            let mut options = vec![(String::new(), "No group".to_owned())];
            options.extend(of_type.groups.iter().map(|group| (group.clone(), group.clone())));
            Entry::Choice(options)
        } else {
            Entry::Proposed(of_type.groups.clone())
        };
        let (key, target) = (format!("groups.{name}"), format!("group_membership:{name}"));
        let own = name.clone();
        fields.push(Field::new(
            &key,
            &target,
            &format!("{name}: member of"),
            before,
            entry,
            move |edit, text| {
                edit.groups.insert(own.clone(), optional(text));
            },
        ));
        let managed = user
            .manages
            .get(&name)
            .map(|groups| groups.join("\n"))
            .unwrap_or_default();
        let (key, target) = (format!("manages.{name}"), format!("group_manager:{name}"));
        let label = format!("{name}: manages");
        let field = Field::new(&key, &target, &label, &managed, Entry::Words, move |edit, text| {
            edit.manages.insert(name.clone(), lines(&text));
        });
        fields.push(field.with_hint("A group a line: exactly these afterwards."));
    }
    fields
}

fn words(user: &User) -> Vec<Field> {
    vec![
        Field::new(
            "tags",
            "user.tags",
            "Tags",
            &user.tags.join("\n"),
            Entry::Words,
            |edit, text| {
                edit.tags = Some(lines(&text));
            },
        )
        .with_hint("A tag a line: exactly these afterwards. Uploads add to them unless their mapping says otherwise."),
        Field::new(
            "aliases",
            "user.aliases",
            "Aliases",
            &user.aliases.join("\n"),
            Entry::Words,
            |edit, text| {
                edit.aliases = Some(lines(&text));
            },
        )
        .with_hint("An alias a line. An alias belongs to one user."),
    ]
}

fn integration_ids(user: &User, catalog: &Catalog) -> Vec<Field> {
    let fields = catalog.integration_ids.iter().map(|of_type| {
        let slug = of_type.slug.clone();
        let before = user.integration_ids.get(&slug).map(String::as_str).unwrap_or_default();
        let (key, target) = (format!("integration_ids.{slug}"), format!("integration_id:{slug}"));
        Field::new(
            &key,
            &target,
            &of_type.name,
            before,
            Entry::Line("text"),
            move |edit, text| {
                edit.integration_ids.insert(slug.clone(), optional(text));
            },
        )
    });
    fields.collect()
}

fn attributes(user: &User, catalog: &Catalog) -> Vec<Field> {
    let fields = catalog.attributes.iter().map(|attribute| {
        let name = attribute.name.clone();
        let before = user
            .attributes
            .get(&name)
            .map(|value| passmuster_core::value::attribute::print(value, attribute.kind))
            .unwrap_or_default();
        let named = |word: &str, name: &str| (word.to_owned(), name.to_owned());
        let entry = match attribute.kind {
            AttributeKind::Fixed => {
                let mut options = vec![named("", "None")];
                options.extend(attribute.options.iter().map(|option| named(option, option)));
                Entry::Choice(options)
            }
            AttributeKind::Boolean => {
                Entry::Choice(vec![named("", "None"), named("true", "True"), named("false", "False")])
            }
            _ => Entry::Line("text"),
        };
        let (key, target) = (format!("attributes.{name}"), format!("attribute:{name}"));
        Field::new(&key, &target, &name.clone(), &before, entry, move |edit, text| {
            let value = optional(text).map_or(Value::Null, Value::String);
            edit.attributes.insert(name.clone(), value);
        })
    });
    fields.collect()
}
