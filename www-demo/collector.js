// The local collector's control interface: what arrived, and how it answers. Its README describes
// the contract.

const BASE = '/_collector/';

/**
 * What the requests to come meet instead of a plain answer; `times: 0` means until it is cleared.
 */
const MOODS = {
  ok: undefined,
  slow: { times: 0, delayMs: 3000 },
  429: { times: 0, status: 429, headers: { 'Retry-After': '2' } },
  503: { times: 0, status: 503 },
  hang: { times: 0, hang: true },
};

/** Replaces the server's mood. Requests that hang are answered by that. */
export async function setMood(name) {
  await fetch(`${BASE}behaviour`, { method: 'DELETE' });
  const behaviour = MOODS[name];
  if (behaviour) await fetch(`${BASE}behaviour`, { method: 'POST', body: JSON.stringify(behaviour) });
}

/**
 * Watches what arrives, from the beginning. `onEntry` hears of each request, and again when its
 * outcome changes; `onCleared` when the list was emptied; `onState` whether the collector can be
 * reached.
 */
export function watch({ onEntry, onCleared, onState }) {
  const readAll = async () => {
    const entries = await (await fetch(`${BASE}received`)).json();
    entries.forEach(onEntry);
  };
  let stream;
  const open = () => {
    stream = new EventSource(`${BASE}stream`);
    // The stream is open before the list is read, so nothing falls between; an entry that comes
    // twice is drawn once.
    stream.addEventListener('open', () => readAll().then(() => onState(true), () => onState(false)));
    stream.addEventListener('received', event => onEntry(JSON.parse(event.data)));
    stream.addEventListener('changed', event => onEntry(JSON.parse(event.data)));
    stream.addEventListener('missed', readAll);
    stream.addEventListener('cleared', onCleared);
    stream.addEventListener('error', () => onState(false));
  };
  open();
  // A page that a browser puts away keeps its connections, and a host may have six: after as many
  // settings no page would load.
  addEventListener('pagehide', () => stream.close());
  addEventListener('pageshow', ({ persisted }) => persisted && open());
}

/** Forgets what arrived, but not the mood. */
export async function clear(mood) {
  await fetch(`${BASE}received`, { method: 'DELETE' });
  await setMood(mood);
}
