// A stand-in for version 3 of Usercentrics, from its documentation: every method is a promise.
export const owns = /^uc(Data|String)$/;
export const options = () => ({});

let isRequired = true;
let broken;
const stored = () => JSON.parse(localStorage.getItem('ucData') ?? 'null');
const details = () => {
  const said = stored()?.consent.services.x1.consent;
  const given = said ?? !isRequired;
  return {
    consent: { type: said === undefined ? 'IMPLICIT' : 'EXPLICIT', required: isRequired, updatedBy: said === undefined ? 'onInitialPageLoad' : 'onUpdateServices', updatedAt: stored()?.updatedAt },
    services: { x1: { name: 'Mixpanel', category: 'functional', essential: false, consent: { given, type: 'EXPLICIT' } } },
    categories: { functional: { state: given ? 'ALL_ACCEPTED' : 'ALL_DENIED', dps: { x1: given } } },
  };
};
const tell = (type, detail) => dispatchEvent(new CustomEvent(type, { detail }));

export function load({ required = true } = {}) {
  isRequired = required;
  window.__ucCmp = {
    isInitialized: async () => true,
    isConsentRequired: async () => isRequired,
    getConsentDetails: async () => (broken ? broken() : details()),
  };
  tell('UC_CMP_API_READY');
}
const answer = said => {
  localStorage.setItem('ucData', JSON.stringify({ updatedAt: Date.now(), consent: { services: { x1: { name: 'Mixpanel', consent: said } } } }));
  tell('UC_CONSENT', details());
};
export const yes = () => answer(true);
export const no = () => answer(false);
export const storm = () => {
  for (let i = 0; i < 100; i++) tell('UC_UI_CMP_EVENT', { type: 'SAVE' });
};
export const lie = () => {
  const truth = details();
  broken = () => truth;
  localStorage.setItem('ucData', JSON.stringify({ consent: { services: { x1: { consent: false } } } }));
};
const breakWith = how => {
  broken = how;
  load();
};
export const faults = {
  throws: () => breakWith(() => { throw new Error('out of order'); }),
  'wrong types': () => breakWith(() => ({ consent: { type: 'EXPLICIT' }, services: 'all', categories: true })),
  'a promise that is never kept': () => breakWith(() => new Promise(() => {})),
};
