//! Names for users whom a request names by address alone.

/// A first and a last name made of an address that nothing else is known of: `bob.smith@a.co` is Bob Smith,
/// `bob@acme.co` is Bob Acme.
///
/// Both are needed, and never blank; whoever knows better says so later.
pub fn names_of(address: &str) -> (String, String) {
    let (local, domain) = address.trim().split_once('@').unwrap_or((address.trim(), ""));
    let local = local.split('+').next().unwrap_or_default();
    let mut words = local
        .split(['.', '_', '-'])
        .filter(|word| !word.is_empty())
        .map(capitalised);
    let first = words.next().unwrap_or_else(|| "?".to_owned());
    let rest: Vec<String> = words.collect();
    let last = match rest.is_empty() {
        false => rest.join(" "),
        true => domain
            .split('.')
            .find(|label| !label.is_empty())
            .map_or_else(|| first.clone(), capitalised),
    };
    (first, last)
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::names_of;

    #[test]
    fn a_name_is_made_of_any_address() {
        let pair = |first: &str, last: &str| (first.to_owned(), last.to_owned());
        assert_eq!(names_of("bob.smith@a.co"), pair("Bob", "Smith"));
        assert_eq!(names_of("bob@acme.co"), pair("Bob", "Acme"));
        assert_eq!(names_of("anna-lena.von_berg+x@a.co"), pair("Anna", "Lena Von Berg"));
        assert_eq!(names_of("élodie@é.fr"), pair("Élodie", "É"));
        assert_eq!(names_of("bob"), pair("Bob", "Bob"));
        assert_eq!(names_of("..@."), pair("?", "?"));
    }
}
