// The clients of this page, by the number that the core calls them by, and what the browser does for
// each. None of these functions calls back before the core has returned. They stand in one file: the
// server of wasm-bindgen's test runner hangs where a page asks for more than four at once.

/**
 * `inputs` are the ways into the core, which `connect` sets; `said` is for the other clients of the
 * token on this page, and `notices` are for the page: both wait until the core has returned.
 */
export const clients = [];

/** Calls that came while the core was at work, out of what it uses of the page, or a hook. */
export const waiting = [];

/** What the core or the browser may call: whatever is thrown there, they hear `fault` instead. */
export const guarded = (fault, act) => (...values) => {
  try {
    return act(...values);
  } catch {
    return fault;
  }
};

/** A server has no visitor. A `document` that somebody put there makes it no page. */
export const isServer = guarded(true, () => !(document instanceof Document));

export const isWorker = () => typeof WorkerLocation === 'function';

/**
 * Makes a number for a client. `cookie` says how its cookies are written. Objects of ours inherit
 * from none where they may not have what is asked for: a page can put it on `Object.prototype`.
 */
export const introduce = (token, cookie, identity) =>
  isServer() ? 0 : clients.push({
    __proto__: null, token, identity, cookie: { __proto__: null, ...cookie }, request: { __proto__: null }, recording: true, requests: new Map(), locks: new Map(), ears: [], said: [], notices: [],
  }) - 1;

/** A property of the document. An element of that name hides it, but not on the prototype. */
export const ofDocument = name => Reflect.get(Document.prototype, name, document);

/**
 * Lets a client listen to events of what `where` answers, past elements of that name as well, until
 * it is deaf.
 */
const on = guarded(undefined, (client, where, name, listener) => {
  const ear = [name, guarded(undefined, listener)];
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  const target = where();
  addEventListener.apply(target, ear);
  clients[client].ears.push(() => removeEventListener.apply(target, ear));
});

const page = () => window;

/** Does it when all that runs now has returned, without a function that the page could replace. */
export const soon = async act => {
  await 0;
  act();
};

/** Does it in a task of its own, or soon where the page's timers are broken. */
export const nextTask = act => {
  try {
    setTimeout(act);
  } catch {
    soon(act);
  }
};

// What the core says.

/** Whether a new record would be kept or held. Where not, its values need not even be looked at. */
export const recording = (client, on) => void (clients[client].recording = on);

const notice = name => (client, ...values) => void clients[client].notices.push([name, ...values]);
export const report = notice('report');
export const changed = notice('changed');
export const flushed = notice('flushed');
export const deleted = notice('deleted');
export const handOver = notice('handOver');
export const answeredAlone = notice('answeredAlone');

// Time.
export const now = guarded(0, () => Date.now());

/**
 * Asks for a wake-up call after so many milliseconds, with 0 at the end of the task; without a
 * number there is to be none.
 */
export const wakeAfter = guarded(undefined, (client, delay) => {
  const own = clients[client];
  clearTimeout(own.timer);
  if (delay === 0) soon(own.inputs.woke);
  else if (delay) {
    try {
      own.timer = setTimeout(own.inputs.woke, delay);
    } catch {
      if (delay === 1) soon(own.inputs.woke); // what is due is not kept from going
    }
  }
});

// What happens around the page.

/**
 * Knows where news for a client goes: each of `inputs` takes one kind to the core. From now on it
 * hears of what becomes of its page.
 */
export function connect(client, inputs) {
  clients[client].inputs = inputs;
  let left = false;
  const hide = leaves => {
    // A page that is left is hidden afterwards.
    if (!left) inputs.pageHidden((left = leaves));
  };
  on(client, page, 'pagehide', () => {
    hide(true);
    hangUp(client);
  });
  // A page that comes back from the back-forward cache heard nothing while it was there.
  on(client, page, 'pageshow', ({ persisted }) => {
    if (!persisted) return;
    left = false;
    listen(client);
    inputs.returned();
  });
  on(client, () => document, 'visibilitychange', () => hidden() && hide(false));
  on(client, () => document, 'freeze', () => left || inputs.frozen());
  on(client, () => document, 'resume', () => left || inputs.returned());
}

/** From now on a client hears of what happens elsewhere. Opening its stores takes the browser long. */
export function attend(client) {
  const { token, identity, inputs } = clients[client];
  // Every key of ours has the token in it, or is the identity's; no key is all of them, and some
  // pages make events up that have none.
  const stored = key => {
    if (typeof key !== 'string') inputs.storageChanged();
    // A key of ours begins so, whatever a storage of the page puts before it; but for the flag's.
    else if (key.includes(token) || key === identity) inputs.storageChanged(key.slice(Math.max(0, key.indexOf('consentry_' + token + '_'))));
  };
  on(client, page, 'storage', ({ key }) => stored(key));
  // Where the decision is a cookie, not every browser tells. A name comes as it was written, encoded.
  const named = ({ name }) => stored(guarded(name, decodeURIComponent)(name));
  on(client, () => Object(cookieStore), 'change', ({ changed, deleted }) => [...changed, ...deleted].forEach(named));
  on(client, page, 'online', () => inputs.online());
  if (!clients[client].channel) listen(client);
}

export const hidden = guarded(false, () => ofDocument('hidden'));

/** Listens to `beforeunload`, or no more. */
export const watchUnload = guarded(undefined, (client, on) =>
  EventTarget.prototype[on ? 'addEventListener' : 'removeEventListener'].call(window, 'beforeunload', clients[client].inputs.unloading),
);

// The other clients of the same token: the locks they share, and the channel on which they speak.

/** Asks for the lock of a queue: `true` or `false`, or nothing where there are no locks. */
export const lock = guarded(undefined, (client, queue) => {
  const { token, locks, inputs } = clients[client];
  const own = { __proto__: null };
  locks.set(queue, own);
  const isWanted = () => locks.get(queue) === own;
  const answer = held => {
    if (!isWanted()) return; // it was given back meanwhile
    if (!held) locks.delete(queue);
    inputs.locked(queue, held);
  };
  const hold = release => {
    own.release = release;
    answer(true);
  };
  const ask = async () => {
    if (navigator.locks) {
      // Not waited for: Firefox keeps no page in its back-forward cache that holds a lock or waits
      // for one.
      const options = { __proto__: null, ifAvailable: true };
      await navigator.locks.request('consentry_' + token + '_q_' + queue, options, lock => (lock && isWanted() ? new Promise(hold) : answer(false)));
    } else {
      await 0;
      answer();
    }
  };
  // A page that is being left gets none, and one can be taken away. Any other fault is no lock but
  // a page without locks.
  ask().catch(error => answer(/^(Abort|InvalidState)/.test(error?.name) ? false : undefined));
});

export const unlock = guarded(undefined, (client, queue) => {
  const { locks } = clients[client];
  locks.get(queue)?.release?.();
  locks.delete(queue);
});

/** Opens the channel to other tabs. */
const listen = guarded(undefined, client => {
  const own = clients[client];
  own.channel = new BroadcastChannel('consentry_' + own.token);
  own.channel.onmessage = ({ data }) => typeof data === 'number' && own.inputs.heard(data);
});

/** Closes it: Chromium gives a page up that was put away with a channel on which somebody speaks. */
const hangUp = guarded(undefined, client => clients[client].channel.close());

/** Tells the others, those of this page when the core has returned; no tab without a channel. */
export const post = guarded(undefined, (client, message) => {
  const own = clients[client];
  own.said.push(message);
  if (!own.channel) listen(client);
  own.channel.postMessage(message);
});

/** Hands on what a client has said to the others of its token on this page. */
export function tellSiblings(client) {
  const { said, token } = clients[client];
  for (const message of said.splice(0)) {
    clients.forEach((own, other) => own.token === token && other !== client && own.inputs?.heard(message));
  }
}

// Requests.
/** Bytes of the bodies that are under way with `keepalive`, of all clients of the page. */
let bytes = 0;
export const keepaliveBytes = () => bytes;

/** Starts a request; whatever becomes of it, the core gets an answer, or none where it aborts. */
export const send = guarded(undefined, (client, id, url, data, keepalive) => {
  const { inputs, request, requests } = clients[client];
  const own = { __proto__: null };
  requests.set(id, own);
  const body = 'data=' + encodeURIComponent(request.encode?.(data) ?? data);
  const kept = keepalive ? body.length : 0;
  bytes += kept;
  const start = async () => {
    if (waiting.length) await 0; // for what waits may refuse
    if (requests.get(id) !== own) return [];
    // A record alone, which is no list, is under way when the call that made it returns.
    return (request.send ?? ask)(own, url + (request.query ?? ''), body, keepalive, request.headers, data[0] === '{');
  };
  start()
    .catch(() => [0, '', ''])
    .then(answer => {
      bytes -= kept;
      if (requests.get(id) !== own) return;
      requests.delete(id);
      inputs.answered(id, ...answer);
    });
});

export async function ask(own, url, body, keepalive, headers, atOnce) {
  own.controller = new AbortController();
  // What is aborted in the task it was asked for, by a refusal after a burst, never starts.
  if (!atOnce) await 0;
  if (own.controller.signal.aborted) return [];
  const response = await fetch(url, {
    __proto__: null,
    method: 'POST',
    body,
    headers: { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' },
    credentials: 'omit',
    cache: 'no-store',
    // A redirect could carry the records to another host, and a referrer would name the page that a
    // blacklist hides.
    redirect: 'manual',
    referrerPolicy: 'no-referrer',
    keepalive,
    signal: own.controller.signal,
  });
  if (response.type === 'opaqueredirect') return [0, '', 'a redirect'];
  // Who wraps `fetch` may answer with less than a response.
  own.words = response.statusText;
  return [response.status, '' + guarded('', () => response.headers.get('Retry-After') ?? '')(), '' + (await response.text())];
}

export const abort = guarded(undefined, (client, id) => {
  const { requests } = clients[client];
  const own = requests.get(id);
  requests.delete(id);
  own?.controller?.abort();
});

/** From now on a client hears of nothing. */
export function deafen(client) {
  for (const remove of clients[client].ears.splice(0)) remove();
  hangUp(client);
}

/**
 * Aborts everything a client has under way, and keeps nothing for it: what it stored is delivered by
 * another page, and this one may go into the back-forward cache.
 */
export function abandon(client) {
  const { requests, locks } = clients[client];
  requests.forEach((_, id) => abort(client, id));
  locks.forEach((_, queue) => unlock(client, queue));
  watchUnload(client, false);
  deafen(client);
}
