// The profile of the visitor, as mixpanel-browser offers it.
import { ADD, APPEND, DELETE, REMOVE, SET, SET_ONCE, UNION, UNSET } from './operations.js';
import { isObject } from '../encode.js';
import { warnOnce } from './harmless.js';
import { add, most, queues, sendable, waiting } from './queue.js';

/** Names that are not a page's to set. */
const reserved = ['$distinct_id', '$token', '$device_id', '$user_id', '$had_persisted_distinct_id'];

/** Name and value, or an object of them, without what is reserved; then the callback. */
export const operandOf = (first, second, callback, change = value => value, taken = reserved) => {
  const given = isObject(first) ? first : { [first]: second };
  const all = Object.entries(given).filter(([name]) => !taken.includes(name));
  return [Object.fromEntries(all.map(([name, value]) => [name, change(value)])), isObject(first) ? second : callback];
};

const listOf = value => (Array.isArray(value) ? value : [value]);

/**
 * `instance` is what a page holds, `inner` the ways to the client. What is called before `identify`
 * waits for it, over pages.
 */
export function people(instance, inner) {
  const { gate, report, send, config } = inner;
  let isNamed = false;

  const entry = () => inner.entry();

  function store(all) {
    const texts = Object.entries(queues).map(([operation, name]) => [name, JSON.stringify(all[operation])]);
    if (texts.reduce((sum, [, text]) => sum + text.length, 0) > most) return report('people updates: too many wait for identify, one was dropped');
    inner.keep(texts);
  }

  function update(operation, operand, callback) {
    const { $device_id, $user_id } = entry();
    const record = JSON.parse(JSON.stringify({ [operation.name]: operand, $token: config().token, $distinct_id: instance.get_distinct_id(), $device_id, $user_id }));
    if (!isNamed) {
      const all = waiting(entry());
      if (operation !== UNSET) record[operation.name] = JSON.parse(inner.json(operand, 'people'));
      add(all, operation.name, record[operation.name]);
      store(all);
      if (typeof callback === 'function') callback(config().verbose ? { status: -1, error: null } : -1);
      return record;
    }
    return send('people', operation, operand, record, callback);
  }

  const own = {
    set: gate((first, second, callback) => {
      const [operand, done] = operandOf(first, second, callback);
      return update(SET, { ...inner.profileFacts(), ...operand }, done);
    }),
    set_once: gate((...values) => update(SET_ONCE, ...operandOf(...values))),
    unset: gate((names, callback) => update(UNSET, listOf(names).filter(name => !reserved.includes(name)), callback)),
    increment: gate((first, by, callback) => {
      if (!isObject(first) && typeof by === 'function') [by, callback] = [undefined, by];
      const [all, done] = operandOf(first, by === undefined ? 1 : by, callback);
      const numbers = Object.entries(all).filter(([, value]) => {
        const isNumber = !isNaN(parseFloat(value));
        if (!isNumber) console.error('mixpanel.people.increment needs a number');
        return isNumber;
      });
      return update(ADD, Object.fromEntries(numbers.map(([name, value]) => [name, +value])), isObject(first) ? by : done);
    }),
    append: gate((...values) => update(APPEND, ...operandOf(...values))),
    remove: gate((...values) => update(REMOVE, ...operandOf(...values))),
    union: gate((first, second, callback) => update(UNION, ...operandOf(first, second, callback, listOf))),
    track_charge: gate(() => warnOnce('people.track_charge')),
    clear_charges: callback => own.set('$transactions', [], callback),
    delete_user() {
      if (!isNamed) return void console.error('mixpanel.people.delete_user needs identify first');
      return send('people', DELETE, undefined, { $delete: instance.get_distinct_id(), $token: config().token, $distinct_id: instance.get_distinct_id() });
    },
    toString: () => instance.toString() + '.people',
  };

  return {
    own,
    /** Somebody is named: what waited is sent, and its end told to the callback of each operation. */
    named([$set, $add, $append, $set_once, $union, $unset, $remove]) {
      const callbacks = { $set, $add, $append, $set_once, $union, $unset, $remove };
      isNamed = true;
      const all = waiting(entry());
      const ops = sendable(all);
      if (!ops.length) return;
      inner.keep(Object.entries(queues).map(([operation, name]) => [name, Array.isArray(all[operation]) ? '[]' : '{}']));
      for (const [name, operand] of ops) {
        const operation = { $set: SET, $set_once: SET_ONCE, $unset: UNSET, $add: ADD, $union: UNION, $append: APPEND, $remove: REMOVE }[name];
        const sent = name === '$set' ? { ...inner.profileFacts(), ...operand } : operand;
        update(operation, sent, (response, record) => {
          if (response === 0 && instance.has_opted_out_tracking() === false) {
            const again = waiting(entry());
            add(again, name, operand);
            store(again);
          }
          const callback = callbacks[name];
          if (typeof callback === 'function') callback(response, record);
        });
      }
    },
    forget: () => (isNamed = false),
    isNamed: () => isNamed,
  };
}
