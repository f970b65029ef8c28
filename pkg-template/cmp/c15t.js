// c15t 2.
import { own, parsed, stored, time } from './look.js';
import { follow } from './follow.js';
import { ASKS, rank } from './ranks.js';

const purposes = { analytics: 'measurement', functional: 'functionality', personalization: 'experience', advertising: 'marketing' };

export const c15t = (client, options) =>
  follow(client, options, 'c15t', purposes, ({ options, look, when, end }) => {
    let store;
    when(
      () => options.store ?? own(window, options.namespace ?? 'c15tStore'),
      found => {
        store = found;
        // It tells of every state, unsaved choices too; what was saved is read.
        end(store.subscribe(() => look()));
      },
    );
    return () => {
      const state = store?.getState();
      if (!state || state.isLoadingConsentInfo !== false) return;
      const { consents, consentInfo, model, storageConfig } = state;
      if (consentInfo == null && (model === 'opt-in' || model === 'iab')) return { all: ASKS };
      // Switched off, it grants everything, and the answer is of nobody.
      const isDecision = typeof consentInfo?.subjectId === 'string';
      return {
        of(key) {
          const said = rank(own(consents, key), isDecision);
          return said && state.has(key) !== true ? Math.max(said, rank(false, isDecision)) : said;
        },
        check: key => own(own(parsed(stored(storageConfig?.storageKey ?? 'c15t')), 'consents'), key),
        at: time(consentInfo?.time),
      };
    };
  });
