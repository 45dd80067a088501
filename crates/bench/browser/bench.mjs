// Runs the rounds in Chromium, then in Node, and prints the outcome of both as JSON.
// Usage: node bench.mjs NPM PACKAGE FILES CHROMIUM ROUNDS; NPM is a folder with node_modules, PACKAGE our own.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [npm, ours, files, chromium, rounds] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(join(npm, "package.json"));
const { build } = require("esbuild");
const work = mkdtempSync(join(tmpdir(), "passmuster-bench-"));
const version = (name) => JSON.parse(readFileSync(join(npm, "node_modules", name, "package.json"), "utf8")).version;

const bundle = (entry, platform) =>
  build({
    entryPoints: [join(here, entry)],
    outfile: join(work, entry),
    bundle: true,
    minify: true,
    format: "esm",
    platform,
    target: "esnext",
    nodePaths: [join(npm, "node_modules")],
    define: { ROUNDS: String(rounds) },
    logLevel: "error",
  });

/// Serves the page and its files until the page has posted its outcome.
async function inChromium() {
  await bundle("page.mjs", "browser");
  let browser;
  const outcome = await new Promise((resolve, reject) => {
    const places = { "/page.mjs": work, "/passmuster.js": ours, "/passmuster_bg.wasm": ours };
    const server = createServer((request, response) => {
      if (request.method === "POST") {
        let body = "";
        request.on("data", (piece) => (body += piece));
        request.on("end", () => {
          response.end();
          server.close();
          resolve(JSON.parse(body));
        });
      } else if (request.url === "/") {
        response.setHeader("Content-Type", "text/html");
        response.end('<!doctype html><title>Bench</title><script type="module" src="/page.mjs"></script>');
      } else {
        try {
          const content = readFileSync(join(places[request.url] ?? files, basename(request.url)));
          if (request.url.endsWith(".mjs")) response.setHeader("Content-Type", "text/javascript");
          response.end(content);
        } catch {
          response.writeHead(404).end();
        }
      }
    });
    server.listen(0, "127.0.0.1", () => {
      const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"];
      flags.push("--no-proxy-server", "--disable-background-networking", `--user-data-dir=${join(work, "profile")}`);
      browser = spawn(chromium, [...flags, `http://127.0.0.1:${server.address().port}/`], { stdio: "ignore" });
      browser.on("error", reject);
      browser.on("exit", (code) => reject(new Error(`Chromium ended early (${code})`)));
    });
  });
  const ended = new Promise((resolve) => browser.on("exit", resolve));
  browser.kill();
  await ended;
  return outcome;
}

async function inNode() {
  await bundle("rounds.mjs", "node");
  const { run } = await import(pathToFileURL(join(work, "rounds.mjs")));
  const { check } = require(join(ours, "passmuster.js"));
  const outcome = {};
  for (const profile of ["full", "lean"]) {
    const read = (name) => readFileSync(join(files, name));
    const file = {
      profile,
      clean: read(`${profile}.csv`),
      dirty: read(`${profile}-dirty.csv`),
      mapping: read(`${profile}.csv.mapping`).toString(),
    };
    outcome[profile] = run(check, file, Number(rounds), (work) => {
      const before = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    });
  }
  return outcome;
}

try {
  const page = await inChromium();
  if (page.error) throw new Error(page.error);
  const versions = Object.fromEntries(["papaparse", "zod", "ajv", "udsv"].map((name) => [name, version(name)]));
  console.log(JSON.stringify({ versions, node: process.version, ...page, in_node: await inNode() }));
} finally {
  rmSync(work, { recursive: true, force: true });
}
