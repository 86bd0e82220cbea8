/**
 * Gradient codes against stragglers: `coding.mSgc({ burst: 1, window: 2, most: 27 })`.
 *
 * @module
 */
export { gradientCoding } from "./gradient-coding.ts";
export { ignoringStragglers } from "./ignoring-stragglers.ts";
export { mSgc } from "./m-sgc.ts";
export { replication } from "./replication.ts";
export { srSgc } from "./sr-sgc.ts";
export { uncoded } from "./uncoded.ts";
