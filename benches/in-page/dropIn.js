// The page with the drop-in for mixpanel-browser, started as that is.
import mixpanel from 'consentry/mixpanel';
import { measure } from './bench.js';

measure({
  start(token) {
    const losses = new Set();
    const client = mixpanel.init(token, { api_host: location.origin, persistence: 'localStorage', error_reporter: what => losses.add(String(what)) }, token);
    if (!client.get_distinct_id()) throw new Error('the drop-in does not record');
    return {
      track: (name, properties) => client.track(name, properties),
      optOut: () => client.opt_out_tracking({ delete_user: false }),
      losses: () => [...losses],
    };
  },
  isQueueKey: token => key => key.startsWith('consentry_' + token + '_'),
});
