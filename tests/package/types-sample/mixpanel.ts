// Code as it was written for mixpanel-browser's own types. Only the name of the package is another.
import mixpanel, {
  track,
  identify,
  people,
  opt_in_tracking,
  has_opted_out_tracking,
  type Callback,
  type Config,
  type Dict,
  type Group,
  type Mixpanel,
  type OverridedMixpanel,
  type People,
  type RequestOptions,
  type Response,
} from 'consentry/mixpanel';

const config: Partial<Config> = {
  api_host: 'https://api-eu.mixpanel.com',
  api_routes: { track: 't/' },
  batch_requests: true,
  loaded: (instance: Mixpanel) => instance.register({ plan: 'pro' }),
  persistence: 'localStorage',
  track_pageview: 'url-with-path',
  opt_out_tracking_by_default: true,
  record_sessions_percent: 1,
  autocapture: { pageview: 'full-url', click: false },
  hooks: {
    before_track: (name, properties) => [name, { ...properties, more: 1 }],
    before_send_events: event => (event.event === 'x' ? null : event),
    before_identify: id => id.toLowerCase(),
    before_unregister: property => property,
  },
};
const nothing: undefined = mixpanel.init('token', config);
const named: Mixpanel = mixpanel.init('token', config, 'other');
const whole: OverridedMixpanel = mixpanel;
const callback: Callback = (response: Response) => void response;
const options: RequestOptions = { transport: 'sendBeacon', send_immediately: true };
const properties: Dict = { at: new Date(), list: [1, 'a'] };

mixpanel.track('Event');
mixpanel.track('Event', properties, callback);
mixpanel.track('Event', properties, options, callback);
mixpanel.track_pageview({ a: 1 }, { event_name: 'Seen' });
mixpanel.track_links('#nav', 'Clicked', { a: 1 });
mixpanel.track_forms(document.body, 'Sent');
mixpanel.track_with_groups('Event', {}, { company: 'acme' }, callback);
mixpanel.register({ a: 1 }, 30);
mixpanel.register({ a: 1 }, { persistent: false });
mixpanel.register_once({ a: 1 }, 'None', 30);
mixpanel.unregister('a', { persistent: false });
mixpanel.opt_in_tracking({ track_event_name: 'Agreed', track_properties: { a: 1 }, cookie_expiration: 30, track: () => undefined });
mixpanel.opt_out_tracking({ delete_user: false });
mixpanel.clear_opt_in_out_tracking({ cookie_prefix: 'x' });
mixpanel.push(['track', 'Event', properties]);
mixpanel.push(['people.set', { a: 1 }]);
mixpanel.set_config({ debug: true });
const id: string = mixpanel.get_distinct_id();
const group: Group = mixpanel.get_group('company', 'acme');
group.set('name', 'Acme').union('tags', ['a']);
group.set({ name: 'Acme' });
const profile: People = mixpanel.people;
profile.set({ a: 1 }, callback);
profile.set('a', 1, callback);
profile.increment('visits', 2);
profile.increment({ visits: 2 }, callback);
profile.union('tags', ['a'], callback);
profile.track_charge(3, { item: 'a' });
track('Event', properties);
identify('u1');
people.set('a', 1);
opt_in_tracking();
const out: boolean = has_opted_out_tracking({ persistence_type: 'cookie' });
const flag: Promise<boolean> = mixpanel.flags.is_enabled('f', true);
mixpanel.flags.get_variant_sync('f', { key: 'a', value: 1 }).value;

// What mixpanel-browser has and its types leave out.
mixpanel.enable(['Event']);
mixpanel.stop_batch_senders();
mixpanel.add_hook('before_send_people', update => update);
const host: string = mixpanel.get_api_host('people');
group.delete(callback);
mixpanel.opt_out_tracking({ clear_persistence: false });
const sent: Promise<{ sent: number }> = mixpanel.flush();

// @ts-expect-error no event
mixpanel.track();
// @ts-expect-error no such option
mixpanel.set_config({ debugg: true });

export const all = { nothing, named, whole, id, out, flag, host, sent };
