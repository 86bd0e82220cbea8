/**
 * The public interface of a coordinator, asked with a key or, where it is open, without one.
 *
 * @module
 */
import type { RunOutcome } from "@potluck/scenario";
import { array, object, safeParse, string, unknown, type ZodMiniType } from "zod/mini";
import { type News, newsAnswer, runsAnswer, type Run, whoAnswer, type WhoAnswer } from "./answers.ts";
import { type HistoryRow, historyRow } from "./history.ts";
import { resultAnswer } from "./result.ts";
import { type Catalogue, catalogueAnswer } from "./catalogue.ts";
import { type Reproduction, reproductionAnswer } from "./reproduction.ts";

/**
 * Why nothing came of a request: the key is none, it may not do that, there is no such thing, nobody answers, this
 * address has asked too often or shown too many wrong keys, or what is answered is not understood.
 */
export type ApiProblemKind = "unauthorised" | "forbidden" | "missing" | "offline" | "busy" | "refused";

/** Nothing came of a request. */
export class ApiProblem extends Error {
  readonly kind: ApiProblemKind;

  constructor(kind: ApiProblemKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** What the studio asks of a coordinator. Everything rejects with ApiProblem. */
export interface Api {
  readonly whoAmI: () => Promise<WhoAnswer>;
  readonly runs: () => Promise<readonly Run[]>;
  /** What changes in a run, until it has ended or the coordinator is lost. */
  readonly feed: (run: string, signal: AbortSignal) => AsyncGenerator<News>;
  /** What has happened in a run so far, from its beginning. */
  readonly history: (run: string, signal: AbortSignal) => AsyncGenerator<HistoryRow>;
  readonly stop: (run: string) => Promise<void>;
  readonly pause: (run: string) => Promise<void>;
  readonly resume: (run: string) => Promise<void>;
  /** Sends the device of a client away for good. */
  readonly revoke: (run: string, client: number) => Promise<void>;
  /** All that a run has come to but its model. */
  readonly result: (run: string) => Promise<RunOutcome>;
  /** The lines of its measurements as a file, and its report. */
  readonly metrics: (run: string) => Promise<Blob>;
  readonly report: (run: string) => Promise<Blob>;
  /** Deletes a run that has ended, for good. */
  readonly remove: (run: string) => Promise<void>;
  readonly model: (run: string, format: "onnx" | "safetensors") => Promise<Blob>;
  readonly catalogue: () => Promise<Catalogue>;
  /** What was measured of a method, by the path that the catalogue has for it. */
  readonly reproduction: (path: string) => Promise<Reproduction>;
}

/** Where things are. */
export interface ApiOptions {
  /** The address of the coordinator, with a slash at its end. */
  readonly root: URL;
  /** The key to show; null for none. */
  readonly key: () => string | null;
}

const measurementsAnswer = object({ measurements: array(unknown()) });
const problemAnswer = object({ code: string(), detail: string() });

/** The interface at `root`. */
export function apiAt({ root, key }: ApiOptions): Api {
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const response = await reached(new URL(path, root), { ...init, headers: headersOf(key(), init) });
    if (!response.ok) throw await problemOf(response);
    return response;
  };
  const json = async <T>(path: string, shape: ZodMiniType<T>): Promise<T> =>
    parsed(await (await ask(path)).text(), shape);
  const post = async (path: string): Promise<void> => {
    await ask(path, { method: "POST" });
  };
  return {
    whoAmI: async () => json("v1/admin/whoami", whoAnswer),
    runs: async () => (await json("v1/admin/runs", runsAnswer)).runs,
    async *feed(run, signal) {
      const { body } = await ask(`${runPath(run)}/feed`, { signal });
      if (body !== null) for await (const line of linesOf(body)) yield parsed(line, newsAnswer);
    },
    async *history(run, signal) {
      const { body } = await ask(`${runPath(run)}/history`, { signal });
      if (body !== null) for await (const line of linesOf(body)) yield parsed(line, historyRow);
    },
    pause: async (run) => post(`${runPath(run)}/pause`),
    resume: async (run) => post(`${runPath(run)}/resume`),
    revoke: async (run, client) => post(`${runPath(run)}/clients/${client}/revoke`),
    stop: async (run) => {
      await ask(`${runPath(run)}/stop`, {
        method: "POST",
        body: JSON.stringify({ reason: "it was stopped in the studio" }),
      });
    },
    result: async (run) => json(`${runPath(run)}/result`, resultAnswer),
    metrics: async (run) => {
      const { measurements } = await json(`${runPath(run)}/measurements`, measurementsAnswer);
      return new Blob(measurements.map((one) => `${JSON.stringify(one)}\n`));
    },
    report: async (run) => (await ask(`${runPath(run)}/report`)).blob(),
    remove: async (run) => {
      await ask(runPath(run), { method: "DELETE" });
    },
    model: async (run, format) => (await ask(`${runPath(run)}/model?format=${format}`)).blob(),
    catalogue: async () => json("studio/methods.json", catalogueAnswer),
    reproduction: async (path) => json(`studio/${path}`, reproductionAnswer),
  };
}

function headersOf(key: string | null, { body }: RequestInit): Record<string, string> {
  // Such a key cannot even be sent, which would look like a coordinator that is away.
  if (key !== null && !KEY.test(key)) throw new ApiProblem("unauthorised", NO_KEY);
  return {
    ...(key !== null && { authorization: `Bearer ${key}` }),
    ...(body !== undefined && { "content-type": "application/json" }),
  };
}

/** What can be sent as a key. */
const KEY = /^[!-~]+$/u;
const NO_KEY =
  "keys are of letters, digits, “_” and “-” alone, and this one has other characters; copy it again, whole";

function runPath(run: string): string {
  return `v1/admin/runs/${encodeURIComponent(run)}`;
}

async function reached(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { cache: "no-store", ...init });
  } catch {
    throw new ApiProblem("offline", "The coordinator does not answer.");
  }
}

/** A line that is longer than this is none. */
const LONGEST_LINE = 64 * 2 ** 20;

/** The lines of a stream; rejects where it breaks off. */
async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await broken(reader.read());
      if (done) return;
      const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > LONGEST_LINE) throw new ApiProblem("refused", "The coordinator says more than can be read.");
      yield* lines;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

async function broken<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch {
    throw new ApiProblem("offline", "The coordinator does not answer any more.");
  }
}

function parsed<T>(text: string, shape: ZodMiniType<T>): T {
  const { success, data } = safeParse(shape, jsonIn(text));
  if (!success) {
    throw new ApiProblem("refused", "The coordinator answers what this page does not understand. Load it anew.");
  }
  return data;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const KINDS: Readonly<Record<number, ApiProblemKind>> = { 401: "unauthorised", 403: "forbidden", 404: "missing" };

async function problemOf(response: Response): Promise<ApiProblem> {
  const { status } = response;
  if (status === 429) return new ApiProblem("busy", busyWords(response.headers.get("retry-after")));
  const said = safeParse(problemAnswer, jsonIn(await response.text().catch(() => "")));
  // What stands between a page and its coordinator answers while that is away: it will be better later.
  const isAway = status === 502 || status === 503 || status === 504;
  const kind = isAway ? "offline" : (KINDS[status] ?? "refused");
  return new ApiProblem(kind, said.success ? said.data.detail : `It answers with the status ${status}.`);
}

function busyWords(retryAfter: string | null): string {
  const seconds = Number(retryAfter ?? Number.NaN);
  const when = seconds > 0 ? `in ${seconds} s` : "in a while";
  return `Too many requests, or too many wrong keys, have come from this address: the coordinator listens again ${when}.`;
}
