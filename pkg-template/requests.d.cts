// What `require('consentry/requests')` gives. The types are those of requests.d.ts.
export type * from './requests.js' with { 'resolution-mode': 'import' };

/** Makes the client, as in requests.d.ts. */
export declare const createRequests: typeof import('./requests.js', { with: { 'resolution-mode': 'import' } }).createRequests;
/** The error, as in requests.d.ts. */
export declare const RequestsError: typeof import('./requests.js', { with: { 'resolution-mode': 'import' } }).RequestsError;
/** The deadline, as in requests.d.ts. */
export declare const deadline: typeof import('./requests.js', { with: { 'resolution-mode': 'import' } }).deadline;
