// The page with consentry.
import { consentry } from 'consentry';
import { measure } from './bench.js';

measure({
  start(token) {
    const codes = new Set();
    const onError = ({ code }) => codes.add(code);
    const client = consentry(token, { apiHost: location.origin, consent: { default: 'granted' }, onError });
    if (!client.hasOptedIn() || !client.distinctId) throw new Error('consentry does not record');
    const { track, optOut } = client;
    return { track, optOut, losses: () => [...codes] };
  },
  isQueueKey: token => key => key.startsWith('consentry_' + token + '_'),
});
