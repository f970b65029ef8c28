// Groups, as mixpanel-browser offers them: those that the visitor is in, and their own profiles.
import { DELETE, REMOVE, SET, SET_ONCE, UNION, UNSET } from './operations.js';
import { operandOf } from './people.js';

/** Names that are not a page's to set. */
const reserved = ['$group_key', '$group_id'];

const operand = (first, second, callback, change) => operandOf(first, second, callback, change, reserved);

export function groups(instance, inner) {
  const { gate, send, config, join, hidden } = inner;
  const cache = new Map();

  function group(key, id) {
    const update = (operation, change, callback) => {
      const ids = { $group_key: key, $group_id: id };
      return send('groups', operation, change, { [operation.name]: change, $token: config().token, ...ids }, callback, ['' + key, JSON.stringify(id) ?? '']);
    };
    return {
      set: gate((...values) => update(SET, ...operand(...values))),
      set_once: gate((...values) => update(SET_ONCE, ...operand(...values))),
      unset: gate((names, callback) => update(UNSET, [].concat(names), callback)),
      union: gate((first, second, callback) => update(UNION, ...operand(first, second, callback, value => (Array.isArray(value) ? value : [value])))),
      remove: gate((...values) => update(REMOVE, ...operand(...values))),
      delete: gate(callback => {
        cache.delete(keyOf(key, id));
        return update(DELETE, undefined, callback);
      }),
      toString: () => instance.toString() + '.group.' + key + '.' + id,
    };
  }

  const keyOf = (key, id) => key + '_' + JSON.stringify(id);

  return {
    get_group(key, id) {
      id = hidden(id);
      const name = keyOf(key, id);
      if (!cache.has(name)) cache.set(name, group(key, id));
      return cache.get(name);
    },
    set_group: gate((key, given, callback) => {
      const ids = [].concat(given).map(hidden);
      join(SET, key, ids);
      return instance.people.set(key, ids, callback);
    }),
    add_group: gate((key, given, callback) => {
      const id = hidden(given);
      join(UNION, key, [id]);
      return instance.people.union(key, id, callback);
    }),
    remove_group: gate((key, given, callback) => {
      const id = hidden(given);
      join(REMOVE, key, [id]);
      return instance.people.remove(key, id, callback);
    }),
  };
}
