/**
 * Who may do what with a coordinator: all of it in one place.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";
import { openAccessDatabase } from "./access-database.ts";
import { type AdminKeys, adminKeysIn } from "./admin-keys.ts";
import { type Audit, auditIn } from "./audit.ts";
import { type Enrolments, enrolmentsIn } from "./enrolments.ts";
import { openSigningKey } from "./signing-key.ts";
import { type Tokens, tokensIn } from "./tokens.ts";

/** Who may do what. */
export interface Access {
  readonly tokens: Tokens;
  readonly enrolments: Enrolments;
  readonly keys: AdminKeys;
  readonly audit: Audit;
  /** Whether every device is let in that was not sent away. */
  readonly isOpen: boolean;
  readonly close: () => void;
}

/** What access rests on. */
export interface AccessOptions {
  /** Where all of it is kept; null to keep nothing. */
  readonly folder: string | null;
  /** Seconds since 1970. */
  readonly now: () => Seconds;
  /** Whether every device is let in that was not sent away. */
  readonly isOpen: boolean;
}

/** Access as a folder has it. Throws the faults of a database. */
export function openAccess({ folder, now, isOpen }: AccessOptions): Access {
  const database = openAccessDatabase(folder);
  const tokens = tokensIn({ database, key: openSigningKey(folder), now });
  return {
    tokens,
    enrolments: enrolmentsIn({ database, tokens, now, isOpen }),
    keys: adminKeysIn(database, now),
    audit: auditIn(database, now),
    isOpen,
    close: () => database.close(),
  };
}
