// IAB TCF 2.2 and 2.3.
import { cookie, own, time } from './look.js';
import { follow } from './follow.js';
import { ASKS, DENIED, GRANTED, NONE } from './ranks.js';
import { reach } from './reach.js';
import { tcString } from './tcstring.js';

const purposes = { analytics: [1, 8], functional: [1, 10], personalization: [1, 5, 6, 11], advertising: [1, 2, 3, 4, 7] };

/** A restriction of the publisher: the vendor may not do it at all. */
const FORBIDDEN = 0;

export const tcf = (client, options) =>
  follow(client, options, 'tcf', purposes, ({ options, look, on, when, end, fail }) => {
    let heard;
    let before;
    when(
      () => reach('__tcfapi', 2, false, on),
      call => {
        call('addEventListener', (data, success) => {
          heard = { data, success };
          look();
        });
        end(() => heard?.data && call('removeEventListener', () => {}, heard.data.listenerId));
      },
    );
    return () => {
      if (!heard) return;
      const { data, success } = heard;
      if (success !== true || !data || data.cmpStatus === 'error') throw new Error('the CMP answers with an error');
      const { gdprApplies, eventStatus } = data;
      if (gdprApplies === false || gdprApplies === 0) return { all: NONE };
      if (gdprApplies !== true && gdprApplies !== 1) return;
      const record = tcString(data.tcString);
      if (eventStatus === 'cmpuishown') return record && before ? before : { all: ASKS };
      if (eventStatus !== 'tcloaded' && eventStatus !== 'useractioncomplete') return;
      if (!record) {
        if (data.tcString) fail('the TC string is none, or does not say which vendors were shown');
        return { all: ASKS };
      }

      const { purpose, vendor, publisher } = data;
      const { vendorId, publisherPurposes, acceptLegitimateInterest } = options;
      const isYes = (group, kind, id) => own(own(group, kind), id) === true;
      const byInterest = (group, id, isOne) => acceptLegitimateInterest === true && !isOne && isYes(group, 'legitimateInterests', id);
      const agrees = (group, id, isOne) => isYes(group, 'consents', id) || byInterest(group, id, isOne);
      const vendors = own(vendor, 'disclosedVendors');
      const vendorMay = id =>
        agrees(vendor, vendorId) &&
        (!vendors || vendors[vendorId] === true) &&
        own(own(own(publisher, 'restrictions'), id), vendorId) !== FORBIDDEN;
      const of = key => {
        if (!/^([1-9]|1[01])$/.test(key)) return;
        if (!['boolean', 'undefined'].includes(typeof own(own(purpose, 'consents'), key)) || !own(purpose, 'consents')) throw new Error('its purposes are none');
        const isOne = +key === 1;
        const may =
          agrees(purpose, key, isOne) &&
          (vendorId === undefined || vendorMay(key)) &&
          (publisherPurposes !== true || agrees(publisher, key, isOne));
        return may ? GRANTED : DENIED;
      };
      const cookied = tcString(cookie('euconsent-v2'));
      const check = key => byInterest(purpose, key, +key === 1) || [record, cookied].every(one => !one || one.consents(+key));
      return (before = { of, check, at: time(record.at), isFresh: eventStatus === 'useractioncomplete' || undefined });
    };
  });
