// What a choice does. The bugs are named as mixpanel-browser's own, found by playing it.
const ABSENT = '<absent>';
const present = { present: true };
const optIn = { pattern: '"records":\\[\\{"event":"\\$opt_in"' };
const places = (names, values) => names.map(path => ({ path, ...values }));
const store = ['cookies / mp_*', 'local / mp_*', 'answers / *{"stored":true} / cookies / mp_*', 'answers / *{"stored":true} / local / mp_*'];

export default [
  {
    name: 'an opt-in is announced once',
    why: 'Only a new choice is an event: the reference sends $opt_in at each call, and when it moves the flag from a cookie to localStorage.',
    scenarios: ['consent: opt in twice', 'consent: opt in on the next page', 'consent: from a cookie to localStorage'],
    fields: [{ path: 'requests / track / *', reference: optIn, ours: ABSENT }],
  },
  {
    name: 'what is taken back at once is not announced',
    why: 'An opt-in that is cleared in the same task was none.',
    scenarios: ['consent: taken back'],
    fields: [{ path: 'requests / track / 0', reference: optIn, ours: ABSENT }],
  },
  {
    name: 'somebody new after a withdrawal',
    why: 'An opt-out ends the identity; the reference goes on with the ids, super properties and queued profile operations that it kept in memory.',
    scenarios: ['consent: in, then out, then in', 'consent: out, then in', 'consent: taken back', 'consent: a refusal taken back', 'consent: out, then in on the next page'],
    fields: [
      { path: '** / $device_id', reference: { pattern: '^<uuid' }, ours: { pattern: '^<uuid' } },
      { path: '** / distinct_id', reference: { pattern: '^\\$device:<uuid' }, ours: { pattern: '^\\$device:<uuid' } },
      { path: '** / a', reference: 1, ours: ABSENT },
      ...places(['cookies / mp_* / value / __mpso'], { reference: { pattern: 'initial_referrer' }, ours: ABSENT }),
      ...places(['cookies / mp_* / value / $initial_referrer', 'cookies / mp_* / value / $initial_referring_domain'], { reference: '$direct', ours: ABSENT }),
    ],
  },
  {
    name: 'a default is no choice',
    why: 'Before a visitor decides nothing is stored: the reference stores the identity and a refusal nobody made.',
    scenarios: [
      'consent: refused by default',
      'consent: refused by default, then agreed',
      'consent: nothing stored by default',
      'consent: nothing stored by default, then agreed',
      'consent: the old cookie of refusal',
    ],
    fields: [...places(store, { reference: present, ours: ABSENT }), { path: 'local / __mp_opt_in_out_*', reference: '0', ours: ABSENT }],
  },
  {
    name: 'a refusal leaves nothing',
    why: 'At an opt-out the identity goes, whatever is asked, and no later call writes it again.',
    scenarios: ['consent: opt out and keep the store', 'consent: a configuration after an opt-out'],
    fields: places(store, { reference: present, ours: ABSENT }),
  },
  {
    name: 'a refusal ends what waits',
    why: 'Records of the same task, and a deletion that the reference puts into a queue that it clears before, stay on the device there and are sent after a later opt-in.',
    scenarios: ['consent: opt out in the same task', 'consent: opt out of a user', 'batching: hidden after an opt-out', 'push and stub: an opt-out behind an event in the stub'],
    fields: places(['local / __mpq_*'], { reference: present, ours: ABSENT }),
  },
  {
    name: 'a deletion is sent',
    why: 'With the opt-out, at once and alone, and the server has to say so in words: in the reference it never leaves while there are batches, and a $set after it makes an empty profile.',
    scenarios: ['consent: opt out of a user', 'consent: opt out of a user without a batch'],
    fields: [
      { path: 'requests / engage / *', reference: ABSENT, ours: { pattern: '"\\$delete":' } },
      { path: 'requests / engage / *', reference: { pattern: '"\\$transactions":\\[\\]' }, ours: ABSENT },
      { path: 'requests / engage / 1 / query / verbose', reference: ABSENT, ours: '1' },
    ],
  },
  {
    name: 'nobody is known after a refusal',
    why: 'An opt-out forgets who the visitor was and ends what is sent: a profile is deleted with it, which is the default, or before it. A later deletion is refused on the console; the reference still knows the id.',
    scenarios: ['consent: a deletion after an opt-out'],
    fields: [
      { path: 'answers / * "people.delete_user" / *', reference: present, ours: ABSENT },
      { path: 'answers / * "people.delete_user" / $is', reference: ABSENT, ours: 'undefined' },
      { path: 'requests / engage / 1', reference: { pattern: '"\\$delete":"u1"' }, ours: ABSENT },
    ],
  },
  {
    name: 'the value of a deletion',
    why: 'It means nothing to the server; the id is not said twice.',
    fields: [{ path: '** / $delete', reference: present, ours: '' }],
  },
  {
    name: 'a signal is a refusal',
    why: 'While the browser asks not to be tracked, the reference answers that a visitor is opted in and out at once.',
    scenarios: ['do not track'],
    fields: [
      { path: 'answers / * "has_opted_in_tracking"', reference: true, ours: false },
      ...places(['answers / *{"stored":true} / cookies / mp_*', 'cookies / mp_*', 'local / __mp_opt_in_out_*', 'answers / *{"stored":true} / local / __mp_opt_in_out_*'], {
        reference: present,
        ours: ABSENT,
      }),
    ],
  },
  {
    name: 'a flag stays where it is read',
    why: 'The reference copies it from a cookie to localStorage, and cannot remove a cookie of this host alone.',
    scenarios: ['consent: from a cookie to localStorage', 'consent: a refusal from a cookie to localStorage'],
    fields: [
      { path: 'cookies / __mp_opt_in_out_* / days', reference: 'session', ours: 365 },
      { path: 'local / __mp_opt_in_out_*', reference: { anyOf: ['0', '1'] }, ours: ABSENT },
    ],
  },
  {
    name: 'a track of one\u2019s own',
    why: 'It is called as a function; the reference calls it on an object of options.',
    scenarios: ['consent: opt in with a track of one\u2019s own'],
    fields: [{ path: 'calls / own track / 0 / on', reference: { pattern: '^library' }, ours: 'nothing' }],
  },
  {
    name: 'one store for the choice',
    why: 'The options of the client say where and for how long; the reference writes a choice where one call says, and then asks another store whether it may go on.',
    scenarios: ['consent: a store for one call', 'consent: a refusal in a store for one call', 'do not track: ignored by one question', 'consent: a cookie of thirty days'],
    fields: [
      { path: 'answers / * "has_opted_in_tracking"', reference: false, ours: true },
      { path: 'answers / * "has_opted_out_tracking"', reference: false, ours: true },
      { path: 'answers / 6 "track" / **', reference: present, ours: ABSENT },
      { path: 'answers / 6 "track" / $is', reference: ABSENT, ours: 'undefined' },
      { path: 'requests / track', reference: { pattern: '"event":"A"' }, ours: ABSENT },
      { path: 'cookies / __mp_opt_in_out_* / days', reference: 10, ours: 30 },
    ],
  },
];
