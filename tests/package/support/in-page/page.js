// What every test page holds: the package as a user imports it, and a notebook. Tests reach it as
// `page`.
const { entry, token } = document.querySelector('meta[name=site]').dataset;
const { consentry, ...rest } = await import(entry);

const page = {
  consentry,
  rest,
  token,
  client: undefined,
  errors: [],
  changes: [],
  /** Starts a client that notes what it is told. */
  start(options = {}, itsToken = token) {
    const onError = error => page.errors.push({ code: error.code, about: error.about, dropped: error.dropped, message: error.message });
    page.client = consentry(itsToken, { onError, ...options });
    page.client.onConsentChange(({ before, after, consent }) => page.changes.push({ before, after, source: consent.source }));
    return page.client;
  },
  codes: () => page.errors.map(error => error.code),
  /**
   * Resolves when a timer set now has rung: every timer that was set for earlier has rung by then.
   */
  rung: milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds)),
  /**
   * Everything this origin keeps on the device, as `{ store: [names] }`, without the stores that
   * are empty.
   */
  async kept() {
    const cookies = document.cookie.split('; ').filter(Boolean).map(pair => decodeURIComponent(pair.split('=')[0]));
    const all = {
      cookies,
      localStorage: Object.keys(localStorage),
      sessionStorage: Object.keys(sessionStorage),
      databases: (await indexedDB.databases?.())?.map(({ name }) => name) ?? [],
      caches: globalThis.caches ? await caches.keys() : [],
    };
    return Object.fromEntries(Object.entries(all).filter(([, names]) => names.length).map(([store, names]) => [store, names.sort()]));
  },
};
window.page = page;

/**
 * Runs a test's function, from a file of its own so that no policy stands against it. Answers JSON.
 */
window.runInPage = async (address, parameters) => {
  try {
    const { default: run } = await import(address);
    return JSON.stringify({ value: await run(page, ...JSON.parse(parameters)) });
  } catch (error) {
    return JSON.stringify({ error: `${error}\n${error?.stack}` });
  }
};
