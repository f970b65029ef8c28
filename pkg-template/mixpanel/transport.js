// How requests leave, where a site wants it otherwise than usual.
import { ask } from '../generated/host.js';

/** Old proxies take the records in base64. */
export const base64 = data => btoa(encodeURIComponent(data).replace(/%(..)/g, (_, hex) => String.fromCharCode('0x' + hex)));

export const isJson = config => config.api_payload_format === 'json';

/** Whether a way of sending is the one whose answer nobody hears. */
export const isBeacon = transport => /^sendbeacon$/i.test(transport ?? '');

/** Further parameters of every request. */
export const query = parameters => {
  const all = new URLSearchParams(Object.entries(Object(parameters)).map(([name, value]) => [name, '' + value])).toString();
  return all && '&' + all;
};

/** Sends by what `how` answers: a beacon, or a request with that method. */
export const sender = how => (own, url, body, keepalive, headers, atOnce) => {
  const { way, beacon, method } = how();
  if (beacon && navigator.sendBeacon) {
    const sent = navigator.sendBeacon(url, body);
    if (way) way.sent = sent;
    return Promise.resolve(sent ? [200, '', '1'] : [0, '', '']);
  }
  const noted = answer => {
    if (way) way.words = own.words;
    return answer;
  };
  // Batches are posted whatever the site says.
  if (method !== 'GET' || !atOnce) return ask(own, url, body, keepalive, headers, atOnce).then(noted);
  own.controller = new AbortController();
  const got = fetch(url + '&' + body, { headers, credentials: 'omit', cache: 'no-store', redirect: 'manual', referrerPolicy: 'no-referrer', signal: own.controller.signal });
  return got.then(async response => {
    own.words = response.statusText;
    return noted([response.status, response.headers.get('Retry-After') ?? '', await response.text()]);
  });
};

/** What a callback hears of an answer: the server's number, or with `verbose` what it says. `words` are those of the status. */
export function answerOf(status, body, verbose, words = '') {
  if (status !== 200) return verbose ? { status: 0, httpStatusCode: status, error: 'Bad HTTP status: ' + status + ' ' + words, retryAfter: undefined } : 0;
  if (!verbose) return Number(body);
  return JSON.parse(body);
}
