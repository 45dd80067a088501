// Ours and the peers' checks of the same bytes, in turn, round by round: in a page and in Node alike.
import { PEERS } from "./peers.mjs";

export const OURS = "ours";

/// Zones as JavaScript knows them; those that files have and an engine's own list leaves out are added.
export function zones() {
  return [...new Set([...Intl.supportedValuesOf("timeZone"), "Asia/Kolkata", "UTC"])];
}

/// Counts of what our report found, by rule.
function tally(report) {
  const found = {};
  for (const { rule, count } of report.summary) found[rule] = (found[rule] ?? 0) + count;
  return found;
}

/// `file` has `profile`, `clean` and `dirty` (bytes) and `mapping` (text); `cost` times one call, in milliseconds.
/// Gives back what each found in the dirty file, and the times for the clean one.
export function run(check, file, rounds, cost) {
  const works = { [OURS]: (bytes) => tally(JSON.parse(check(bytes, file.mapping))) };
  for (const [name, make] of Object.entries(PEERS)) works[name] = make(file.profile, zones());
  const outcome = {};
  for (const [name, work] of Object.entries(works)) outcome[name] = { found: work(file.dirty), ms: [] };
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, work] of Object.entries(works)) {
      const ms = cost(() => work(file.clean));
      if (round >= 0) outcome[name].ms.push(ms);
    }
  }
  return outcome;
}
