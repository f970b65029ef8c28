// Where two trees of values differ, and which differences are explained.

import { aligned } from './align.mjs';

export const ABSENT = '<absent>';

const isTree = value => value !== null && typeof value === 'object';

/** `[{ path, reference, ours }]`, one for each leaf that differs. */
export function differences(reference, ours, path = []) {
  if (isTree(reference) && isTree(ours) && Array.isArray(reference) === Array.isArray(ours)) {
    if (Array.isArray(ours) && (['requests', 'again'].includes(path.at(-2)) || path.at(-1) === 'records')) {
      const at = (list, place) => (place === undefined ? ABSENT : list[place]);
      return aligned(reference, ours).flatMap(([name, i, j, isMoved]) => [
        ...(isMoved ? [{ path: [...path, name, 'place'].join(' / '), reference: i, ours: j }] : []),
        ...differences(at(reference, i), at(ours, j), [...path, name]),
      ]);
    }
    const names = new Set([...Object.keys(reference), ...Object.keys(ours)]);
    return [...names].flatMap(name =>
      differences(name in reference ? reference[name] : ABSENT, name in ours ? ours[name] : ABSENT, [...path, name]),
    );
  }
  if (JSON.stringify(reference) === JSON.stringify(ours)) return [];
  return [{ path: path.join(' / '), reference, ours }];
}

/**
 * Whether a value is what an explanation says: a pattern, one of a list under `anyOf`, anything but
 * nothing (`present`), or the value itself.
 */
function fits(expected, value) {
  if (expected === undefined) return true;
  if (isTree(expected) && 'pattern' in expected) return new RegExp(expected.pattern).test(typeof value === 'string' ? value : JSON.stringify(value));
  if (isTree(expected) && 'anyOf' in expected) return expected.anyOf.some(one => fits(one, value));
  if (isTree(expected) && 'present' in expected) return value !== ABSENT;
  return JSON.stringify(expected) === JSON.stringify(value);
}

/** `*` stands for one step of a path, `**` for any number of them. */
function pattern(path) {
  const steps = path.split(' / ').map(step => {
    if (step === '**') return '.*';
    return step
      .split('*')
      .map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('[^/]*');
  });
  return new RegExp(`^${steps.join(' / ')}$`);
}

const isAbout = ({ scenarios }, id) => !scenarios || scenarios.some(word => id === word || id.startsWith(`${word}: `));

/**
 * Parts the differences of a scenario into those that a row of the table explains and those that
 * none does. Notes in `used` which rows explained something.
 */
export function explained(id, all, table, used) {
  const rows = table.filter(row => isAbout(row, id)).flatMap(row => row.fields.map(field => ({ row, field, at: pattern(field.path) })));
  const reasons = new Set();
  const unexplained = all.filter(({ path, reference, ours }) => {
    const found = rows.find(({ field, at }) => at.test(path) && fits(field.reference, reference) && fits(field.ours, ours));
    if (!found) return true;
    if (!found.row.everywhere) reasons.add(found.row.name);
    used.set(found.row.name, (used.get(found.row.name) ?? new Set()).add(id));
    return false;
  });
  return { unexplained, reasons: [...reasons] };
}
