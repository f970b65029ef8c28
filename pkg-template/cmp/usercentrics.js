// Usercentrics, version 3 (`__ucCmp`) and 2 (`UC_UI`).
import { own, parsed, stored, time } from './look.js';
import { follow } from './follow.js';
import { ASKS, rank } from './ranks.js';

/** Its categories and services are named by each site. */
const purposes = { analytics: 'Mixpanel', functional: 'functional', advertising: 'marketing' };

const events = ['UC_CMP_API_READY', 'UC_UI_INITIALIZED', 'UC_UI_CMP_EVENT'];

/** All of a list, or nothing where there is none to ask. */
const all = (list, isGiven) => (list.length ? list.every(isGiven) : undefined);

/** What version 3 says: of a service by id or name, or of a category. */
function details({ consent, services, categories }, isRequired) {
  const isDecision = consent.type === 'EXPLICIT';
  if (!isDecision && (consent.isBot === true || (isRequired && consent.updatedBy !== 'onNonEURegion'))) return { all: ASKS };
  const ids = key => Object.keys(services ?? {}).filter(id => id === key || own(services, id).name === key);
  const record = own(own(parsed(stored('ucData')), 'consent'), 'services');
  return {
    of(key) {
      const state = own(own(categories, key), 'state');
      const given = all(ids(key).map(id => own(own(services[id], 'consent'), 'given')), one => one === true);
      return rank(given ?? (typeof state === 'string' ? state === 'ALL_ACCEPTED' : undefined), isDecision);
    },
    check: key => !ids(key).some(id => own(own(record, id), 'consent') === false),
    at: time(consent.updatedAt),
  };
}

/** What version 2 says. */
function services(manager) {
  const isDecision = stored('uc_user_interaction') === 'true';
  if (!isDecision && manager.isConsentRequired?.() !== false) return { all: ASKS };
  const meant = (list, key) => list.filter(({ id, name, categorySlug }) => [id, name, categorySlug].includes(key));
  const known = manager.getServicesBaseInfo();
  const record = own(parsed(stored('uc_settings')), 'services');
  return {
    of: key => rank(all(meant(known, key), ({ consent }) => consent.status === true), isDecision),
    check: key => !meant(known, key).some(({ id }) => Array.isArray(record) && record.some(one => one.id === id && one.status === false)),
  };
}

export const usercentrics = (client, options) =>
  follow(client, options, 'usercentrics', purposes, ({ options, look, on, when }) => {
    on(window, 'UC_CONSENT', ({ detail }) => look(detail?.consent ? details(detail, detail.consent.required !== false) : undefined));
    for (const event of [...events, options.event ?? 'ucEvent']) on(window, event, () => look());
    when(() => window.__ucCmp ?? window.UC_UI, () => {});
    return () => {
      const { __ucCmp: third, UC_UI: second } = window;
      if (!third) return second?.isInitialized() === true ? services(second) : undefined;
      return (async () => {
        if ((await third.isInitialized()) !== true) return;
        const found = await third.getConsentDetails();
        const isRequired = found.consent.required ?? (await third.isConsentRequired());
        return details(found, isRequired !== false);
      })();
    };
  });
