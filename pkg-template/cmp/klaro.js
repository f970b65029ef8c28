// Klaro 0.7.
import { own, parsed, quiet } from './look.js';
import { follow } from './follow.js';
import { ASKS, NONE, rank } from './ranks.js';

const purposes = { analytics: 'analytics', functional: 'functional', personalization: 'personalization', advertising: 'advertising' };

export const klaro = (client, options) =>
  follow(client, options, 'klaro', purposes, ({ options, look, when, end }) => {
    let manager;
    let answered = 0;
    // What is toggled counts when it is saved.
    const watcher = {
      update(_, name, { type } = {}) {
        if (name === 'saveConsents' && type !== 'script') answered = Date.now();
        if (name === 'saveConsents' || manager.confirmed !== true) look();
      },
    };
    const find = () => {
      if (options.manager) return options.manager;
      const config = options.config ?? window.klaroConfig;
      // Another configuration would make a second manager.
      return config && window.klaro?.getManager?.(config);
    };
    when(find, found => {
      manager = found;
      manager.watch(watcher);
      end(() => manager.unwatch(watcher));
    });
    return () => {
      if (!manager) return;
      const { services, optOut, required } = manager.config;
      const isConfirmed = manager.confirmed === true;
      const saved = isConfirmed ? manager.savedConsents : manager.consents;
      const of = key => {
        const meant = services.filter(({ name, purposes }) => name === key || (Array.isArray(purposes) && purposes.includes(key)));
        if (!meant.length) return;
        return Math.max(
          ...meant.map(service => {
            if (service.required ?? required) return NONE;
            if (!isConfirmed && !(service.optOut ?? optOut)) return ASKS;
            return rank(own(saved, service.name), isConfirmed) ?? ASKS;
          }),
        );
      };
      const record = isConfirmed && parsed(quiet(() => decodeURIComponent(manager.store.get())));
      const refuses = ({ name, purposes }, key) => (name === key || purposes?.includes?.(key)) && own(record, name) === false;
      return { of, check: key => !(record && services.some(service => refuses(service, key))), at: answered, isFresh: answered > 0 || undefined };
    };
  });
