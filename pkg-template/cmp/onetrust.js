// OneTrust.
import { cookie, rawCookie } from './look.js';
import { follow } from './follow.js';
import { ASKS } from './ranks.js';

const purposes = { analytics: 'C0002', functional: 'C0003', advertising: 'C0004' };

export const oneTrust = (client, options) =>
  follow(client, options, 'oneTrust', purposes, ['OneTrustGroupsUpdated', 'OTConsentApplied'], (options, look) => {
    // Sites put settings of theirs into `OneTrust` before it is loaded.
    const find = () => {
      const { OneTrust: sdk, OnetrustActiveGroups: groups } = window;
      return sdk?.OnConsentChanged && sdk.IsAlertBoxClosed && sdk.GetDomainData && groups !== undefined && sdk;
    };
    const read = sdk => {
      // `,C0001,C0002,`
      const active = window.OnetrustActiveGroups.split(',');
      const record = new URLSearchParams(rawCookie('OptanonConsent'));
      const stored = record.get('groups')?.split(',');
      const awaits = record.get('AwaitingReconsent') === 'true';
      const isDecision = sdk.IsAlertBoxClosed() === true && !awaits;
      if (!isDecision) {
        const { ShowAlertNotice, ConsentModel } = sdk.GetDomainData();
        if (awaits || (ShowAlertNotice !== false && !/^(opt-out|implied)/.test(ConsentModel?.Name))) return ASKS;
      }
      const of = key => {
        const isActive = active.includes(key);
        const isKnown = isActive || !stored || stored.includes(key + ':0') || stored.includes(key + ':1');
        return [isKnown ? isActive : undefined, !stored || stored.includes(key + ':1')];
      };
      return [isDecision, of, cookie('OptanonAlertBoxClosed')];
    };
    // It has no way to stop this: once detached, `look` does nothing.
    return [read, find, sdk => sdk.OnConsentChanged(look)];
  });
