// The page for the cost of starting: it holds no library until it is given one as a text, so that neither the network nor the browser's cache
// of compiled scripts takes part.

/** How each is started once its script has run. Answers what shows that it works. */
const starters = {
  consentry: token => window.consentry.consentry(token, { apiHost: location.origin, consent: { default: 'granted' } }).distinctId,
  // The script starts what the snippet has noted, see `mixpanelSnippet`.
  mixpanel: () => window.mixpanel.get_distinct_id(),
};

/** What mixpanel's snippet leaves on a page before its script arrives. */
const mixpanelSnippet = token =>
  (window.mixpanel = Object.assign([], { __SV: 1.2, _i: [[token, { api_host: location.origin, persistence: 'localStorage' }, 'mixpanel']] }));

window.startup = async ({ token, name, script }) => {
  const text = await (await fetch(script)).text();
  if (name === 'mixpanel') mixpanelSnippet(token);
  const element = document.createElement('script');
  element.textContent = text;
  await new Promise(resolve => setTimeout(resolve, 100));
  const begin = performance.now();
  document.head.append(element);
  const id = starters[name](token);
  const milliseconds = performance.now() - begin;
  if (!id) throw new Error(name + ' did not start');
  return { milliseconds };
};
