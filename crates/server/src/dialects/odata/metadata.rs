//! The two documents that say what the feed holds: the service document and `$metadata`, both made from the model.

use std::fmt::Write;

use serde_json::{Value, json};

use super::model::{NAMESPACE, Navigation, SETS, Set};

/// The service document.
pub(super) fn service(base: &str, has_context: bool) -> Value {
    let sets = SETS
        .iter()
        .map(|set| json!({"name": set.name, "kind": "EntitySet", "url": set.name}));
    let sets: Vec<Value> = sets.collect();
    if has_context {
        json!({"@odata.context": format!("{base}$metadata"), "value": sets})
    } else {
        json!({ "value": sets })
    }
}

/// `$metadata`, as CSDL in XML.
// http://docs.oasis-open.org/odata/odata/v4.0/odata-v4.0-part3-csdl.html
pub(super) fn csdl() -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <edmx:Edmx Version=\"4.0\" xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\">\n\
         <edmx:Reference Uri=\"https://docs.oasis-open.org/odata/odata/v4.0/errata03/csd01/complete/vocabularies/Org.OData.Core.V1.xml\">\n\
         <edmx:Include Namespace=\"Org.OData.Core.V1\" Alias=\"Core\"/>\n</edmx:Reference>\n<edmx:DataServices>\n",
    );
    // Writing to a text never fails.
    let _ = writeln!(
        xml,
        "<Schema Namespace=\"{NAMESPACE}\" xmlns=\"http://docs.oasis-open.org/odata/ns/edm\">"
    );
    for set in &SETS {
        entity_type(&mut xml, set);
    }
    let _ = writeln!(xml, "<EntityContainer Name=\"Feed\">");
    for set in &SETS {
        entity_set(&mut xml, set);
    }
    xml.push_str("</EntityContainer>\n</Schema>\n</edmx:DataServices>\n</edmx:Edmx>\n");
    xml
}

fn entity_type(xml: &mut String, set: &Set) {
    let _ = writeln!(xml, "<EntityType Name=\"{}\">\n<Key>", set.name);
    for name in set.key {
        let _ = writeln!(xml, "<PropertyRef Name=\"{name}\"/>");
    }
    xml.push_str("</Key>\n");
    for property in set.properties {
        let _ = write!(
            xml,
            "<Property Name=\"{}\" Type=\"{}\"",
            property.name,
            property.edm.name()
        );
        if !property.is_nullable {
            xml.push_str(" Nullable=\"false\"");
        }
        if property.edm == super::model::Edm::Instant {
            xml.push_str(" Precision=\"6\"");
        }
        xml.push_str("/>\n");
    }
    for navigation in set.navigations {
        navigation_property(xml, set, navigation);
    }
    let _ = writeln!(xml, "<Annotation Term=\"Core.Description\" String=\"{}\"/>", set.about);
    xml.push_str("</EntityType>\n");
}

fn navigation_property(xml: &mut String, set: &Set, navigation: &Navigation) {
    let Navigation { name, to, .. } = navigation;
    if navigation.is_many {
        let _ = writeln!(
            xml,
            "<NavigationProperty Name=\"{name}\" Type=\"Collection({NAMESPACE}.{to})\"/>"
        );
        return;
    }
    let is_nullable = |by: &str| {
        set.properties
            .iter()
            .any(|property| property.name == by && property.is_nullable)
    };
    let nullable = if navigation.by.is_some_and(is_nullable) {
        ""
    } else {
        " Nullable=\"false\""
    };
    let _ = write!(
        xml,
        "<NavigationProperty Name=\"{name}\" Type=\"{NAMESPACE}.{to}\"{nullable}"
    );
    match navigation.by {
        Some(by) => {
            let _ = writeln!(
                xml,
                ">\n<ReferentialConstraint Property=\"{by}\" ReferencedProperty=\"id\"/>\n</NavigationProperty>"
            );
        }
        None => xml.push_str("/>\n"),
    }
}

fn entity_set(xml: &mut String, set: &Set) {
    let _ = write!(xml, "<EntitySet Name=\"{0}\" EntityType=\"{NAMESPACE}.{0}\"", set.name);
    if set.navigations.is_empty() {
        xml.push_str("/>\n");
        return;
    }
    xml.push_str(">\n");
    for Navigation { name, to, .. } in set.navigations {
        let _ = writeln!(xml, "<NavigationPropertyBinding Path=\"{name}\" Target=\"{to}\"/>");
    }
    xml.push_str("</EntitySet>\n");
}
