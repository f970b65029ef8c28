// Cookiebot.
import { cookie, own } from './look.js';
import { follow } from './follow.js';
import { ASKS } from './ranks.js';

const purposes = { analytics: 'statistics', functional: 'preferences', personalization: 'preferences', advertising: 'marketing' };
const events = ['CookiebotOnLoad', 'CookiebotOnAccept', 'CookiebotOnDecline', 'CookiebotOnConsentReady'];

export const cookiebot = (client, options) =>
  follow(client, options, 'cookiebot', purposes, events, (options, look, end, on) => {
    let asks;
    on(window, 'CookiebotOnDialogDisplay', () => {
      asks = ASKS;
      look();
    });
    const read = ({ consent, hasResponse }) => {
      const isDecision = consent.method === 'explicit';
      // Until it has loaded, it says no to everything.
      if (hasResponse !== true || (!isDecision && consent.method !== 'implied')) return asks;
      // `{stamp:'…',statistics:true,…,utc:…}`, no JSON.
      const record = cookie('CookieConsent') ?? '';
      return [isDecision, key => [own(consent, key), !record.includes(key + ':false')], +record.match(/,utc:(\d+)/)?.[1]];
    };
    return [read, () => window.Cookiebot?.consent && window.Cookiebot];
  });
