// IAB GPP 1.1. It opts out, or takes that back; it never grants.
import { follow } from './follow.js';
import { NONE } from './ranks.js';
import { reach } from './reach.js';

const purposes = { analytics: 'analytics', advertising: 'advertising' };

/** Fields that opt out with a 1; those that refuse with a 1 what they ask for. */
const optOuts = ['SaleOptOut', 'SharingOptOut', 'TargetedAdvertisingOptOut'];
const refusals = ['PersonalDataConsents', 'AdditionalDataProcessingConsent'];

export const gpp = (client, options) =>
  follow(client, options, 'gpp', purposes, [], (options, look, end, on) => {
    let heard;
    const start = call => {
      call('addEventListener', event => {
        heard = event;
        look();
      });
      end(() => call('removeEventListener', () => {}, heard.listenerId));
    };
    const read = () => {
      const { signalStatus, cmpStatus, applicableSections: ids, supportedAPIs = [], parsedSections } = heard?.pingData ?? {};
      if (signalStatus !== 'ready') return;
      if (cmpStatus === 'error') throw 'the CMP answers with an error';
      if (ids.every(id => id < 0)) return ids.length ? NONE : undefined;
      if (!ids.some(id => id > 0)) return;
      // Which prefix has which number: `8:usca`. Where that is not said, every section counts.
      const applies = prefix => !supportedAPIs.some(api => api.endsWith(':' + prefix)) || ids.some(id => supportedAPIs.includes(id + ':' + prefix));
      // A section is a list of parts, or all in one; that of 2020 may be a text, as `1YNN`.
      const sections = Object.keys(parsedSections).filter(applies).map(prefix => Object.assign({}, ...[].concat(parsedSections[prefix])));
      const is = (names, value) => sections.some(section => names.some(name => section[name] === value));
      // The browser's own signal is heard by the client already.
      const isOut = is(optOuts, 1) || is(['OptOutSale', 2], 'Y') || (navigator.globalPrivacyControl !== true && is(['Gpc'], true));
      const covers = options.usOptOutCovers ?? ['advertising'];
      return [true, key => [(isOut && covers.includes(key)) || (key === 'advertising' && is(refusals, 1)) ? false : NONE]];
    };
    return [read, () => reach('__gpp', '1.1', true, on), start];
  });
