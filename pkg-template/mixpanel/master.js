// What a page imports: the primary instance, and the others by their names. What is called before
// `init` waits for it.
import { instance } from './instance.js';

const PRIMARY = 'mixpanel';

/** The methods of an instance; those of its profile stand below. */
const methods =
  ('track track_pageview track_with_groups track_links track_forms time_event register register_once unregister get_property ' +
    'get_distinct_id identify alias reset name_tag disable enable set_config get_config get_api_host start_batch_senders ' +
    'stop_batch_senders flush add_hook remove_hook push report_error get_group set_group add_group remove_group opt_in_tracking ' +
    'opt_out_tracking clear_opt_in_out_tracking has_opted_in_tracking has_opted_out_tracking start_session_recording ' +
    'stop_session_recording pause_session_recording resume_session_recording get_session_recording_properties ' +
    'get_session_replay_url get_tab_id is_recording_heatmap_data').split(' ');
const ofPeople = 'set set_once unset increment append remove union track_charge clear_charges delete_user'.split(' ');
const ofGroup = 'set set_once unset union remove delete'.split(' ');

/** What a question answers while there is nobody to ask. */
const before = { has_opted_in_tracking: false, has_opted_out_tracking: false, get_session_recording_properties: {}, get_tab_id: null, get_session_replay_url: null, is_recording_heatmap_data: false };

const isQuestion = method => /^(get_(?!group)|has_|is_)/.test(method);

/** Calls that say what the visitor chose: nothing goes before them. */
const isChoice = method => /^(opt_|clear_opt)/.test(method);

/** Makes the object that a page imports. `start` answers what its clients are started with. */
export function master(start) {
  let primary;
  let waiting = [];
  let warned = false;

  const wait = (path, values) => {
    if (!warned) console.warn('mixpanel: called before init, which it waits for');
    warned = true;
    const method = path[path.length - 1];
    if (isQuestion(method)) return before[method];
    waiting.push([path, values]);
    return undefined;
  };

  /** Does it now, or once there is a primary instance. */
  const to = (...path) => (...values) => {
    if (!primary) return wait(path, values);
    const method = path.pop();
    path.push(method);
    const of = path.slice(0, -1).reduce((object, part) => object[part], primary);
    return of[method](...values);
  };

  /** A group from before there is an instance. */
  const lateGroup = ids =>
    Object.fromEntries(ofGroup.map(method => [method, (...values) => (primary ? primary.get_group(...ids)[method](...values) : wait(['get_group', ids, method], values))]));

  const self = { __proto__: null };
  for (const method of methods) self[method] = to(method);
  self.get_group = (...ids) => (primary ? primary.get_group(...ids) : lateGroup(ids));
  self.people = Object.fromEntries(ofPeople.map(method => [method, to('people', method)]));
  self.people.toString = () => 'mixpanel.people';
  self.toString = () => PRIMARY;

  const carryOut = ([path, values]) => {
    if (path[0] === 'get_group') return primary.get_group(...path[1])[path[2]](...values);
    const method = path[path.length - 1];
    return path.slice(0, -1).reduce((object, part) => object[part], primary)[method](...values);
  };

  /** Makes the calls that waited, the visitor's choices first. */
  function replay() {
    const all = waiting;
    waiting = [];
    const first = ([path]) => isChoice(path[path.length - 1]);
    for (const one of [...all.filter(first), ...all.filter(one => !first(one))]) {
      try {
        carryOut(one);
      } catch (error) {
        primary.report_error('a call from before init failed', error);
      }
    }
  }

  /** `queued` does what a snippet let wait, with the instance. */
  self.init = (token, config, name, queued) => {
    if (name === undefined || name === PRIMARY) {
      if (primary) return undefined;
      const made = instance(token, config, PRIMARY, start, self);
      primary = made.own;
      // What is no method of the page's object is the instance's.
      for (const key of ['config', 'flags', '__loaded', '_', 'DEFAULT_API_ROUTES']) self[key] = primary[key];
      made.begin(() => {
        replay();
        queued?.(self);
      });
      return undefined;
    }
    const known = self[name];
    if (known?.__loaded && known !== self) return known;
    if (name in self) {
      console.error('mixpanel: ' + name + ' is the name of a method, and cannot be an instance');
      return undefined;
    }
    const made = instance(token, config, name, start);
    self[name] = made.own;
    made.own.init = self.init;
    made.begin(() => queued?.(made.own));
    return made.own;
  };
  self.__SV = 1.2;
  self._i = [];
  return self;
}
