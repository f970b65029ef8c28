// vanilla-cookieconsent 3.
import { cookie, has, own, parsed, stored } from './look.js';
import { follow } from './follow.js';
import { ASKS } from './ranks.js';

const purposes = { analytics: 'analytics', functional: 'functionality', personalization: 'personalization', advertising: 'ads' };
const events = ['cc:onFirstConsent', 'cc:onConsent', 'cc:onChange', 'cc:onModalShow'];

export const cookieconsent = (client, options) =>
  follow(client, options, 'cookieconsent', purposes, events, options => {
    const read = api => {
      if (api.validConsent() !== true) {
        if (api.getConfig('mode') !== 'opt-out') return ASKS;
        const categories = api.getConfig('categories');
        return [false, key => [own(categories, key) && own(categories, key, 'enabled') === true]];
      }
      const { acceptedCategories: accepted, rejectedCategories: rejected } = api.getUserPreferences();
      const { name = 'cc_cookie', useLocalStorage } = api.getConfig('cookie') ?? {};
      const record = own(parsed((useLocalStorage ? stored : cookie)(name)), 'categories');
      const of = key => [has(accepted, key) || (has(rejected, key) ? false : undefined), !record || has(record, key)];
      return [true, of, api.getCookie('lastConsentTimestamp')];
    };
    // Before it runs, it says no to everything; and where there is no valid consent it tells of nothing.
    return [read, () => window._ccRun === true && (options.api ?? window.CookieConsent)];
  });
