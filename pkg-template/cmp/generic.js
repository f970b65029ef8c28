// Any manager that a site can describe in two functions.
import { own } from './look.js';
import { follow } from './follow.js';
import { ASKS, NONE } from './ranks.js';

const purposes = { analytics: 'analytics', functional: 'functional', personalization: 'personalization', advertising: 'advertising' };

export const generic = (client, options) =>
  follow(client, options, options?.name ?? 'generic', purposes, [], (options, look, end) => {
    const stop = options.subscribe?.(look);
    if (typeof stop === 'function') end(stop);
    const reading = said => {
      if (said == null) return;
      const of = key => [typeof said === 'object' ? own(said, key) ?? NONE : key === 'analytics' ? said : NONE];
      return [options.isDefault?.() !== true, of, options.decidedAt?.()];
    };
    const read = () => {
      const answered = options.answered ? options.answered() : true;
      if (answered !== true) return answered === false ? ASKS : undefined;
      const said = options.read();
      return typeof said?.then === 'function' ? said.then(reading) : reading(said);
    };
    return [read];
  });
