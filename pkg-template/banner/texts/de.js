export default {
  title: 'Ihre Daten, Ihre Entscheidung',
  text: 'Dürfen wir erfassen, wie Sie diese Website nutzen? Ohne Ihre Zustimmung wird nichts erfasst. Sie können Ihre Entscheidung jederzeit ändern.',
  optOut: 'Wir erfassen, wie Sie diese Website nutzen. Sie können das jederzeit ablehnen oder Ihre Entscheidung ändern.',
  policy: 'Datenschutzerklärung',
  details: 'Nach Zweck auswählen',
  save: 'Auswahl speichern',
  refuse: 'Ablehnen',
  accept: 'Zustimmen',
  close: 'Schließen, ohne etwas zu ändern',
  reopen: 'Datenschutz-Auswahl',
  signal: 'Ihr Browser bittet darum, Sie nicht zu verfolgen. Daran halten wir uns, bis Sie hier anders entscheiden.',
  purposes: {
    analytics: { title: 'Statistik', text: 'Zählt Besuche und was genutzt wird, um diese Website zu verstehen und zu verbessern.' },
    functional: { title: 'Funktionen', text: 'Merkt sich Einstellungen und bietet Zusätze wie Videos, Karten oder Chat.' },
    personalization: { title: 'Personalisierung', text: 'Passt Inhalte an Ihre Interessen und an Ihr bisheriges Verhalten an.' },
    advertising: { title: 'Werbung', text: 'Zeigt Werbung nach Ihren Interessen, hier und auf anderen Websites, und misst ihren Erfolg.' },
  },
};
