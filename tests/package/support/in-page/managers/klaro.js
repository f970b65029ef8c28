// Klaro itself.
import klaro from '/libs/klaro.js';

export const owns = /^klaro$/;
export const options = () => ({});

const config = () => ({
  storageMethod: 'cookie',
  services: [
    { name: 'mixpanel', purposes: ['analytics'] },
    { name: 'pixel', purposes: ['advertising'] },
    { name: 'session', purposes: ['functional'], required: true },
  ],
});
const manager = () => klaro.getManager(window.klaroConfig);

export const load = (more = {}) => {
  window.klaro = klaro;
  window.klaroConfig = { ...config(), ...more };
  klaro.setup(window.klaroConfig);
};
const answer = said => {
  manager().changeAll(said);
  manager().saveAndApplyConsents(said ? 'accept' : 'decline');
};
export const yes = () => answer(true);
export const no = () => answer(false);
/** Agrees to these of the purposes of a client. */
export const choose = names => {
  for (const { name, purposes } of manager().config.services) manager().updateConsent(name, names.includes(purposes[0]));
  manager().saveAndApplyConsents('save');
};
/** Moves a switch, and does not save. */
export const toggle = said => void manager().updateConsent('mixpanel', said);
export const reset = () => manager().resetConsents();
export const storm = () => {
  for (let i = 0; i < 100; i++) window.klaro?.getManager?.(window.klaroConfig).notify?.('saveConsents', { type: 'script' });
};
export const lie = () => void (document.cookie = `klaro=${encodeURIComponent(JSON.stringify({ mixpanel: false, pixel: false, session: true }))}; path=/`);

const breakWith = replaced => {
  window.klaroConfig = config();
  const broken = { config: config(), confirmed: true, savedConsents: { mixpanel: true }, watch() {}, unwatch() {}, store: { get: () => null } };
  Object.defineProperties(broken, Object.getOwnPropertyDescriptors(replaced));
  window.klaro = { getManager: () => broken };
};
export const faults = {
  throws: () => breakWith({ get savedConsents() { throw new Error('out of order'); } }),
  'wrong types': () => breakWith({ config: { services: 'mixpanel' } }),
};
