/**
 * Visits to runs that have ended: one is hosted while it is visited and for a while afterwards, since whoever looks at a run asks for several things.
 *
 * @module
 */
import type { RunRecord } from "../store/registry.ts";
import { type HostedRun, hostedRun } from "./hosted-run.ts";

/** Visits, of which there is one at a time. */
export interface Visits {
  /** Does something with a run of which nobody hears. */
  readonly visit: <T>(record: RunRecord, work: (run: HostedRun) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

/** So long a run stays at hand after a visit. */
const KEPT_MILLISECONDS = 10_000;

interface Host {
  readonly id: string;
  readonly run: Promise<HostedRun>;
  hasFailed: boolean;
}

/** Visits to the runs in the folder of a coordinator. */
export function visitsTo(folder: string): Visits {
  let host: Host | null = null;
  let leaving: NodeJS.Timeout | undefined;
  const leave = async (): Promise<void> => {
    const left = host;
    host = null;
    // One that has failed is closed already.
    await left?.run.then(async (run) => run.close()).catch(nothing);
  };
  return {
    visit: async (record, work) => {
      clearTimeout(leaving);
      if (host !== null && (host.id !== record.id || host.hasFailed)) await leave();
      host ??= hostOf(folder, record);
      try {
        return await work(await host.run);
      } finally {
        leaving = setTimeout(() => void leave(), KEPT_MILLISECONDS).unref();
      }
    },
    close: async () => {
      clearTimeout(leaving);
      await leave();
    },
  };
}

function hostOf(folder: string, record: RunRecord): Host {
  const listener = { onAssigned: nothing, onRecalled: nothing, onAnswered: nothing, onMeasured: nothing };
  const failed = (): void => {
    host.hasFailed = true;
  };
  const run = hostedRun({ folder, record }, { ...listener, onPaused: nothing, onEnded: nothing, onFailed: failed });
  run.catch(failed);
  const host: Host = { id: record.id, run, hasFailed: false };
  return host;
}

function nothing(): void {}
