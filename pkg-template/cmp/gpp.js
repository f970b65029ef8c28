// IAB GPP 1.1. It opts out, or takes that back; it never grants.
import { follow } from './follow.js';
import { DENIED, NONE } from './ranks.js';
import { reach } from './reach.js';

const purposes = { analytics: 'analytics', advertising: 'advertising' };

/** Fields that opt out with a 1, and those that consent with a 2 and refuse with a 1. */
const optOuts = ['SaleOptOut', 'SharingOptOut', 'TargetedAdvertisingOptOut'];
const consents = ['PersonalDataConsents', 'AdditionalDataProcessingConsent'];

export const gpp = (client, options) =>
  follow(client, options, 'gpp', purposes, ({ options, look, on, when, end }) => {
    let state;
    let listener;
    when(
      () => reach('__gpp', '1.1', true, on),
      call => {
        call('addEventListener', event => {
          state = event?.pingData ?? state;
          listener = event?.listenerId ?? listener;
          look();
        });
        end(() => listener === undefined || call('removeEventListener', () => {}, listener));
      },
    );
    return () => {
      if (!state || state.signalStatus !== 'ready') return;
      const { cmpStatus, applicableSections: ids, supportedAPIs, parsedSections } = state;
      if (cmpStatus === 'error' || !Array.isArray(ids)) throw new Error('the CMP answers with an error');
      if (ids.includes(-1)) return { all: NONE };
      if (!ids.some(id => id > 0)) return;
      if (typeof parsedSections !== 'object' || !parsedSections) throw new Error('there are no sections');
      // Which prefix has which number: `8:usca`. Where that is not said, every section counts.
      const numbers = { __proto__: null };
      for (const api of Array.isArray(supportedAPIs) ? supportedAPIs : []) {
        const [id, prefix] = ('' + api).split(':');
        if (prefix) numbers[prefix] = +id;
      }
      const applies = prefix => !(prefix in numbers) || ids.includes(numbers[prefix]);
      // A section is a list of parts, or all in one; that of 2020 may be a text, as `1YNN`.
      const sections = Object.keys(parsedSections)
        .filter(applies)
        .map(prefix => Object.assign({ __proto__: null }, ...[].concat(parsedSections[prefix])));
      const is = (names, value) => sections.some(section => names.some(name => section[name] === value));
      // The browser's own signal is heard by the client already.
      const isOut = is(optOuts, 1) || is(['OptOutSale', 2], 'Y') || (navigator.globalPrivacyControl !== true && is(['Gpc'], true));
      const covers = options.usOptOutCovers ?? ['advertising'];
      return {
        of: key =>
          key !== 'advertising' && key !== 'analytics' ? undefined
          : (isOut && covers.includes(key)) || (key === 'advertising' && is(consents, 1)) ? DENIED
          : NONE,
      };
    };
  });
