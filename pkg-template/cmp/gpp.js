// IAB GPP 1.1. It opts out, or takes that back; it never grants.
import { follow } from './follow.js';
import { NONE } from './ranks.js';
import { reach } from './reach.js';

/** Fields that opt out, and those that refuse what they ask for: with a 1, also in a list, a `Y`, or as a signal. */
const optOuts = ['SaleOptOut', 'SharingOptOut', 'TargetedAdvertisingOptOut', 'OptOutSale', 'Gpc'];
const refusals = ['PersonalDataConsents', 'AdditionalDataProcessingConsent'];
const isField = key => /(OptOut|Consents?|DataProcessing|Sale)\d*$|^Gpc$/.test(key);

const purposesOf = ({ usOptOutCovers: covers = ['advertising'] }) => ({
  analytics: covers.includes('analytics') ? optOuts : [],
  advertising: covers.includes('advertising') ? [...optOuts, ...refusals] : refusals,
});

export const gpp = (client, options) =>
  follow(client, options, 'gpp', purposesOf({ __proto__: null, ...options }), [], (options, look, end, on) => {
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
      const sections = Object.keys(parsedSections)
        .filter(applies)
        .flatMap(prefix => parsedSections[prefix])
        .map(part => (typeof part === 'string' ? { OptOutSale: part[2] } : part));
      // The browser's own signal is heard by the client already.
      const isOut = key => sections.some(part => (key === 'Gpc' ? navigator.globalPrivacyControl !== true && part.Gpc === true : part[key] === 'Y' || [part[key]].flat().includes(1)));
      return [true, key => [isField(key) ? (isOut(key) ? false : NONE) : undefined]];
    };
    return [read, () => reach('__gpp', '1.1', true, on), start];
  });
