import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodePlain, encodePlain } from "../base/plain-data.ts";
import { rootKey } from "../base/key.ts";
import type { Command, FleetEvent } from "./events.ts";
import { emptyLedger, type Ledger, noteCommandInLedger, noteEventInLedger } from "../scorecard/ledger.ts";
import {
  emptyBook,
  type FleetBook,
  type FleetView,
  fleetWithout,
  noteCommand,
  noteEvent,
  viewOf as viewOfBook,
} from "./fleet.ts";
import { clientId, taskId } from "./identity.ts";
import type { Update } from "./task.ts";

const update: Update = {
  payload: new Uint8Array(0),
  examples: 1,
  steps: 1,
  trainLoss: 0,
  spent: { downloadSeconds: 0, computeSeconds: 0, uploadSeconds: 0 },
};

const join = (client: number, examples = 1): FleetEvent => {
  return { kind: "joined", client: clientId(client), profile: { examples, tier: "x" } };
};
const leave = (client: number): FleetEvent => ({ kind: "left", client: clientId(client) });
const answer = (client: number, task: number): FleetEvent => {
  return { kind: "update", client: clientId(client), task: taskId(task), update };
};
const fail = (client: number, task: number): FleetEvent => {
  return { kind: "failed", client: clientId(client), task: taskId(task), reason: "x" };
};
const recall = (client: number, task: number): Command => {
  return { kind: "recall", client: clientId(client), task: taskId(task) };
};

function assign(client: number, task: number): Command {
  const part = { name: "any", options: {} };
  return {
    kind: "assign",
    task: {
      id: taskId(task),
      client: clientId(client),
      version: 0,
      params: new Float32Array(0),
      solver: { room: "solver", ...part },
      work: { steps: 1, batchSize: 1 },
      upload: { room: "codec", ...part },
      feedback: { room: "feedback", ...part },
      download: null,
      mean: null,
      key: rootKey(0),
    },
  };
}

/** A book, and the ledger beside it. */
interface Books {
  readonly book: FleetBook;
  readonly ledger: Ledger;
}

function emptyBooks(): Books {
  return { book: emptyBook(), ledger: emptyLedger() };
}

function viewOf({ book, ledger }: Books): FleetView {
  return viewOfBook(book, ledger);
}

/** The books after events and commands, one second apart. */
function booksOf(...entries: readonly (FleetEvent | Command)[]): Books {
  const books = emptyBooks();
  entries.forEach((entry, now) => {
    write(books, entry, now);
  });
  return books;
}

function write({ book, ledger }: Books, entry: FleetEvent | Command, now: number): void {
  switch (entry.kind) {
    case "assign":
    case "recall":
      noteCommand(book, entry);
      return noteCommandInLedger(ledger, entry, now);
    case "joined":
    case "left":
    case "update":
    case "failed":
      noteEvent(book, entry, now);
      return noteEventInLedger(ledger, entry, now);
    default:
      throw new Error(`no entry of this test: ${entry.kind}`);
  }
}

/** One line of a random history: what is tried, on whom, with which task. */
const line = fc.record({
  what: fc.constantFrom("join", "leave", "assign", "recall", "answer", "fail"),
  who: fc.nat({ max: 5 }),
  task: fc.nat({ max: 9 }),
});

/** The entry for a line, or null where it cannot happen. */
function entryOf(books: Books, { what, who, task }: { what: string; who: number; task: number }) {
  const { population } = viewOf(books);
  if (what === "join") return join(Math.min(who, population));
  if (who >= population) return null;
  const current = viewOf(books).client(clientId(who)).task ?? task;
  // Half of the answers are to what the client works on, the others to any task.
  const which = task % 2 === 0 ? current : task;
  switch (what) {
    case "leave":
      return leave(who);
    case "assign":
      return viewOf(books).isAvailable(clientId(who)) ? assign(who, task) : null;
    case "recall":
      return recall(who, which);
    case "answer":
      return answer(who, which);
    default:
      return fail(who, which);
  }
}

test("after any history the number of available clients is that of the clients who are available", () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
      const books = emptyBooks();
      const fleet = viewOf(books);
      lines.forEach((given, now) => {
        const entry = entryOf(books, given);
        if (entry !== null) write(books, entry, now);
        const clients = Array.from({ length: fleet.population }, (_, id) => fleet.client(clientId(id)));
        const available = clients.filter(({ id }) => fleet.isAvailable(id));
        expect(fleet.available).toBe(available.length);
        expect(fleet.availableClients()).toEqual(available.map(({ id }) => id));
        expect(available.every(({ online, task }) => online && task === null)).toBe(true);
        expect(clients.filter(({ online, task }) => !online && task !== null)).toEqual([]);
      });
      expect(fleet.population).toBe(books.book.clients.rows);
      expect(decodePlain(encodePlain(books))).toEqual(books);
    }),
    { numRuns: 300 },
  );
});

describe("a client", () => {
  test("is available from when it joins until it is given a task, and again once it answered", () => {
    const books = booksOf(join(0));
    const fleet = viewOf(books);
    expect([fleet.available, fleet.isAvailable(clientId(0))]).toEqual([1, true]);
    write(books, assign(0, 7), 1);
    expect([fleet.available, fleet.isAvailable(clientId(0))]).toEqual([0, false]);
    write(books, answer(0, 7), 2);
    expect([fleet.available, fleet.isAvailable(clientId(0))]).toEqual([1, true]);
  });

  test("is written down with what it said, was asked and answered", () => {
    const books = booksOf(join(0, 5), assign(0, 0), answer(0, 0), assign(0, 1), fail(0, 1), assign(0, 2));
    expect(viewOf(books).client(clientId(0))).toEqual({
      id: 0,
      profile: { examples: 5, tier: "x" },
      online: true,
      task: 2,
      timesAsked: 3,
      timesAnswered: 1,
      lastSeen: 4,
    });
  });

  test.each([
    ["the answer", answer(0, 1)],
    ["the failure", fail(0, 1)],
    ["the recall", recall(0, 1)],
  ])("is not freed by %s of an earlier task", (_, entry) => {
    const books = booksOf(join(0), assign(0, 1), recall(0, 1), assign(0, 2), entry);
    expect(viewOf(books).client(clientId(0)).task).toBe(2);
    expect(viewOf(books).available).toBe(0);
  });

  test("that left is not available, and has lost its task when it comes back", () => {
    const books = booksOf(join(0), assign(0, 1), leave(0));
    expect(viewOf(books).available).toBe(0);
    write(books, join(0, 3), 9);
    expect(viewOf(books).client(clientId(0))).toMatchObject({ online: true, task: null, lastSeen: 9 });
    expect(viewOf(books).client(clientId(0)).profile.examples).toBe(3);
    expect(viewOf(books).available).toBe(1);
  });

  test("that comes back without having said goodbye has lost its task too", () => {
    const books = booksOf(join(0), assign(0, 1), join(0));
    expect(viewOf(books).client(clientId(0))).toMatchObject({ online: true, task: null });
    expect(viewOf(books).available).toBe(1);
  });

  test("that answers after it left is not there because of that", () => {
    const books = booksOf(join(0), assign(0, 1), leave(0), answer(0, 1));
    expect(viewOf(books).client(clientId(0))).toMatchObject({ online: false, timesAnswered: 1, lastSeen: 3 });
    expect(viewOf(books).available).toBe(0);
  });
});

describe("a bug is loud:", () => {
  test("a task for a client that is busy or gone", () => {
    expect(() => booksOf(join(0), assign(0, 1), assign(0, 2))).toThrow("client 0 is free before it is given task 2");
    expect(() => booksOf(join(0), leave(0), assign(0, 1))).toThrow("client 0 is free before it is given task 1");
  });

  test("clients that join out of order, or never joined", () => {
    expect(() => booksOf(join(0), join(2))).toThrow("clients are numbered in order: 1 is next, got 2");
    expect(() => booksOf(answer(0, 1))).toThrow("client 0 is missing");
    expect(() => viewOf(emptyBooks()).client(clientId(3))).toThrow("client 3 is missing");
  });
});

test("a fleet without some who are available is that of the others, and knows of those all the same", () => {
  const books = emptyBooks();
  for (const client of [0, 1, 2]) noteEvent(books.book, join(client), 0);
  const whole = viewOf(books);
  const except = new Set([clientId(1)]);
  const rest = fleetWithout(whole, except);
  expect([rest.population, rest.examples, rest.available]).toEqual([3, whole.examples, 2]);
  expect(rest.availableClients()).toEqual([0, 2]);
  expect([0, 1, 2].map((client) => rest.isAvailable(clientId(client)))).toEqual([true, false, true]);
  noteEvent(books.book, leave(2), 1);
  expect([rest.available, rest.availableClients()]).toEqual([1, [0]]);
});
