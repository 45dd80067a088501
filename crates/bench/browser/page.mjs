// The page: fetches the files and our package, runs the rounds on the wall clock and posts the outcome.
import { run } from "./rounds.mjs";

const bytes = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
const text = async (path) => (await fetch(path)).text();

/// Our package is made for Node: here it gets its bytes from the page.
async function ours() {
  const [source, wasm] = [await text("/passmuster.js"), await bytes("/passmuster_bg.wasm")];
  const exported = {};
  new Function("exports", "require", "__dirname", source)(exported, () => ({ readFileSync: () => wasm }), "");
  return exported.check;
}

try {
  const check = await ours();
  const outcome = {};
  for (const profile of ["full", "lean"]) {
    const file = {
      profile,
      clean: await bytes(`/${profile}.csv`),
      dirty: await bytes(`/${profile}-dirty.csv`),
      mapping: await text(`/${profile}.csv.mapping`),
    };
    outcome[profile] = run(check, file, ROUNDS, (work) => {
      const before = performance.now();
      work();
      return performance.now() - before;
    });
  }
  await fetch("/outcome", { method: "POST", body: JSON.stringify({ browser: navigator.userAgent, outcome }) });
} catch (error) {
  await fetch("/outcome", { method: "POST", body: JSON.stringify({ error: `${error}\n${error.stack}` }) });
}
