/**
 * Why somebody is not let in, by codes that stand in the protocol.
 *
 * @module
 */

/** Why somebody is not let in. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly detail: string;
}

/** Every code with what it stands for. A test holds `docs/reference/protocol.md` to them. */
export const refusalCodes = {
  "token-missing": "a device that is not known comes without a token",
  "token-invalid": "the token was not made by this coordinator, or is damaged",
  "token-expired": "the token was good until a time that is over",
  "token-revoked": "the token was taken back",
  "token-scope": "the token is for another run",
  "token-used-up": "as many devices as the token lets in have come in with it",
  "device-revoked": "the device was sent away for good",
} as const;

/** The code of a refusal. */
export type RefusalCode = keyof typeof refusalCodes;
