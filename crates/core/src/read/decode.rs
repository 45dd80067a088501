//! WIP
/// Encoding
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding { /// u
 Utf8, /// l
 Utf16Le, /// b
 Utf16Be, /// w
 Windows1252 }
impl Encoding { /// The encoding of a `charset` or WHATWG label; `None` for one that is not read.
 pub fn for_label(_label: &str) -> Option<Self> { None } }
