// A CMP of the TCF, of the IAB's own library. The string lies in a cookie, as with most.
import { CmpApi, GVL, stub, TCModel, TCString } from '/libs/tcf.js';

export const owns = /^euconsent-v2$/;
export const options = () => ({});

const named = id => ({ id, name: '' + id, description: '', illustrations: [] });
const purposes = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [i + 1, named(i + 1)]));
const vendor = { id: 2, name: 'Shown', purposes: [1, 8], legIntPurposes: [], flexiblePurposes: [], specialPurposes: [], features: [], specialFeatures: [] };
const list = {
  gvlSpecificationVersion: 3, vendorListVersion: 48, tcfPolicyVersion: 5, lastUpdated: '2026-11-01T00:00:00Z',
  purposes, specialPurposes: {}, features: {}, specialFeatures: {}, stacks: {}, dataCategories: {}, vendors: { 2: vendor },
};

let api;
export function encoded(ids, { vendors = [], disclosed = [2], publisher = [], interests = [] } = {}) {
  const model = new TCModel(new GVL(list));
  Object.assign(model, { cmpId: 31, cmpVersion: 1, consentScreen: 1, isServiceSpecific: true, policyVersion: 5 });
  model.purposeConsents.set(ids);
  model.purposeLegitimateInterests.set(interests);
  model.vendorConsents.set(vendors);
  model.vendorsDisclosed.set(disclosed);
  model.publisherConsents.set(publisher);
  return TCString.encode(model);
}
const cookie = () => document.cookie.match(/euconsent-v2=([^;]*)/)?.[1];

export const load = () => {
  stub();
  api = new CmpApi(31, 1, true);
  if (cookie()) api.update(cookie(), false);
  else api.update('', true);
};
/** The surroundings as a page has them: the stub alone, the CMP later. */
export const loadStub = () => stub();
export const begin = () => void (api = new CmpApi(31, 1, true));
export const update = (text, isVisible = false) => api.update(text, isVisible);
export const answer = (ids, more) => {
  const text = encoded(ids, more);
  document.cookie = `euconsent-v2=${text}; path=/; secure`;
  api.update(text, false);
};
export const yes = () => answer([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
export const no = () => answer([]);
/** Agrees to these of the purposes of a client. */
export const choose = names => answer(names.length ? [1, ...(names.includes('analytics') ? [8] : []), ...(names.includes('advertising') ? [2, 3, 4, 7] : [])] : []);
/** The visitor opens the manager again. */
export const reopen = () => api.update(cookie(), true);
export const storm = () => {
  for (let i = 0; i < 100; i++) api?.update(cookie(), false);
};

/** Answers frames, as a CMP does. The library's stub forgets who asked once it has answered at once. */
export const serveFrames = () =>
  addEventListener('message', event => {
    const { command, version, parameter, callId } = event.data.__tcfapiCall ?? {};
    if (!command) return;
    event.stopImmediatePropagation();
    const answer = (returnValue, success) => event.source.postMessage({ __tcfapiReturn: { returnValue, success, callId } }, '*');
    window.__tcfapi(command, version, answer, parameter);
  });

const answering = data => {
  const full = { gdprApplies: true, eventStatus: 'tcloaded', cmpStatus: 'loaded', listenerId: 1, purpose: { consents: { 1: true, 8: true } }, ...data };
  window.__tcfapi = (command, version, callback) => command === 'addEventListener' && callback(full, true);
};
export const lie = () => answering({ tcString: encoded([]) });
/** As `answering`, of any data. */
export const stand = (data, ids = [1, 8]) => answering({ tcString: encoded(ids), ...data });
export const faults = {
  throws: () => void (window.__tcfapi = () => { throw new Error('out of order'); }),
  'wrong types': () => answering({ tcString: encoded([1, 8]), purpose: { consents: { 1: 'yes', 8: 1 } } }),
  'an error of the CMP': () => answering({ cmpStatus: 'error' }),
};
