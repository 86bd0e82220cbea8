/** `@potluck/cli`: the `potluck` command, and scenarios as files. @module */
export { main } from "./main.ts";
export { parseScenario } from "./scenario/parse.ts";
export type { PartEntry, PlanFile, ScenarioFile, ScenarioSettings } from "./scenario/scenario-schema.ts";
export { scenarioToJson } from "./scenario/write.ts";
export type { Terminal } from "./terminal.ts";
