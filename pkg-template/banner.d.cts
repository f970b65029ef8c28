// What `require('consentry/banner')` gives: the element's types, as in banner.d.ts.
export type * from './banner.js' with { 'resolution-mode': 'import' };
