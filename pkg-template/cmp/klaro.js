// Klaro 0.7.
import { decoded, own, parsed } from './look.js';
import { follow } from './follow.js';
import { ASKS, NONE } from './ranks.js';

const purposes = { analytics: 'analytics', functional: 'functional', personalization: 'personalization', advertising: 'advertising' };

export const klaro = (client, options) =>
  follow(client, options, 'klaro', purposes, [], (options, look, end) => {
    let answered;
    const find = () => {
      // Another configuration would make a second manager.
      const config = options.config ?? window.klaroConfig;
      return config && window.klaro?.getManager?.(config);
    };
    const start = manager => {
      const watcher = {
        update(_, name, data) {
          // What is toggled counts when it is saved.
          const isSaved = name === 'saveConsents';
          if (isSaved && data?.type !== 'script') answered = Date.now();
          if (isSaved || manager.confirmed !== true) look();
        },
      };
      manager.watch(watcher);
      end(() => manager.unwatch(watcher));
    };
    const read = manager => {
      const { services, optOut, required } = manager.config;
      const isConfirmed = manager.confirmed === true;
      const saved = isConfirmed ? manager.savedConsents : manager.consents;
      const record = isConfirmed && parsed(decoded(manager.store.get()));
      const said = service =>
        service.required ?? required ? NONE
        : isConfirmed || (service.optOut ?? optOut) ? own(saved, service.name)
        : ASKS;
      const of = key => {
        // A purpose of services, or one service.
        const meant = services.filter(({ name, purposes }) => name === key || purposes?.includes(key));
        return [meant.map(said), meant.map(({ name }) => own(record, name))];
      };
      return [isConfirmed, of, answered, answered && true];
    };
    return [read, find, start];
  });
