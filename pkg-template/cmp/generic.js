// Any manager that a site can describe in two functions.
import { own } from './look.js';
import { follow } from './follow.js';
import { ASKS, NONE, rank } from './ranks.js';

export const generic = (client, options) =>
  follow(client, options, options?.name ?? 'generic', { analytics: 'analytics', functional: 'functional', personalization: 'personalization', advertising: 'advertising' }, ({ options, look, end }) => {
    const stop = options.subscribe?.(() => look());
    if (typeof stop === 'function') end(stop);
    const reading = said => {
      if (said == null) return;
      const isDecision = options.isDefault?.() !== true;
      const of = key => {
        const value = typeof said === 'object' ? own(said, key) ?? NONE : key === 'analytics' ? said : NONE;
        return value === NONE ? NONE : rank(value, isDecision);
      };
      return { of, at: options.decidedAt?.() };
    };
    return () => {
      const answered = options.answered ? options.answered() : true;
      if (answered !== true) return answered === false ? { all: ASKS } : undefined;
      const said = options.read();
      return typeof said?.then === 'function' ? said.then(reading) : reading(said);
    };
  });
