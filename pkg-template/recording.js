// The calls of the page that record something, or say of whom it is.
import * as core from './generated/consentry_bg.js';
import { ANALYTICS, operations, REMOVE, SET, UNION } from './generated/names.js';
import { viewFacts } from './generated/page.js';
import { guarded } from './safe.js';
import { updates } from './updates.js';

/** The event of a page view. */
const VIEW = '$mp_web_page_view';

/** An id as a text; a page may have numbers. */
const text = id => (typeof id === 'string' || typeof id === 'number' ? '' + id : undefined);

/** The options of a call, and nothing that the page has put on the prototype of every object. */
const ofIts = options => ({ __proto__: null, ...options });

/** As the core takes it: a record by itself, and nobody waits for its answer. */
const ALONE = 1;

const numberOf = method => operations.indexOf(method);

/** Makes a call of the core for the purpose that its options name; false for what is no purpose of the site. */
const callFor = (call, purposes) => (options, ...rest) => {
  const { purpose, immediately } = ofIts(options);
  const number = purposes.indexOf(purpose ?? ANALYTICS);
  if (number < 0) return false;
  if (number) call(core.forPurpose, number);
  if (immediately === true && rest[0] === core.track) call(core.deliver, ALONE, 0);
  call(...rest);
  return true;
};

export const recording = (call, records, json, invalid, hooks, hidden, purposes) => {
  const record = callFor(call, purposes);

  /** What is stored and sent of an id. */
  const idOf = given => hidden(text(given));

  function track(name, properties, options) {
    if (!records()) return;
    const own = hooks()?.beforeTrack;
    if (own) {
      // A hook that throws changes nothing.
      let said = { name, properties };
      try {
        said = own({ name, properties: { ...properties } });
      } catch {
        invalid('beforeTrack');
      }
      if (!said) return;
      ({ name, properties } = said);
    }
    if (typeof name !== 'string' || !name) return invalid('track');
    const text = json(properties, 'track');
    if (!record(options, core.track, name, text)) invalid('track');
  }

  /** Both what the visitor's events say of its groups, and its profile. */
  const join = (operation, about) => (key, ids) => {
    const all = [].concat(ids).map(idOf);
    if (typeof key !== 'string' || !key || all.includes(undefined)) return invalid(about);
    const list = '[' + all.map(id => JSON.stringify(id)) + ']';
    call(core.membership, numberOf(operation), key, list);
    if (!records()) return;
    const update = operand => call(core.profile, numberOf(operation), '{' + JSON.stringify(key) + ':' + operand + '}');
    // One value of a list is removed at a time.
    if (operation === REMOVE) all.forEach(id => update(JSON.stringify(id)));
    else update(list);
  };

  return {
  track,
  trackPageview: (properties, options) => track(ofIts(options).event || VIEW, { ...viewFacts(), ...properties }, options),
  timeEvent: name => (typeof name === 'string' && name ? call(core.timeEvent, name) : invalid('timeEvent')),
  alias(id, original) {
    const [known, of] = [idOf(id), idOf(original)];
    if (known === undefined || (original !== undefined && of === undefined)) invalid('alias');
    else call(core.alias, known, of);
  },
  setGroup: join(SET, 'setGroup'),
  addGroup: join(UNION, 'addGroup'),
  removeGroup: join(REMOVE, 'removeGroup'),
  identify(id) {
    const known = idOf(id);
    if (known === undefined) invalid('identify');
    else call(core.identify, known);
  },
  reset: () => call(core.reset),
  register: properties => call(core.register, json(properties, 'register'), false),
  registerOnce: properties => call(core.register, json(properties, 'registerOnce'), true),
  unregister: name => (typeof name === 'string' ? call(core.unregister, name) : invalid('unregister')),
  group(key, id) {
    const ids = [typeof key === 'string' ? key : '', JSON.stringify(idOf(id) ?? '')];
    const update = (operation, operand, options) => record(options, core.group, operation, operand, ...ids) || invalid('group');
    return guarded(updates(records, json, update), invalid);
  },
  };
};

/** The operations on the profile of the visitor. */
export const people = (call, records, json, invalid, purposes) => {
  const record = callFor(call, purposes);
  return guarded(updates(records, json, (operation, operand, options) => record(options, core.profile, operation, operand) || invalid('people')), invalid);
};
