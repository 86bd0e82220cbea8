import { importLaw, reading } from "./scripts/import-law/law.ts";

export default { ...importLaw(import.meta.dirname), options: reading };
