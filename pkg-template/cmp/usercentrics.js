// Usercentrics, version 3 (`__ucCmp`) and 2 (`UC_UI`).
import { own, parsed, stored } from './look.js';
import { follow } from './follow.js';
import { ASKS } from './ranks.js';

/** Its categories and services are named by each site. */
const purposes = { analytics: 'Mixpanel', functional: 'functional', advertising: 'marketing' };
const events = ['UC_CMP_API_READY', 'UC_UI_INITIALIZED', 'UC_UI_CMP_EVENT'];

/** What version 3 says: of a service by id or name, or of a category. */
function third({ consent, services, categories }, needsNone) {
  const isDecision = consent.type === 'EXPLICIT';
  if (!isDecision && (consent.isBot === true || (!needsNone && consent.updatedBy !== 'onNonEURegion'))) return ASKS;
  const record = own(parsed(stored('ucData')), 'consent', 'services');
  const of = key => {
    const ids = Object.keys(services).filter(id => id === key || services[id].name === key);
    const state = own(categories, key, 'state');
    const said = ids.map(id => own(services, id, 'consent', 'given'));
    return [ids.length ? said : state && state === 'ALL_ACCEPTED', ids.map(id => own(record, id, 'consent'))];
  };
  return [isDecision, of, consent.updatedAt];
}

/** What version 2 says: of a service by id or name, or of all in a category. */
function second(manager) {
  const isDecision = stored('uc_user_interaction') === 'true';
  if (!isDecision && manager.isConsentRequired() !== false) return ASKS;
  const services = manager.getServicesBaseInfo();
  const record = own(parsed(stored('uc_settings')), 'services') ?? [];
  const of = key => {
    const meant = services.filter(({ id, name, categorySlug }) => [id, name, categorySlug].includes(key));
    return [meant.map(one => own(one, 'consent', 'status')), meant.map(({ id }) => record.find(one => one.id === id)?.status)];
  };
  return [isDecision, of];
}

export const usercentrics = (client, options) =>
  follow(client, options, 'usercentrics', purposes, events, (options, look, end, on, deny) => {
    on(window, 'UC_CONSENT', ({ detail }) => {
      // What it denies holds before the manager answers.
      if (detail?.consent) deny(third(detail, detail.consent.required === false));
      look();
    });
    on(window, options.event ?? 'ucEvent', look);
    const read = manager =>
      manager !== window.__ucCmp
        ? manager.isInitialized() === true ? second(manager) : undefined
        : (async () => {
            if ((await manager.isInitialized()) !== true) return;
            const found = await manager.getConsentDetails();
            return third(found, (found.consent.required ?? (await manager.isConsentRequired())) === false);
          })();
    return [read, () => window.__ucCmp ?? window.UC_UI];
  });
