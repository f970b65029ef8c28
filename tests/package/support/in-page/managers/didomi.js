// A stand-in for Didomi, from its documentation: queues, unknown purposes, a token.
export const owns = /^(didomi_token|didomi-state)$/;
export const options = () => ({});

const ids = ['cookies', 'measure_content_performance', 'market_research', 'select_basic_ads'];
const token = () => document.cookie.match(/didomi_token=([^;]*)/)?.[1];
const write = (enabled, disabled) =>
  void (document.cookie = `didomi_token=${encodeURIComponent(btoa(JSON.stringify({ user_id: 'u', updated: new Date().toISOString(), purposes: { enabled, disabled }, vendors: { enabled: [], disabled: [] }, version: 2 })))}; path=/; secure`);

let regime = true;
let listeners = [];
const record = () => token() && JSON.parse(atob(decodeURIComponent(token())));
const status = () => {
  const { purposes: { enabled = [], disabled = [] } = {}, updated } = record() || {};
  const known = id => (enabled.includes(id) ? true : disabled.includes(id) ? false : regime ? undefined : true);
  return { purposes: Object.fromEntries(ids.map(id => [id, { id, enabled: known(id) }])), vendors: {}, updated };
};
const manager = {
  getCurrentUserStatus: status,
  shouldUserStatusBeCollected: () => regime && !record(),
  isUserStatusPartial: () => false,
  isConsentRequired: () => regime,
};
const tell = event => listeners.filter(one => one.event === event).forEach(one => one.listener({ consentToken: 'x' }));

export function load({ required = true } = {}) {
  regime = required;
  window.Didomi = manager;
  const queues = [window.didomiOnReady ?? [], window.didomiEventListeners ?? []];
  listeners = [...queues[1]];
  window.didomiOnReady = { push: act => act(manager) };
  window.didomiEventListeners = { push: entry => listeners.push(entry) };
  queues[0].forEach(act => act(manager));
  dispatchEvent(new Event('didomi-ready'));
  if (manager.shouldUserStatusBeCollected()) tell('notice.shown');
}
const answer = said => {
  write(said ? ids : [], said ? [] : ids);
  tell('consent.changed');
};
export const yes = () => answer(true);
export const no = () => answer(false);
export const storm = () => {
  for (let i = 0; i < 100; i++) tell('consent.changed');
};
export const lie = () => {
  const truth = status();
  manager.getCurrentUserStatus = () => truth;
  write([], ids);
};
const breakWith = answer => {
  manager.shouldUserStatusBeCollected = () => false;
  manager.getCurrentUserStatus = answer;
  load();
};
export const faults = {
  throws: () => breakWith(() => { throw new Error('out of order'); }),
  'wrong types': () => breakWith(() => ({ purposes: { measure_content_performance: { enabled: true }, market_research: { enabled: 'yes' } } })),
};
