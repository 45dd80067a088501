// The types of the package, and of the documents that it takes and gives.

/** A file: its bytes, a `File` or `Blob`, or its text. */
export type FileSource = Blob | ArrayBuffer | Uint8Array | string;

/** A document: as `JSON.parse` gives it, or as JSON text. */
export type Document<T> = T | string;

/** Where the WebAssembly files are, when not beside this module: addresses, or (outside browsers) their bytes. */
export interface Sources {
  /** `passmuster_bg.wasm` */
  checker?: string | URL | BufferSource;
  /** `excel_bg.wasm`, loaded with the first workbook. */
  excel?: string | URL | BufferSource;
}

/** Checks files of users: CSV, JSON, and Excel workbooks. Nothing is sent anywhere. */
export class Checker {
  private constructor();

  /** A checker in a Web Worker of its own, which leaves the page free while it works. */
  static inWorker(sources?: { checker?: string | URL; excel?: string | URL }): Promise<Checker>;

  /** A checker in the thread that calls: for small files, for workers of your own, and outside browsers. */
  static here(sources?: Sources): Promise<Checker>;

  /** A first look at a file, before anything is mapped: its columns, with samples. */
  preview(file: FileSource, options?: { /** The sheet of a workbook; the first visible one unless given. */ sheet?: string }): Promise<Preview>;

  /** What each column probably means. */
  suggest(columns: readonly string[], options?: { saved?: Document<Mapping>; catalog?: Document<Catalog> }): Promise<Suggestion[]>;

  /** Checks a file. With a directory, it is held against that, and there is a plan unless the report has errors. */
  check(file: FileSource, mapping: Document<Mapping>, options?: CheckOptions): Promise<Verdict>;

  /** The same as JSON text, byte for byte what the command line and the server give; numbers keep all their digits. */
  checkText(file: FileSource, mapping: Document<Mapping>, options?: CheckOptions): Promise<string>;

  /** The mapping that an integration begins with: the required fields. */
  mappingOnEnabling(format: FileFormat): Promise<Mapping>;

  /** All rules that a file is held against, with what they mean. */
  rules(): Promise<Rule[]>;

  /** Ends the Web Worker, also while it is busy; what was asked and not answered is rejected. */
  end(): void;
}

export interface CheckOptions {
  /** What the directory has, as far as it matters to this file. */
  directory?: Document<Directory>;
  /** The sheet of a workbook; the first visible one unless given. */
  sheet?: string;
}

/** What checking came to. */
export interface Verdict {
  report: Report;
  /** What applying the file would change; `null` or absent without a directory, and when the report has errors. */
  plan?: Plan | null;
}

export type FileFormat = "csv" | "json";

/** The mapping document: what each column means, with its policies. */
export interface Mapping {
  version: 1;
  file_format: FileFormat;
  /** Of CSV; found in the file unless given. */
  delimiter?: string;
  fields: ApiField[];
}

export interface ApiField {
  /** The header of the column, or the key: 1 to 43 characters, case-sensitive. */
  api_field: string;
  target: Target;
  /** What a blank cell does. */
  on_blank?: "keep" | "clear" | "error";
  /** What an unknown manager (`clear`, `keep`, `error`) or group (`create`, `error`) does. */
  on_unknown?: "clear" | "keep" | "error" | "create";
  /** How the words of a list meet those that the directory has. */
  list?: "add" | "replace" | "remove";
  /** Texts of the file and what they mean. */
  value_map?: Record<string, string>;
}

/** The code of a field of Passmuster. */
export type Target =
  | "user.email"
  | "user.first_name"
  | "user.last_name"
  | "user.username"
  | "user.time_zone"
  | "user.manager"
  | "user.is_active"
  | "user.is_manager"
  | "user.is_admin"
  | "user.role"
  | "user.tags"
  | "user.aliases"
  | `integration_id:${string}`
  | `group_membership:${string}`
  | `group_manager:${string}`
  | `attribute:${string}`;

export type Severity = "error" | "warning" | "info";

/** The family of a problem, as senders of a body know it. */
export type ImportId = "import_parse_csv" | "import_parse_json" | "import_transform_data";

/** What checking a file found. */
export interface Report {
  version: 1;
  file: FileFacts;
  /** Records read. */
  records: number;
  blank_rows: number;
  /** Records that repeat an earlier one exactly. */
  collapsed_rows: number;
  error_count: number;
  warning_count: number;
  info_count: number;
  /** How many problems of each severity `problems` may hold. */
  problem_limit: number;
  problems_capped: boolean;
  /** Counts by severity, rule and column. */
  summary: Tally[];
  /** Errors, then warnings, then infos; each by row. */
  problems: Problem[];
}

/** How a file was read. */
export interface FileFacts {
  format: FileFormat;
  bytes: number;
  /** Such as `UTF-8` or `windows-1252`; of a workbook `xlsx` or `xls`. */
  encoding: string;
  sheet?: string;
  sheets?: string[];
  delimiter?: string;
  columns: string[];
}

export interface Tally {
  id: ImportId;
  rule: string;
  severity: Severity;
  column?: string | number;
  count: number;
  first_row?: number;
}

/** One finding. */
export interface Problem {
  id: ImportId;
  /** The stable name of the rule, such as `duplicate_email`. */
  rule: string;
  severity: Severity;
  /** The record, from 1; headers and blank rows don't count. */
  row?: number;
  /** The physical line, from 1. */
  line?: number;
  /** The API field; of a syntax error the character in the line. */
  column?: string | number;
  character?: number;
  /** The offending text, cut to 200 characters. */
  value?: string;
  /** What was found, and what was expected. */
  message: string;
  /** What to do instead. */
  hint: string;
}

/** A first look at a file. */
export interface Preview {
  file: FileFacts;
  records: number;
  columns: ColumnPreview[];
  problems: Problem[];
  /** How else it could be read, each with a piece of what it would then be; none of a workbook. */
  choices: { encodings: Choice[]; delimiters: Choice[] };
  /** What a spreadsheet probably did to it on its way. */
  traces: { column: string; kind: "lost_zeros" | "shortened" | "date"; count: number; sample: string }[];
}

export interface Choice {
  /** The label of an encoding, or a delimiter. */
  value: string;
  sample: string;
  /** Into how many columns the header falls, of a delimiter. */
  columns: number;
}

export interface ColumnPreview {
  name: string;
  samples: string[];
  /** Different texts by count, at most 50. */
  distinct: { value: string; count: number }[];
  distinct_capped: boolean;
}

export interface Suggestion {
  column: string;
  target: Target | null;
  matched: "exact" | "alias" | "similar" | "none";
  /** How alike, 0 to 100. */
  percent: number;
}

export interface Rule {
  rule: string;
  severity: Severity;
  explain: string;
}

/** What the workspace has defined. */
export interface Catalog {
  salesforce: boolean;
  group_types: GroupType[];
  integration_ids: IntegrationIdType[];
  attributes: AttributeType[];
}

export interface GroupType {
  name: string;
  groups?: string[];
}

export interface IntegrationIdType {
  slug: string;
  name: string;
}

export interface AttributeType {
  name: string;
  kind: "string" | "integer" | "float" | "boolean" | "date" | "datetime" | "fixed" | "json";
  options?: string[];
}

/** The part of a directory that a file speaks of. */
export interface Directory extends Partial<Catalog> {
  /** For a full snapshot: the addresses of all users whom the integration manages. */
  snapshot?: string[];
  users?: User[];
}

export interface User {
  id?: string;
  email: string;
  first_name?: string;
  last_name?: string;
  username?: string | null;
  time_zone?: string | null;
  manager?: string | null;
  is_active?: boolean;
  is_manager?: boolean;
  is_admin?: boolean;
  role?: string | null;
  tags?: string[];
  aliases?: string[];
  attributes?: Record<string, unknown>;
  integration_ids?: Record<string, string>;
  groups?: Record<string, string>;
  manages?: Record<string, string[]>;
}

/** What applying a file would change. */
export interface Plan {
  version: 1;
  /** The same plan has the same hash. */
  hash: string;
  counts: Counts;
  groups_created: NewGroup[];
  groups_removed?: NewGroup[];
  changes_total: number;
  changes_shown: number;
  changes: Change[];
}

export interface Counts {
  created: number;
  updated: number;
  deactivated: number;
  reactivated: number;
  unchanged: number;
  groups_created: number;
  memberships_set: number;
  memberships_removed: number;
  managers_set: number;
  managers_cleared: number;
  group_managers_set: number;
  group_managers_removed: number;
  rights_granted: number;
  rights_removed: number;
  removed?: number;
  groups_removed?: number;
}

export interface NewGroup {
  group_type: string;
  name: string;
}

/** What happens to one user. */
export interface Change {
  row: number | null;
  email: string;
  kind: "created" | "updated" | "deactivated" | "reactivated" | "removed";
  edits: Edit[];
}

export interface Edit {
  field: Target;
  before: unknown;
  after: unknown;
  /** Why, when the cell alone doesn't say it. */
  reason?: string;
}
