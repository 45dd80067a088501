// Checks files of users. What is right and wrong is decided in the WebAssembly file; this one carries questions to it.
//
// The same methods work in a Web Worker of their own (Checker.inWorker) and in the thread that calls (Checker.here).

import { Engine } from "./engine.js";

/** Bytes of a file: read from a Blob, or given. */
async function bytesOf(file) {
  if (file instanceof Uint8Array) {
    return file;
  }
  if (file instanceof ArrayBuffer) {
    return new Uint8Array(file);
  }
  if (typeof file === "string") {
    return new TextEncoder().encode(file);
  }
  return new Uint8Array(await file.arrayBuffer());
}

/** A document as JSON text: given as such, or as what JSON.parse gives. */
function textOf(document) {
  return document === undefined || typeof document === "string" ? document : JSON.stringify(document);
}

export class Checker {
  #ask;
  #end;

  constructor(ask, end) {
    this.#ask = ask;
    this.#end = end;
  }

  /** A checker in the thread that calls. */
  static async here(sources = {}) {
    const engine = await Engine.load(sources);
    return new Checker(async (name, parameters) => engine[name](...parameters), () => {});
  }

  /** A checker in a Web Worker of its own, which leaves the page free while it works. */
  static async inWorker(sources = {}) {
    const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    const waiting = new Map();
    let next = 0;
    let ended;
    const end = reason => {
      ended = reason;
      worker.terminate();
      for (const { reject } of waiting.values()) {
        reject(reason);
      }
      waiting.clear();
    };
    worker.onerror = event => end(new Error(event.message || "The checker's Web Worker can't be started."));
    worker.onmessage = ({ data: { number, answer, refusal } }) => {
      const { resolve, reject } = waiting.get(number);
      waiting.delete(number);
      if (refusal === undefined) {
        resolve(answer);
      } else {
        reject(new Error(refusal));
      }
    };
    const ask = (name, parameters) =>
      new Promise((resolve, reject) => {
        if (ended) {
          reject(ended);
          return;
        }
        waiting.set(next, { resolve, reject });
        worker.postMessage({ number: next, name, parameters });
        next += 1;
      });
    const checker = new Checker(ask, () => end(new Error("The checker was ended.")));
    await ask("load", [sources]);
    return checker;
  }

  async preview(file, { sheet } = {}) {
    return JSON.parse(await this.#ask("preview", [await bytesOf(file), sheet]));
  }

  async suggest(columns, { saved, catalog } = {}) {
    return JSON.parse(await this.#ask("suggest", [JSON.stringify(columns), textOf(saved), textOf(catalog)]));
  }

  async check(file, mapping, options = {}) {
    return JSON.parse(await this.checkText(file, mapping, options));
  }

  async checkText(file, mapping, { directory, sheet } = {}) {
    return this.#ask("check", [await bytesOf(file), textOf(mapping), textOf(directory), sheet]);
  }

  async mappingOnEnabling(format) {
    return JSON.parse(await this.#ask("mappingOnEnabling", [format]));
  }

  async rules() {
    return JSON.parse(await this.#ask("rules", []));
  }

  end() {
    this.#end();
  }
}
