// A CMP of the GPP, of the IAB's own library, which wants a stub before it.
import { CmpApi } from '/libs/gpp.js';

export const owns = /^$/;
export const options = () => ({});

export function stub() {
  const queue = [];
  const events = [];
  window.__gpp = (...values) => {
    const [command, callback] = values;
    if (!values.length) return queue;
    if (command === 'queue') return queue;
    if (command === 'events') return events;
    if (command === 'ping') return callback({ gppVersion: '1.1', cmpStatus: 'stub', signalStatus: 'not ready' }, true);
    queue.push(values);
  };
  window.__gpp.queue = queue;
  window.__gpp.events = events;
}
let api;
export function load({ sections = [], applicable = [7], ready = true } = {}) {
  stub();
  api = new CmpApi(31, 1);
  api.setSupportedAPIs(['7:usnat', '8:usca', '9:usva']);
  api.setApplicableSections(applicable);
  sections.forEach(([prefix, field, value]) => api.setFieldValue(prefix, field, value));
  api.setCmpStatus('loaded');
  if (ready) api.setSignalStatus('ready');
}
export const set = (prefix, field, value, { ready = true } = {}) => {
  api.setSignalStatus('not ready');
  api.setFieldValue(prefix, field, value);
  api.fireSectionChange(prefix);
  if (ready) api.setSignalStatus('ready');
};
export const ready = () => api.setSignalStatus('ready');
export const storm = () => {
  for (let i = 0; i < 100; i++) api?.setSignalStatus('ready');
};
const answering = pingData => {
  window.__gpp = (command, callback) => command === 'addEventListener' && callback({ eventName: 'listenerRegistered', listenerId: 1, data: true, pingData }, true);
};
export const stand = pingData => answering({ signalStatus: 'ready', cmpStatus: 'loaded', applicableSections: [7], supportedAPIs: ['7:usnat'], ...pingData });
export const faults = {
  throws: () => void (window.__gpp = () => { throw new Error('out of order'); }),
  'wrong types': () => stand({ applicableSections: '7' }),
};
