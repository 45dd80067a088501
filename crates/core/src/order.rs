//! Sorting where it doesn't matter how long it takes: one piece of code for all kinds of lists.
//!
//! The standard library's sorts are written out anew for every type, some kilobytes each, and the page loads all of them.

use std::cmp::Ordering;

/// Sorts a short list, or one that is sorted once a body; what compares as equal keeps its order.
pub(crate) fn sort_by<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let order = in_order(items.len(), &|a, b| compare(&items[a], &items[b]));
    let mut waiting: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(order.into_iter().filter_map(|place| waiting[place].take()));
}

/// The same by a key.
pub(crate) fn sort_by_key<T, K: Ord>(items: &mut Vec<T>, key: impl Fn(&T) -> K) {
    sort_by(items, |a, b| key(a).cmp(&key(b)));
}

/// The same by what the items are.
pub(crate) fn sort<T: Ord>(items: &mut Vec<T>) {
    sort_by(items, Ord::cmp);
}

/// The places of a list in the order of what is at them.
fn in_order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|a, b| compare(*a, *b));
    order
}

#[cfg(test)]
mod tests {
    use super::{sort, sort_by_key};

    #[test]
    fn what_is_equal_keeps_its_order() {
        let mut words = vec!["bb", "a", "cc", "b", "aa"];
        sort_by_key(&mut words, |word| word.len());
        assert_eq!(words, ["a", "b", "bb", "cc", "aa"]);
        sort(&mut words);
        assert_eq!(words, ["a", "aa", "b", "bb", "cc"]);
    }
}
