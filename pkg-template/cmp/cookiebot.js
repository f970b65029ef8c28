// Cookiebot.
import { cookie, own, time } from './look.js';
import { follow } from './follow.js';
import { ASKS, rank } from './ranks.js';

const purposes = { analytics: 'statistics', functional: 'preferences', personalization: 'preferences', advertising: 'marketing' };

const events = ['OnLoad', 'OnAccept', 'OnDecline', 'OnConsentReady', 'OnDialogInit', 'OnDialogDisplay'];

export const cookiebot = (client, options) =>
  follow(client, options, 'cookiebot', purposes, ({ look, on, when }) => {
    let isShown = false;
    for (const event of events) {
      on(window, 'Cookiebot' + event, () => {
        isShown ||= event === 'OnDialogInit' || event === 'OnDialogDisplay';
        look();
      });
    }
    const manager = () => [window.Cookiebot, window.CookieConsent].find(found => typeof found?.consent === 'object');
    when(manager, () => {});
    return () => {
      const found = manager();
      if (!found) return;
      const { consent, hasResponse } = found;
      const isDecision = consent?.method === 'explicit';
      // Until it has loaded, it says no to everything.
      if (hasResponse !== true || (!isDecision && consent?.method !== 'implied')) return isShown ? { all: ASKS } : undefined;
      // `{stamp:'…',statistics:true,…,utc:…}`, no JSON.
      const record = cookie('CookieConsent') ?? '';
      return {
        of: key => rank(own(consent, key), isDecision),
        check: key => !record.includes(key + ':false'),
        at: time(+record.match(/,utc:(\d+)/)?.[1]),
      };
    };
  });
