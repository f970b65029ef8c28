export default {
  title: 'Twoje dane, Twój wybór',
  text: 'Czy możemy zbierać dane o tym, jak korzystasz z tej witryny? Bez Twojej zgody niczego nie zbieramy. Decyzję możesz zmienić w każdej chwili.',
  optOut: 'Zbieramy dane o tym, jak korzystasz z tej witryny. W każdej chwili możesz odmówić lub zmienić decyzję.',
  policy: 'Polityka prywatności',
  details: 'Wybierz według celu',
  save: 'Zapisz mój wybór',
  refuse: 'Odrzuć',
  accept: 'Akceptuj',
  close: 'Zamknij bez wprowadzania zmian',
  reopen: 'Ustawienia prywatności',
  signal: 'Twoja przeglądarka prosi witryny, aby Cię nie śledziły. Szanujemy to, dopóki nie zdecydujesz tu inaczej.',
  purposes: {
    analytics: { title: 'Statystyka', text: 'Liczy wizyty i to, z czego się korzysta, aby zrozumieć i ulepszać tę witrynę.' },
    functional: { title: 'Funkcje', text: 'Zapamiętuje ustawienia i udostępnia dodatki, takie jak filmy, mapy lub czat.' },
    personalization: { title: 'Personalizacja', text: 'Dopasowuje treści do Twoich zainteresowań i wcześniejszej aktywności.' },
    advertising: { title: 'Reklama', text: 'Wyświetla reklamy zgodne z Twoimi zainteresowaniami, tutaj i w innych witrynach, oraz mierzy ich skuteczność.' },
  },
};
