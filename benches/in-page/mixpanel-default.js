// The page with mixpanel-browser as it is without options: ids and super properties in a cookie.
// So most sites have it.
import mixpanel from 'mixpanel-browser';
import { measure } from './bench.js';

measure({
  start(token) {
    const client = mixpanel.init(token, { api_host: location.origin }, token);
    if (!client.get_distinct_id()) throw new Error('mixpanel-browser does not record');
    return { track: (name, properties) => client.track(name, properties) };
  },
  isQueueKey: token => key => key === `__mpq_${token}_ev`,
});
