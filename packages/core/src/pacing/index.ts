/** Pacings: when to aggregate, and whom to give work. @module */
export { rounds, type RoundsOptions } from "./rounds.ts";
