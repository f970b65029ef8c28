// Didomi.
import { cookie, own, parsed, quiet, stored, time } from './look.js';
import { follow } from './follow.js';
import { ASKS, rank } from './ranks.js';

const purposes = {
  analytics: ['measure_content_performance', 'market_research'],
  functional: 'improve_products',
  personalization: ['create_content_profile', 'select_personalized_content'],
  advertising: ['select_basic_ads', 'create_ads_profile', 'select_personalized_ads', 'measure_ad_performance'],
};

const events = ['consent.changed', 'notice.shown', 'notice.hidden'];

export const didomi = (client, options) =>
  follow(client, options, 'didomi', purposes, ({ look, end }) => {
    let isOver = false;
    end(() => (isOver = true));
    // Its own queues: they work before it is loaded, and after. What is in them stays.
    const queue = (name, entry) => (window[name] ??= []).push(entry);
    let manager;
    queue('didomiOnReady', found => {
      if (isOver) return;
      manager = found ?? window.Didomi;
      look();
    });
    for (const event of events) queue('didomiEventListeners', { event, listener: () => look() });
    return () => {
      if (!manager) return;
      const isToAsk = manager.shouldUserStatusBeCollected ?? manager.shouldConsentBeCollected;
      const isAnswered = isToAsk.call(manager) === false && manager.isUserStatusPartial?.() !== true;
      const isDecision = isAnswered && manager.isConsentRequired?.() !== false;
      if (!isDecision && manager.isConsentRequired?.() !== false) return { all: ASKS };
      const { purposes, vendors, updated } = manager.getCurrentUserStatus();
      const record = parsed(quiet(() => atob(cookie('didomi_token') ?? stored('didomi_token'))));
      const refused = kind => [].concat(own(own(record, kind), 'disabled') ?? []);
      const denied = '' + (own(window.didomiState, 'didomiPurposesConsentDenied') ?? '');
      return {
        of: key => rank(own(own(purposes, key) ?? own(vendors, key), 'enabled'), isDecision),
        check: key => ![...refused('purposes'), ...refused('vendors'), ...denied.split(',')].includes(key),
        at: time(updated),
      };
    };
  });
