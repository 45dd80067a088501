// Runs every case of the suite in WebAssembly: `node suite.mjs PACKAGE SUITE` prints {"CASE": "verdict", …}.
// tests/suite.rs starts it and compares the verdicts with the native ones.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [packageFolder, suite] = process.argv.slice(2);
const load = createRequire(import.meta.url);
const { checkJson, isWorkbook } = load(join(packageFolder, "passmuster.js"));
const { readSheet } = load(join(packageFolder, "excel.js"));

// A workbook is read where CSV is expected; what keeps a mapping from being read is told by checkJson.
function isForCsv(mapping) {
  try {
    return JSON.parse(new TextDecoder().decode(mapping)).file_format !== "json";
  } catch {
    return true;
  }
}

function verdict(folder) {
  const file = name => new Uint8Array(readFileSync(join(folder, name)));
  const input = readdirSync(folder).find(name => /^input\.[^.]*$/.test(name));
  const directory = existsSync(join(folder, "directory.json")) ? file("directory.json") : undefined;
  const sheet = existsSync(join(folder, "sheet.txt")) ? readFileSync(join(folder, "sheet.txt"), "utf8").replace(/\n+$/, "") : undefined;
  try {
    const mapping = file("mapping.json");
    if (isWorkbook(file(input)) && isForCsv(mapping)) {
      return checkJson(readSheet(file(input), sheet), mapping, directory, true);
    }
    return checkJson(file(input), mapping, directory);
  } catch (refusal) {
    return JSON.stringify({ refused: refusal?.message ?? String(refusal) }, null, 2);
  }
}

const folders = readdirSync(suite, { withFileTypes: true }).filter(entry => entry.isDirectory());
const verdicts = folders.map(({ name }) => [name, verdict(join(suite, name))]);
process.stdout.write(JSON.stringify(Object.fromEntries(verdicts)));
