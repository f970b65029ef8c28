// The page with Snowplow's tracker: batches of 50 and its queue in localStorage, as the others.
import { newTracker, trackSelfDescribingEvent } from '@snowplow/browser-tracker';
import { measure } from './bench.js';

measure({
  start(token) {
    const tracker = newTracker(token, location.origin, { appId: token, bufferSize: 50, stateStorageStrategy: 'localStorage' });
    if (!tracker.getDomainUserId()) throw new Error('Snowplow does not record');
    const schema = 'iglu:com.example/viewed/jsonschema/1-0-0';
    return { track: (name, data) => trackSelfDescribingEvent({ event: { schema, data: { name, ...data } } }, [token]) };
  },
  isQueueKey: token => key => key.startsWith(`snowplowOutQueue_${token}`),
});
