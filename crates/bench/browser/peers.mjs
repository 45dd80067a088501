// The rules that our files are checked by, in the manner of what people check files with in a page.
// Each peer takes the bytes of a file and gives back how often each rule was broken. Uniqueness of usernames and phone
// extensions is left out, in the peers' favour; so is where each problem stands.
import Ajv from "ajv";
import Papa from "papaparse";
import { inferSchema, initParser } from "udsv";
import { z } from "zod";

const LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
// WHATWG's grammar of an address, with a dot in the domain.
const EMAIL = new RegExp(`^[a-zA-Z0-9.!#$%&'*+/=?^_\`{|}~-]+@${LABEL}(?:\\.${LABEL})+$`);
const NAME = /^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$/;
const GROUP = /^[^;]*$/;
const BOOLEAN = /^(?:true|false)$/i;
const BOOLEANS = ["Is Active", "Is Manager", "Is Admin"];
const GROUPS = ["Role", "Team"];
const RULES = {
  Email: "invalid_email",
  Username: "invalid_username",
  "First Name": "missing_value",
  "Last Name": "missing_value",
  "Time Zone": "invalid_time_zone",
  "Is Active": "invalid_boolean",
  "Is Manager": "invalid_boolean",
  "Is Admin": "invalid_boolean",
  Role: "semicolon_in_group",
  Team: "semicolon_in_group",
};

const decode = (bytes) => new TextDecoder().decode(bytes);
const count = (found, rule, times = 1) => {
  if (times > 0) found[rule] = (found[rule] ?? 0) + times;
};

/// What no schema says: repeated addresses, and managers who are nobody in the file.
function acrossRows(found, length, emailAt, managerAt) {
  const known = new Set();
  for (let row = 0; row < length; row += 1) known.add(emailAt(row).toLowerCase());
  count(found, "duplicate_email", length - known.size);
  let unknown = 0;
  for (let row = 0; row < length; row += 1) {
    const manager = managerAt(row);
    if (manager !== "" && !known.has(manager.toLowerCase())) unknown += 1;
  }
  count(found, "manager_not_in_file", unknown);
  return found;
}

function papa(bytes) {
  return Papa.parse(decode(bytes), { header: true, skipEmptyLines: true }).data;
}

/// Each peer, made for a profile and the names of zones: what it needs once is made here and not timed.
export const PEERS = {
  "PapaParse + zod"(profile, zones) {
    const fields = {
      Email: z.string().regex(EMAIL),
      "First Name": z.string().regex(NAME),
      "Last Name": z.string().regex(NAME),
      "Time Zone": z.enum(zones),
      Manager: z.string(),
    };
    for (const column of GROUPS) fields[column] = z.string().regex(GROUP);
    if (profile === "full") {
      fields.Username = z.union([z.literal(""), z.string().regex(EMAIL)]);
      for (const column of BOOLEANS) fields[column] = z.string().regex(BOOLEAN);
    }
    const schema = z.object(fields);
    return (bytes) => {
      const rows = papa(bytes);
      const found = {};
      for (const row of rows) {
        const parsed = schema.safeParse(row);
        if (!parsed.success) for (const { path } of parsed.error.issues) count(found, RULES[path[0]]);
      }
      return acrossRows(found, rows.length, (row) => rows[row].Email, (row) => rows[row].Manager);
    };
  },

  "PapaParse + ajv"(profile, zones) {
    const known = new Set(zones);
    const ajv = new Ajv({ allErrors: true, formats: { email: EMAIL, zone: (zone) => known.has(zone) } });
    const text = (pattern) => ({ type: "string", pattern: pattern.source });
    const properties = {
      Email: { type: "string", format: "email" },
      "First Name": text(NAME),
      "Last Name": text(NAME),
      "Time Zone": { type: "string", format: "zone" },
      Manager: { type: "string" },
    };
    for (const column of GROUPS) properties[column] = text(GROUP);
    if (profile === "full") {
      properties.Username = { anyOf: [{ const: "" }, { type: "string", format: "email" }] };
      for (const column of BOOLEANS) properties[column] = text(/^(?:[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$/);
    }
    const validate = ajv.compile({ type: "object", properties, required: Object.keys(properties) });
    return (bytes) => {
      const rows = papa(bytes);
      const found = {};
      for (const row of rows) {
        if (!validate(row)) {
          const columns = new Set(validate.errors.map((error) => error.instancePath.slice(1)));
          for (const column of columns) count(found, RULES[column]);
        }
      }
      return acrossRows(found, rows.length, (row) => rows[row].Email, (row) => rows[row].Manager);
    };
  },

  "uDSV + by hand"(profile, zones) {
    const known = new Set(zones);
    const isBoolean = (text) => text === "True" || text === "False" || BOOLEAN.test(text);
    return (bytes) => {
      const text = decode(bytes);
      const parser = initParser(inferSchema(text));
      const rows = parser.stringArrs(text);
      const at = {};
      parser.schema.cols.forEach((column, index) => {
        at[column.name] = index;
      });
      const found = {};
      const booleans = BOOLEANS.filter((column) => column in at).map((column) => at[column]);
      const groups = GROUPS.map((column) => at[column]);
      const [email, first, last, zone, username] = ["Email", "First Name", "Last Name", "Time Zone", "Username"].map((column) => at[column]);
      for (const row of rows) {
        if (!EMAIL.test(row[email])) count(found, "invalid_email");
        if (!NAME.test(row[first])) count(found, "missing_value");
        if (!NAME.test(row[last])) count(found, "missing_value");
        if (!known.has(row[zone])) count(found, "invalid_time_zone");
        if (username !== undefined) {
          const name = row[username];
          if (name !== "" && name !== row[email] && !EMAIL.test(name)) count(found, "invalid_username");
        }
        for (const column of booleans) if (!isBoolean(row[column])) count(found, "invalid_boolean");
        for (const column of groups) if (row[column].includes(";")) count(found, "semicolon_in_group");
      }
      const manager = at.Manager;
      return acrossRows(found, rows.length, (row) => rows[row][email], (row) => rows[row][manager]);
    };
  },
};
