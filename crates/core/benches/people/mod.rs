//! Makes files of users: always the same for the same seed.

use std::fmt::Write as _;

/// A small generator of pseudo-random numbers (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn of<'w>(&mut self, words: &[&'w str]) -> &'w str {
        words[self.below(words.len())]
    }
}

const FIRST: [&str; 24] = [
    "Joey", "Agnes", "Zoë", "José", "Søren", "Marie", "Ann", "Łukasz", "Chloé", "David", "Fatima", "Yuki", "Priya",
    "Omar", "Ingrid", "Noah", "Olivia", "Björn", "Renée", "Carlos", "Mei", "Ivan", "Aoife", "Thandiwe",
];
const LAST: [&str; 20] = [
    "Freshwater",
    "Goodman",
    "Müller",
    "García",
    "O'Neil",
    "Nguyen",
    "Kowalska",
    "Smith",
    "Johansson",
    "Dubois",
    "Rossi",
    "Tanaka",
    "Patel",
    "Haddad",
    "Novák",
    "Silva",
    "Okafor",
    "Andersen",
    "Fischer",
    "Van den Berg",
];
const DOMAINS: [&str; 6] = [
    "freshwater.com",
    "goodman.example",
    "acme.co.uk",
    "mail.example.org",
    "north.io",
    "sales.example.com",
];
const ZONES: [&str; 14] = [
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "America/Denver",
    "Europe/London",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Europe/Paris",
    "America/Sao_Paulo",
    "Africa/Lagos",
    "Asia/Singapore",
    "America/Toronto",
];
const ROLES: [&str; 6] = [
    "Account Executive",
    "Account Manager",
    "Sr. Account Executive",
    "SDR",
    "Customer Support",
    "Sales Engineer",
];
const PLACES: [&str; 8] = [
    "East",
    "NW",
    "Central",
    "South",
    "EMEA",
    "APAC",
    "LATAM",
    "\"Boston, MA\"",
];

/// A CSV of `users` users with all 13 columns of the seed: names with accents, 2 % of the cells quoted, managers who
/// are other users in a tree of span 8, rows in no order.
pub fn full(users: usize) -> String {
    let mut random = Random(20_261_121);
    let emails: Vec<String> = (0..users)
        .map(|number| {
            let (first, last) = (FIRST[number % FIRST.len()], LAST[(number / FIRST.len()) % LAST.len()]);
            let ascii = |text: &str| {
                text.chars()
                    .filter(char::is_ascii_alphanumeric)
                    .collect::<String>()
                    .to_lowercase()
            };
            format!(
                "{}.{}{number}@{}",
                ascii(first),
                ascii(last),
                DOMAINS[number % DOMAINS.len()]
            )
        })
        .collect();
    let mut order: Vec<usize> = (0..users).collect();
    for at in (1..users).rev() {
        order.swap(at, random.below(at + 1));
    }
    let mut file = String::with_capacity(users * 176);
    file.push_str(
        "First Name,Last Name,Email,Username,Time Zone,Manager,Is Active,Is Manager,Is Admin,Role,Location,Team,Phone Extension\n",
    );
    for number in order {
        let (first, last) = (FIRST[number % FIRST.len()], LAST[(number / FIRST.len()) % LAST.len()]);
        let last = if random.below(5) == 0 {
            format!("\"{last}\"")
        } else {
            last.to_owned()
        };
        let email = &emails[number];
        let manager = if number == 0 {
            ""
        } else {
            emails[(number - 1) / 8].as_str()
        };
        let zone = if random.below(10) < 7 {
            ZONES[random.below(7)]
        } else {
            random.of(&ZONES)
        };
        let is_manager = if number * 8 + 1 < users { "True" } else { "False" };
        let active = if random.below(50) == 0 { "False" } else { "True" };
        let active = if is_manager == "True" { "True" } else { active };
        let _ = writeln!(
            file,
            "{first},{last},{email},{email},{zone},{manager},{active},{is_manager},False,{},{},Team {},{:05}",
            random.of(&ROLES),
            random.of(&PLACES),
            random.below(2_000),
            number,
        );
    }
    file
}

/// The mapping of [`full`].
pub const MAPPING: &str = r#"{"version":1,"file_format":"csv","fields":[
    {"api_field":"First Name","target":"user.first_name"},
    {"api_field":"Last Name","target":"user.last_name"},
    {"api_field":"Email","target":"user.email"},
    {"api_field":"Username","target":"user.username"},
    {"api_field":"Time Zone","target":"user.time_zone"},
    {"api_field":"Manager","target":"user.manager"},
    {"api_field":"Is Active","target":"user.is_active"},
    {"api_field":"Is Manager","target":"user.is_manager"},
    {"api_field":"Is Admin","target":"user.is_admin"},
    {"api_field":"Role","target":"group_membership:Role"},
    {"api_field":"Location","target":"group_membership:Location"},
    {"api_field":"Team","target":"group_membership:Team"},
    {"api_field":"Phone Extension","target":"integration_id:phone-extension"}]}"#;
