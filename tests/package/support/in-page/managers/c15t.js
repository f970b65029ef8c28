// c15t itself, without a server.
import { getOrCreateConsentRuntime, policyPackPresets } from '/libs/c15t.js';

export const owns = /^(c15t|c15t-.*|c15t:.*|privacy-consent-storage)$/;
export const options = () => ({});

let store;

export const load = (more = {}) => {
  store = getOrCreateConsentRuntime({
    mode: 'offline',
    consentCategories: ['necessary', 'measurement', 'marketing'],
    offlinePolicy: { policyPacks: [policyPackPresets.europeOptIn()] },
    overrides: { country: 'DE' },
    ...more,
  }).consentStore;
};
export const yes = () => store.getState().saveConsents('all');
/** Taken back, it reloads the page: then this has no end, and whoever called goes on without. */
export const no = () => void store.getState().saveConsents('necessary');
/** Agrees to these of the purposes of a client. */
export const choose = names => {
  for (const [purpose, key] of [['analytics', 'measurement'], ['advertising', 'marketing']]) store.getState().setSelectedConsent(key, names.includes(purpose));
  void store.getState().saveConsents('custom');
};
export const select = said => store.getState().setSelectedConsent('measurement', said);
export const reset = () => store.getState().resetConsents();
export const state = () => JSON.parse(JSON.stringify(store.getState()));
export const storm = () => {
  for (let i = 0; i < 100; i++) window.c15tStore?.setState?.({ legalLinks: { i } });
};
export const lie = () => {
  const record = JSON.parse(localStorage.getItem('c15t'));
  localStorage.setItem('c15t', JSON.stringify({ ...record, consents: { ...record.consents, measurement: false } }));
};

const breakWith = state => {
  window.c15tStore = { subscribe: () => () => {}, getState: () => ({ isLoadingConsentInfo: false, consentInfo: { subjectId: 'sub_1', time: 1 }, model: 'opt-in', has: () => true, ...state() }) };
};
export const faults = {
  throws: () => breakWith(() => { throw new Error('out of order'); }),
  'wrong types': () => breakWith(() => ({ consents: { measurement: 'yes' } })),
};
