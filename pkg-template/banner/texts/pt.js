export default {
  title: 'Os seus dados, a sua escolha',
  text: 'Podemos recolher dados sobre a forma como utiliza este site? Nada é recolhido sem o seu consentimento. Pode mudar de ideias a qualquer momento.',
  optOut: 'Recolhemos dados sobre a forma como utiliza este site. Pode recusar ou mudar de ideias a qualquer momento.',
  policy: 'Política de privacidade',
  details: 'Escolher por finalidade',
  save: 'Guardar as minhas escolhas',
  refuse: 'Recusar',
  accept: 'Aceitar',
  close: 'Fechar sem alterar nada',
  reopen: 'Opções de privacidade',
  signal: 'O seu navegador pede aos sites que não o sigam. Respeitamos esse pedido até decidir de outra forma aqui.',
  purposes: {
    analytics: { title: 'Estatísticas', text: 'Conta as visitas e o que é utilizado, para compreender e melhorar este site.' },
    functional: { title: 'Funcionalidades', text: 'Memoriza definições e oferece extras como vídeos, mapas ou chat.' },
    personalization: { title: 'Personalização', text: 'Adapta os conteúdos aos seus interesses e à sua atividade anterior.' },
    advertising: { title: 'Publicidade', text: 'Mostra anúncios de acordo com os seus interesses, aqui e noutros sites, e mede os resultados.' },
  },
};
