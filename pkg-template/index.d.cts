// What `require('consentry')` gives. The types are those of index.d.ts.
export type * from './index.js' with { 'resolution-mode': 'import' };

/** Makes a client, as in index.d.ts. */
export declare const consentry: typeof import('./index.js', { with: { 'resolution-mode': 'import' } }).consentry;
