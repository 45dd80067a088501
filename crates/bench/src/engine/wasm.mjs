// The check as WebAssembly, in Node: for each line of standard input some checks, answered with the CPU milliseconds of
// one and the bytes of linear memory.
// Usage: node wasm.mjs PACKAGE FILE MAPPING
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

const [folder, file, mapping] = process.argv.slice(2);
const require = createRequire(import.meta.url);

// The package keeps its memory to itself.
let memory;
const { Instance } = WebAssembly;
WebAssembly.Instance = function (module, imports) {
  const instance = new Instance(module, imports);
  memory = instance.exports.memory;
  return instance;
};
const { check } = require(join(folder, "passmuster.js"));

const bytes = readFileSync(file);
const text = readFileSync(mapping, "utf8");
// The system counts this time in ticks of 4 ms, so that several checks are timed together.
const times = 5;
for await (const _ of createInterface({ input: process.stdin })) {
  const before = process.cpuUsage();
  let report;
  for (let time = 0; time < times; time += 1) report = check(bytes, text);
  const { user, system } = process.cpuUsage(before);
  if (JSON.parse(report).error_count > 0) throw new Error("the file is not clean");
  console.log((user + system) / 1000 / times, memory.buffer.byteLength);
}
