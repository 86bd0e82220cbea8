/**
 * The little of WebAssembly's JavaScript interface that is used here. Neither the language's own type library nor
 * Node's describes it, and the browsers' would bring a whole page along.
 *
 * @module
 */

/** A compiled module. Opaque. */
export type CompiledModule = object;

/** A memory. Here none ever grows, so that its buffer stays the same. */
export interface Memory {
  readonly buffer: ArrayBuffer;
}

/** What this package uses of the global object `WebAssembly`. */
export interface WebAssemblyInterface {
  readonly validate: (bytes: Uint8Array) => boolean;
  readonly Module: new (bytes: Uint8Array) => CompiledModule;
  readonly Memory: new (pages: { readonly initial: number; readonly maximum: number }) => Memory;
  readonly Instance: new (module: CompiledModule, imports: object) => { readonly exports: object };
}

declare const WebAssembly: WebAssemblyInterface | undefined;

/** WebAssembly, where this JavaScript engine has it. */
export const webAssembly: WebAssemblyInterface | undefined =
  typeof WebAssembly === "undefined" ? undefined : WebAssembly;
