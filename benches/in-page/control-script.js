// A yardstick, not a library: about the least a page script can do that keeps its events on the device and sends them in batches. No consent, no
// other tabs, no retries but the next interval.

const batchSize = 50;
const interval = 5_000;

export function control(token, host) {
  const prefix = `control_${token}_`;
  const visitor = localStorage.getItem(prefix + 'id') ?? crypto.randomUUID();
  localStorage.setItem(prefix + 'id', visitor);
  const page = { token, distinct_id: '$device:' + visitor, $device_id: visitor, mp_lib: 'web', $lib_version: '1' };
  const segments = [];
  let fresh = [];
  let written = 0;
  let timer;
  let sending = false;

  /** What one task has tracked is written at its end, under keys of its own. */
  function store() {
    for (; fresh.length; fresh = fresh.slice(batchSize)) {
      const segment = { key: prefix + 'q_' + ++written, events: fresh.slice(0, batchSize) };
      localStorage.setItem(segment.key, segment.events.join('\n'));
      segments.push(segment);
    }
    if (segments.reduce((sum, { events }) => sum + events.length, 0) >= batchSize) send();
    timer ??= setTimeout(send, interval);
  }

  function nextBatch() {
    let events = 0;
    const over = segments.findIndex(segment => (events += segment.events.length) > batchSize);
    return over < 0 ? segments.length : over;
  }

  async function send() {
    clearTimeout(timer);
    timer = undefined;
    if (sending) return;
    sending = true;
    try {
      while (segments.length) {
        const count = nextBatch();
        const data = '[' + segments.slice(0, count).flatMap(({ events }) => events) + ']';
        const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
        const body = 'data=' + encodeURIComponent(data);
        const { ok } = await fetch(host + '/track/?verbose=1&ip=0', { method: 'POST', headers, body, credentials: 'omit' });
        if (!ok) break;
        segments.splice(0, count).forEach(({ key }) => localStorage.removeItem(key));
      }
    } catch {}
    sending = false;
    if (segments.length) timer ??= setTimeout(send, interval);
  }

  return {
    visitor,
    track(event, properties) {
      if (!fresh.length) queueMicrotask(store);
      const own = { $insert_id: crypto.randomUUID(), time: Date.now(), $current_url: document.URL };
      fresh.push(JSON.stringify({ event, properties: { ...page, ...properties, ...own } }));
    },
  };
}
