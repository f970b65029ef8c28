// vanilla-cookieconsent 3.
import { cookie, own, parsed, stored, time } from './look.js';
import { follow } from './follow.js';
import { ASKS, rank } from './ranks.js';

const purposes = { analytics: 'analytics', functional: 'functionality', personalization: 'personalization', advertising: 'ads' };

export const cookieconsent = (client, options) =>
  follow(client, options, 'cookieconsent', purposes, ({ options, look, on, when }) => {
    const manager = () => options.api ?? window.CookieConsent;
    for (const type of ['cc:onFirstConsent', 'cc:onConsent', 'cc:onChange', 'cc:onModalShow']) on(window, type, () => look());
    // Nothing is told where there is no valid consent.
    const isRunning = () => window._ccRun === true && manager();
    when(isRunning, () => {});
    return () => {
      const api = isRunning();
      if (!api) return;
      const categories = api.getConfig('categories');
      if (api.validConsent() !== true) {
        if (api.getConfig('mode') !== 'opt-out') return { all: ASKS };
        return { of: key => own(categories, key) && rank(own(categories, key).enabled === true) };
      }
      const { acceptedCategories: accepted, rejectedCategories: rejected } = api.getUserPreferences();
      const { name = 'cc_cookie', useLocalStorage } = api.getConfig('cookie') ?? {};
      return {
        of: key => rank(accepted.includes(key) || (rejected.includes(key) ? false : undefined), true),
        check(key) {
          const record = parsed(useLocalStorage ? stored(name) : cookie(name));
          return record && Array.isArray(own(record, 'categories')) ? record.categories.includes(key) : undefined;
        },
        at: time(api.getCookie('lastConsentTimestamp')),
      };
    };
  });
