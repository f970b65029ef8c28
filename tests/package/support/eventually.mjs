// Waiting for a condition instead of a while.
import { setTimeout as sleep } from 'node:timers/promises';

/** What `look` answers once it is truthy. After the deadline it fails, with what was seen last. */
export async function eventually(what, look, deadline = 10_000) {
  const end = Date.now() + deadline;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`it never came to this within ${deadline} ms: ${what} (last seen: ${JSON.stringify(seen)})`);
    await sleep(20);
  }
}
