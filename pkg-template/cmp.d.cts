/** What `require('consentry/cmp')` gives, as in cmp.d.ts. */
export type * from './cmp.js' with { 'resolution-mode': 'import' };

import type * as cmp from './cmp.js' with { 'resolution-mode': 'import' };

export declare const generic: (typeof cmp)['generic'];
export declare const cookieconsent: (typeof cmp)['cookieconsent'];
