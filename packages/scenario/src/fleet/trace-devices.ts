/**
 * Recorded devices in CSV and JSON: reading and writing.
 *
 * CSV has a line of field names, then a line for each device; lists are separated by spaces, an empty cell is a field that is
 * not given. JSON is `{ "devices": [ { … }, … ] }`.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import type { Device } from "./device.ts";
import { csvCell, csvRows, numberOrText } from "./csv-rows.ts";
import { entryLine } from "./json-lines.ts";
import { fieldsOf, type WrittenField } from "./trace-conversion.ts";
import { checkNames, deviceOfFields, traceFields } from "./trace-fields.ts";
import { corrupt, isRecord, parseJson, type TraceForm, type TraceText } from "./trace-text.ts";

/** The devices of a text, at least one. Throws Fault "file-corrupt". */
export function parseDevices(source: TraceText, form: TraceForm): readonly Device[] {
  const devices = form === "csv" ? fromCsv(source) : fromJson(source);
  if (devices.length === 0) throw corrupt(source.path, "it holds no device", "Describe at least one device.");
  return devices;
}

/**
 * `devices` as a text that the fleet `trace` reads, the same devices again. Use it to begin a file of your own with the
 * devices of a preset.
 */
export function writeDevices(devices: readonly Device[], form: TraceForm): string {
  const records = devices.map(fieldsOf);
  if (form === "json") return `${JSON.stringify({ devices: records }, null, 1)}\n`;
  const names = Object.keys(traceFields).filter((name) => records.some((record) => record[name] !== undefined));
  const lines = records.map((record) => names.map((name) => cellOf(record[name])).join(","));
  return `${[names.join(","), ...lines].join("\n")}\n`;
}

function cellOf(value: WrittenField | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "string") return csvCell(value);
  return typeof value === "number" ? String(value) : value.join(" ");
}

function fromCsv(source: TraceText): readonly Device[] {
  const [header, ...rows] = csvRows(source);
  if (header === undefined) return [];
  const { cells: names } = header;
  const at = `${source.path}: line ${header.line}`;
  checkNames(at, names);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw corrupt(at, `the column "${twice}" is there twice`, "Leave one of the two out.");
  const known = new Map<string, Device>();
  return rows.map(({ line, cells }) => {
    const where = `${source.path}: line ${line}`;
    if (cells.length !== names.length) {
      const what = `it has ${cells.length} cells, but line ${header.line} names ${names.length} columns`;
      throw corrupt(where, what, "Give one cell for each column, an empty one for a field that is not given.");
    }
    const written = JSON.stringify(cells);
    const device = known.get(written) ?? deviceOfFields(where, recordOf(names, cells));
    known.set(written, device);
    return device;
  });
}

function recordOf(names: readonly string[], cells: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(names.map((name, column) => [name, valueOf(name, cells[column] ?? "")]));
}

function valueOf(name: string, cell: string): unknown {
  if (cell === "") return undefined;
  const kind = traceFields[name]?.kind;
  if (kind === "numbers") return cell.split(/\s+/u).map(numberOrText);
  return kind === "number" ? numberOrText(cell) : cell;
}

function fromJson(source: TraceText): readonly Device[] {
  const { path } = source;
  const content = parseJson(source);
  const devices: unknown = isRecord(content) ? content["devices"] : undefined;
  if (!Array.isArray(devices)) {
    throw corrupt(path, "it is not an object with a list of devices", 'Write { "devices": [ { … }, … ] }.');
  }
  return devices.map((device: unknown, at) => {
    const where = `${path}: devices[${at}]`;
    try {
      return deviceFrom(where, device);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return deviceFrom(`${where} (line ${entryLine(source.text, "devices", at)})`, device); // fails again, with the line
    }
  });
}

function deviceFrom(where: string, device: unknown): Device {
  if (isRecord(device)) return deviceOfFields(where, device);
  throw corrupt(where, "it is not an object", "Write { } with the fields of a device.");
}
