// What the npm package gives, as its users get it: `node package.mjs PACKAGE SUITE` prints
// {"verdicts": {"CASE": "verdict", …}, "previews": […], "suggestions": […], "rules": […], "mappings": […], "refused": …}.
// tests/package.rs starts it.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [packageFolder, suite] = process.argv.slice(2);
const { Checker } = await import(pathToFileURL(join(packageFolder, "index.js")));
const checker = await Checker.here({
  checker: readFileSync(join(packageFolder, "passmuster_bg.wasm")),
  excel: readFileSync(join(packageFolder, "excel_bg.wasm")),
});

const given = { verdicts: {}, previews: [], suggestions: [], mappings: [] };
for (const { name } of readdirSync(suite, { withFileTypes: true }).filter(entry => entry.isDirectory())) {
  const file = name_ => join(suite, name, name_);
  const text = name_ => (existsSync(file(name_)) ? readFileSync(file(name_), "utf8") : undefined);
  const input = new Uint8Array(readFileSync(file(readdirSync(join(suite, name)).find(one => /^input\.[^.]*$/.test(one)))));
  const sheet = text("sheet.txt")?.replace(/\n+$/, "");
  try {
    given.verdicts[name] = await checker.checkText(input, text("mapping.json"), { directory: text("directory.json"), sheet });
  } catch (refusal) {
    given.verdicts[name] = JSON.stringify({ refused: refusal.message }, null, 2);
    continue;
  }
  const preview = await checker.preview(input, { sheet });
  given.previews.push(preview);
  given.suggestions.push(await checker.suggest(preview.file.columns, { saved: text("mapping.json") }));
}
given.rules = await checker.rules();
for (const format of ["csv", "json"]) {
  given.mappings.push(await checker.mappingOnEnabling(format));
}
given.refused = await checker.check("Email\n", { version: 1, file_format: "csv", fields: [] }).then(
  () => null,
  refusal => refusal.message,
);
process.stdout.write(JSON.stringify(given));
