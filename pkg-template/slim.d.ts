export type * from './index.js';

/**
 * What the wasm can be started from: its address, a response, its bytes, a compiled module, or a
 * promise of one of these.
 */
export type WasmSource = string | URL | Response | BufferSource | WebAssembly.Module;

/**
 * Starts the wasm for every client of the page. It can be called before or after `consentry()`,
 * more than once, and again after a failure. The file is `consentry/consentry.wasm`; it must come
 * from the same version of the package as this module.
 *
 * @throws {@link ConsentryError} `init_failed` (the promise rejects), with what the browser said in
 * `cause`
 */
export declare const init: (source: WasmSource | PromiseLike<WasmSource>) => Promise<true>;

/**
 * Makes a client, as `consentry()` of the default entry does. Until `init` has ended it keeps up to
 * 10,000 calls with their time; an opt-out is carried out at once and forgets them.
 *
 * @throws {@link ConsentryError} `invalid_token`, `invalid_option`, `unknown_option` or
 * `protected_property`
 */
export declare const consentry: typeof import('./index.js').consentry;
