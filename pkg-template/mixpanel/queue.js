// Updates of a profile from before somebody is named, as mixpanel-browser stores them: what comes
// later is worked into what waits.

/** The name of each operation's queue, in the order in which they are sent. */
export const queues = { $set: '__mps', $set_once: '__mpso', $unset: '__mpus', $add: '__mpa', $union: '__mpu', $append: '__mpap', $remove: '__mpr' };

const isList = operation => operation === '$append' || operation === '$remove';

/** Bytes that all of them may have together. */
export const most = 65536;

/** What waits, by operation, read from what is known of the visitor. */
export const waiting = entry =>
  Object.fromEntries(
    Object.entries(queues).map(([operation, name]) => {
      const found = entry[name];
      const fits = typeof found === 'object' && found && Array.isArray(found) === isList(operation);
      return [operation, fits ? found : isList(operation) ? [] : {}];
    }),
  );

const drop = (queue, names) => names.forEach(name => delete queue[name]);

/** Lets an operation wait. `operand` is as it would be sent. */
export function add(all, operation, operand) {
  const names = operation === '$unset' ? operand : Object.keys(operand);
  const { $set, $set_once, $unset, $add, $union, $append } = all;
  if (operation === '$unset') {
    [$set, $set_once, $add, $union, ...$append].forEach(queue => drop(queue, names));
    names.forEach(name => ($unset[name] = true));
    return;
  }
  if (isList(operation)) all[operation].push({ ...operand });
  if (operation === '$remove') {
    for (const one of $append) names.forEach(name => one[name] === operand[name] && delete one[name]);
    return;
  }
  drop($unset, names);
  for (const name of names) {
    const value = operand[name];
    if (operation === '$set') {
      $set[name] = value;
      drop($add, [name]);
      drop($union, [name]);
    } else if (operation === '$set_once') {
      if (!(name in $set_once)) $set_once[name] = value;
    } else if (operation === '$add') {
      if (name in $set) $set[name] += value;
      else $add[name] = ($add[name] || 0) + value;
    } else if (operation === '$union' && Array.isArray(value)) {
      $union[name] = [...new Set([...($union[name] || []), ...value])];
    }
  }
}

/** What is sent for what waits: each an operation with its operand. */
export function sendable(all) {
  const ops = [];
  for (const operation of Object.keys(queues)) {
    const queue = all[operation];
    // Lists go one by one, the last first.
    if (isList(operation)) ops.push(...queue.filter(one => Object.keys(one).length).reverse().map(one => [operation, one]));
    else if (Object.keys(queue).length) ops.push([operation, operation === '$unset' ? Object.keys(queue) : queue]);
  }
  return ops;
}
