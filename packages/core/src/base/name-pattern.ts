/**
 * Patterns of names: "head.*" is every name that starts with "head.".
 *
 * @module
 */

/** Whether a name fits `pattern`, in which `*` stands for any text and everything else for itself. */
export function namePattern(pattern: string): (name: string) => boolean {
  const expression = new RegExp(`^${pattern.split("*").map(escaped).join(".*")}$`, "su");
  return (name) => expression.test(name);
}

/** `text` as an expression that only it fits. */
function escaped(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/gu, String.raw`\$&`);
}
