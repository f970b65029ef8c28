// A manager that speaks Google Consent Mode alone, as its tags' templates do.
export const owns = /^gcm-answer$/;
export const options = () => ({});

export function gtag() {
  window.dataLayer.push(arguments);
}
const keys = ['ad_storage', 'ad_user_data', 'ad_personalization', 'analytics_storage', 'functionality_storage', 'personalization_storage'];
export const state = said => Object.fromEntries(keys.map(key => [key, said]));
const stored = () => localStorage.getItem('gcm-answer');

export function load({ first = { ...state('denied'), wait_for_update: 500 } } = {}) {
  window.dataLayer = window.dataLayer ?? [];
  gtag('js', new Date());
  if (first) gtag('consent', 'default', first);
  if (stored()) gtag('consent', 'update', stored().startsWith('{') ? JSON.parse(stored()) : state(stored()));
}
const answer = said => {
  localStorage.setItem('gcm-answer', said);
  gtag('consent', 'update', state(said));
};
export const yes = () => answer('granted');
export const no = () => answer('denied');
/** Agrees to these of the purposes of a client. */
export const choose = names => {
  const said = Object.fromEntries(keys.map(key => [key, names.includes(key.startsWith('ad_') ? 'advertising' : 'analytics') ? 'granted' : 'denied']));
  localStorage.setItem('gcm-answer', JSON.stringify(said));
  gtag('consent', 'update', said);
};
export const storm = () => {
  for (let i = 0; i < 100; i++) gtag('event', 'page_view');
};
export const say = (command, signals) => gtag('consent', command, signals);
/** What lies in the data layer about consent. */
export const entries = () => [...(window.dataLayer ?? [])].filter(entry => entry[0] === 'consent').map(entry => [...entry].slice(1));

export const faults = {
  'wrong types': () => {
    window.dataLayer = [];
    gtag('consent', 'update', { analytics_storage: true });
  },
};
