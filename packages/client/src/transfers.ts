/**
 * Models and answers over HTTP: both go on where they broke off, and both are held against their SHA-256.
 *
 * @module
 */
import type { TaskId } from "@potluck/core";
import { type BlobName, hexOf } from "@potluck/protocol";

/** Where bytes go, and what a client shows there. */
export interface Transfers {
  /** The bytes of a blob; those fetched last are remembered. Rejects with TransferError. */
  readonly fetch: (name: BlobName, signal: AbortSignal) => Promise<Uint8Array<ArrayBuffer>>;
  /** Sends the answer to a task; its name. Rejects with TransferError. */
  readonly upload: (task: TaskId, bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal) => Promise<BlobName>;
}

/** A transfer that did not work. */
export class TransferError extends Error {
  override readonly name = "TransferError";
  /** Whether it may work later: the other side was not there, and did not say no. */
  readonly isPassing: boolean;

  constructor(message: string, isPassing: boolean) {
    super(message);
    this.isPassing = isPassing;
  }
}

/** So many blobs are remembered: the models of the tasks of a few rounds. */
const REMEMBERED_BLOBS = 8;

/** An upload that breaks off is begun again so often, behind what has arrived, before the connection itself is made anew. */
const UPLOAD_ATTEMPTS = 5;

/** Transfers with the coordinator at `url`. */
export function transfersWith(url: string, sessionOf: () => string): Transfers {
  const remembered = new Map<string, Uint8Array<ArrayBuffer>>();
  const headers = (): Record<string, string> => ({ authorization: `Bearer ${sessionOf()}` });
  const offsetOf = async (task: TaskId, signal: AbortSignal): Promise<number> => {
    const response = await asked(`${url}/v1/updates/${task}`, { method: "HEAD", headers: headers(), signal });
    return Number(response.headers.get("upload-offset") ?? 0);
  };
  return {
    fetch: async (name, signal) => {
      const known = remembered.get(name.sha256);
      if (known !== undefined) return known;
      const response = await asked(`${url}/v1/blobs/${name.sha256}`, { headers: headers(), signal });
      const bytes = new Uint8Array(await bodyOf(response));
      const found = await sha256Of(bytes);
      if (found !== name.sha256) throw new TransferError(`the blob ${name.sha256} came as ${found}`, true);
      remembered.set(name.sha256, bytes);
      for (const oldest of [...remembered.keys()].slice(0, -REMEMBERED_BLOBS)) remembered.delete(oldest);
      return bytes;
    },
    upload: async (task, bytes, signal) => {
      const path = `${url}/v1/updates/${task}`;
      for (let attempt = 1; ; attempt++) {
        try {
          const offset = await offsetOf(task, signal);
          if (offset >= bytes.length) break;
          const body = bytes.subarray(offset);
          await asked(path, {
            method: "PUT",
            body,
            headers: { ...headers(), "upload-offset": String(offset) },
            signal,
          });
          break;
        } catch (error) {
          const isPassing = error instanceof TransferError && error.isPassing;
          if (!isPassing || attempt >= UPLOAD_ATTEMPTS || signal.aborted) throw error;
        }
      }
      return { sha256: await sha256Of(bytes), bytes: bytes.length };
    },
  };
}

async function asked(url: string, request: RequestInit): Promise<Response> {
  const response = await answered(url, request);
  if (response.ok) return response;
  const isPassing = response.status >= 500 || response.status === 409 || response.status === 423;
  throw new TransferError(`${request.method ?? "GET"} ${new URL(url).pathname}: status ${response.status}`, isPassing);
}

async function answered(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request);
  } catch (error) {
    throw new TransferError(error instanceof Error ? error.message : String(error), true);
  }
}

async function bodyOf(response: Response): Promise<ArrayBuffer> {
  try {
    return await response.arrayBuffer();
  } catch (error) {
    throw new TransferError(error instanceof Error ? error.message : String(error), true);
  }
}

async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return hexOf(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}
