/**
 * HMAC-SHA-256 of an id under a salt, both in UTF-8, as 64 hexadecimal digits: what is stored and sent in
 * the place of the id with `anonymizeIds`. For pages and servers.
 *
 * Throws `invalid_user_id` for an id that Mixpanel refuses, as `''`, `'null'` or `'undefined'`, and
 * `wasm_unavailable` where WebAssembly cannot run.
 */
export declare function hashId(id: string | number, salt: string): string;
