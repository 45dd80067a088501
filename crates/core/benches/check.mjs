// The check as WebAssembly, in Node: prints the CPU milliseconds of each round.
// Usage: node check.mjs PACKAGE FILE MAPPING ROUNDS
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [folder, file, mapping, rounds] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const { check } = require(join(folder, "passmuster.js"));
const bytes = readFileSync(file);
const text = readFileSync(mapping, "utf8");
check(bytes, text);
for (let round = 0; round < Number(rounds); round += 1) {
  const before = process.cpuUsage();
  check(bytes, text);
  const { user, system } = process.cpuUsage(before);
  console.log((user + system) / 1000);
}
