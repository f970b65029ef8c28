// Time, and chance.
import { clients, guarded } from './host.js';

export const now = guarded(0, () => Date.now());

/** Asking the browser for one number costs as much as the rest of an event, and for many no more than for one. */
const numbers = new Uint32Array(256);
let unused = 0;

export function random() {
  if (!unused) {
    try {
      crypto.getRandomValues(numbers);
    } catch {
      // Ids must differ even so. Nobody has to be unable to guess them.
      numbers.forEach((_, at) => (numbers[at] = Math.random() * 2 ** 32));
    }
    unused = numbers.length;
  }
  return numbers[--unused];
}

/** Asks for a wake-up call after so many milliseconds, with 0 at the end of the task; without a number there is to be none. */
export const wakeAfter = guarded(undefined, (client, delay) => {
  const own = clients[client];
  clearTimeout(own.timer);
  if (delay === 0) queueMicrotask(own.inputs.woke);
  else if (delay) own.timer = setTimeout(own.inputs.woke, delay);
});
