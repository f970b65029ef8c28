export default {
  title: 'Vos données, votre choix',
  text: 'Pouvons-nous recueillir des données sur votre utilisation de ce site ? Rien n’est recueilli sans votre accord. Vous pouvez changer d’avis à tout moment.',
  optOut: 'Nous recueillons des données sur votre utilisation de ce site. Vous pouvez refuser ou changer d’avis à tout moment.',
  policy: 'Politique de confidentialité',
  details: 'Choisir par finalité',
  save: 'Enregistrer mes choix',
  refuse: 'Refuser',
  accept: 'Accepter',
  close: 'Fermer sans rien changer',
  reopen: 'Choix de confidentialité',
  signal: 'Votre navigateur demande aux sites de ne pas vous suivre. Nous le respectons tant que vous n’en décidez pas autrement ici.',
  purposes: {
    analytics: { title: 'Mesure d’audience', text: 'Compte les visites et ce qui est utilisé, pour comprendre et améliorer ce site.' },
    functional: { title: 'Fonctionnalités', text: 'Mémorise vos réglages et propose des services comme des vidéos, des cartes ou une messagerie.' },
    personalization: { title: 'Personnalisation', text: 'Adapte les contenus à vos centres d’intérêt et à votre activité passée.' },
    advertising: { title: 'Publicité', text: 'Affiche des publicités selon vos centres d’intérêt, ici et sur d’autres sites, et les mesure.' },
  },
};
