// Requests.
import { clients, guarded } from './host.js';

/** Bytes of the bodies that are under way with `keepalive`, of all clients of the page. */
let bytes = 0;
export const keepaliveBytes = () => bytes;

/** Starts a request; whatever becomes of it, the core gets an answer, or none where it aborts. */
export const send = guarded(undefined, (client, id, url, data, keepalive) => {
  const { inputs, requests } = clients[client];
  const own = {};
  requests.set(id, own);
  const body = 'data=' + encodeURIComponent(data);
  const kept = keepalive ? body.length : 0;
  bytes += kept;
  ask(own, url, body, keepalive)
    .catch(() => [0, '', ''])
    .then(answer => {
      bytes -= kept;
      if (requests.get(id) !== own) return;
      requests.delete(id);
      inputs.answered(id, ...answer);
    });
});

async function ask(own, url, body, keepalive) {
  own.controller = new AbortController();
  // What is aborted in the task it was asked for, by a refusal after a burst, never starts.
  await 0;
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    credentials: 'omit',
    cache: 'no-store',
    // A redirect could carry the records to another host, and a referrer would name the page that a blacklist hides.
    redirect: 'error',
    referrerPolicy: 'no-referrer',
    keepalive,
    signal: own.controller.signal,
  });
  return [response.status, response.headers.get('Retry-After') ?? '', await response.text()];
}

export const abort = guarded(undefined, (client, id) => {
  const { requests } = clients[client];
  const own = requests.get(id);
  requests.delete(id);
  own?.controller?.abort();
});

/** Aborts everything a client has under way. */
export const abandon = client => clients[client].requests.forEach((_, id) => abort(client, id));
