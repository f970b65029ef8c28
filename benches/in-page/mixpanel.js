// The page with mixpanel-browser. It is told to keep everything in localStorage, where it is
// faster than with its default, a cookie.
import mixpanel from 'mixpanel-browser';
import { measure } from './bench.js';

measure({
  start(token) {
    const client = mixpanel.init(token, { api_host: location.origin, persistence: 'localStorage' }, token);
    if (!client.get_distinct_id()) throw new Error('mixpanel-browser does not record');
    return {
      track: (name, properties) => client.track(name, properties),
      optOut: () => client.opt_out_tracking({ delete_user: false }),
    };
  },
  isQueueKey: token => key => key === `__mpq_${token}_ev`,
});
