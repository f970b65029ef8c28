// What `require('consentry/cmp')` gives. The types are those of cmp.d.ts.
import type * as cmp from './cmp.js' with { 'resolution-mode': 'import' };

export type * from './cmp.js' with { 'resolution-mode': 'import' };

export declare const c15t: (typeof cmp)['c15t'];
export declare const consentMode: (typeof cmp)['consentMode'];
export declare const cookiebot: (typeof cmp)['cookiebot'];
export declare const cookieconsent: (typeof cmp)['cookieconsent'];
export declare const didomi: (typeof cmp)['didomi'];
export declare const generic: (typeof cmp)['generic'];
export declare const gpp: (typeof cmp)['gpp'];
export declare const klaro: (typeof cmp)['klaro'];
export declare const oneTrust: (typeof cmp)['oneTrust'];
export declare const tcf: (typeof cmp)['tcf'];
export declare const usercentrics: (typeof cmp)['usercentrics'];
