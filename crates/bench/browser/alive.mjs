// Is the page alive? Opens it in Chromium, checks a file and scrolls the rows of another, and prints what was measured as
// JSON. Usage: node alive.mjs ADDRESS CHROMIUM FOLDER ROUNDS; ADDRESS is of a running server, and the folder has the files:
// `full-dirty.csv`, which is checked, and `rows.csv`, which is scrolled, both with their mappings.
//
// `weights`: bytes of WebAssembly as they are sent, of a first visit, of the checker, and of the reader of workbooks.
// `first_ms`: from asking for /sign-in to its heading, on a processor slowed four times. `reading` and `checking`: from
// choosing the file, and from pressing Check; `long_tasks` are those of more than 50 ms on the page's own thread, `silence_ms`
// the longest time between two messages of the worker, `first_ms` when the first problem was in the page, `shown_ms` when all
// of it was. `cancel_ms`: from pressing Cancel until the page waits for the next file. `frames`: the times between two frames
// while rows are scrolled. All times on the wall clock.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const [address, chromium, folder, rounds] = process.argv.slice(2);
const [file, rows] = ["full-dirty.csv", "rows.csv"].map((name) => join(folder, name));
const mappings = ["full.csv.mapping", "rows.csv.mapping"].map((name) => join(folder, name));
const profile = mkdtempSync(join(tmpdir(), "passmuster-alive-"));
const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"];
flags.push("--no-proxy-server", "--disable-background-networking", `--user-data-dir=${profile}`);
flags.push("--remote-debugging-pipe");
const browser = spawn(chromium, flags, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });

// DevTools speak JSON that ends in a zero byte.
let last = 0;
let rest = "";
const waiting = new Map();
browser.stdio[4].setEncoding("utf8").on("data", (text) => {
  const messages = (rest + text).split("\0");
  rest = messages.pop();
  for (const { id, error, result } of messages.map((message) => JSON.parse(message))) {
    if (!id) continue;
    const { done, fail } = waiting.get(id);
    waiting.delete(id);
    if (error) fail(new Error(error.message));
    else done(result);
  }
});
const command = (method, params = {}, sessionId = undefined) =>
  new Promise((done, fail) => {
    waiting.set(++last, { done, fail });
    browser.stdio[3].write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
  });

const RECORDER = `
  window.measured = { long: [], messages: [], seen: {}, ended: [] };
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) measured.long.push([startTime, duration]);
  }).observe({ type: "longtask", buffered: true });
  window.Worker = class extends Worker {
    constructor(...options) {
      super(...options);
      this.addEventListener("message", ({ data }) => measured.messages.push([performance.now(), data.split('"')[1]]));
    }
    terminate() {
      super.terminate();
      measured.ended.push(performance.now());
    }
  };
  new MutationObserver(() => {
    for (const sign of ["h1", "[data-test='check']", "[data-test='show-errors']", "[data-test='first-problems'] li, .problem-groups li"])
      if (document.querySelector(sign)) measured.seen[sign] ??= performance.now();
  }).observe(document, { childList: true, subtree: true });
  document.addEventListener("change", () => { measured.pressed = performance.now(); }, true);
`;

const open = async (path, slowed) => {
  const { targetId } = await command("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await command("Target.attachToTarget", { targetId, flatten: true });
  const send = (method, params) => command(method, params, sessionId);
  const run = async (expression) => {
    const answer = await send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (answer.exceptionDetails) throw new Error(JSON.stringify(answer.exceptionDetails));
    return answer.result.value;
  };
  const until = async (expression) => {
    for (let tries = 0; tries < 600; tries++) {
      if (await run(expression)) return;
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`${expression} doesn't come: ${await run("document.body.innerText")}`);
  };
  const choose = async (sign, path) => {
    await until(`!!document.querySelector("${sign}")`);
    const { root } = await send("DOM.getDocument", {});
    const { nodeId } = await send("DOM.querySelector", { nodeId: root.nodeId, selector: sign });
    await send("DOM.setFileInputFiles", { nodeId, files: [resolve(path)] });
  };
  await send("Page.enable");
  await send("Page.addScriptToEvaluateOnNewDocument", { source: RECORDER });
  await send("Emulation.setDeviceMetricsOverride", { width: 1280, height: 900, deviceScaleFactor: 1, mobile: false });
  if (slowed) await send("Emulation.setCPUThrottlingRate", { rate: slowed });
  await send("Page.navigate", { url: new URL(path, address).href });
  return { run, until, choose, close: () => command("Target.closeTarget", { targetId }) };
};

const REST = "new Promise((done) => setTimeout(done, 500))";
const FORGET = "measured.long = []; measured.messages = []; measured.seen = {}; measured.pressed = performance.now(); 0";
const press = (sign) => `${FORGET}; document.querySelector("${sign}").click()`;
const PROBLEM = "[data-test='first-problems'] li, .problem-groups li";
const outcome = (shown, first = shown) => `(() => {
  const times = [measured.pressed, ...measured.messages.map(([at]) => at)];
  return {
    first_ms: measured.seen["${first}"] - measured.pressed,
    shown_ms: measured.seen["${shown}"] - measured.pressed,
    silence_ms: Math.max(0, ...times.slice(1).map((at, place) => at - times[place])),
    long_tasks: measured.long.map(([, duration]) => duration),
  };
})()`;
// By the wheel, by the bar, and by jumps.
const SCROLL = `new Promise((done) => {
  const grid = document.querySelector("[data-test='grid']");
  const end = grid.scrollHeight - grid.clientHeight;
  const steps = [...Array(120)].map(() => () => grid.scrollBy(0, 120));
  steps.push(...[...Array(120)].map((_, at) => () => grid.scrollTo(0, (end * at) / 120)));
  steps.push(...[...Array(60)].map((_, at) => () => grid.scrollTo(0, end * ((at * 0.618) % 1))));
  const gaps = [];
  let before = 0;
  const frame = (now) => {
    if (before) gaps.push(now - before);
    before = now;
    const step = steps.shift();
    if (!step) return done(gaps);
    step();
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})`;
const CANCEL = `(() => {
  const pressed = performance.now();
  document.querySelector("[data-test='progress'] button").click();
  return new Promise((done) => requestAnimationFrame(() => {
    if (measured.ended.length !== 1 || !document.querySelector("[data-test='drop-zone']")) throw new Error("it goes on");
    done(performance.now() - pressed);
  }));
})()`;
const CHECKED = "[data-test='show-errors']";
const CHECK = "[data-test='check']";

/// The page for checking, with a mapping.
const checker = async (mapping) => {
  const page = await open("/check");
  await page.choose("[data-test='mapping-input']", mapping);
  await page.until("!!document.querySelector('.mapping-file')?.innerText.includes('is used')");
  await page.until("measured.messages.some(([, kind]) => kind === 'ready')");
  return page;
};

/// Reads a file and checks it; gives back how each went.
const check = async (page, file) => {
  await page.run(FORGET);
  await page.choose("[data-test='file-input']", file);
  await page.until(`!!document.querySelector("${CHECK}")`);
  await page.run(REST);
  const reading = await page.run(outcome(CHECK));
  await page.run(press(CHECK));
  await page.until(`!!document.querySelector("${CHECKED}")`);
  await page.run(REST);
  return { reading, checking: await page.run(outcome(CHECKED, PROBLEM)) };
};

const weight = (name) => `fetch("/${name}").then((answer) => answer.arrayBuffer()).then(() =>
  performance.getEntriesByName(location.origin + "/${name}")[0].encodedBodySize)`;
const FIRST_WEIGHT = `[...new Map(performance.getEntriesByType("resource")
  .filter(({ name }) => name.endsWith(".wasm"))
  .map(({ name, encodedBodySize }) => [name, encodedBodySize])).values()]
  .reduce((sum, weight) => sum + weight, 0)`;

try {
  const found = { first_ms: [], reading: [], checking: [], cancel_ms: [] };
  for (let round = 0; round < rounds; round++) {
    const page = await open("/sign-in", 4);
    await page.until("!!measured.seen.h1");
    found.first_ms.push(await page.run("measured.seen.h1"));
    if (round === 0) {
      found.weights = {};
      found.weights.page = await page.run(FIRST_WEIGHT);
      found.weights.checker = await page.run(weight("worker_bg.wasm"));
      found.weights.workbooks = await page.run(weight("excel_bg.wasm"));
    }
    await page.close();
  }

  for (let round = 0; round < rounds; round++) {
    const page = await checker(mappings[0]);
    const { reading, checking } = await check(page, file);
    found.reading.push(reading);
    found.checking.push(checking);
    // Once more, and Cancel while it is read.
    await page.run(press("[data-test='other-file']"));
    await page.run(`new MutationObserver(() => {
      const button = document.querySelector("[data-test='progress'] button");
      if (button) measured.cancelled ??= ${CANCEL};
    }).observe(document, { childList: true, subtree: true }); 0`);
    await page.choose("[data-test='file-input']", file);
    await page.until("!!measured.cancelled");
    found.cancel_ms.push(await page.run("measured.cancelled"));
    await page.close();
  }

  const page = await checker(mappings[1]);
  await check(page, rows);
  const cell = "[data-test='grid'] [aria-rowindex='2'] [aria-colindex='2']";
  await page.until(`document.querySelector("${cell}")?.innerText.length > 1`);
  await page.run(REST);
  found.rows = await page.run("Number(document.querySelector(\"[data-test='grid']\").ariaRowCount) - 1");
  found.frames = [];
  for (let round = 0; round < rounds; round++) found.frames.push(await page.run(SCROLL));
  console.log(JSON.stringify(found));
} finally {
  const ended = new Promise((done) => browser.on("exit", done));
  browser.kill();
  await ended;
  rmSync(profile, { recursive: true, force: true });
}
