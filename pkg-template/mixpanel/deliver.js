// How a record goes: alone or with others, with what its callback hears.
import * as core from '../generated/consentry_bg.js';
import { nextTask } from '../generated/host.js';
import { answerOf, isBeacon } from './transport.js';

/** How a record is delivered, as the core takes it. */
const ALONE = 1;
const VERBOSE = 2;
const ANYONE = 4;
const SHOWN = 8;
const LINKS = 16;
const SAYS_IDS = 32;
const SILENT = 64;

/** What a call says of its record besides. */
const about = new Map([[core.profile, ANYONE], [core.identify, LINKS], [core.track, SAYS_IDS]]);

/** Events of ours, which a site can disable as its own. */
const ours = new Map([[core.identify, '$identify'], [core.alias, '$create_alias']]);

const kinds = ['events', 'people', 'groups'];

export function delivery(inner) {
  const { call, report, json, hooked, isOff, isOut, isBatched, inside, config } = inner;
  let way; // of the record that is being sent

  const log = (...what) => config().debug && console.log('mixpanel:', ...what);

  /** What goes wrong in a page's own function goes no further. */
  const tell = (callback, ...values) => {
    try {
      if (typeof callback === 'function') callback(...values);
    } catch (error) {
      report('a callback threw', error);
    }
  };

  /** Makes a call that records something. `how` may say that it goes alone. */
  function deliver(make, values, record, how, callback) {
    const { verbose, api_transport: usual, property_blacklist: listed } = config();
    const bits = SHOWN + (about.get(make) ?? 0) + (isOff(ours.get(make)) ? SILENT : 0);
    const alone = !isBatched() || how.send_immediately;
    // A beacon has no answer: what the browser says at once is told at once.
    const beacon = alone && isBeacon(how.transport || usual);
    // Hooks do not see events of ours that go alone.
    const own = (way = { beacon, isUnseen: ours.has(make) });
    const answered = (status, body) => {
      if (own.isDropped) return;
      let said;
      try {
        said = answerOf(status, body, verbose, own.words);
      } catch {
        return; // it was reported as no answer
      }
      tell(callback, said, record);
    };
    if (!Array.isArray(listed) && make !== core.profile && make !== core.group) report('property_blacklist is no list: ' + listed);
    call(core.deliver, bits + (alone ? ALONE + (verbose ? VERBOSE : 0) : 0), (alone && !beacon && inside()?.alone(answered)) || 0);
    call(make, ...values);
    way = undefined;
    if (own.isDropped) return null;
    record = inside()?.made() ?? record;
    log(record);
    if (beacon) tell(callback, own.sent ? 1 : 0, record);
    else if (!alone && callback) nextTask(() => tell(callback, isOut() ? 0 : 1, record));
    return record;
  }

  return {
    deliver,
    tell,
    /** Sends an update of a profile or group. `ids` are those of the group. */
    send(kind, operation, operand, record, callback, ids = []) {
      const text = operation.name === '$unset' ? JSON.stringify(operand.map(name => '' + name)) : operand === undefined ? '{}' : json(operand, kind);
      return deliver(kind === 'groups' ? core.group : core.profile, [operation.number, text, ...ids], record, {}, callback);
    },
    /** The record as the page wants it, just before it leaves. */
    hook(kind, record) {
      if (way?.isUnseen) return record;
      const said = hooked.run('before_send_' + kinds[kind], record)?.[0];
      if (way) way.isDropped = said === undefined;
      return said;
    },
    /** Whether the page is asked so. */
    isHooked: () => kinds.some(kind => hooked.has('before_send_' + kind)),
    /** How what is being sent goes. */
    way: () => ({ way, beacon: way ? way.beacon : isBeacon(config().api_transport), method: config().api_method }),
  };
}
