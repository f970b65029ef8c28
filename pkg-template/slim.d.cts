// What `require('consentry/slim')` gives. The types are those of slim.d.ts.
export type * from './slim.js' with { 'resolution-mode': 'import' };

/** Starts the wasm, as in slim.d.ts. */
export declare const init: typeof import('./slim.js', { with: { 'resolution-mode': 'import' } }).init;
/** Makes a client, as in slim.d.ts. */
export declare const consentry: typeof import('./slim.js', { with: { 'resolution-mode': 'import' } }).consentry;
