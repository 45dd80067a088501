//! Joins the files that a page was taken apart into: each set of parts that share something has a file of its own, which
//! is hundreds of them, most of a few bytes.
//!
//! Two files become one wherever what some parts fetch in vain weighs less than a request.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write,
    fs,
    path::Path,
};

use anyhow::{Context, anyhow, ensure};
use wasm_encoder::{
    CodeSection, DataCountSection, DataSection, ElementSection, FunctionSection, ImportSection, Module, TypeSection,
    reencode::{Error, Reencode},
};
use wasmparser::{FuncType, FunctionBody, Parser, Payload};

/// What a request is worth, in bytes of WebAssembly before they are compressed.
const REQUEST_BYTES: usize = 16 * 1024;

/// Files that are fetched together.
struct Bundle {
    /// The parts that need it, a bit each.
    parts: u64,
    bytes: usize,
    files: Vec<String>,
}

impl Bundle {
    /// What joining two costs, all parts taken together; below 0 it is worth it.
    fn cost(&self, other: &Self) -> i64 {
        let (first, second) = (self.parts, other.parts);
        let in_vain = self.bytes * (second & !first).count_ones() as usize
            + other.bytes * (first & !second).count_ones() as usize;
        let saved = REQUEST_BYTES * (first & second).count_ones() as usize;
        in_vain as i64 - saved as i64
    }
}

/// Joins the files of `home`, and has `parts.js` there load them. `needs` tells which files each part needs, without their
/// ending.
pub(super) fn join(home: &Path, needs: &HashMap<String, Vec<String>>) -> anyhow::Result<()> {
    let parts: BTreeMap<&str, &Vec<String>> = needs.iter().map(|(part, files)| (part.as_str(), files)).collect();
    ensure!(
        parts.len() <= 64,
        "{} parts don't fit the bits that tell them",
        parts.len()
    );
    let mut contents = BTreeMap::<&str, (u64, Vec<u8>)>::new();
    for (bit, files) in parts.values().enumerate() {
        for file in *files {
            if !contents.contains_key(file.as_str()) {
                let path = home.join(file).with_extension("wasm");
                let bytes = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
                fs::remove_file(&path)?;
                contents.insert(file, (0, bytes));
            }
            if let Some((needed_by, _)) = contents.get_mut(file.as_str()) {
                *needed_by |= 1 << bit;
            }
        }
    }
    let mut script = loading(&fs::read_to_string(home.join("parts.js"))?)?.to_owned();
    let mut needed = vec![Vec::new(); parts.len()];
    for (number, bundle) in bundles(&contents)?.iter().enumerate() {
        let files: Vec<&[u8]> = bundle
            .files
            .iter()
            .map(|file| contents[file.as_str()].1.as_slice())
            .collect();
        fs::write(home.join(format!("{number}.wasm")), joined(&files)?)?;
        writeln!(script, "const file{number} = file(\"./{number}.wasm\");")?;
        for (bit, needed) in needed.iter_mut().enumerate() {
            if bundle.parts >> bit & 1 == 1 {
                needed.push(format!("file{number}"));
            }
        }
    }
    for (part, files) in parts.keys().zip(needed) {
        let files = files.join(", ");
        writeln!(
            script,
            "export const __wasm_split_load_{part} = wrapAsyncCb(makeLoad(() => async () => {{}}, [{files}]));"
        )?;
    }
    fs::write(home.join("parts.js"), script)?;
    Ok(())
}

/// What of `parts.js` tells how a file is loaded, without which files there are.
fn loading(script: &str) -> anyhow::Result<String> {
    let end = ["\n/* ", "\nexport const __wasm_split_load_"]
        .into_iter()
        .filter_map(|first| script.find(first))
        .min()
        .context("parts.js loads something")?;
    let file = "\nconst file = name => makeLoad(() => {
    const source = fetch(new URL(name, import.meta.url));
    source.catch(() => {});
    return async imports => WebAssembly.instantiateStreaming(source, imports);
}, []);\n";
    Ok(format!("{}{file}", &script[..end]))
}

/// Which files are joined: those first that cost least.
fn bundles(contents: &BTreeMap<&str, (u64, Vec<u8>)>) -> anyhow::Result<Vec<Bundle>> {
    let mut bundles = Vec::<Bundle>::new();
    for (file, (parts, bytes)) in contents {
        bundles.push(Bundle {
            parts: *parts,
            bytes: weight(bytes)?,
            files: vec![(*file).to_owned()],
        });
    }
    loop {
        let pairs = (0..bundles.len()).flat_map(|second| (0..second).map(move |first| (first, second)));
        let cheapest = pairs.min_by_key(|(first, second)| bundles[*first].cost(&bundles[*second]));
        match cheapest {
            Some((first, second)) if bundles[first].cost(&bundles[second]) < 0 => {
                let other = bundles.swap_remove(second);
                let bundle = &mut bundles[first];
                bundle.parts |= other.parts;
                bundle.bytes += other.bytes;
                bundle.files.extend(other.files);
            }
            _ => return Ok(bundles),
        }
    }
}

/// What of a file is code or data.
fn weight(wasm: &[u8]) -> anyhow::Result<usize> {
    let mut weight = 0;
    for payload in Parser::new(0).parse_all(wasm) {
        weight += match payload? {
            Payload::CodeSectionStart { size, .. } => size as usize,
            Payload::DataSection(section) => section.range().end as usize - section.range().start as usize,
            _ => 0,
        };
    }
    Ok(weight)
}

/// One module of several that import what the page shares and export nothing: their functions call each other through
/// the page's table.
fn joined(modules: &[&[u8]]) -> anyhow::Result<Vec<u8>> {
    let mut whole = Whole::default();
    for module in modules {
        whole.add(module).map_err(|error| anyhow!("joining parts: {error}"))?;
    }
    let mut module = Module::new();
    module.section(&whole.types);
    module.section(&whole.imports);
    module.section(&whole.functions);
    module.section(&whole.elements);
    if whole.data_count {
        module.section(&DataCountSection {
            count: whole.data.len(),
        });
    }
    module.section(&whole.code);
    module.section(&whole.data);
    Ok(module.finish())
}

/// The module that is being put together, and where what is being added comes to stand in it.
#[derive(Default)]
struct Whole {
    known_types: Vec<FuncType>,
    types: TypeSection,
    known_imports: Vec<(wasmparser::ExternalKind, String)>,
    imports: ImportSection,
    functions: FunctionSection,
    elements: ElementSection,
    data_count: bool,
    code: CodeSection,
    data: DataSection,
    /// Of the module being added: the place of each of its types, and of each of its globals.
    type_places: Vec<u32>,
    global_places: Vec<u32>,
    /// How many functions, elements and data came before it.
    functions_before: u32,
    elements_before: u32,
    data_before: u32,
}

impl Whole {
    fn add(&mut self, module: &[u8]) -> Result<(), Error<String>> {
        self.type_places.clear();
        self.global_places.clear();
        self.functions_before = self.functions.len();
        self.elements_before = self.elements.len();
        self.data_before = self.data.len();
        let mut bodies = Vec::<FunctionBody<'_>>::new();
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::TypeSection(section) => {
                    for known in section.into_iter_err_on_gc_types() {
                        self.add_type(known?)?;
                    }
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        self.add_import(import?)?;
                    }
                }
                Payload::FunctionSection(section) => {
                    for function in section {
                        let place = self.type_index(function?)?;
                        self.functions.function(place);
                    }
                }
                Payload::ElementSection(section) => {
                    for element in section {
                        let mut elements = std::mem::take(&mut self.elements);
                        self.parse_element(&mut elements, element?)?;
                        self.elements = elements;
                    }
                }
                Payload::DataCountSection { .. } => self.data_count = true,
                Payload::CodeSectionEntry(body) => bodies.push(body),
                Payload::DataSection(section) => {
                    for data in section {
                        let mut all = std::mem::take(&mut self.data);
                        self.parse_data(&mut all, data?)?;
                        self.data = all;
                    }
                }
                Payload::Version { .. }
                | Payload::CodeSectionStart { .. }
                | Payload::CustomSection(_)
                | Payload::End(_) => {}
                // It is written, but empty.
                Payload::ExportSection(section) if section.count() == 0 => {}
                other => return Err(Error::UserError(format!("a part has {other:?}"))),
            }
        }
        for body in bodies {
            let mut code = std::mem::take(&mut self.code);
            self.parse_function_body(&mut code, body)?;
            self.code = code;
        }
        Ok(())
    }

    fn add_type(&mut self, new: FuncType) -> Result<(), Error<String>> {
        let place = match self.known_types.iter().position(|known| *known == new) {
            Some(place) => place,
            None => {
                let encoded = self.func_type(new.clone())?;
                self.types.ty().func_type(&encoded);
                self.known_types.push(new);
                self.known_types.len() - 1
            }
        };
        self.type_places.push(place as u32);
        Ok(())
    }

    /// A part imports the page's memory, its table of functions, and what it counts its stack by.
    fn add_import(&mut self, import: wasmparser::Import<'_>) -> Result<(), Error<String>> {
        let kind = match import.ty {
            wasmparser::TypeRef::Memory(_) => wasmparser::ExternalKind::Memory,
            wasmparser::TypeRef::Table(_) => wasmparser::ExternalKind::Table,
            wasmparser::TypeRef::Global(_) => wasmparser::ExternalKind::Global,
            _ => return Err(Error::UserError(format!("a part imports {}", import.name))),
        };
        let known = (kind, format!("{} {}", import.module, import.name));
        if !self.known_imports.contains(&known) {
            let entity = self.entity_type(import.ty)?;
            self.imports.import(import.module, import.name, entity);
            self.known_imports.push(known.clone());
        }
        let mut alike = self.known_imports.iter().filter(|(other, _)| *other == kind);
        let place = alike.position(|other| *other == known).unwrap_or_default() as u32;
        match kind {
            wasmparser::ExternalKind::Global => self.global_places.push(place),
            _ if place == 0 => {}
            _ => return Err(Error::UserError(format!("a part has a second {kind:?}"))),
        }
        Ok(())
    }
}

impl Reencode for Whole {
    type Error = String;

    fn type_index(&mut self, index: u32) -> Result<u32, Error<String>> {
        let place = self.type_places.get(index as usize).copied();
        place.ok_or_else(|| Error::UserError(format!("there is no type {index}")))
    }

    fn global_index(&mut self, index: u32) -> Result<u32, Error<String>> {
        let place = self.global_places.get(index as usize).copied();
        place.ok_or_else(|| Error::UserError(format!("there is no global {index}")))
    }

    fn function_index(&mut self, index: u32) -> Result<u32, Error<String>> {
        Ok(self.functions_before + index)
    }

    fn element_index(&mut self, index: u32) -> Result<u32, Error<String>> {
        Ok(self.elements_before + index)
    }

    fn data_index(&mut self, index: u32) -> Result<u32, Error<String>> {
        Ok(self.data_before + index)
    }
}
