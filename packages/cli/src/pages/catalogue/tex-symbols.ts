/**
 * The names of TeX that equations of the documentation use, and what they stand for.
 *
 * @module
 */

/** Letters and words. */
export const identifiers: Readonly<Record<string, string>> = {
  alpha: "α",
  beta: "β",
  gamma: "γ",
  delta: "δ",
  Delta: "Δ",
  varepsilon: "ε",
  eta: "η",
  theta: "θ",
  lambda: "λ",
  mu: "μ",
  nu: "ν",
  xi: "ξ",
  pi: "π",
  rho: "ρ",
  sigma: "σ",
  Sigma: "Σ",
  tau: "τ",
  omega: "ω",
  ell: "ℓ",
  nabla: "∇",
  top: "⊤",
  dots: "…",
  arg: "arg",
  min: "min",
  max: "max",
  ln: "ln",
  log: "log",
};

/** Operators and relations. */
export const operators: Readonly<Record<string, string>> = {
  leftarrow: "←",
  to: "→",
  le: "≤",
  ge: "≥",
  ne: "≠",
  approx: "≈",
  propto: "∝",
  sim: "∼",
  in: "∈",
  notin: "∉",
  mid: "∣",
  cdot: "·",
  times: "×",
  circ: "∘",
  bmod: "mod",
};

/** Delimiters. */
export const fences: Readonly<Record<string, string>> = {
  "(": "(",
  ")": ")",
  "[": "[",
  "]": "]",
  "|": "|",
  "\\{": "{",
  "\\}": "}",
  "\\lfloor": "⌊",
  "\\rfloor": "⌋",
  "\\lceil": "⌈",
  "\\rceil": "⌉",
  "\\lVert": "‖",
  "\\rVert": "‖",
};

/** Operators whose limits stand below and above them. */
export const large: Readonly<Record<string, string>> = { sum: "∑", bigcup: "⋃" };

/** What stands above a letter. */
export const accents: Readonly<Record<string, string>> = { bar: "¯", hat: "^", tilde: "~" };

/** Spaces; nothing for those that are left out. */
export const spaces: Readonly<Record<string, "thin" | "wide" | "widest" | null>> = {
  "\\,": "thin",
  "\\;": "thin",
  "\\!": null,
  "\\quad": "wide",
  "\\qquad": "widest",
};

/** Characters that are written as others. */
export const written: Readonly<Record<string, string>> = { "-": "−", "*": "∗" };
