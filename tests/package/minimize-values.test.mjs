// What is personal in properties becomes a marker: the function alone, from its source, in node.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { minimize } from '../../pkg-template/minimize.js';
import { measured, share, table, written } from '../minimize/measure.mjs';

const of = (properties, choices) => JSON.parse(minimize(choices).json(JSON.stringify(properties)));

/** Precision and recall of each kind: what was measured, rounded down. */
const floors = {
  email: [1, 0.96], card: [0.98, 0.97], iban: [1, 0.99], phone: [0.99, 0.95], id: [1, 0.97],
  secret: [0.99, 0.98], jwt: [1, 1], address: [1, 0.99], overall: [0.99, 0.97],
};

describe('the labelled values', () => {
  test('are at least 2,000, half of them nobody\'s', () => {
    const { rows, nobody } = measured();
    const personal = rows.at(-1).values;
    assert.ok(personal + nobody >= 2000 && nobody >= personal);
  });

  test('precision and recall are what they were', t => {
    const { rows } = measured();
    assert.deepEqual(rows.map(row => row.kind).sort(), Object.keys(floors).sort());
    for (const { kind, values, right, alarms } of rows) {
      const [precision, recall] = [share(right, right + alarms), share(right, values)];
      t.diagnostic(`${kind}: precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}`);
      assert.ok(precision >= floors[kind][0] && recall >= floors[kind][1], kind);
    }
  });

  test('the document has this table, these misses and these false alarms', () => {
    assert.equal(written(), table(), 'run: node tests/minimize/measure.mjs --write');
  });
});

describe('what is touched', () => {
  test('lists, objects and their keys, and no name twice', () => {
    assert.deepEqual(of({ a: [{ b: 'x ann@example.com' }], 'ann@example.com': 1, 'bob@example.com': 2 }), { a: [{ b: 'x [email]' }], '[email]': 1, '[email] 2': 2 });
  });

  test('an address keeps the parameters that are allowed, minimised as well', () => {
    const $current_url = 'https://u:p@example.com/a?email=ann@example.com&utm_source=bob%40example.org&utm_medium=mail#token=1';
    assert.deepEqual(of({ $current_url }), { $current_url: 'https://example.com/a?utm_source=[email]&utm_medium=mail' });
    assert.deepEqual(of({ u: '/s?q=shoes&p=2' }, { parameters: ['q'] }), { u: '/s?q=shoes' });
  });

  test('a name that says what its value is', () => {
    assert.deepEqual(of({ userPassword: 'x', deep: { token: 'y' }, hasPassword: true }), { userPassword: '[secret]', deep: { token: '[secret]' }, hasPassword: true });
  });

  test('what the protocol needs and what is kept stays', () => {
    const own = { token: 'ann@example.com', time: 4242424242424242, distinct_id: 'ann@example.com', $email: 'ann@example.com' };
    assert.deepEqual(of(own, { keep: ['$email'] }), own);
    assert.deepEqual(of(own).$email, '[email]');
  });

  test('only the kinds that are chosen', () => {
    const both = { a: 'ann@example.com 4242424242424242' };
    assert.deepEqual(of(both, { kinds: ['card'] }), { a: 'ann@example.com [card]' });
    assert.deepEqual(of(both, { kinds: ['email'] }), { a: '[email] 4242424242424242' });
    assert.deepEqual(of({ password: 'x' }, { kinds: ['email'] }), { password: 'x' });
    assert.deepEqual(of({ a: '/x?y#z' }, { kinds: [] }), { a: '/x?y#z' });
  });

  test('values that are nobody\'s come out as they went in, also a lone surrogate and __proto__', () => {
    const text = '{"a":"\\ud800","__proto__":{"b":[null,true,1.5,""]},"c":{}}';
    assert.equal(minimize().json(text), text);
  });
});

describe('what is told', () => {
  test('kinds, names and counts, never a value', () => {
    const told = [];
    const own = minimize({ onRemoved: removed => told.push(removed) });
    own.json('{"a":"ann@example.com bob@example.com","ann@example.com":1}');
    own.json('{"a":"ann@example.com"}');
    own.json('{"a":"nobody"}');
    assert.equal(told.length, 2);
    assert.deepEqual(told[0], [{ kind: 'email', name: 'a', count: 2 }, { kind: 'email', name: '[email]', count: 1 }]);
    assert.deepEqual(own.report()[0], { kind: 'email', name: 'a', count: 3 });
  });

  test('a listener that throws changes nothing', () => {
    assert.equal(minimize({ onRemoved: () => { throw new Error('x'); } }).json('{"a":"ann@example.com"}'), '{"a":"[email]"}');
  });

  test('names beyond 200 are told together', () => {
    const own = minimize();
    for (let at = 0; at < 500; at++) own.json(`{"n${at}":"ann@example.com"}`);
    assert.ok(own.report().length <= 208);
    assert.equal(own.report().reduce((all, one) => all + one.count, 0), 500);
  });
});

test('what is no object is an error, and what is too deep is left out', () => {
  for (const text of ['', '{', '[]', '1', 'null']) assert.throws(() => minimize().json(text));
  const deep = minimize().json('{"a":' + '['.repeat(100) + '"ann@example.com"' + ']'.repeat(100) + '}');
  assert.ok(deep.includes('[deep]') && !deep.includes('ann'));
});

test('nothing of Object.prototype is read', () => {
  const proto = Object.prototype;
  const traps = ['toJSON', 'kinds', 'keep', 'parameters', 'onRemoved', 'password'];
  const read = [];
  for (const name of traps) Object.defineProperty(proto, name, { configurable: true, get: () => void read.push(name) });
  let out;
  try {
    out = minimize({}).json('{"a":{"b":["ann@example.com"]}}');
  } finally {
    for (const name of traps) delete proto[name];
  }
  assert.equal(out, '{"a":{"b":["[email]"]}}');
  assert.deepEqual(read, []);
});

test('a text costs time in proportion to its length, whatever stands in it', () => {
  const units =
    '@ a@ a@a. %40 eyJ eyJ- eyJa. 1 4111- 1- +1 ( DE89 AB12 bearer -----BEGIN a:// http://a@ /a ?a=1& ? % a. sk_live_ [ (0 12345678- A a- .1 ?utm_source=1&'.split(' ');
  const all = [...units, '4111 ', '1 ', 'bearer ', '-----BEGIN PRIVATE KEY-----', '-----BEGIN PRIVATE KEY'];
  const own = minimize();
  const took = (text, times) => {
    const start = performance.now();
    for (let time = 0; time < times; time++) own.json(text);
    return performance.now() - start;
  };
  const repeated = (unit, length) => JSON.stringify({ value: unit.repeat(Math.ceil(length / unit.length)) });
  // The same bytes in one text and in 32: in quadratic time it would be 32 times as long. Both by turns,
  // and the best of each, since others use the machine.
  for (const unit of all) {
    const [long, short] = [repeated(unit, 100_000), repeated(unit, 3_125)];
    let [one, many] = [Infinity, Infinity];
    for (let round = 0; round < 5; round++) {
      one = Math.min(one, took(long, 1));
      many = Math.min(many, took(short, 32));
    }
    assert.ok(one / many < 16, `${unit}: ${(one / many).toFixed(1)}`);
  }
});
