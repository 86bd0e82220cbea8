/** Fleets: which devices take part. @module */
export { browserTabs, type BrowserTabsOptions } from "./browser-tabs.ts";
export { crossSilo, type CrossSiloOptions } from "./cross-silo.ts";
export { linear, type LinearOptions } from "./linear.ts";
export { mobile, type MobileOptions } from "./mobile.ts";
export { tiers, type TiersOptions } from "./tiers.ts";
export { trace, type TraceOptions } from "./trace.ts";
export { uniform, type UniformFleetOptions } from "./uniform.ts";
