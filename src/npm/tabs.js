// The other clients of the same token: the locks they share, and the channel on which they speak.
import { clients, guarded } from './host.js';

/** Asks for the lock of a queue. The answer is `true` or `false`, or nothing where there are no locks. */
export const lock = guarded(undefined, (client, queue) => {
  const { token, locks, inputs } = clients[client];
  const own = {};
  locks.set(queue, own);
  const isWanted = () => locks.get(queue) === own;
  const answer = held => {
    if (!isWanted()) return; // it was given back meanwhile
    if (!held) locks.delete(queue);
    inputs.locked(queue, held);
  };
  const hold = release => {
    own.release = release;
    answer(true);
  };
  const ask = async () => {
    await 0;
    if (!navigator.locks) return answer();
    // Not waited for: Firefox keeps no page in its back-forward cache that holds a lock or waits for one.
    const options = { ifAvailable: true };
    await navigator.locks.request('consentry_' + token + '_q_' + queue, options, lock => (lock && isWanted() ? new Promise(hold) : answer(false)));
  };
  ask().catch(() => answer(false));
});

export const unlock = guarded(undefined, (client, queue) => {
  const { locks } = clients[client];
  locks.get(queue)?.release?.();
  locks.delete(queue);
});

/** Opens the channel to other tabs. */
export const listen = guarded(undefined, client => {
  const own = clients[client];
  own.channel = new BroadcastChannel('consentry_' + own.token);
  own.channel.onmessage = ({ data }) => typeof data === 'number' && own.inputs.heard(data);
});

/** Closes it: Chromium gives a page up that was put away with a channel on which somebody speaks. */
export const hangUp = guarded(undefined, client => clients[client].channel.close());

/** Tells the others, those of this page when the core has returned. Where there is no channel, or a closed one, no tab hears. */
export const post = guarded(undefined, (client, message) => {
  clients[client].said.push(message);
  clients[client].channel.postMessage(message);
});

/** Hands on what a client has said to the others of its token on this page. */
export function tellSiblings(client) {
  const { said, token } = clients[client];
  for (const message of said.splice(0)) {
    clients.forEach((own, other) => own.token === token && other !== client && own.inputs?.heard(message));
  }
}
