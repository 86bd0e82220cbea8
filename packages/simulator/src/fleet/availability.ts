import type { Key } from "@potluck/core";
export type Availability =
  | { readonly kind: "always" }
  | { readonly kind: "on-off"; readonly meanOnlineSeconds: number; readonly meanOfflineSeconds: number };
export function startsOnline(_a: Availability, _key: Key): boolean {
  return true;
}
export function nextChange(_a: Availability, _key: Key, _s: object): number | null {
  return null;
}
