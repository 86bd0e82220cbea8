/** Participation corrections: how much more an update counts because its client is seldom heard. @module */
export { fedAu, type FedAuOptions } from "./fed-au.ts";
export { inverse, type InverseParticipationOptions } from "./inverse.ts";
export { uncorrected, type UncorrectedOptions } from "./uncorrected.ts";
