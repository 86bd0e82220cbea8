/**
 * A link that many transfers share: the server's, in one direction.
 *
 * Each transfer goes as fast as its client's own link allows, unless the server's cannot carry all of them: then its
 * capacity is shared max-min fairly. There is a level such that a client whose link is slower than the level uses all of
 * its link, and all others go at the level; no transfer could go faster without a slower one going slower still.
 *
 *     rateₖ = min(limitₖ, level),     Σₖ rateₖ = capacity     where the link is saturated: Σₖ limitₖ > (1 + ε) capacity
 *
 * ε is {@link TOLERANCE}: a link that was made just as wide as its clients' links together is not saturated, though their sum
 * be rounded to more.
 *
 * Transfers at the level are kept by how far the level will have carried when they are through, and all others by the
 * instant at which they will be: so a transfer that begins or ends does not touch the others, unless it moves the level
 * past their limits. Each costs O(log n).
 *
 * Bertsekas, Gallager, "Data networks", 2nd edition, 1992, section 6.5.2.
 * https://web.mit.edu/dimitrib/www/datanets.html
 *
 * @module
 */
import { InvariantViolation, present, type Seconds } from "@potluck/core";
import { numberedHeap } from "./numbered-heap.ts";
import { type RunningSumState, runningSum } from "./running-sum.ts";

/** By how much of its capacity a link may be too narrow without being saturated. */
const TOLERANCE = 1e-9;

/** A transfer that begins. */
export interface TransferRequest {
  /** Unique among those on the link. */
  readonly id: number;
  /** ≥ 0 */
  readonly bytes: number;
  /** What the client's own link carries, bytes per second, > 0. */
  readonly limit: number;
}

/** A transfer that will be through. */
export interface Completion {
  readonly at: Seconds;
  readonly id: number;
}

/** How full a link has been. */
export interface LinkUse {
  /** Seconds in which its own capacity decided how fast transfers went. */
  readonly saturatedSeconds: Seconds;
  /** The most bytes per second that went over it at any instant. */
  readonly peakBytesPerSecond: number;
}

/** A link that transfers share. Times never run backwards. */
export interface SharedLink {
  readonly begin: (now: Seconds, transfer: TransferRequest) => void;
  /** Takes a transfer off the link, through or not; the bytes that went over it. 0 for one that is not on it. */
  readonly end: (now: Seconds, id: number) => number;
  /** The next transfer that will be through if nothing begins or ends before; undefined when there is none. */
  readonly next: () => Completion | undefined;
  readonly use: (now: Seconds) => LinkUse;
  /** Everything that the link remembers, as plain data. */
  readonly state: () => LinkState;
}

/** One transfer: `done` bytes were over at `at`, or when the level had carried `mark` bytes. */
interface TransferState extends TransferRequest {
  readonly sharing: boolean;
  readonly done: number;
  readonly at: Seconds;
  readonly mark: number;
}

/** A transfer on the link, and where it stands among the others: by its end, and by its speed where that matters. */
interface Transfer extends TransferState {
  readonly byEnd: number;
  readonly bySpeed: number | null;
}

/** What a link remembers: plain data. */
export interface LinkState {
  readonly transfers: readonly TransferState[];
  readonly now: Seconds;
  readonly carried: number;
  readonly level: number;
  /** The limits of the transfers at their limits, and of those at the level, added up. */
  readonly limits: { readonly limited: RunningSumState; readonly sharing: RunningSumState };
  readonly saturatedSeconds: Seconds;
  readonly peakBytesPerSecond: number;
}

const EMPTY: LinkState = {
  transfers: [],
  now: 0,
  carried: 0,
  level: Number.POSITIVE_INFINITY,
  limits: { limited: runningSum().state(), sharing: runningSum().state() },
  saturatedSeconds: 0,
  peakBytesPerSecond: 0,
};

/**
 * A link of `capacity` bytes per second, > 0, infinite where the server's is never the narrowest. `state` is what
 * {@link SharedLink.state} gave; nothing unless given.
 */
export function sharedLink(capacity: number, state: LinkState = EMPTY): SharedLink {
  return new Link(capacity, state);
}

function stateOf({ id, bytes, limit, sharing, done, at, mark }: Transfer): TransferState {
  return { id, bytes, limit, sharing, done, at, mark };
}

/** Transfers of one kind: by their ends, by their speeds, and what their limits add up to. */
interface Group {
  readonly byEnd: ReturnType<typeof numberedHeap>;
  readonly bySpeed: ReturnType<typeof numberedHeap>;
  readonly limits: ReturnType<typeof runningSum>;
}

function emptyGroup(): Group {
  return { byEnd: numberedHeap(), bySpeed: numberedHeap(), limits: runningSum() };
}

class Link implements SharedLink {
  readonly #capacity: number;
  readonly #transfers = new Map<number, Transfer>();
  /** Transfers at their clients' limits: by the instant at which they are through, and the fastest first. */
  readonly #limited = emptyGroup();
  /** Transfers at the level: by what the level will have carried when they are through, and the slowest limit first. */
  readonly #sharing = emptyGroup();
  /** Up to this instant everything below is right. */
  #now: Seconds;
  /** Bytes that a transfer at the level has been able to send since the level was last infinite. */
  #carried: number;
  #level: number;
  #saturatedSeconds: Seconds;
  #peak: number;
  /** What is through next, or null where that is to be found out. */
  #next: Completion | undefined | null = null;

  constructor(capacity: number, state: LinkState) {
    this.#capacity = capacity;
    this.#now = state.now;
    this.#carried = state.carried;
    this.#level = state.level;
    this.#saturatedSeconds = state.saturatedSeconds;
    this.#peak = state.peakBytesPerSecond;
    for (const transfer of state.transfers) this.#keep(transfer);
    this.#limited.limits.reset(state.limits.limited);
    this.#sharing.limits.reset(state.limits.sharing);
  }

  state(): LinkState {
    return {
      transfers: Array.from(this.#transfers.values(), stateOf),
      now: this.#now,
      carried: this.#carried,
      level: this.#level,
      limits: { limited: this.#limited.limits.state(), sharing: this.#sharing.limits.state() },
      saturatedSeconds: this.#saturatedSeconds,
      peakBytesPerSecond: this.#peak,
    };
  }

  begin(now: Seconds, request: TransferRequest): void {
    this.#advance(now);
    this.#next = null;
    const { id, bytes, limit } = request;
    // One that is faster than the level shares it, for with one more the level can only fall.
    const sharing = limit > this.#level;
    this.#keep({ id, bytes, limit, sharing, done: 0, at: now, mark: this.#carried });
    this.#findLevel();
  }

  end(now: Seconds, id: number): number {
    const transfer = this.#transfers.get(id);
    if (transfer === undefined) return 0;
    this.#advance(now);
    this.#next = null;
    const done = this.#doneBy(now, transfer);
    this.#drop(transfer);
    this.#findLevel();
    return done;
  }

  next(): Completion | undefined {
    if (this.#next === null) this.#next = this.#findNext();
    return this.#next;
  }

  #findNext(): Completion | undefined {
    const limited = this.#limited.byEnd.first();
    const sharing = this.#sharing.byEnd.first();
    const limitedAt = this.#limited.byEnd.firstKey();
    if (sharing === undefined) return limited === undefined ? undefined : { at: limitedAt, id: limited };
    const at = this.#now + Math.max(0, this.#sharing.byEnd.firstKey() - this.#carried) / this.#level;
    const isLimitedFirst = limited !== undefined && (at === limitedAt ? limited < sharing : limitedAt < at);
    return isLimitedFirst ? { at: limitedAt, id: limited } : { at, id: sharing };
  }

  use(now: Seconds): LinkUse {
    this.#advance(now);
    return { saturatedSeconds: this.#saturatedSeconds, peakBytesPerSecond: this.#peak };
  }

  #advance(now: Seconds): void {
    if (now < this.#now) throw new InvariantViolation(`times ran backwards: ${this.#now}, then ${now}`);
    const passed = now - this.#now;
    if (passed === 0) return;
    this.#now = now;
    const saturated = this.#sharing.byEnd.size() > 0;
    const rate = saturated ? this.#capacity : Math.min(this.#capacity, this.#limited.limits.value());
    this.#peak = Math.max(this.#peak, rate);
    if (!saturated) return;
    this.#carried += passed * this.#level;
    this.#saturatedSeconds += passed;
  }

  /** Makes transfers that are faster than the level share it, and lets those go their own way that it does not hold back. */
  #findLevel(): void {
    if (this.#capacity === Number.POSITIVE_INFINITY) return;
    this.#level = this.#levelNow();
    const { bySpeed: fastest } = this.#limited;
    const { bySpeed: slowest } = this.#sharing;
    for (let id = fastest.first(); id !== undefined && -fastest.firstKey() > this.#level; id = fastest.first()) {
      this.#move(id, true);
    }
    for (let id = slowest.first(); id !== undefined && slowest.firstKey() <= this.#level; id = slowest.first()) {
      this.#move(id, false);
    }
    if (this.#sharing.byEnd.size() === 0) this.#carried = 0;
  }

  /** The level that shares what transfers at their limits leave; infinite where the link carries all of them. */
  #levelNow(): number {
    const limited = this.#limited.limits.value();
    if (limited + this.#sharing.limits.value() <= (1 + TOLERANCE) * this.#capacity) return Number.POSITIVE_INFINITY;
    const sharing = this.#sharing.byEnd.size();
    return sharing === 0 ? 0 : Math.max(0, this.#capacity - limited) / sharing;
  }

  #move(number: number, sharing: boolean): void {
    const transfer = present(this.#transfers.get(number), "transfer", number);
    const done = this.#doneBy(this.#now, transfer);
    this.#drop(transfer);
    const { id, bytes, limit } = transfer;
    this.#keep({ id, bytes, limit, sharing, done, at: this.#now, mark: this.#carried });
    this.#level = this.#levelNow();
  }

  #doneBy(now: Seconds, { sharing, done, bytes, limit, at, mark }: Transfer): number {
    return Math.min(bytes, done + (sharing ? this.#carried - mark : (now - at) * limit));
  }

  #keep({ id, bytes, limit, sharing, done, at, mark }: TransferState): void {
    const group = sharing ? this.#sharing : this.#limited;
    group.limits.add(limit);
    const byEnd = group.byEnd.push(id, sharing ? mark + bytes - done : at + (bytes - done) / limit);
    const isShared = this.#capacity !== Number.POSITIVE_INFINITY;
    const bySpeed = isShared ? group.bySpeed.push(id, sharing ? limit : -limit) : null;
    this.#transfers.set(id, { id, bytes, limit, sharing, done, at, mark, byEnd, bySpeed });
  }

  #drop({ id, limit, sharing, byEnd, bySpeed }: Transfer): void {
    const group = sharing ? this.#sharing : this.#limited;
    this.#transfers.delete(id);
    group.byEnd.remove(byEnd);
    if (bySpeed !== null) group.bySpeed.remove(bySpeed);
    if (group.byEnd.size() === 0) group.limits.reset();
    else group.limits.add(-limit);
  }
}
