export default {
  title: 'Your privacy, your choice',
  text: 'May we collect data about how you use this site? Nothing is collected unless you agree. You can change your mind at any time.',
  optOut: 'We collect data about how you use this site. You can refuse this, or change your mind, at any time.',
  policy: 'Privacy policy',
  details: 'Choose by purpose',
  save: 'Save my choices',
  refuse: 'Refuse',
  accept: 'Accept',
  close: 'Close without changing anything',
  reopen: 'Privacy choices',
  signal: 'Your browser asks sites not to track you, and we follow that until you choose otherwise here.',
  purposes: {
    analytics: { title: 'Analytics', text: 'Counts visits and what is used, to understand and improve this site.' },
    functional: { title: 'Functionality', text: 'Remembers settings and offers extras such as videos, maps or chat.' },
    personalization: { title: 'Personalisation', text: 'Adapts content to your interests and to what you did before.' },
    advertising: { title: 'Advertising', text: 'Shows adverts that fit your interests, here and on other sites, and measures them.' },
  },
};
