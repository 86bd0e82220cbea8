/** Pacings: when to aggregate, and whom to give work. @module */
export { anarchic, type AnarchicOptions } from "./anarchic.ts";
export { fedAsync, type FedAsyncOptions } from "./fed-async.ts";
export { fedBuff, type FedBuffOptions } from "./fed-buff.ts";
export { fedCompass, type FedCompassOptions } from "./fed-compass.ts";
export { fedFix, type FedFixOptions } from "./fed-fix.ts";
export { rounds, type RoundsOptions } from "./rounds.ts";
