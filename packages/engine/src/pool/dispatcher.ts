/**
 * Hands requests to workers, first come first served, one at a time to each; replaces a worker that dies.
 *
 * What a request means is not known here. A worker that dies takes its request with it: the request is rejected and
 * not tried again, because what killed one worker would kill the next.
 *
 * @module
 */
import { Fault } from "@potluck/core";

/** One worker as the dispatcher sees it. */
export interface WorkerPort<Request, Reply> {
  /** Starts a request; the worker has none in progress. */
  readonly post: (request: Request) => void;
  /** Ends the worker once it is done with its request; resolves when it has ended. */
  readonly end: () => Promise<void>;
  /** Whom the worker tells what happens to it. Set once, before the first request. */
  readonly listen: (listener: WorkerListener<Reply>) => void;
}

/** What a worker tells. */
export interface WorkerListener<Reply> {
  readonly replied: (reply: Reply) => void;
  /** The worker is gone and will not reply. */
  readonly died: (reason: string) => void;
}

/** Options of {@link createDispatcher}. */
export interface DispatcherOptions<Request, Reply> {
  /** Workers side by side, ≥ 1. */
  readonly workers: number;
  /** Starts a worker; it may be given a request at once. */
  readonly spawn: () => WorkerPort<Request, Reply>;
  /** How many workers may be replaced in all; {@link MAX_REPLACEMENTS} by default. */
  readonly maxReplacements?: number;
  /** How many requests may wait; {@link MAX_WAITING} by default. */
  readonly maxWaiting?: number;
}

/** Requests to workers. */
export interface Dispatcher<Request, Reply> {
  /**
   * The reply to `request`. Rejects with Fault "training-failed" when its worker dies, when the dispatcher is closed or
   * too much is waiting, and with the signal's reason when `signal` aborts before the reply.
   */
  readonly dispatch: (request: Request, signal?: AbortSignal) => Promise<Reply>;
  /** Rejects all that waits or runs, and ends the workers once they are done with what they have begun. */
  readonly close: () => Promise<void>;
}

/** How many workers of one pool may be replaced before the pool gives up. */
export const MAX_REPLACEMENTS = 8;
/** How many requests may wait for a worker. */
export const MAX_WAITING = 65_536;

interface Job<Request, Reply> {
  readonly request: Request;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (reason: unknown) => void;
}

interface Lane<Request, Reply> {
  readonly port: WorkerPort<Request, Reply>;
  job: Job<Request, Reply> | null;
}

/** A dispatcher with its workers started. */
export function createDispatcher<Request, Reply>(
  options: DispatcherOptions<Request, Reply>,
): Dispatcher<Request, Reply> {
  return new LaneDispatcher(options);
}

class LaneDispatcher<Request, Reply> implements Dispatcher<Request, Reply> {
  readonly #spawn: () => WorkerPort<Request, Reply>;
  readonly #maxWaiting: number;
  readonly #lanes = new Set<Lane<Request, Reply>>();
  /** In the order of arrival; a Set so that a cancelled job leaves without a search. */
  readonly #waiting = new Set<Job<Request, Reply>>();
  #replacements: number;
  /** Why nothing can be dispatched any more. */
  #over: Fault | null = null;

  constructor({ workers, spawn, maxReplacements, maxWaiting }: DispatcherOptions<Request, Reply>) {
    this.#spawn = spawn;
    this.#replacements = maxReplacements ?? MAX_REPLACEMENTS;
    this.#maxWaiting = maxWaiting ?? MAX_WAITING;
    for (let i = 0; i < workers; i++) this.#open();
  }

  readonly dispatch = async (request: Request, signal?: AbortSignal): Promise<Reply> => {
    signal?.throwIfAborted();
    if (this.#over !== null) throw this.#over;
    if (this.#waiting.size >= this.#maxWaiting) throw tooMuchWaiting(this.#maxWaiting);
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    const job = { request, resolve, reject };
    const cancel = (): void => this.#cancel(job, signal?.reason);
    signal?.addEventListener("abort", cancel);
    this.#waiting.add(job);
    this.#assign();
    try {
      return await promise;
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  };

  readonly close = async (): Promise<void> => {
    this.#stop(failed("the pool was closed", "Await the results before closing the pool."));
    const ports = [...this.#lanes].map(({ port }) => port);
    this.#lanes.clear();
    await Promise.all(ports.map((port) => port.end()));
  };

  #open(): void {
    const lane: Lane<Request, Reply> = { port: this.#spawn(), job: null };
    this.#lanes.add(lane);
    lane.port.listen({
      replied: (reply) => {
        const { job } = lane;
        lane.job = null;
        job?.resolve(reply);
        this.#assign();
      },
      died: (reason) => this.#bury(lane, reason),
    });
  }

  /** Gives waiting jobs to idle lanes. */
  #assign(): void {
    for (const lane of this.#lanes) {
      const [job] = this.#waiting;
      if (job === undefined) return;
      if (lane.job !== null) continue;
      this.#waiting.delete(job);
      lane.job = job;
      lane.port.post(job.request);
    }
  }

  /** A job that is already running is left to end; nobody hears of its result. */
  #cancel(job: Job<Request, Reply>, reason: unknown): void {
    this.#waiting.delete(job);
    job.reject(reason);
  }

  #bury(lane: Lane<Request, Reply>, reason: string): void {
    if (!this.#lanes.delete(lane)) return;
    lane.job?.reject(failed(`a worker died while it had the task: ${reason}`, "Look for memory running out."));
    if (this.#over !== null) return;
    if (this.#replacements > 0) {
      this.#replacements--;
      this.#open();
      this.#assign();
    } else if (this.#lanes.size === 0) {
      this.#stop(failed(`the last worker died: ${reason}`, "Look for memory running out, or use fewer workers."));
    }
  }

  #stop(reason: Fault): void {
    this.#over ??= reason;
    for (const job of this.#waiting) job.reject(reason);
    this.#waiting.clear();
    for (const lane of this.#lanes) lane.job?.reject(reason);
  }
}

function tooMuchWaiting(limit: number): Fault {
  return failed(`${limit} tasks are waiting for a worker already`, "Await some results before asking for more.");
}

function failed(message: string, remedy: string): Fault {
  return new Fault("training-failed", message, remedy);
}
