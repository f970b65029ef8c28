// Everything a page of this origin can have stored in the browser. Reading only.

/**
 * Answers `{ entries: [{ place, key, value }], blind: [place] }`; `blind` names what could not be
 * looked at.
 */
export async function readDevice() {
  const entries = [];
  const blind = [];
  const look = async (place, read) => {
    try {
      for (const [key, value] of await read()) entries.push({ place, key, value });
    } catch {
      blind.push(place);
    }
  };
  await look('cookie', () => cookies(document.cookie));
  await look('localStorage', () => items(localStorage));
  await look('sessionStorage', () => items(sessionStorage));
  await look('IndexedDB', async () => (await indexedDB.databases()).map(({ name, version }) => [name, `version ${version}`]));
  await look('Cache', async () => (await caches.keys()).map(name => [name, '']));
  return { entries, blind };
}

function cookies(text) {
  return text.split('; ').filter(Boolean).map(pair => {
    const at = pair.indexOf('=');
    return [pair.slice(0, Math.max(at, 0)), decoded(pair.slice(at + 1))];
  });
}

function items(storage) {
  return Array.from({ length: storage.length }, (_, index) => storage.key(index))
    .filter(key => key !== null)
    .map(key => [key, storage.getItem(key) ?? '']);
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
