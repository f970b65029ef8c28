// The calls of the page that record something, or say of whom it is.
import * as core from './generated/consentry_bg.js';
import { guarded } from './safe.js';
import { updates } from './updates.js';

/** An id as a text; a page may have numbers. */
const text = id => (typeof id === 'string' || typeof id === 'number' ? '' + id : undefined);

export const recording = (call, records, json, invalid) => ({
  track(name, properties) {
    if (!records()) return;
    if (typeof name !== 'string' || !name) invalid('track');
    else call(core.track, name, json(properties, 'track'));
  },
  identify(id) {
    const known = text(id);
    if (known === undefined) invalid('identify');
    else call(core.identify, known);
  },
  reset: () => call(core.reset),
  register: properties => call(core.register, json(properties, 'register'), false),
  registerOnce: properties => call(core.register, json(properties, 'registerOnce'), true),
  unregister: name => (typeof name === 'string' ? call(core.unregister, name) : invalid('unregister')),
  group(key, id) {
    const ids = [typeof key === 'string' ? key : '', text(id) ?? ''];
    return guarded(updates(records, json, (operation, operand) => call(core.group, operation, operand, ...ids)), invalid);
  },
});

/** The operations on the profile of the visitor. */
export const people = (call, records, json, invalid) =>
  guarded(updates(records, json, (operation, operand) => call(core.profile, operation, operand)), invalid);
