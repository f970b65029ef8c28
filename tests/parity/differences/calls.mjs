// What calls do and answer.
const ABSENT = '<absent>';
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
      { path: 'requests / track / 0 / records / 0 / event', reference: '$identify', ours: 'A' },
      { path: 'requests / track / 0 / records / 0 / properties / $anon_distinct_id', reference: '$device:<uuid 1>', ours: ABSENT },
      { path: 'requests / track / 0 / records / 1', reference: { pattern: '"event":"A"' }, ours: ABSENT },
    ],
  },
  {
    name: 'what is not found is said',
    why: 'The reference says only with debug on the console that a selector finds nothing.',
    scenarios: ['links and forms: nothing is found', 'links and forms: no form'],
    fields: [{ path: 'console / 2 "track_*"', reference: ABSENT, ours: 1 }],
  },
  {
    name: 'base64 of every text',
    why: 'The reference makes two halves of each character beyond the basic plane, which no UTF-8 is: the server cannot read the record.',
    scenarios: ['init: base64 elsewhere', 'init: base64 at Mixpanel\u2019s hosts'],
    fields: [{ path: 'requests / track / 0 / records / 0', reference: ABSENT, ours: { pattern: '"text":"Ünï🎈"' } }],
  },
  {
    name: 'calls before init wait',
    why: 'The reference throws; here they are done once there is an instance.',
    scenarios: ['init: calls before it'],
    fields: [
      { path: 'answers / * / threw', reference: 'TypeError', ours: ABSENT },
      { path: 'answers / *', reference: { threw: 'TypeError' }, ours: { $is: 'undefined' } },
      { path: 'requests / track / 0 / records / 0 / event', reference: 'A', ours: 'Early' },
      { path: 'requests / track / 0 / records / 1', reference: ABSENT, ours: { pattern: '"event":"A"' } },
      { path: 'requests / track / 0 / records / * / properties / a', reference: ABSENT, ours: 1 },
      { path: 'answers / * / properties / a', reference: ABSENT, ours: 1 },
      { path: 'cookies / mp_* / value / a', reference: ABSENT, ours: 1 },
    ],
  },
];
