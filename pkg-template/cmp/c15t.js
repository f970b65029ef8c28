// c15t 2.
import { own, parsed, stored } from './look.js';
import { follow } from './follow.js';
import { ASKS } from './ranks.js';

const purposes = { analytics: 'measurement', functional: 'functionality', personalization: 'experience', advertising: 'marketing' };

export const c15t = (client, options) =>
  follow(client, options, 'c15t', purposes, [], (options, look, end) => {
    const read = store => {
      const { isLoadingConsentInfo, consents, consentInfo, model, storageConfig, has } = store.getState();
      if (isLoadingConsentInfo !== false) return;
      if (consentInfo == null && (model === 'opt-in' || model === 'iab')) return ASKS;
      const record = own(parsed(stored(storageConfig?.storageKey ?? 'c15t')), 'consents');
      const of = key => {
        const said = own(consents, key);
        return [said === true ? has(key) === true : said, own(record, key)];
      };
      // Switched off, it grants everything, and the answer is of nobody.
      return [!!consentInfo?.subjectId, of, consentInfo?.time];
    };
    // It tells of every state, unsaved choices too; what was saved is read.
    return [read, () => options.store ?? window.c15tStore, store => end(store.subscribe(look))];
  });
