/**
 * The administration of a coordinator that runs somewhere, spoken to over HTTP with a key.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { z } from "zod";

/** Where a coordinator is, and what is shown there. */
export interface Remote {
  /** "https://host:port". */
  readonly url: string;
  /** "plk_…" */
  readonly key: string;
}

/** A request to the administration. */
export interface AdminRequest<T> {
  readonly method: "GET" | "POST" | "DELETE";
  /** Under `/v1/admin`. */
  readonly path: string;
  readonly body?: object;
  /** What is answered. */
  readonly answer: z.ZodType<T>;
}

const problem = z.object({ code: z.string(), detail: z.string() });

/** Asks, and gives the answer. Rejects with Fault "connection-failed" where nobody answers as a coordinator does, and "request-refused". */
export async function askAdministration<T>({ url, key }: Remote, request: AdminRequest<T>): Promise<T> {
  const { method, path, body, answer } = request;
  const response = await answered(new URL(`/v1/admin${path}`, addressIn(url)), {
    method,
    redirect: "error",
    headers: {
      authorization: `Bearer ${key}`,
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const said = jsonIn(await response.text());
  if (!response.ok) throw refused(problem.safeParse(said).data, response.status);
  const read = answer.safeParse(said);
  if (read.success) return read.data;
  throw new Fault("connection-failed", `what answers at ${url} is no coordinator of this version`, REMEDY);
}

const REMEDY = "Give the address that `potluck serve` prints, and use the same version of Potluck on both sides.";

/** The address of a coordinator, whatever path or token stands behind it. Throws Fault "option-invalid". */
function addressIn(url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : null;
  if (address !== null && /^https?:$/.test(address.protocol)) return address;
  throw new Fault(
    "option-invalid",
    `"${url}" is no address of a coordinator`,
    "Give one such as http://127.0.0.1:8080.",
  );
}

async function answered(url: URL, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new Fault(
      "connection-failed",
      `nobody answers at ${url.origin}: ${cause}`,
      "Is the coordinator running there?",
    );
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function refused(said: z.infer<typeof problem> | undefined, status: number): Fault {
  const { code, detail } = said ?? { code: `http-${status}`, detail: "it gives no reason" };
  const remedy = REMEDIES[code] ?? "What the code means: docs/reference/admin-api.md.";
  return new Fault("request-refused", `the coordinator refuses (${code}): ${detail}`, remedy);
}

const REMEDIES: Readonly<Record<string, string>> = {
  "key-missing": "Give a key with POTLUCK_KEY, --key-file or --key.",
  "key-invalid": "Give another key: that of the first start lies in the coordinator's folder, in the file admin-key.",
  "role-too-low": "Give a key of a higher role: `potluck key create` makes one.",
  "too-many-requests": "Wait a minute, and ask again.",
};
