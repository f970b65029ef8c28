// The page for the cost of starting: it holds no library until it is given one as a text, so that
// neither the network nor the browser's cache of compiled scripts takes part.

/** How each is started once its script has run. Answers what shows that it works. */
const starters = {
  consentry: token => window.consentry.consentry(token, { apiHost: location.origin, consent: { default: 'granted' } }).distinctId,
  dropIn: token => window.dropIn.mixpanel.init(token, { api_host: location.origin, persistence: 'localStorage' }, token).get_distinct_id(),
  // The script starts what the snippet has noted, see `mixpanelSnippet`.
  mixpanel: () => window.mixpanel.get_distinct_id(),
  control: token => window.control.control(token, location.origin).visitor,
  snowplow: token => window.snowplow.newTracker(token, location.origin, { appId: token }).getDomainUserId(),
  empty: () => true,
};

/** What mixpanel's snippet leaves on a page before its script arrives. */
const mixpanelSnippet = token =>
  (window.mixpanel = Object.assign([], { __SV: 1.2, _i: [[token, { api_host: location.origin, persistence: 'localStorage' }, 'mixpanel']] }));

let start;

window.startup = {
  async prepare({ token, name, script }) {
    const text = await (await fetch(script)).text();
    if (name === 'mixpanel') mixpanelSnippet(token);
    const element = document.createElement('script');
    element.textContent = text;
    start = () => {
      document.head.append(element);
      return starters[name](token);
    };
    await new Promise(resolve => setTimeout(resolve, 100));
  },

  /** Milliseconds until the script has run and the library has started. */
  run() {
    const begin = performance.now();
    const proof = start();
    const milliseconds = performance.now() - begin;
    if (!proof) throw new Error('it did not start');
    return milliseconds;
  },
};
