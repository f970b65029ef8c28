// What is on the device already. Found by reading localStorage, and by nothing a library says of
// itself.

/** Longest wait for a write that would bring more, and longest wait of all. Milliseconds. */
const patience = 5_000;
const deadline = 300_000;

/**
 * The time of the last write to each key. Reading often enough to know that time would slow down
 * what is being measured.
 */
const written = new Map();
const { setItem } = Storage.prototype;
Storage.prototype.setItem = function (key, value) {
  setItem.call(this, key, value);
  written.set(key, performance.now());
};

/**
 * How many different events stand in localStorage under such keys. The id may stand in JSON that
 * is itself a text in JSON.
 */
export function kept(isKey) {
  const ids = new Set();
  for (const key of Object.keys(localStorage).filter(isKey))
    for (const [, id] of localStorage.getItem(key).matchAll(/\$insert_id\\*":\\*"([^"\\]+)/g)) ids.add(id);
  return ids.size;
}

const lastWrite = isKey => Math.max(-Infinity, ...[...written].filter(([key]) => isKey(key)).map(([, time]) => time));

/**
 * Resolves when `count` events are there, or when it cannot be hoped for any more: `{ at, kept }`,
 * where `at` is nothing when some are missing. `looked` is told from when to when each look took,
 * so that it is not blamed on the library.
 */
export async function durable(isKey, count, looked = () => {}) {
  const began = performance.now();
  for (let pause = 20; ; ) {
    await new Promise(resolve => setTimeout(resolve, pause));
    const start = performance.now();
    const found = kept(isKey);
    const end = performance.now();
    looked(start, end);
    const last = lastWrite(isKey);
    // A library may write by other means than setItem: then the look is all there is.
    if (found >= count) return { at: last > 0 ? last : start, kept: found };
    if (end - Math.max(began, last) > patience || end - began > deadline) return { kept: found };
    pause = Math.max(20, 20 * (end - start));
  }
}
