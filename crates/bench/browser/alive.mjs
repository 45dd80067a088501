// Is the page alive? Opens it in Chromium, checks a file and scrolls its rows, and prints what was measured as JSON.
// Usage: node alive.mjs ADDRESS CHROMIUM FILE MAPPING; ADDRESS is of a running server, the mapping belongs to the file.
//
// `first_ms`: from asking for /sign-in to its heading, on a processor slowed four times. `reading` and `checking`: from
// choosing the file, and from pressing Check; `long_tasks` are those of more than 50 ms on the page's own thread.
// `frames`: the time between two frames, in ms, while the rows are scrolled.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const [address, chromium, file, mapping] = process.argv.slice(2);
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
    for (const sign of ["h1", "[data-test='check']", ".tiles"])
      if (document.querySelector(sign)) measured.seen[sign] ??= performance.now();
  }).observe(document, { childList: true, subtree: true });
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
const FORGET = "measured.long = []; measured.messages = []; measured.pressed = performance.now(); 0";
const press = (sign) => `${FORGET}; document.querySelector("${sign}").click()`;
const outcome = (sign) => `(() => {
  const times = [measured.pressed, ...measured.messages.map(([at]) => at)];
  return {
    shown_ms: Math.round(measured.seen["${sign}"] - measured.pressed),
    messages: measured.messages.length,
    longest_silence_ms: Math.round(Math.max(0, ...times.slice(1).map((at, place) => at - times[place]))),
    long_tasks: measured.long.map(([, duration]) => Math.round(duration)),
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
  const button = document.querySelector("[data-test='progress'] button");
  if (!button) return null;
  const pressed = performance.now();
  button.click();
  return new Promise((done) => requestAnimationFrame(() => done({
    worker_ended_ms: Math.round((measured.ended.at(-1) ?? NaN) - pressed),
    is_idle: !!document.querySelector("[data-test='drop-zone']"),
    shown_ms: Math.round(performance.now() - pressed),
  })));
})()`;

try {
  const first = [];
  for (let round = 0; round < 5; round++) {
    const page = await open("/sign-in", 4);
    await page.until("!!measured.seen.h1");
    first.push(Math.round(await page.run("measured.seen.h1")));
    await page.close();
  }
  const found = { first_ms: first.sort((one, other) => one - other) };

  const page = await open("/check");
  await page.choose("[data-test='mapping-input']", mapping);
  await page.until("!!document.querySelector('.mapping-file')?.innerText.includes('is used')");
  await page.until("measured.messages.some(([, kind]) => kind === 'ready')");
  await page.run(FORGET);
  await page.choose("[data-test='file-input']", file);
  await page.until("!!document.querySelector(\"[data-test='check']\")");
  await page.run(REST);
  found.reading = await page.run(outcome("[data-test='check']"));
  await page.run(press("[data-test='check']"));
  await page.until("!!document.querySelector('.tiles')");
  await page.run(REST);
  found.checking = await page.run(outcome(".tiles"));

  await page.run(press("[data-test='show-rows']"));
  const cell = "[data-test='grid'] [aria-rowindex='2'] [aria-colindex='2']";
  await page.until(`document.querySelector("${cell}")?.innerText.length > 1`);
  await page.run(REST);
  const rows = await page.run("Number(document.querySelector(\"[data-test='grid']\").ariaRowCount) - 1");
  const gaps = (await page.run(SCROLL)).sort((one, other) => one - other);
  const at = (share) => Math.round(gaps[Math.min(gaps.length - 1, Math.floor(gaps.length * share))]);
  const over = gaps.filter((gap) => gap > 32).length;
  found.frames = { rows, all: gaps.length, median: at(0.5), p99: at(0.99), longest: at(1), over_32_ms: over };

  // Cancel while the file is read again.
  await page.run(press("[data-test='other-file']"));
  await page.choose("[data-test='file-input']", file);
  const button = "document.querySelector(\"[data-test='progress'] button, [data-test='check']\")";
  await page.until(`!!${button}`);
  found.cancel = await page.run(CANCEL);
  console.log(JSON.stringify(found, null, 1));
} finally {
  const ended = new Promise((done) => browser.on("exit", done));
  browser.kill();
  await ended;
  rmSync(profile, { recursive: true, force: true });
}
