// A stand-in for version 2 of Usercentrics, from its documentation: no event of its own for a change.
export const adapter = 'usercentrics';
export const owns = /^uc_(settings|user_interaction)$/;
export const options = () => ({});

const stored = () => JSON.parse(localStorage.getItem('uc_settings') ?? 'null')?.services[0].status;
const base = () => [{ id: 'x1', name: 'Mixpanel', categorySlug: 'functional', consent: { status: stored() ?? false, history: [] } }];

export function load({ isConsentRequired = true } = {}) {
  window.UC_UI = { isInitialized: () => true, isConsentRequired: () => isConsentRequired, getServicesBaseInfo: base };
  dispatchEvent(new Event('UC_UI_INITIALIZED'));
}
const answer = said => {
  localStorage.setItem('uc_settings', JSON.stringify({ services: [{ id: 'x1', status: said }] }));
  localStorage.setItem('uc_user_interaction', 'true');
  dispatchEvent(new CustomEvent('UC_UI_CMP_EVENT', { detail: { type: 'SAVE' } }));
};
export const yes = () => answer(true);
export const no = () => answer(false);
export const storm = () => {
  for (let i = 0; i < 100; i++) dispatchEvent(new CustomEvent('UC_UI_CMP_EVENT', { detail: { type: 'SAVE' } }));
};
export const lie = () => {
  const truth = base();
  window.UC_UI.getServicesBaseInfo = () => truth;
  localStorage.setItem('uc_settings', JSON.stringify({ services: [{ id: 'x1', status: false }] }));
};
const breakWith = how => {
  load();
  window.UC_UI.getServicesBaseInfo = how;
  localStorage.setItem('uc_user_interaction', 'true');
  storm();
};
export const faults = {
  throws: () => breakWith(() => { throw new Error('out of order'); }),
  'wrong types': () => breakWith(() => ({ x1: true })),
};
