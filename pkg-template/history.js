// The records of the decisions on this device, one a line, oldest first, as the core keeps them: for
// the shell, which answers where it cannot.
import { ANALYTICS, GRANTED, MOST_RECORDS, historyKey } from './generated/names.js';
import { guarded } from './generated/host.js';
import { random } from './generated/page.js';
import { readLocal, writeLocal } from './generated/stores.js';

/** Of a line that is no JSON nothing. */
const parse = guarded({ __proto__: null }, line => ({ __proto__: null, ...JSON.parse(line) }));

/** A new id, as the core makes them. */
export const newId = () => Array.from({ length: 4 }, () => random().toString(16).padStart(8, '0')).join('');

/** What a decision says, however often it is repeated. */
const said = ({ status, purposes, refused, via, policyVersion, policyFingerprint, language, region }) =>
  JSON.stringify([status, purposes, refused, via, policyVersion, policyFingerprint, language, region]);

/** Whether a decision says nothing new after another one. */
export const repeats = guarded(false, (proof, stands) => {
  const before = { __proto__: null, ...stands };
  return typeof before.id === 'string' && said(proof) === said(before);
});

/** The record as the site gets it: see `ConsentRecord::export` of the core. `asked` are the purposes of the site. */
export function exported(proof, asked) {
  const { since, epoch, purposes, refused, ...record } = { __proto__: null, ...proof };
  const all = record.status !== GRANTED && !refused;
  return { ...record, purposes: all ? [] : (purposes ?? [ANALYTICS]), refused: all ? [...new Set([...asked, ...(purposes ?? [])])] : (refused ?? []) };
}

export function history(token) {
  const key = historyKey(token);
  /** What no store took. */
  let unstored = [];
  const stored = () => (readLocal(key) || '').slice(1).split('\n').map(parse).filter(({ id }) => typeof id === 'string');
  const put = records => {
    const text = records.map(one => JSON.stringify(one) + '\n').join('');
    writeLocal(key, text);
    return readLocal(key) === '=' + text;
  };
  const all = () => [...stored(), ...unstored];
  return {
    all,
    find: id => all().find(one => one.id === id),
    add: guarded(undefined, record => {
      const records = all();
      if (records.some(({ id }) => id === record.id)) return;
      if (put([...records, record].slice(-MOST_RECORDS))) unstored = [];
      else unstored = [...unstored, record].slice(-MOST_RECORDS);
    }),
    /** The site has taken it. */
    mark: guarded(undefined, id => {
      const marked = one => (one.id === id ? { ...one, kept: true } : one);
      unstored = unstored.map(marked);
      const records = stored();
      if (records.some(one => one.id === id)) put(records.map(marked));
    }),
    forget() {
      unstored = [];
      if (readLocal(key)) writeLocal(key);
    },
  };
}
