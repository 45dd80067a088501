// Runs every case of the suite in WebAssembly: `node suite.mjs PACKAGE SUITE` prints {"CASE": "verdict", …}.
// tests/suite.rs starts it and compares the verdicts with the native ones.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [packageFolder, suite] = process.argv.slice(2);
const { checkJson } = createRequire(import.meta.url)(join(packageFolder, "passmuster.js"));

function verdict(folder) {
  const file = name => new Uint8Array(readFileSync(join(folder, name)));
  const input = readdirSync(folder).find(name => /^input\.[^.]*$/.test(name));
  const directory = existsSync(join(folder, "directory.json")) ? file("directory.json") : undefined;
  try {
    return checkJson(file(input), file("mapping.json"), directory);
  } catch (refusal) {
    return JSON.stringify({ refused: refusal?.message ?? String(refusal) }, null, 2);
  }
}

const folders = readdirSync(suite, { withFileTypes: true }).filter(entry => entry.isDirectory());
const verdicts = folders.map(({ name }) => [name, verdict(join(suite, name))]);
process.stdout.write(JSON.stringify(Object.fromEntries(verdicts)));
