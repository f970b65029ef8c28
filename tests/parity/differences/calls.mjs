// What calls do and answer.
const ABSENT = '<absent>';
const present = { present: true };
const inGroups = values => ['requests / track / * / records / * / properties', 'cookies / mp_* / value'].map(place => ({ path: `${place} / ${values.path}`, ...values.is }));

export default [
  {
    name: 'remove_group removes',
    why: 'The reference leaves the super property as it is stored, and makes one that is called group_key.',
    scenarios: ['groups: remove a group', 'groups: remove the last group'],
    fields: [
      ...inGroups({ path: 'group_key', is: { reference: { anyOf: [['Apex'], []] }, ours: ABSENT } }),
      ...inGroups({ path: 'company / 0', is: { reference: 'Acme', ours: 'Apex' } }),
      ...inGroups({ path: 'company / 1', is: { reference: 'Apex', ours: ABSENT } }),
      { path: 'answers / 6 "get_property" / 0', reference: 'Acme', ours: 'Apex' },
      { path: 'answers / 6 "get_property" / 1', reference: 'Apex', ours: ABSENT },
      { path: 'answers / 7 "track" / properties / group_key', reference: ['Apex'], ours: ABSENT },
      { path: 'answers / 7 "track" / properties / company / 0', reference: 'Acme', ours: 'Apex' },
      { path: 'answers / 7 "track" / properties / company / 1', reference: 'Apex', ours: ABSENT },
      { path: 'answers / 6 "track" / properties / group_key', reference: [], ours: ABSENT },
    ],
  },
  {
    name: 'identify without an id',
    why: 'The reference sends an $identify that joins an id to itself; here only what waits for a profile goes out.',
    scenarios: ['identity: identified without an id', 'identity: identified as undefined'],
    fields: [
      { path: 'requests / track / 0 / records / 0', reference: { pattern: '"event":"\\$identify"' }, ours: ABSENT },
    ],
  },
  {
    name: 'base64 of every text',
    why: 'The reference makes two halves of each character beyond the basic plane, which no UTF-8 is: the server cannot read the record.',
    scenarios: ['init: base64 elsewhere', 'init: base64 at Mixpanel\u2019s hosts'],
    fields: [{ path: 'requests / track / 0 / records / +0', reference: ABSENT, ours: { pattern: '"text":"Ünï🎈"' } }],
  },
  {
    name: 'calls before init wait',
    why: 'The reference throws; here they are done once there is an instance.',
    scenarios: ['init: calls before it'],
    fields: [
      { path: 'answers / * / threw', reference: 'TypeError', ours: ABSENT },
      { path: 'answers / * / $is', reference: ABSENT, ours: 'undefined' },
      { path: 'requests / track / 0 / records / +0', reference: ABSENT, ours: { pattern: '"event":"Early"' } },
      { path: '** / a', reference: ABSENT, ours: 1 },
    ],
  },
  {
    name: 'increments are numbers',
    why: 'Of null nothing is made, of a text that is a number one, and a callback in the place of the number is one: the reference sends null, the text, and an empty object.',
    scenarios: ['people: increment by nothing', 'people: increment by text', 'people: increment with a callback in the place of a number'],
    fields: [
      { path: 'answers / * "people.increment" / *', reference: present, ours: ABSENT },
      { path: 'answers / * "people.increment" / $is', reference: ABSENT, ours: 'undefined' },
      { path: '** / $add / *', reference: { anyOf: ['7', {}] }, ours: { anyOf: [7, 1] } },
      { path: 'answers / * "people.increment" / $add / *', reference: { anyOf: [null, 'five', { $is: 'NaN' }] }, ours: ABSENT },
      { path: 'requests / engage / * / records / *', reference: { pattern: '"\\$add":\\{"(m|n|o)":(null|"five")' }, ours: ABSENT },
      { path: 'calls / heard', reference: ABSENT, ours: present },
    ],
  },
  {
    name: 'ids are texts',
    why: 'The server compares them as texts: a number becomes one, and what is empty is no id, which is reported.',
    scenarios: ['identity: identified as a number', 'identity: identified as zero', 'identity: identified as empty', 'identity: identified as nothing', 'identity: with a very long id'],
    fields: [
      ...['distinct_id', '$distinct_id', '$user_id'].map(name => ({ path: `** / ${name}`, reference: 42, ours: '42' })),
      { path: 'answers / * "get_distinct_id"', reference: 42, ours: '42' },
      ...['answers / * "get_distinct_id"', '** / distinct_id'].map(path => ({
        path,
        reference: { anyOf: [0, '', null, { pattern: '^u{255,}$' }] },
        ours: { pattern: '^\\$device:<uuid' },
      })),
      { path: '** / $user_id', reference: { pattern: '^u{255,}$' }, ours: ABSENT },
      { path: 'requests / track / 0 / records / 0', reference: { pattern: '"event":"\\$identify"' }, ours: ABSENT },
      // What waits for an id goes on waiting.
      { path: 'requests / engage', reference: { pattern: '"\\$distinct_id":(0|""|null|"u{255})' }, ours: ABSENT },
      { path: 'cookies / mp_* / value / __mpso / *', reference: ABSENT, ours: '$direct' },
    ],
  },
  {
    name: 'super properties that are none',
    why: 'A time is of one event, and names that the library keeps are not a page\u2019s.',
    scenarios: ['super properties: default properties', 'super properties: internal names are not sent'],
    fields: [
      { path: '** / time', reference: 5, ours: { anyOf: ['<0 ms>', ABSENT] } },
      { path: 'cookies / mp_* / value / $people_distinct_id', reference: 'p', ours: ABSENT },
    ],
  },
  {
    name: 'long texts are cut before they are stored',
    why: 'As they are sent: no store grows by what nobody gets.',
    scenarios: ['super properties: long texts are stored whole', 'persistence: a large store', 'persistence: a store that outgrows a cookie'],
    fields: [
      { path: 'cookies / mp_* / value / big', reference: { pattern: '^x{2000}$' }, ours: { pattern: '^x{255}$' } },
      // Of five thousand letters the reference's cookie holds none.
      { path: '** / big', reference: ABSENT, ours: { pattern: '^x{255}$' } },
      { path: 'answers / * "get_property"', reference: { pattern: '^x{5000}$' }, ours: { pattern: '^x{255}$' } },
      { path: 'answers / * "get_property"', reference: { pattern: '^x{300}$' }, ours: { pattern: '^x{255}$' } },
      { path: 'cookies / mp_* / value / a', reference: { pattern: '^x{300}$' }, ours: { pattern: '^x{255}$' } },
    ],
  },
  {
    name: 'the blacklist is for profiles and stores too',
    why: 'What is not to leave the page leaves it nowhere, and is not kept.',
    scenarios: ['people: a blacklist is not for profiles', 'init: a blacklist'],
    fields: [
      { path: 'cookies / mp_* / value / secret', reference: 1, ours: ABSENT },
      ...['a', '$os'].map(name => ({ path: `** / $set / ${name}`, reference: present, ours: ABSENT })),
    ],
  },
  {
    name: 'the first referrer of a profile once',
    why: 'The reference puts it into the queue of a profile at every page.',
    scenarios: ['super properties: what a visit of the reference left', 'batching: profiles when the page is left', 'identity: identified on the next page as the same'],
    fields: [
      { path: 'cookies / mp_* / value / __mpso', reference: { pattern: 'initial_referrer' }, ours: ABSENT },
      { path: 'cookies / mp_* / value / __mpso / *', reference: '$direct', ours: ABSENT },
      { path: 'requests / engage / 1', reference: { pattern: '"\\$set_once":\\{"\\$initial_referrer"' }, ours: ABSENT },
    ],
  },
  {
    name: 'what the server did not take waits again',
    why: 'After a zero the reference means to put operations of a profile back, and does not.',
    scenarios: ['queued people: a zero of the server puts it back', 'identity: an alias without a batch', 'answers: a profile'],
    fields: [
      { path: 'cookies / mp_* / value / __mpso / *', reference: ABSENT, ours: '$direct' },
      { path: 'cookies / mp_* / value / __mps / *', reference: ABSENT, ours: present },
      { path: 'answers / *{"stored":true} / cookies / mp_* / __mps / *', reference: ABSENT, ours: present },
    ],
  },
  {
    name: 'instances do not hide methods',
    why: 'An instance that is called as a method would be in its place; it is refused.',
    scenarios: ['init: a named instance called as a method'],
    fields: [{ path: 'answers / 2 "init" / $is', reference: 'function', ours: 'undefined' }],
  },
  {
    name: 'the order of two projects',
    why: 'Their requests go when each has something; neither waits for the other.',
    scenarios: ['init: a named instance', 'push and stub: a named instance in the stub'],
    fields: [
      { path: 'requests / track / 0 / place', reference: 0, ours: 1 },
    ],
  },
  {
    name: 'calls of a function in the stub',
    why: 'They are done; in the reference they are pushed to the stub after it was played, and lost.',
    scenarios: ['push and stub: a function in the stub'],
    fields: [{ path: 'requests / track', reference: ABSENT, ours: { pattern: '"event":"In the function"' } }],
  },
  {
    name: 'insides',
    why: 'What the reference has for itself, and test, which the server no longer knows, are not built; the files say which snippet they take.',
    scenarios: ['features: a test', 'features: the utilities', 'features: the store by its old name'],
    fields: [
      { path: 'requests / track / 0 / query / test', reference: '1', ours: ABSENT },
      { path: 'answers / 2 {"get":"_.info.browser"} / $is', reference: 'function', ours: 'undefined' },
      { path: 'answers / 3 {"get":"__SV"}', reference: { $is: 'undefined' }, ours: 1.2 },
      { path: 'answers / * {"get":"*.props.a"}', reference: 1, ours: { $is: 'error' } },
    ],
  },
];
