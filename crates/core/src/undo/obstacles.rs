//! What stands in the way of putting things back: who is not there any more, circles, the last admin, texts that are
//! somebody else's since.

use hashbrown::{HashMap, HashSet};

use super::Weighing;
use crate::field::Target;
use crate::plan::{Value, value_of};
use crate::user::{User, email_key};

impl Weighing<'_> {
    /// What a field of a user would be.
    fn afterwards(&self, wanted: &HashMap<(usize, &Target), &Value>, user: usize, field: &Target) -> Value {
        match wanted.get(&(user, field)) {
            Some(value) => (*value).clone(),
            None => value_of(&self.directory.users[user], field),
        }
    }

    /// Looks at everything that is still to be put back together; whether something had to be taken out.
    pub(super) fn find_obstacles(&mut self) -> bool {
        let users = &self.directory.users;
        let (wanted, removed): (HashMap<(usize, &Target), &Value>, HashSet<usize>) = (
            self.items
                .iter()
                .filter(|item| item.obstacle.is_none())
                .map(|item| ((item.user, &item.edit.field), &item.edit.before))
                .collect(),
            self.removals.keys().copied().collect(),
        );
        let stays = |user: &usize| !removed.contains(user);
        let by_key: HashMap<String, usize> = (users.iter().enumerate())
            .map(|(index, user)| (email_key(&user.email), index))
            .collect();
        let is_active = |user: usize| self.afterwards(&wanted, user, &Target::IsActive).is_true();
        let managers: Vec<Option<usize>> = (0..users.len())
            .map(|user| {
                let manager = self.afterwards(&wanted, user, &Target::Manager);
                by_key.get(&email_key(manager.as_text()?)).copied()
            })
            .collect();
        let mut reports: HashMap<usize, u64> = HashMap::new();
        for (user, manager) in managers.iter().enumerate() {
            if let (true, Some(manager)) = (stays(&user), manager) {
                *reports.entry(*manager).or_default() += 1;
            }
        }
        let groups: HashSet<(&str, &str)> = (self.directory.group_types.iter())
            .flat_map(|kind| kind.groups.iter().map(|group| (kind.name.as_str(), group.as_str())))
            .collect();
        let is_admin = |user: usize| is_active(user) && self.afterwards(&wanted, user, &Target::IsAdmin).is_true();
        let loses_all_admins = users.iter().any(|user| user.is_active && user.is_admin)
            && !(0..users.len()).any(|user| stays(&user) && is_admin(user));
        let taken = Taken::new(self, &wanted, &stays);

        let mut obstacles: Vec<(usize, String)> = Vec::new();
        for (at, item) in self
            .items
            .iter()
            .enumerate()
            .filter(|(_, item)| item.obstacle.is_none())
        {
            let (user, before) = (item.user, &item.edit.before);
            let obstacle = match &item.edit.field {
                Target::Manager => before
                    .as_text()
                    .and_then(|manager| match by_key.get(&email_key(manager)) {
                        None => Some(format!("{manager} is not there any more.")),
                        Some(index) if !stays(index) => Some(format!("{manager} is removed by this undo.")),
                        Some(index) if !is_active(*index) => Some(format!("{manager} has no active account.")),
                        Some(_) if is_in_circle(user, &managers) => {
                            Some(format!("With {manager} as manager there would be a circle."))
                        }
                        Some(_) => None,
                    }),
                Target::IsActive if !before.is_true() => match reports.get(&user) {
                    Some(count) => Some(manages(*count)),
                    None if loses_all_admins && users[user].is_admin => {
                        Some("Nobody would be an active admin.".to_owned())
                    }
                    None => None,
                },
                Target::IsAdmin if !before.is_true() && loses_all_admins && users[user].is_active => {
                    Some("Nobody would be an active admin.".to_owned())
                }
                Target::IsManager if !before.is_true() => {
                    let types = self.directory.group_types.iter();
                    let managed = types.flat_map(|kind| {
                        let field = Target::GroupManager(kind.name.clone());
                        let value = self.afterwards(&wanted, user, &field);
                        value.as_list().to_vec()
                    });
                    let managed: Vec<String> = managed.take(5).collect();
                    (!managed.is_empty()).then(|| format!("They manage {}.", managed.join(", ")))
                }
                Target::GroupMembership(kind) => before
                    .as_text()
                    .filter(|group| !groups.contains(&(kind.as_str(), *group)))
                    .map(|group| format!("The group {group} is not there any more.")),
                Target::GroupManager(kind) => {
                    let gone = |group: &&String| !groups.contains(&(kind.as_str(), group.as_str()));
                    let is_manager = self.afterwards(&wanted, user, &Target::IsManager).is_true();
                    match before.as_list().iter().find(gone) {
                        Some(group) => Some(format!("The group {group} is not there any more.")),
                        None if !is_manager && !before.as_list().is_empty() => {
                            Some("They are no manager any more.".to_owned())
                        }
                        None => None,
                    }
                }
                Target::Username | Target::Aliases | Target::IntegrationId(_) => {
                    taken.by_another(user, &item.edit.field, before, users)
                }
                _ => None,
            };
            if let Some(obstacle) = obstacle {
                obstacles.push((at, obstacle));
            }
        }
        // They look into the items that are told of now.
        drop((taken, wanted));
        if !obstacles.is_empty() {
            for (at, obstacle) in obstacles {
                self.items[at].obstacle = Some(obstacle);
            }
            // who is removed is looked at when it is known what of the others is put back
            return true;
        }
        let needed: Vec<(usize, u64)> = removed
            .iter()
            .filter_map(|user| reports.get(user).map(|count| (*user, *count)))
            .collect();
        let last_admins: Vec<usize> = removed
            .iter()
            .copied()
            .filter(|user| loses_all_admins && users[*user].is_admin && users[*user].is_active)
            .collect();
        let found = !needed.is_empty() || !last_admins.is_empty();
        for (user, count) in needed {
            self.removals.remove(&user);
            let why = manages(count);
            self.cannot.push(self.whole_user(user, &why));
        }
        for user in last_admins {
            if self.removals.remove(&user).is_some() {
                self.cannot
                    .push(self.whole_user(user, "Nobody would be an active admin."));
            }
        }
        found
    }
}

fn manages(count: u64) -> String {
    match count {
        1 => "They are somebody's manager since.".to_owned(),
        count => format!("They are the manager of {count} people since."),
    }
}

/// Whether the way up from a user comes back to them.
fn is_in_circle(user: usize, managers: &[Option<usize>]) -> bool {
    let mut seen = HashSet::new();
    let mut at = managers[user];
    while let Some(manager) = at {
        if manager == user {
            return true;
        }
        if !seen.insert(manager) {
            return false;
        }
        at = managers[manager];
    }
    false
}

/// Who would have each username, alias and ID.
struct Taken(HashMap<(&'static str, String, String), Vec<usize>>);

/// Texts that one user may have, under names that keep the kinds apart.
fn unique_texts(field: &Target, value: &Value) -> Vec<(&'static str, String, String)> {
    match (field, value) {
        (Target::Username, Value::Text(text)) => vec![("username", String::new(), email_key(text))],
        (Target::Aliases, Value::List(words)) => words
            .iter()
            .map(|word| ("alias", String::new(), email_key(word)))
            .collect(),
        (Target::IntegrationId(slug), Value::Text(text)) => vec![("id", slug.clone(), text.clone())],
        _ => Vec::new(),
    }
}

impl Taken {
    fn new(
        weighing: &Weighing<'_>,
        wanted: &HashMap<(usize, &Target), &Value>,
        stays: &dyn Fn(&usize) -> bool,
    ) -> Self {
        let mut taken: HashMap<_, Vec<usize>> = HashMap::new();
        let asked = wanted
            .keys()
            .any(|(_, field)| matches!(field, Target::Username | Target::Aliases | Target::IntegrationId(_)));
        if !asked {
            return Self(taken);
        }
        for user in (0..weighing.directory.users.len()).filter(|user| stays(user)) {
            let mut fields = vec![Target::Username, Target::Aliases];
            let slugs = weighing.directory.integration_ids.iter();
            fields.extend(slugs.map(|kind| Target::IntegrationId(kind.slug.clone())));
            for field in fields {
                for key in unique_texts(&field, &weighing.afterwards(wanted, user, &field)) {
                    taken.entry(key).or_default().push(user);
                }
            }
        }
        Self(taken)
    }

    fn by_another(&self, user: usize, field: &Target, value: &Value, users: &[User]) -> Option<String> {
        for key in unique_texts(field, value) {
            let holders = self.0.get(&key).map_or(&[][..], Vec::as_slice);
            if let Some(other) = holders.iter().find(|holder| **holder != user) {
                return Some(format!("{} is {}'s now.", key.2, users[*other].email));
            }
        }
        None
    }
}
