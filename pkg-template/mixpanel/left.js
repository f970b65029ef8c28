// What mixpanel-browser left in this browser: queues of records that it did not send, and traces of
// parts that there are none of here.
import { clients, now } from '../generated/host.js';
import { leftovers } from '../generated/names.js';
import { readCookie, readLocal, writeLocal } from '../generated/stores.js';

/** The ending of each queue's key; the place is the number of the kind for the core. */
const endings = ['ev', 'pp', 'gr'];
const locks = [':X', ':Y', ':Z'];

const keysOf = token => endings.map(ending => leftovers(token) + ending);

/** Milliseconds for which the lock of another page is waited for. */
const patience = 1500;

const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

/** The records of a queue; whatever else stands there is none. */
const read = key => {
  try {
    const all = JSON.parse(readLocal(key).slice(1));
    return Array.isArray(all) ? all.map(one => one?.payload).filter(payload => payload && typeof payload === 'object') : [];
  } catch {
    return [];
  }
};

/** When a record was made: an event says so. */
const timeOf = payload => {
  const time = +payload.properties?.time;
  return time > 0 ? Math.round(time < 1e11 ? time * 1000 : time) : now();
};

/** Removes the queues of a token, with their locks. */
export const removeQueues = token =>
  keysOf(token).forEach(key => [key, ...locks.map(lock => key + lock)].forEach(one => readLocal(one) && writeLocal(one)));

/** Hands the queues of a token to `adopt`, which takes a kind, a record and its time, and answers whether it may. */
export async function adoptQueues(token, adopt) {
  for (const [kind, key] of keysOf(token).entries()) {
    if (!readLocal(key)) continue;
    const end = now() + patience;
    while (locks.some(lock => readLocal(key + lock)) && now() < end) await pause(50);
    writeLocal(key + ':Z', '1');
    const stand = read(key).every(payload => adopt(kind, JSON.stringify(payload), timeOf(payload)));
    // What was taken over is stored at the end of this task; until then it stands here.
    await pause(0);
    if (stand) writeLocal(key);
    locks.forEach(lock => writeLocal(key + lock));
  }
}

/** Removes what the recorder, the flags and the tab's id of mixpanel-browser have stored. */
export function removeTraces(token, name) {
  try {
    for (const key of ['mp_tab_id_', 'mp_gen_new_tab_id_']) sessionStorage.removeItem(key + name + '_' + token);
  } catch {}
  try {
    for (const database of ['mixpanelBrowserDb', 'mixpanelFlagsDb']) indexedDB.deleteDatabase(database).onerror = event => event.preventDefault();
  } catch {}
}

/** Whether the cookie is there by which a visitor refused all sites of old. */
export const hasOldRefusal = () => !!readCookie('mp_optout')?.slice(1);

/** Removes it from this host. */
export function removeOldRefusal() {
  try {
    document.cookie = 'mp_optout=; Path=/; Max-Age=0';
  } catch {}
}

/** How a client writes its cookies. */
export const cookieOf = client => clients[client]?.cookie;
