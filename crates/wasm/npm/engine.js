// The WebAssembly files as one object, whose every method takes and gives what can be sent to a Web Worker and back.

import initialise, * as core from "./passmuster.js";

export class Engine {
  #excelSource;
  #excel;

  /** Loads the checker. The Excel reader, a file of its own, waits for the first workbook. */
  static async load({ checker, excel } = {}) {
    await initialise(checker === undefined ? undefined : { module_or_path: checker });
    const engine = new Engine();
    engine.#excelSource = excel;
    return engine;
  }

  /** The sheet of a workbook as bytes that the checker takes, and whether it is one. */
  async #sheet(bytes, sheet) {
    if (!core.isWorkbook(bytes)) {
      return [bytes, false];
    }
    if (this.#excel === undefined) {
      const excel = await import("./excel.js");
      await excel.default(this.#excelSource === undefined ? undefined : { module_or_path: this.#excelSource });
      this.#excel = excel;
    }
    return [this.#excel.readSheet(bytes, sheet), true];
  }

  async preview(bytes, sheet) {
    return core.preview(...(await this.#sheet(bytes, sheet)));
  }

  suggest(columns, saved, catalog) {
    return core.suggest(columns, saved, catalog);
  }

  async check(bytes, mapping, directory, sheet) {
    const encode = text => (text === undefined ? undefined : new TextEncoder().encode(text));
    // A workbook is a kind of CSV file; where JSON is expected, it is refused by its name.
    const [input, isSheet] = isForJson(mapping) ? [bytes, false] : await this.#sheet(bytes, sheet);
    return core.checkJson(input, encode(mapping), encode(directory), isSheet);
  }

  mappingOnEnabling(format) {
    return core.mappingOnEnabling(format);
  }

  rules() {
    return core.rules();
  }
}

// What keeps a mapping from being read is told by the checker.
function isForJson(mapping) {
  try {
    return JSON.parse(mapping).file_format === "json";
  } catch {
    return false;
  }
}
