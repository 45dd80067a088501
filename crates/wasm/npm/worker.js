// The Web Worker of Checker.inWorker: answers each question by its number.

import { Engine } from "./engine.js";

let engine;

self.onmessage = async ({ data: { number, name, parameters } }) => {
  try {
    if (name === "load") {
      engine = await Engine.load(...parameters);
      self.postMessage({ number });
    } else {
      self.postMessage({ number, answer: await engine[name](...parameters) });
    }
  } catch (refusal) {
    self.postMessage({ number, refusal: refusal?.message ?? String(refusal) });
  }
};
