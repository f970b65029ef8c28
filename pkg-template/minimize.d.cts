// What `require('consentry/minimize')` gives. The types are those of minimize.d.ts.
export type * from './minimize.js' with { 'resolution-mode': 'import' };

/** Makes a minimizer, as in minimize.d.ts. */
export declare const minimize: typeof import('./minimize.js', { with: { 'resolution-mode': 'import' } }).minimize;
