/** `@potluck/cli`: the `potluck` command. @module */
export { clientProcesses, type Job, type Processes } from "./live/processes.ts";
export { type RehearsalRequest, rehearse } from "./live/rehearsal.ts";
export { main } from "./main.ts";
export { buildSite } from "./pages/build-site.ts";
export { buildStudio } from "./pages/build-studio.ts";
export { type FrontPicture, frontPicture } from "./report/comparison/front-picture.ts";
export type { Terminal } from "./terminal.ts";
