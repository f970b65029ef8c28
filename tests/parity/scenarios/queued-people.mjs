// Profiles before identify: what waits in the identity store, and how it goes out.
import { fn, identityKey, init, page, scenario, stored, unbatched, wait } from '../words.mjs';

const identified = [['identify', 'u1'], wait(10)];

export default [
  scenario('set waits', [init(), ['people.set', { a: 1, b: 2 }], ['people.set', 'a', 3], stored, ...identified]),
  scenario('the callback hears at once', [init(), ['people.set', 'a', 1, fn('heard')], ['people.increment', 'n', 1, fn('heard')], wait(10)]),
  scenario('the callback hears at once, in words', [init({ verbose: true }), ['people.set', 'a', 1, fn('heard')], wait(10)]),
  scenario('set once waits', [init(), ['people.set_once', { a: 1 }], ['people.set_once', { a: 2, b: 2 }], stored, ...identified]),
  scenario('increment waits', [init(), ['people.increment', 'n'], ['people.increment', 'n', 4], ['people.increment', { m: -1 }], stored, ...identified]),
  scenario('increment of what is set', [init(), ['people.set', 'n', 10], ['people.increment', 'n', 5], stored, ...identified]),
  scenario('set of what is incremented', [init(), ['people.increment', 'n', 5], ['people.set', 'n', 1], stored, ...identified]),
  scenario('append waits', [init(), ['people.append', 'l', 1], ['people.append', { l: 2, m: 3 }], stored, ...identified]),
  scenario('union waits', [init(), ['people.union', 'l', [1, 2]], ['people.union', 'l', [2, 3]], stored, ...identified]),
  scenario('remove waits', [init(), ['people.remove', 'l', 1], ['people.remove', 'm', 2], stored, ...identified]),
  scenario('remove of what is appended', [init(), ['people.append', 'l', 1], ['people.append', 'l', 2], ['people.remove', 'l', 1], stored, ...identified]),
  scenario('unset waits', [init(), ['people.unset', ['a', 'b']], stored, ...identified]),
  scenario('unset of all that waits', [
    init(),
    ['people.set', 'a', 1],
    ['people.set_once', 'a', 1],
    ['people.increment', 'a', 1],
    ['people.union', 'a', 1],
    ['people.append', { a: 1, b: 2 }],
    ['people.unset', 'a'],
    stored,
    ...identified,
  ]),
  scenario('set of what is unset', [init(), ['people.unset', 'a'], ['people.set', 'a', 1], stored, ...identified]),
  scenario('everything goes in an order', [
    init(unbatched),
    ['people.remove', 'g', 1],
    ['people.append', 'f', 1],
    ['people.append', 'f', 2],
    ['people.union', 'e', 1],
    ['people.increment', 'd', 1],
    ['people.unset', 'c'],
    ['people.set_once', 'b', 1],
    ['people.set', 'a', 1],
    ...identified,
  ]),
  scenario('on the next page', [init(), ['people.set', 'a', 1], ['people.append', 'l', 1], page(), init(), ['identify', 'u1'], wait(10)]),
  scenario('what a visit of the reference left', [init(), ['identify', 'u1'], wait(10), stored], {
    before: {
      cookies: {
        [identityKey]: JSON.stringify({
          distinct_id: '$device:d1',
          $device_id: 'd1',
          __mps: { a: 1 },
          __mpso: { b: 2 },
          __mpus: { c: true },
          __mpa: { d: 3 },
          __mpap: [{ e: 4 }, { e: 5 }],
          __mpr: [{ f: 6 }],
          __mpu: { g: [7] },
        }),
      },
    },
  }),
  scenario('a zero of the server puts it back', [init(unbatched), ['people.set', 'a', 1], ['identify', 'u1', fn('heard')], wait(10), stored], { answers: [{ match: 'engage', body: '0', times: 1 }] }),
  scenario('more than a cookie holds', [init(), ['people.set', 'big', 'x'.repeat(5000)], ['people.union', 'l', Array.from({ length: 300 }, (_, number) => `item ${number}`)], stored, ...identified]),
  scenario('clear charges waits', [init(), ['people.clear_charges', fn('heard')], stored, ...identified]),
  scenario('groups wait as well', [init(), ['set_group', 'company', 'Acme'], ['add_group', 'team', 'a'], stored, ...identified]),
];
