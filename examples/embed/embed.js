// A form of your own with the checker in it: the file is checked as soon as it is chosen, and can be sent only when it passes.

import { Checker } from "./node_modules/passmuster-checker/index.js";

const mapping = {
  version: 1,
  file_format: "csv",
  fields: [
    { api_field: "Email", target: "user.email" },
    { api_field: "First Name", target: "user.first_name" },
    { api_field: "Last Name", target: "user.last_name" },
    { api_field: "Time Zone", target: "user.time_zone" },
    { api_field: "Status", target: "user.is_active", value_map: { Active: "True", Terminated: "False" } },
  ],
};

const [form, input, send, status, table] = ["form", "file", "send", "status", "problems"].map(id =>
  document.getElementById(id),
);
const starting = Checker.inWorker();
let asked = 0;

input.addEventListener("change", async () => {
  const [file] = input.files;
  const number = ++asked;
  send.disabled = true;
  table.hidden = true;
  if (!file) {
    status.textContent = "";
    return;
  }
  status.textContent = `Checking ${file.name}…`;
  try {
    const checker = await starting;
    const { report } = await checker.check(file, mapping);
    // Another file may have been chosen meanwhile.
    if (number === asked) {
      show(report);
    }
  } catch (failure) {
    status.textContent = `The file could not be checked: ${failure.message}`;
  }
});

form.addEventListener("submit", event => {
  event.preventDefault();
  status.textContent = "Here your own page would send the file.";
});

function show(report) {
  const errors = report.problems.filter(problem => problem.severity === "error");
  send.disabled = report.error_count > 0;
  table.hidden = errors.length === 0;
  table.tBodies[0].replaceChildren(...errors.map(rowOf));
  const capped = errors.length < report.error_count ? ` The first ${errors.length} are listed.` : "";
  status.textContent =
    report.error_count === 0
      ? `${count(report.records, "row")}, ready to be sent.`
      : `${count(report.error_count, "error")} in ${count(report.records, "row")}.${capped}`;
}

function count(number, word) {
  return `${number.toLocaleString()} ${word}${number === 1 ? "" : "s"}`;
}

function rowOf({ row, column, message, hint }) {
  const element = document.createElement("tr");
  for (const text of [row ?? "", column ?? "", message, hint]) {
    element.insertCell().textContent = text;
  }
  return element;
}
