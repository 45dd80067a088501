//! Addresses with a query: what a reload of a list should keep.

/// A path with what of the query isn't blank.
pub(crate) fn address(path: &str, query: &[(&str, &str)]) -> String {
    let mut address = path.to_owned();
    let mut sign = '?';
    for (key, value) in query.iter().filter(|(_, value)| !value.is_empty()) {
        address.push(sign);
        address.push_str(key);
        address.push('=');
        address.push_str(&String::from(js_sys::encode_uri_component(value)));
        sign = '&';
    }
    address
}
