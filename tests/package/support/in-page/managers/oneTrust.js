// A stand-in for OneTrust, from its documentation: groups before an answer, early settings, a cookie.
export const owns = /^(OptanonConsent|OptanonAlertBoxClosed)$/;
export const options = () => ({});

const necessary = 'C0001';
const everything = ['C0001', 'C0002', 'C0003', 'C0004'];
const cookie = name => document.cookie.match(new RegExp(`(?:^|; )${name}=([^;]*)`))?.[1];
const write = (name, value) => void (document.cookie = `${name}=${value}; path=/; secure`);
const record = active => write('OptanonConsent', new URLSearchParams({ groups: everything.map(id => `${id}:${active.includes(id) ? 1 : 0}`).join(','), interactionCount: 1 }));
const stored = () => new URLSearchParams(cookie('OptanonConsent') ?? '').get('groups')?.split(',').filter(pair => pair.endsWith(':1')).map(pair => pair.split(':')[0]);

const listeners = [];
function tell(active) {
  window.OnetrustActiveGroups = window.OptanonActiveGroups = `,${active.join(',')},`;
  for (const listener of listeners) listener({ detail: active });
  dispatchEvent(new CustomEvent('OneTrustGroupsUpdated', { detail: active }));
}

/** As sites set it before the SDK is there. */
export const loadEarly = () => void (window.OneTrust = { geolocationResponse: { countryCode: 'DE' } });
export function load({ model = 'opt-in', shown = true, active = model === 'opt-in' ? [necessary] : everything } = {}) {
  window.OneTrust = window.Optanon = {
    OnConsentChanged: listener => listeners.push(listener),
    IsAlertBoxClosed: () => cookie('OptanonAlertBoxClosed') !== undefined,
    GetDomainData: () => ({ ShowAlertNotice: shown, ConsentModel: { Name: model } }),
  };
  tell(stored() ?? active);
}
const answer = active => {
  write('OptanonAlertBoxClosed', new Date().toISOString());
  record(active);
  tell(active);
};
export const yes = () => answer(everything);
export const no = () => answer([necessary]);
export const storm = () => {
  for (let i = 0; i < 100; i++) dispatchEvent(new CustomEvent('OneTrustGroupsUpdated', { detail: everything }));
};
/** The groups stay, the cookie refuses. */
export const lie = () => record([necessary]);
/** The record is written long after it is told. */
export const slowYes = milliseconds => {
  write('OptanonAlertBoxClosed', new Date().toISOString());
  record([necessary]);
  tell(everything);
  setTimeout(() => record(everything), milliseconds);
};
/** Groups that only begin as ours do. */
export const alike = () => {
  answer([necessary, 'C00021']);
};
export const awaitReconsent = () => {
  write('OptanonConsent', new URLSearchParams({ groups: 'C0001:1,C0002:1', AwaitingReconsent: true }));
  tell(everything);
};

const breakWith = (replaced, groups) => {
  load();
  write('OptanonAlertBoxClosed', new Date().toISOString());
  Object.assign(window.OneTrust, replaced);
  window.OnetrustActiveGroups = groups;
  storm();
};
export const faults = {
  throws: () => breakWith({ IsAlertBoxClosed() { throw new Error('out of order'); } }, ',C0001,C0002,'),
  'wrong types': () => breakWith({}, ['C0001', 'C0002']),
};
