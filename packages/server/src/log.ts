/**
 * What a coordinator writes down for those who look after it: one event a line, as JSON or as text. Nothing secret stands in it: neither
 * tokens nor keys, sessions or data.
 *
 * @module
 */
import { ownState } from "@potluck/core";
import { type Logger, pino } from "pino";

/** How much is written. */
export const logLevels = ["silent", "error", "warn", "info", "debug"] as const;

/** How much is written. */
export type LogLevel = (typeof logLevels)[number];

/** Where events are written: each with fields, and what it is in words. */
export type Log = Pick<Logger, "error" | "warn" | "info" | "debug">;

/** How to write. */
export interface LogOptions {
  readonly level: LogLevel;
  readonly format: "json" | "text";
  /** Takes whole lines. */
  readonly write: (text: string) => void;
}

/** A log. */
export function openLog({ level, format, write }: LogOptions): Log {
  const settings = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(settings, { write: (line: string) => write(format === "json" ? line : textOf(line)) });
}

/** A log of which nothing is kept. */
export const noLog: Log = openLog({ level: "silent", format: "json", write: () => {} });

/** "12:00:01 info a device is there run=digits client=3" */
function textOf(line: string): string {
  const { time, level, msg, ...fields } = ownState<Readonly<Record<string, unknown>>>(JSON.parse(line));
  const values = Object.entries(fields).map(
    ([name, value]) => ` ${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return `${String(time).slice(11, 19)} ${String(level)} ${String(msg)}${values.join("")}\n`;
}
