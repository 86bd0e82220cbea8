/**
 * Runs in the administration.
 *
 * @module
 */
import type { FastifyReply } from "fastify";
import { sendProblem } from "../problem.ts";
import type { ModelFormat, NoModel } from "../runs-view.ts";
import { type AddRoutes, routeFor } from "./routes.ts";
import { anyObject, figures, listOf, objectOf, refusedAnswer, run, type Schema, task } from "./schemas.ts";

interface OfRun {
  readonly Params: { readonly run: string };
}

const SUMMARY = "the object of summary.json: docs/reference/command-line.md";
const SCORECARD = "docs/reference/scorecard.md";
const MEASUREMENT = "a line of metrics.jsonl: docs/reference/command-line.md";

/** Runs: looked at. */
export const addRunRoutes: AddRoutes = (http, desk) => {
  const { runs } = desk;
  http.get("/runs", routeFor(desk, { role: "viewer", summary: "All runs.", gives: listOf("runs", run) }), async () => ({
    runs: await runs.list(),
  }));
  const view = (path: string, summary: string, gives: Schema, of: (id: string) => Promise<object | null>): void => {
    http.get<OfRun>(
      `/runs/:run${path}`,
      routeFor(desk, { role: "viewer", summary, gives }),
      async (request, reply) => (await of(request.params.run)) ?? noRun(reply),
    );
  };
  view("", "A run.", run, runs.one);
  view("/summary", "What a run has come to.", anyObject(SUMMARY), runs.summary);
  const measured = listOf("measurements", anyObject(MEASUREMENT));
  view("/measurements", "What was measured of it.", measured, async (id) =>
    named("measurements", await runs.measurements(id)),
  );
  const refused = listOf("refusals", refusedAnswer);
  view("/refusals", "The answers refused last.", refused, async (id) => named("refusals", await runs.refusals(id)));
  addResultRoutes(http, desk);
  addReportRoute(http, desk);
  view("/tasks", "The tasks that are out.", listOf("tasks", task), async (id) => named("tasks", await runs.tasks(id)));
};

const RESULT = "the object of result.json, without what files it: docs/reference/command-line.md";

/** What is made of everything that a run has: that of one which goes on in another process is not known. */
const addResultRoutes: AddRoutes = (http, desk) => {
  const { scorecard, figures: figuresOf, result } = desk.runs;
  const routes = [
    { path: "scorecard", summary: "Its scores.", gives: anyObject(SCORECARD), of: scorecard },
    { path: "figures", summary: "What pictures of it are made of.", gives: figures, of: figuresOf },
    { path: "result", summary: "All that a run has come to but its model.", gives: anyObject(RESULT), of: result },
  ] as const;
  for (const { path, summary, gives, of } of routes) {
    http.get<OfRun>(
      `/runs/:run/${path}`,
      routeFor(desk, { role: "viewer", summary, gives }),
      async (request, reply): Promise<object> => {
        const made: object | "missing" | null = await of(request.params.run);
        if (made === null) return noRun(reply);
        return made === "missing" ? sendProblem(reply, "result-missing", "the run has left no result") : made;
      },
    );
  }
};

const addReportRoute: AddRoutes = (http, desk) => {
  const gives = { type: "string", description: "the page" };
  const text = { role: "viewer", summary: "The report of a run.", gives, produces: ["text/html"] } as const;
  http.get<OfRun>("/runs/:run/report", routeFor(desk, text), async (request, reply) => {
    const report = await desk.runs.report(request.params.run);
    if (report === null) return noRun(reply);
    if (report === "missing") return sendProblem(reply, "report-missing", "the run has no report yet");
    return reply
      .type("text/html; charset=utf-8")
      .header("content-disposition", 'attachment; filename="report.html"')
      .send(report.html);
  });
};

function named(name: string, list: readonly object[] | null): object | null {
  return list === null ? null : { [name]: list };
}

function noRun(reply: FastifyReply): FastifyReply {
  return sendProblem(reply, "run-unknown", "there is no run of this id");
}

const MODEL_QUERY = objectOf(
  {
    format: { type: "string", enum: ["onnx", "safetensors"], default: "onnx" },
    number: {
      type: "integer",
      minimum: 0,
      description: "which of the models that the run trains side by side, from 0",
    },
  },
  [],
);
const STOP_BODY = objectOf({ reason: { type: "string", maxLength: 200, default: "it was stopped" } }, []);

function noModel(reply: FastifyReply, why: NoModel): FastifyReply {
  switch (why) {
    case "missing":
      return sendProblem(reply, "model-missing", "the run has not published a model yet");
    case "unknown":
      return sendProblem(reply, "model-unknown", "the run has no model of this number");
    case "several":
      return sendProblem(reply, "model-ambiguous", "the run trains several models: say which with number=0 and so on");
    case "onnx-only":
      return sendProblem(reply, "model-ambiguous", "of several models there are ONNX files alone: format=onnx");
  }
}

const DELETED = objectOf({ deleted: { type: "string", description: "the id of the run" } });

const addDeletion: AddRoutes = (http, desk) => {
  const { runs, authority } = desk;
  const summary = "Deletes a run that has ended, with all that it has left.";
  const text = { role: "operator", summary, gives: DELETED } as const;
  http.delete<OfRun>("/runs/:run", routeFor(desk, text), async (request, reply) => {
    const { run: id } = request.params;
    const isDeleted = await runs.remove(id);
    if (isDeleted === null) return noRun(reply);
    if (!isDeleted) return sendProblem(reply, "run-not-over", "the run has not ended: stop it first");
    authority.note(request, { action: "run-deleted", subject: id });
    return { deleted: id };
  });
};

const PAUSES = [
  {
    path: "pause",
    summary:
      "Lets the clock of a run stand still, and gives out no tasks; answers are taken. Done again it changes nothing.",
    isPaused: true,
    action: "run-paused",
  },
  { path: "resume", summary: "Lets a run go on that is paused.", isPaused: false, action: "run-resumed" },
] as const;

/** Why a run was not told something: there is none, or it has ended. */
function notTold(reply: FastifyReply, isTold: false | "elsewhere" | null): FastifyReply {
  if (isTold === "elsewhere") return sendProblem(reply, "run-elsewhere", "the run goes on in another process");
  return isTold === null ? noRun(reply) : sendProblem(reply, "run-over", "the run has ended before");
}

/** Runs: stopped, paused, resumed and deleted, and their models taken away. */
export const addRunDeeds: AddRoutes = (http, desk) => {
  const { runs, authority } = desk;
  addDeletion(http, desk);
  const stop = { role: "operator", summary: "Ends a run for good.", gives: run, body: STOP_BODY } as const;
  http.post<OfRun & { readonly Body: { readonly reason: string } }>(
    "/runs/:run/stop",
    routeFor(desk, stop),
    async (request, reply) => {
      const { run: id } = request.params;
      const { reason } = request.body;
      const isStopped = await runs.stop(id, reason);
      if (isStopped !== true) return notTold(reply, isStopped);
      authority.note(request, { action: "run-stopped", subject: id, detail: reason });
      return runs.one(id);
    },
  );
  for (const { path, summary, isPaused, action } of PAUSES) {
    http.post<OfRun>(
      `/runs/:run/${path}`,
      routeFor(desk, { role: "operator", summary, gives: run }),
      async (request, reply) => {
        const { run: id } = request.params;
        const isTold = await runs.setPaused(id, isPaused);
        if (isTold !== true) return notTold(reply, isTold);
        authority.note(request, { action, subject: id });
        return runs.one(id);
      },
    );
  }
  const produces = ["application/octet-stream"];
  const gives = { type: "string", format: "binary", description: "the file" };
  const model = { role: "operator", summary: "The newest model.", query: MODEL_QUERY, gives, produces } as const;
  http.get<OfRun & { readonly Querystring: { readonly format: ModelFormat; readonly number?: number } }>(
    "/runs/:run/model",
    routeFor(desk, model),
    async (request, reply) => {
      const { run: id } = request.params;
      const { format, number = null } = request.query;
      const bytes = await runs.model(id, { format, number });
      if (bytes === null) return noRun(reply);
      if (typeof bytes === "string") return noModel(reply, bytes);
      const name = `model${number === null ? "" : `-${number}`}.${format}`;
      authority.note(request, { action: "model-downloaded", subject: id, detail: name });
      reply.type("application/octet-stream").header("content-disposition", `attachment; filename="${name}"`);
      return reply.send(Buffer.from(bytes));
    },
  );
};
