/**
 * What has happened to a run, from its beginning.
 *
 * @module
 */
import { Readable } from "node:stream";
import { sendProblem } from "../problem.ts";
import type { HistoryPart, RunsView } from "../runs-view.ts";
import { type AddRoutes, routeFor } from "./routes.ts";

const GIVES = {
  type: "string",
  description:
    "Lines of JSON, each an array: seconds of the run, what has happened, and the client, the task and the model version that it is about, or null; some have one more: docs/reference/admin-api.md.",
};

interface Asked {
  readonly Params: { readonly run: string };
}

/** Adds the history of a run. It is read as it is sent: no more than a part of it is in memory. */
export const addHistoryRoute: AddRoutes = (http, desk) => {
  const produces = ["application/x-ndjson"];
  const text = { role: "viewer", summary: "What has happened to a run so far.", gives: GIVES, produces } as const;
  http.get<Asked>("/runs/:run/history", routeFor(desk, text), async (request, reply) => {
    const { run } = request.params;
    const first = await desk.runs.history(run, 0);
    if (first === null) return sendProblem(reply, "run-unknown", "there is no run of this id");
    reply.raw.once("close", desk.audience.enter());
    desk.audience.noteFollowUp();
    const stream = Readable.from(partsFrom(first, run, desk.runs), { objectMode: false });
    return reply.type("application/x-ndjson").header("cache-control", "no-store").send(stream);
  });
};

async function* partsFrom(
  first: HistoryPart,
  run: string,
  { history }: Pick<RunsView, "history">,
): AsyncGenerator<string> {
  for (let part: HistoryPart | null = first; part !== null && part.text !== ""; part = await history(run, part.last)) {
    yield part.text;
  }
}
