/** Codecs: what travels. @module */
export { identity, type IdentityOptions } from "./identity.ts";
