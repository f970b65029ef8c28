// Didomi.
import { cookie, own, parsed, quiet, stored } from './look.js';
import { follow } from './follow.js';
import { ASKS } from './ranks.js';

const purposes = {
  analytics: ['measure_content_performance', 'market_research'],
  functional: 'improve_products',
  personalization: ['create_content_profile', 'select_personalized_content'],
  advertising: ['select_basic_ads', 'create_ads_profile', 'select_personalized_ads', 'measure_ad_performance'],
};

export const didomi = (client, options) =>
  follow(client, options, 'didomi', purposes, [], (options, look) => {
    let manager;
    // Its own queues: they work before it is loaded, and after. What is in them stays.
    (window.didomiOnReady ??= []).push(found => {
      manager = found;
      look();
    });
    for (const event of ['consent.changed', 'notice.shown']) (window.didomiEventListeners ??= []).push({ event, listener: look });
    const read = () => {
      const isDecision = manager.isConsentRequired() !== false;
      if (isDecision && (manager.shouldUserStatusBeCollected() !== false || manager.isUserStatusPartial?.())) return ASKS;
      const { purposes, vendors, updated } = manager.getCurrentUserStatus();
      const token = parsed(quiet(() => atob(cookie('didomi_token') ?? stored('didomi_token'))));
      const refused = [own(token, 'purposes', 'disabled'), own(token, 'vendors', 'disabled')].flat();
      const of = key => [own(purposes, key, 'enabled') ?? own(vendors, key, 'enabled'), !refused.includes(key)];
      return [isDecision, of, updated];
    };
    return [read, () => manager];
  });
