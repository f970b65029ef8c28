// Profiles, after identify.
import { date, fn, init, notFinite, scenario, unbatched, undef, wait } from '../words.mjs';

const known = [init(), ['identify', 'u1']];
const knownUnbatched = [init(unbatched), ['identify', 'u1']];

export default [
  scenario('set a property', [...known, ['people.set', 'plan', 'pro']]),
  scenario('set several', [...known, ['people.set', { $name: 'Ada', seats: 3, list: [1, 2], deep: { a: 1 }, none: null }]]),
  scenario('set without a batch', [...knownUnbatched, ['people.set', 'plan', 'pro', fn('heard')], wait(10)]),
  scenario('set several with a callback', [...knownUnbatched, ['people.set', { a: 1 }, fn('heard')], wait(10)]),
  scenario('set in a batch with a callback', [...known, ['people.set', 'a', 1, fn('heard')], wait(10)]),
  scenario('set a date', [...known, ['people.set', { born: date(0) }], ['people.set', 'again', date(86_400_123)]]),
  scenario('set nothing', [...known, ['people.set', 'a'], ['people.set', 'b', undef], ['people.set', {}], ['people.set', { c: undef }]]),
  scenario('set long texts', [...known, ['people.set', 'long', 'x'.repeat(300)]]),
  scenario('set names that are reserved', [...known, ['people.set', { $distinct_id: 'x', $token: 'x', $device_id: 'x', $user_id: 'x', $had_persisted_distinct_id: 'x', ok: 1 }]]),
  scenario('set default properties', [...known, ['people.set', { $os: 'mine', $browser: 'mine' }]]),
  scenario('set once', [...known, ['people.set_once', 'first', 'yes'], ['people.set_once', { second: 'yes', third: date(0) }, fn('heard')], wait(10)]),
  scenario('unset', [...known, ['people.unset', 'a'], ['people.unset', ['b', 'c'], fn('heard')], wait(10)]),
  scenario('unset names that are reserved', [...known, ['people.unset', ['$token', 'a', '$distinct_id']]]),
  scenario('increment', [...known, ['people.increment', 'n'], ['people.increment', 'n', 5], ['people.increment', 'n', -2.5, fn('heard')], wait(10)]),
  scenario('increment several', [...known, ['people.increment', { a: 1, b: -2 }]]),
  scenario('increment by nothing', [...known, ['people.increment', 'n', 0], ['people.increment', 'm', null], ['people.increment', 'o', undef]]),
  scenario('increment by text', [...known, ['people.increment', 'n', 'five'], ['people.increment', { a: 'x', b: 2 }], ['people.increment', 'm', '7'], ['people.increment', 'o', notFinite('NaN')]], {
    watch: ['console'],
  }),
  scenario('increment with a callback in the place of a number', [...knownUnbatched, ['people.increment', 'n', fn('heard')], wait(10)]),
  scenario('append', [...known, ['people.append', 'list', 'a'], ['people.append', { list: 'b', other: 2 }, fn('heard')], wait(10)]),
  scenario('append a list', [...known, ['people.append', 'list', ['a', 'b']]]),
  scenario('remove', [...known, ['people.remove', 'list', 'a'], ['people.remove', { list: 'b', other: 2 }, fn('heard')], wait(10)]),
  scenario('union', [...known, ['people.union', 'list', 'a'], ['people.union', 'list', ['b', 'c']], ['people.union', { list: 'd', other: [1] }, fn('heard')], wait(10)]),
  scenario('union of an object without lists', [...known, ['people.union', { a: 1, b: 'x', c: null }]]),
  scenario('charges', [...known, ['people.track_charge', 50], ['people.track_charge', 30, { $time: 'x' }, fn('heard')], wait(10)], { watch: ['console'] }),
  scenario('clear charges', [...known, ['people.clear_charges', fn('heard')], wait(10)]),
  scenario('delete the profile', [...known, ['people.delete_user'], wait(10)]),
  scenario('delete the profile without a batch', [...knownUnbatched, ['people.delete_user'], wait(10)]),
  scenario('delete the profile of somebody unknown', [init({ debug: true }), ['people.delete_user'], wait(10)], { watch: ['console'] }),
  scenario('every operation in one batch', [
    ...known,
    ['people.set', 'a', 1],
    ['people.set_once', 'b', 1],
    ['people.increment', 'c'],
    ['people.append', 'd', 1],
    ['people.union', 'e', 1],
    ['people.remove', 'f', 1],
    ['people.unset', 'g'],
  ]),
  scenario('people is a name', [init(), ['people.toString'], ['toString']]),
  scenario('without the referrer', [init({ save_referrer: false }), ['identify', 'u1'], ['people.set', 'a', 1]]),
  scenario('with a referrer', [init(), ['identify', 'u1'], ['people.set', 'a', 1]], { page: { referrer: 'https://www.google.com/search?q=shoes' } }),
  scenario('a robot\u2019s profile', [...known, ['people.set', 'a', 1]], { navigator: { userAgent: 'Mozilla/5.0 AdsBot-Google' } }),
  scenario('a blacklist is not for profiles', [init({ property_blacklist: ['a', '$os'] }), ['identify', 'u1'], ['people.set', { a: 1, b: 2 }]]),
];
