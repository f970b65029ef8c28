export default {
  title: 'I tuoi dati, la tua scelta',
  text: 'Possiamo raccogliere dati su come usi questo sito? Senza il tuo consenso non viene raccolto nulla. Puoi cambiare idea in qualsiasi momento.',
  optOut: 'Raccogliamo dati su come usi questo sito. Puoi rifiutare o cambiare idea in qualsiasi momento.',
  policy: 'Informativa sulla privacy',
  details: 'Scegli per finalità',
  save: 'Salva le mie scelte',
  refuse: 'Rifiuta',
  accept: 'Accetta',
  close: 'Chiudi senza cambiare nulla',
  reopen: 'Scelte sulla privacy',
  signal: 'Il tuo browser chiede ai siti di non tracciarti. Lo rispettiamo finché non decidi diversamente qui.',
  purposes: {
    analytics: { title: 'Statistiche', text: 'Conta le visite e ciò che viene usato, per capire e migliorare questo sito.' },
    functional: { title: 'Funzionalità', text: 'Ricorda le impostazioni e offre servizi come video, mappe o chat.' },
    personalization: { title: 'Personalizzazione', text: 'Adatta i contenuti ai tuoi interessi e alla tua attività precedente.' },
    advertising: { title: 'Pubblicità', text: 'Mostra annunci in base ai tuoi interessi, qui e su altri siti, e ne misura l’efficacia.' },
  },
};
