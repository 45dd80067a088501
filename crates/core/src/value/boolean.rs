//! True and False.

/// A truth, and whether it was written as something else than True or False.
pub fn parse(text: &str) -> Option<(bool, bool)> {
    const TRUE: [&str; 4] = ["1", "yes", "y", "t"];
    const FALSE: [&str; 4] = ["0", "no", "n", "f"];
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("true") {
        Some((true, false))
    } else if is("false") {
        Some((false, false))
    } else if TRUE.iter().any(|word| is(word)) {
        Some((true, true))
    } else if FALSE.iter().any(|word| is(word)) {
        Some((false, true))
    } else {
        None
    }
}
