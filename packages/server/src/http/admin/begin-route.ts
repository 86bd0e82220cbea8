/**
 * Runs in the administration: begun.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { sendProblem } from "../problem.ts";
import type { WantedRun } from "../runs-view.ts";
import { type AddRoutes, routeFor } from "./routes.ts";
import { anyObject, objectOf, run } from "./schemas.ts";

const BODY = objectOf(
  {
    scenario: anyObject("what a scenario file holds: docs/reference/scenario.md"),
    seed: { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 1 },
    startClients: { type: "integer", minimum: 1, default: 1, description: "it begins once so many clients are there" },
  },
  ["scenario"],
);

/** Scenarios are larger than what else is asked. */
const MAX_SCENARIO_BYTES = 262_144;

/** Begins runs. It takes an admin: a scenario may name files of the machine that the coordinator runs on. */
export const addBeginRoute: AddRoutes = (http, desk) => {
  const { runs, begin, authority } = desk;
  if (begin === null) return;
  const text = { role: "admin", summary: "Begins a run.", gives: run, body: BODY } as const;
  const options = { ...routeFor(desk, text), bodyLimit: MAX_SCENARIO_BYTES };
  http.post<{ readonly Body: WantedRun }>("/runs", options, async (request, reply) => {
    try {
      const id = await begin(request.body);
      authority.note(request, { action: "run-begun", subject: id });
      return await runs.one(id);
    } catch (error) {
      if (error instanceof Fault) return sendProblem(reply, "run-refused", `${error.message}. ${error.remedy}`);
      throw error;
    }
  });
};
