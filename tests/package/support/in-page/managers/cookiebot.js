// A stand-in for Cookiebot, from its documentation.
export const owns = /^CookieConsent$/;
export const options = () => ({});

const refused = { necessary: true, preferences: false, statistics: false, marketing: false, method: null };
const write = ({ statistics, marketing, preferences, method }) =>
  void (document.cookie = `CookieConsent=${encodeURIComponent(`{stamp:'x',necessary:true,preferences:${preferences},statistics:${statistics},marketing:${marketing},method:'${method}',ver:1,utc:${Date.now()},region:'de'}`)}; path=/; secure`);
const stored = () => {
  const text = decodeURIComponent(document.cookie.match(/CookieConsent=([^;]*)/)?.[1] ?? '');
  return text && { ...refused, ...Object.fromEntries(['preferences', 'statistics', 'marketing'].map(key => [key, text.includes(key + ':true')])), method: text.match(/method:'(\w+)'/)[1] };
};
const tell = (...names) => names.forEach(name => dispatchEvent(new Event('Cookiebot' + name)));
function state(consent, hasResponse) {
  window.Cookiebot = { ...window.Cookiebot, consent, hasResponse, consented: consent.statistics, declined: hasResponse && !consent.statistics };
}

export function load({ implied = false } = {}) {
  state(refused, false);
  const answer = stored() || (implied && { ...refused, preferences: true, statistics: true, marketing: true, method: 'implied' });
  if (!answer) return tell('OnDialogInit', 'OnDialogDisplay');
  state(answer, true);
  tell('OnLoad', answer.statistics ? 'OnAccept' : 'OnDecline', 'OnTagsExecuted');
  setTimeout(() => tell('OnConsentReady'));
}
const answer = said => {
  const consent = { ...refused, preferences: said, statistics: said, marketing: said, method: 'explicit' };
  state(consent, true);
  write(consent);
  tell(said ? 'OnAccept' : 'OnDecline', 'OnConsentReady');
};
export const yes = () => answer(true);
export const no = () => answer(false);
export const storm = () => {
  for (let i = 0; i < 100; i++) tell('OnAccept');
};
export const lie = () => write({ ...refused, method: 'explicit' });
const breakWith = consent => {
  window.Cookiebot = { consent, hasResponse: true };
  storm();
};
export const faults = {
  throws: () => breakWith({ get method() { throw new Error('out of order'); } }),
  'wrong types': () => breakWith({ ...refused, statistics: 'yes', method: 'explicit' }),
};
export const everything = () => breakWith(new Proxy({}, { get: (_, key) => (key === 'method' ? 'explicit' : true) }));
