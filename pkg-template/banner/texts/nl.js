export default {
  title: 'Uw gegevens, uw keuze',
  text: 'Mogen wij gegevens verzamelen over uw gebruik van deze website? Zonder uw toestemming verzamelen wij niets. U kunt uw keuze altijd wijzigen.',
  optOut: 'Wij verzamelen gegevens over uw gebruik van deze website. U kunt dit altijd weigeren of uw keuze wijzigen.',
  policy: 'Privacyverklaring',
  details: 'Kiezen per doel',
  save: 'Mijn keuzes opslaan',
  refuse: 'Weigeren',
  accept: 'Accepteren',
  close: 'Sluiten zonder iets te wijzigen',
  reopen: 'Privacykeuzes',
  signal: 'Uw browser vraagt websites om u niet te volgen. Wij houden ons daaraan totdat u hier anders kiest.',
  purposes: {
    analytics: { title: 'Statistieken', text: 'Telt bezoeken en wat er wordt gebruikt, om deze website te begrijpen en te verbeteren.' },
    functional: { title: 'Functies', text: 'Onthoudt instellingen en biedt extra’s zoals video’s, kaarten of chat.' },
    personalization: { title: 'Personalisatie', text: 'Past de inhoud aan uw interesses en eerdere activiteit aan.' },
    advertising: { title: 'Advertenties', text: 'Toont advertenties die bij uw interesses passen, hier en op andere websites, en meet het resultaat.' },
  },
};
