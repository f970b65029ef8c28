export default {
  title: 'Sus datos, su elección',
  text: '¿Podemos recoger datos sobre cómo utiliza este sitio? No se recoge nada sin su consentimiento. Puede cambiar de opinión en cualquier momento.',
  optOut: 'Recogemos datos sobre cómo utiliza este sitio. Puede rechazarlo o cambiar de opinión en cualquier momento.',
  policy: 'Política de privacidad',
  details: 'Elegir por finalidad',
  save: 'Guardar mi selección',
  refuse: 'Rechazar',
  accept: 'Aceptar',
  close: 'Cerrar sin cambiar nada',
  reopen: 'Opciones de privacidad',
  signal: 'Su navegador pide a los sitios que no le rastreen. Lo respetamos mientras no decida otra cosa aquí.',
  purposes: {
    analytics: { title: 'Estadísticas', text: 'Cuenta las visitas y lo que se utiliza, para entender y mejorar este sitio.' },
    functional: { title: 'Funciones', text: 'Recuerda sus ajustes y ofrece extras como vídeos, mapas o chat.' },
    personalization: { title: 'Personalización', text: 'Adapta los contenidos a sus intereses y a su actividad anterior.' },
    advertising: { title: 'Publicidad', text: 'Muestra anuncios según sus intereses, aquí y en otros sitios, y mide su eficacia.' },
  },
};
