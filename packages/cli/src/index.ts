/** `@potluck/cli`: the `potluck` command, and scenarios as files. @module */
export { hireProcesses, type Job, realClock } from "./live/processes.ts";
export { main } from "./main.ts";
export { parseScenario } from "./scenario/parse.ts";
export { type FrontPicture, frontPicture } from "./report/comparison/front-picture.ts";
export type { Priced } from "./comparison/bytes-front.ts";
export type { PartEntry } from "./scenario/part-schema.ts";
export type { PlanFile } from "./scenario/plan-schema.ts";
export type { ScenarioFile } from "./scenario/scenario-schema.ts";
export { scenarioToJson } from "./scenario/write.ts";
export type { Terminal } from "./terminal.ts";
