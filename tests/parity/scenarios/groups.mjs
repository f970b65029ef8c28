// Groups: of the visitor, and profiles of their own.
import { date, fn, group, init, on, scenario, stored, unbatched, wait } from '../words.mjs';

const known = [init(), ['identify', 'u1']];

export default [
  scenario('set a group', [...known, ['set_group', 'company', 'Acme', fn('heard')], wait(10), ['get_property', 'company'], ['track', 'A']]),
  scenario('set several', [...known, ['set_group', 'company', ['Acme', 'Apex']], ['get_property', 'company'], ['track', 'A']]),
  scenario('set a group by number', [...known, ['set_group', 'company', 7], ['get_property', 'company']]),
  scenario('set a group of somebody unknown', [init(), ['set_group', 'company', 'Acme', fn('heard')], ['track', 'A'], stored]),
  scenario('add a group', [...known, ['add_group', 'company', 'Acme', fn('heard')], ['add_group', 'company', 'Apex'], ['add_group', 'company', 'Acme'], wait(10), ['get_property', 'company'], ['track', 'A']]),
  scenario('remove a group', [...known, ['set_group', 'company', ['Acme', 'Apex']], ['remove_group', 'company', 'Acme', fn('heard')], wait(10), ['get_property', 'company'], ['track', 'A']]),
  scenario('remove the last group', [...known, ['set_group', 'company', 'Acme'], ['remove_group', 'company', 'Acme'], ['get_property', 'company'], ['track', 'A']]),
  scenario('remove a group that is not there', [...known, ['remove_group', 'company', 'Acme'], ['get_property', 'company'], ['track', 'A']]),
  scenario('groups after a reset', [...known, ['set_group', 'company', 'Acme'], ['reset'], ['track', 'A']]),
  scenario('set a property of a group', [init(), group('company', 'Acme', 'set', 'plan', 'pro'), group('company', 'Acme', 'set', { seats: 3, list: [1], deep: { a: 1 } })]),
  scenario('set without a batch', [init(unbatched), group('company', 'Acme', 'set', 'plan', 'pro', fn('heard')), wait(10)]),
  scenario('set with a callback in a batch', [init(), group('company', 'Acme', 'set', { plan: 'pro' }, fn('heard')), wait(10)]),
  scenario('set a date', [init(), group('company', 'Acme', 'set', { since: date(0) })]),
  scenario('set names that are reserved', [init(), group('company', 'Acme', 'set', { $group_key: 'x', $group_id: 'x', ok: 1 })]),
  scenario('set once', [init(), group('company', 'Acme', 'set_once', 'first', 1), group('company', 'Acme', 'set_once', { second: 2 }, fn('heard')), wait(10)]),
  scenario('unset', [init(), group('company', 'Acme', 'unset', 'a'), group('company', 'Acme', 'unset', ['b', 'c'], fn('heard')), wait(10)]),
  scenario('union', [init(), group('company', 'Acme', 'union', 'list', ['a', 'b']), group('company', 'Acme', 'union', 'list', 'c', fn('heard')), wait(10)]),
  scenario('union of an object', [init(), group('company', 'Acme', 'union', { list: ['a'], other: 'b' }, fn('heard')), wait(10)]),
  scenario('remove', [init(), group('company', 'Acme', 'remove', 'list', 'a', fn('heard')), group('company', 'Acme', 'remove', { list: 'b' }), wait(10)]),
  scenario('delete', [init(), group('company', 'Acme', 'delete', fn('heard')), wait(10)]),
  scenario('groups by number and by list', [init(), group('company', 7, 'set', 'a', 1), group('company', [1, 'x'], 'set', 'b', 2), group('company', true, 'set', 'c', 3)]),
  scenario('groups have names', [init(), ['get_group', 'company', 'Acme'], group('company', 7, 'toString')]),
  scenario('groups of a named instance', [init(), init({}, 'second'), { on: 'second', group: ['company', 'Acme'], call: ['set', 'a', 1] }, on('second', 'set_group', 'company', 'Acme')]),
  scenario('every kind at once', [...known, ['track', 'A'], ['people.set', 'a', 1], group('company', 'Acme', 'set', 'b', 2)]),
];
