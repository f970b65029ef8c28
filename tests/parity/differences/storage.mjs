// What is on the device, and under which names.

/** A place of the device: at the end, and when a step looks at it. */
const on = store => [`${store} / `, `answers / *{"stored":true} / ${store} / `];
const at = (store, name, values) => on(store).map(place => ({ path: place + name, ...values }));
const ABSENT = '<absent>';
const present = { present: true };

export default [
  {
    name: 'no id of a tab',
    everywhere: true,
    why: 'It is for session recordings, which are not built: nothing is stored for them.',
    fields: [
      ...at('session', 'mp_tab_id_*', { reference: '<tab>', ours: ABSENT }),
      ...at('session', 'mp_gen_new_tab_id_*', { reference: '1', ours: ABSENT }),
    ],
  },
  {
    name: 'queues under names of their own',
    everywhere: true,
    why: 'Records wait in segments of one consent epoch each, so that what a withdrawal ends cannot come back; a queue of the reference is taken over and its key removed.',
    fields: [
      { path: 'local / __mpq_*', reference: [], ours: ABSENT },
      { path: 'answers / *{"stored":true} / local / __mpq_*', reference: { present: true }, ours: ABSENT },
      ...at('local', 'consentry_*_q_*', { reference: ABSENT, ours: { present: true } }),
    ],
  },
  {
    name: 'the proof of a decision',
    why: 'When and how a visitor decided is kept beside the flag, which stays as the reference writes it, and so are the records of the decisions before.',
    fields: [
      ...['local', 'cookies'].flatMap(store => at(store, 'consentry_*_record', { reference: ABSENT, ours: { present: true } })),
      ...at('local', 'consentry_*_history', { reference: ABSENT, ours: { present: true } }),
    ],
  },
  {
    name: 'a decision in both stores',
    why: 'The flag stands in localStorage and in a cookie: an opt-out holds where one of them fails, and in every process of the browser at once.',
    fields: ['local', 'cookies'].flatMap(store => at(store, '__mp_opt_in_out_*', { reference: ABSENT, ours: { present: true } })),
  },
  {
    name: 'nothing is stored for nothing',
    everywhere: true,
    why: 'Queues of profile operations and timers without anything in them are not written.',
    fields: ['__timers', '__mps', '__mpso', '__mpus', '__mpa', '__mpu', '__mpr', '__mpap'].flatMap(name =>
      ['cookies / mp_* / value / ', 'local / mp_* / ', 'answers / *{"stored":true} / cookies / mp_* / ', 'answers / *{"stored":true} / local / mp_* / '].map(
        place => ({ path: place + name, reference: { anyOf: [{}, []] }, ours: ABSENT }),
      ),
    ),
  },
  {
    name: 'cookies say Lax',
    everywhere: true,
    why: 'The reference leaves it to the browser, of which one takes none for an answer.',
    fields: [{ path: 'cookies / * / sameSite', reference: { anyOf: ['None', 'none given'] }, ours: 'Lax' }],
  },
  {
    name: 'cookies of a secure page are secure',
    why: 'They are not sent where anybody can read them.',
    scenarios: ['init: a path of a proxy', 'init: headers', 'persistence: on a secure page', 'persistence: a secure cookie', 'persistence: across sites', 'consent: a cookie across sites'],
    fields: [{ path: 'cookies / * / secure', reference: false, ours: true }],
  },
  {
    name: 'what the reference left is taken over',
    why: 'At the first start, whoever it belongs to; the reference waits until ten seconds have passed, and without batches leaves it for ever.',
    scenarios: [
      'batching: left, and not yet anybody\u2019s',
      'batching: left, without batches',
      'batching: not started by itself',
      'batching: left, with events of this page',
      'consent: a visitor who agreed, with a queue left',
    ],
    fields: [
      { path: 'local / __mpq_*', reference: present, ours: ABSENT },
      { path: 'requests / track', reference: ABSENT, ours: { pattern: '"event":"L1"' } },
      { path: 'requests / track / +*', reference: ABSENT, ours: { pattern: '"event":"L1"' } },
      { path: 'requests / track / * / records / +*', reference: ABSENT, ours: { pattern: '"event":"(L1|A)"' } },
      { path: 'requests / track / 1', reference: { pattern: '"event":"A"' }, ours: ABSENT },
    ],
  },
  {
    name: 'what outgrows a cookie',
    why: 'Stands in localStorage: the browser takes no cookie of more than four thousand letters, and what the reference puts there is lost at once.',
    scenarios: ['persistence: a store that outgrows a cookie', 'queued people: more than a cookie holds'],
    fields: [
      { path: 'answers / 3 "get_property"', reference: { $is: 'undefined' }, ours: { pattern: '^x{255}$' } },
      { path: 'answers / *{"stored":true} / cookies / mp_*', reference: present, ours: ABSENT },
      { path: 'answers / *{"stored":true} / local / mp_*', reference: ABSENT, ours: { pattern: '"big":"x' } },
      { path: 'requests / engage / 0 / records / +*', reference: ABSENT, ours: { pattern: '"(big|\\$union)":' } },
    ],
  },
  {
    name: 'where no choice can be read',
    why: 'A refusal may stand in the store that the browser keeps closed, so that nobody is tracked: the reference goes on as if there were none.',
    scenarios: ['persistence: without localStorage'],
    fields: [
      { path: 'answers / 3 "track" / *', reference: present, ours: ABSENT },
      { path: 'answers / 3 "track" / $is', reference: ABSENT, ours: 'undefined' },
      { path: 'requests / track', reference: { pattern: '"event":"A"' }, ours: ABSENT },
      { path: 'cookies / mp_*', reference: present, ours: ABSENT },
    ],
  },
  {
    name: 'a prefix in both stores',
    why: 'As the flag without one.',
    scenarios: ['consent: a prefix of one\u2019s own, refused', 'consent: a prefix of one\u2019s own'],
    fields: [{ path: 'cookies / choice_*', reference: ABSENT, ours: present }],
  },
  {
    name: 'a store that takes it',
    why: 'What the browser does not let into the cookie stands in localStorage; in the reference it is lost with the page.',
    scenarios: ['persistence: a secure cookie on a plain page'],
    fields: [{ path: 'local / mp_*', reference: ABSENT, ours: present }],
  },
];
