// Ways in which a server is not there.
import { setTimeout as sleep } from 'node:timers/promises';

/** Each with what brings it about. */
export const down = [
  ['every connection is reset', ({ collector }) => collector.behave({ reset: true, times: 0 })],
  ['every answer is 503', ({ collector }) => collector.behave({ status: 503, times: 0 })],
  ['nobody can be reached', ({ line }) => line.cut()],
];

/**
 * Pages can be had again, but nothing is taken yet, until what the page that is gone had sent has
 * come to nothing as well.
 */
export async function onlyPages({ collector, line }) {
  if (line?.isCut()) {
    await collector.behave({ reset: true, times: 0 });
    await line.mend();
  }
  // Browsers send such a request late, send it again by themselves, or lose it: there is nothing to
  // wait for but that no more comes.
  let seen = -1;
  for (;;) {
    const now = (await collector.received()).length;
    if (now === seen) return;
    seen = now;
    await sleep(1_000);
  }
}
