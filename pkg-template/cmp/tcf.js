// IAB TCF 2.2 and 2.3.
import { cookie, own } from './look.js';
import { follow } from './follow.js';
import { ASKS, NONE } from './ranks.js';
import { reach } from './reach.js';
import { tcString } from './tcstring.js';

const purposes = { analytics: [1, 8], functional: [1, 10], personalization: [1, 5, 6, 11], advertising: [1, 2, 3, 4, 7] };

/** A restriction of the publisher: the vendor may not do it at all. */
const FORBIDDEN = 0;

export const tcf = (client, options) =>
  follow(client, options, 'tcf', purposes, [], (options, look, end, on, deny, fail) => {
    let heard;
    let before;
    const start = call => {
      call('addEventListener', (...answer) => {
        heard = answer;
        look();
      });
      end(() => call('removeEventListener', () => {}, heard[0].listenerId));
    };
    const read = () => {
      if (!heard) return;
      const [data, success] = heard;
      const { gdprApplies, eventStatus, tcString: text, purpose, vendor, publisher } = data;
      if (success !== true || data.cmpStatus === 'error') throw 'the CMP answers with an error';
      if (gdprApplies === false || gdprApplies === 0) return NONE;
      // It answers at once, also while it is loading.
      if ((gdprApplies !== true && gdprApplies !== 1) || !/^(tcloaded|cmpuishown|useractioncomplete)$/.test(eventStatus)) return;
      const record = tcString(text);
      if (text && !record) fail('its TC string is not valid');
      if (!record) return ASKS;
      if (eventStatus === 'cmpuishown') return before ?? ASKS;

      const { vendorId, publisherPurposes, acceptLegitimateInterest } = options;
      // Nothing is stored on a device out of an interest.
      const agrees = (group, id, key) => {
        const said = own(group, 'consents', id) ?? false;
        return said === false && acceptLegitimateInterest === true && key != 1 ? own(group, 'legitimateInterests', id) === true : said;
      };
      const records = acceptLegitimateInterest === true ? [] : [record, tcString(cookie('euconsent-v2'))];
      const of = key => [
        key > 0 && key < 12
          ? [
              agrees(purpose, key, key),
              vendorId === undefined || agrees(vendor, vendorId, key),
              vendorId === undefined || !own(vendor, 'disclosedVendors') || own(vendor, 'disclosedVendors', vendorId) === true,
              own(publisher, 'restrictions', key, vendorId) !== FORBIDDEN,
              publisherPurposes !== true || agrees(publisher, key, key),
            ]
          : [],
        records.map(one => one?.consents(+key)),
      ];
      before = [true, of, record.at, eventStatus === 'useractioncomplete' || undefined];
      return before;
    };
    return [read, () => reach('__tcfapi', 2, false, on), start];
  });
