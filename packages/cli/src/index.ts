/** `@potluck/cli`: the `potluck` command. @module */
export { main } from "./main.ts";
export type { Terminal } from "./terminal.ts";
