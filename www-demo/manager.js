// A consent manager that the site has, in the place of the page's own question: vanilla-cookieconsent itself, and
// Consentry's adapter that follows it. The manager keeps what the visitor chose in a cookie of its own.

import { element } from './elements.js';

const folder = './manager/';

/** What the manager asks about, by the purposes of the client. */
const categories = purposes => ({
  necessary: { enabled: true, readOnly: true },
  ...Object.fromEntries(purposes.map(name => [name, {}])),
});

const words = purposes => ({
  default: 'en',
  translations: {
    en: {
      consentModal: {
        title: 'May we count what you do here?',
        description: 'vanilla-cookieconsent asks, and Consentry follows it.',
        acceptAllBtn: 'Accept',
        acceptNecessaryBtn: 'Refuse',
        showPreferencesBtn: 'Purposes',
      },
      preferencesModal: {
        title: 'Purposes',
        acceptAllBtn: 'Accept',
        acceptNecessaryBtn: 'Refuse',
        savePreferencesBtn: 'Save',
        sections: purposes.map(name => ({ title: name, description: 'What belongs to it is recorded, stored and sent.', linkedCategory: name })),
      },
    },
  },
});

/** Starts the manager and follows it. Answers what opens it again. */
export async function setUpManager(client, tell) {
  const [manager, { cookieconsent }] = await Promise.all([import(folder + 'cookieconsent.esm.js'), import('./pkg/cmp.js')]);
  document.head.append(element('link', { rel: 'stylesheet', href: folder + 'cookieconsent.css' }));
  const purposes = Object.keys(client.consent.purposes);
  cookieconsent(client, { api: manager, purposes: Object.fromEntries(purposes.map(name => [name, name])) });
  addEventListener('cc:onFirstConsent', () => tell('You chose in the consent manager.'));
  addEventListener('cc:onChange', () => tell('You changed your choice in the consent manager.'));
  await manager.run({ hideFromBots: false, categories: categories(purposes), language: words(purposes) });
  return () => manager.showPreferences();
}
