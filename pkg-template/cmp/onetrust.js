// OneTrust.
import { cookie, rawCookie, time } from './look.js';
import { follow } from './follow.js';
import { ASKS, rank } from './ranks.js';

const purposes = { analytics: 'C0002', functional: 'C0003', advertising: 'C0004' };

/** Sites put settings into `OneTrust` before it is loaded. */
const isLoaded = sdk => ['OnConsentChanged', 'IsAlertBoxClosed', 'GetDomainData'].every(name => typeof sdk?.[name] === 'function');

/** `,C0001,C0002,` as a list. */
const listed = text => {
  if (typeof text !== 'string') throw new Error('its groups are no text');
  return text.split(',').filter(Boolean);
};

export const oneTrust = (client, options) =>
  follow(client, options, 'oneTrust', purposes, ({ look, on, when }) => {
    const sdk = () => [window.OneTrust, window.Optanon].find(isLoaded);
    on(window, 'OneTrustGroupsUpdated', () => look());
    on(window, 'OTConsentApplied', () => look());
    // It has no way to stop it: once detached, `look` does nothing.
    when(sdk, found => found.OnConsentChanged(() => look()));
    return () => {
      const found = sdk();
      const groups = window.OnetrustActiveGroups ?? window.OptanonActiveGroups;
      if (!found || groups === undefined) return;
      const active = listed(groups);
      const record = new URLSearchParams(rawCookie('OptanonConsent') ?? '');
      const stored = record.get('groups')?.split(',').map(pair => pair.split(':'));
      const isDecision = found.IsAlertBoxClosed() === true && record.get('AwaitingReconsent') !== 'true';
      if (!isDecision) {
        const { ShowAlertNotice: isShown, ConsentModel: model } = found.GetDomainData();
        const needsNone = isShown === false || ['opt-out', 'implied consent'].includes(model?.Name);
        if (!needsNone || record.get('AwaitingReconsent') === 'true') return { all: ASKS };
      }
      const isKnown = key => active.includes(key) || !stored || stored.some(([id]) => id === key);
      return {
        of: key => (isKnown(key) ? rank(active.includes(key), isDecision) : undefined),
        check: key => !stored || stored.some(([id, value]) => id === key && value === '1'),
        at: time(cookie('OptanonAlertBoxClosed')),
      };
    };
  });
