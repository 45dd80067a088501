//! `passmuster-bench gen PROFILE USERS FOLDER [dirty] [json]`: writes a file, its mapping and its manifest.

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;

use passmuster_bench::{People, Profile};
use passmuster_core::mapping::FileFormat;

/// Writes `NAME.csv` or `.json`, and beside it `NAME.csv.mapping` and `NAME.csv.manifest`, NAME being `full`, `lean-dirty` and so on.
pub(crate) fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let [profile, users, folder, rest @ ..] = arguments else {
        return Err(
            "usage: passmuster-bench gen full|lean USERS FOLDER [dirty] [json] [seed=N] [moved=N] [rows=FROM..TO]"
                .into(),
        );
    };
    let profile = match profile.as_str() {
        "full" => Profile::Full,
        "lean" => Profile::Lean,
        other => return Err(format!("no such profile: {other}").into()),
    };
    let users = if users == "15mb" {
        profile.users()
    } else {
        users.parse()?
    };
    let mut people = People::new(profile, users);
    let mut format = FileFormat::Csv;
    let mut name = profile.name().to_owned();
    for word in rest {
        match word.split_once('=') {
            None if word == "dirty" => {
                people = people.dirty();
                name.push_str("-dirty");
            }
            None if word == "json" => format = FileFormat::Json,
            Some(("seed", seed)) => people = people.seeded(seed.parse()?),
            Some(("moved", one_in)) => people = people.moved(one_in.parse()?),
            Some(("rows", rows)) => {
                let (from, to) = rows.split_once("..").ok_or("rows=FROM..TO")?;
                people = people.only(from.parse()?..to.parse()?);
            }
            _ => return Err(format!("what is {word}?").into()),
        }
    }
    let folder = Path::new(folder);
    fs::create_dir_all(folder)?;
    let ending = match format {
        FileFormat::Csv => "csv",
        FileFormat::Json => "json",
    };
    let mut file = BufWriter::new(File::create(folder.join(format!("{name}.{ending}")))?);
    let manifest = match format {
        FileFormat::Csv => people.write_csv(&mut file)?,
        FileFormat::Json => people.write_json(&mut file)?,
    };
    file.flush()?;
    fs::write(folder.join(format!("{name}.{ending}.mapping")), profile.mapping(format))?;
    fs::write(
        folder.join(format!("{name}.{ending}.manifest")),
        serde_json::to_string_pretty(&manifest)?,
    )?;
    Ok(())
}
