// vanilla-cookieconsent itself.
import * as CookieConsent from '/libs/vanilla-cookieconsent.js';

export const owns = /^cc_cookie$/;
export const options = () => ({ api: CookieConsent });

export const config = {
  hideFromBots: false, // the driver is one
  categories: { necessary: { readOnly: true, enabled: true }, analytics: {}, ads: {} },
  language: {
    default: 'en',
    translations: {
      en: {
        consentModal: { title: 'Cookies?', acceptAllBtn: 'Yes', acceptNecessaryBtn: 'No' },
        preferencesModal: { sections: [] },
      },
    },
  },
};

export const load = (more = {}) => CookieConsent.run({ ...config, ...more });
export const yes = () => CookieConsent.acceptCategory('all');
export const no = () => CookieConsent.acceptCategory([]);
/** Agrees to these of the purposes of a client. */
export const choose = names => CookieConsent.acceptCategory(names.map(name => (name === 'advertising' ? 'ads' : name)));
export const storm = () => {
  for (let i = 0; i < 100; i++) dispatchEvent(new CustomEvent('cc:onChange', { detail: {} }));
};
/** The record refuses, the API grants: as with a blocker that puts its own API there. */
export const lie = () => {
  const record = JSON.stringify({ ...CookieConsent.getCookie(), categories: ['necessary'] });
  document.cookie = `cc_cookie=${encodeURIComponent(record)}; domain=${location.hostname}; path=/; secure`;
  storm();
};

const breakWith = replaced => {
  window.CookieConsent = { ...CookieConsent, validConsent: () => true, ...replaced };
  window._ccRun = true;
  storm();
};
export const faults = {
  throws: () => breakWith({ getConfig() { throw new Error('out of order'); } }),
  'wrong types': () => breakWith({ getUserPreferences: () => ({ acceptedCategories: 'analytics', rejectedCategories: 1 }) }),
};
/** The options with which a fault is met. */
export const faulty = { api: undefined };
