import { consentry } from 'consentry';

/** One client for the application; on a server it does nothing. */
export const client = consentry(globalThis.TOKEN ?? 'server', { batch: { flushIntervalMs: 100 } });
