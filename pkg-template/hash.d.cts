/** What `require('consentry/hash')` gives, as in hash.d.ts. */
export declare function hashId(id: string | number, salt: string): string;
