// An example: what a site's own server does for consent, for Node. See ../server.md.
//
// It keeps nothing and knows nobody: what it answers follows from the headers of the request alone.

/** How much of a record is believed: browsers take no larger cookie. */
const longest = 4_096;

/**
 * Whether the browser asks for Global Privacy Control, for a page that is about to be answered. No
 * cache may hand that page to a visitor whose browser asks for something else.
 */
export function gpc(request, response) {
  response.appendHeader('vary', 'Sec-GPC');
  return request.headers['sec-gpc'] === '1';
}

const isFlag = text => text === '0' || text === '1';

/** Whether it is the record of a decision: JSON that says which, and in which epoch. */
function isRecord(text) {
  try {
    const { status, epoch, library } = JSON.parse(decodeURIComponent(text));
    return /^(granted|denied)$/.test(status) && Number.isSafeInteger(epoch) && /^consentry\//.test(library);
  } catch {
    return false;
  }
}

/** The values of the cookie with this key, as they lie there. Cookies of several domains can share a name. */
function valuesOf(cookies, key) {
  const names = new Set([key, encodeURIComponent(key)]);
  const pairs = cookies.split('; ').map(pair => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);
  return pairs.filter(([name]) => names.has(name));
}

/**
 * The headers `Set-Cookie` that write a decision again as the browser sent it; none where there is
 * nothing to write, or where cookies disagree: the page knows which is newer. Nothing where something
 * is no decision of ours.
 */
function again(cookies, keys, attributes) {
  const found = keys.map(([key, isFit]) => [valuesOf(cookies, key), isFit]);
  if (found.some(([pairs, isFit]) => pairs.some(([, value]) => value.length > longest || !isFit(value)))) return;
  const [, [flags]] = found;
  if (!flags.length || found.some(([pairs]) => pairs.length > 1)) return [];
  return found.flatMap(([pairs]) => pairs).map(([name, value]) => `${name}=${value}; ${attributes}`);
}

/** Whether a page of this very site asks. Browsers that do not say so name the origin at least. */
function isOwn({ headers }) {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  try {
    return new URL(headers.origin).host === headers.host;
  } catch {
    return false;
  }
}

/**
 * Answers `(request, response)` for `node:http`, which is `true` when it was for us: `POST
 * /consent/keep` and `GET /.well-known/gpc.json`. The attributes are those that the client's options
 * say, with `Secure` where the site has TLS. `since` is the day from which the site honors the signal.
 */
export function consent({ token, prefix = '__mp_opt_in_out_', maxAgeDays = 180, attributes = 'Path=/; SameSite=Lax; Secure', since }) {
  // The record first: a flag beside the record of a refusal counts as changed by another tool.
  const keys = [[`consentry_${token}_record`, isRecord], [prefix + token, isFlag]];
  const kept = `${attributes}; Max-Age=${maxAgeDays * 86_400}`;
  return (request, response) => {
    const answer = (code, headers = {}, text) => {
      response.writeHead(code, headers).end(text);
      return true;
    };
    const path = request.url.split('?')[0];
    if (path === '/.well-known/gpc.json')
      return answer(200, { 'content-type': 'application/json' }, JSON.stringify({ gpc: true, lastUpdate: since }));
    if (path !== '/consent/keep') return false;
    if (request.method !== 'POST') return answer(405, { allow: 'POST' });
    if (!isOwn(request)) return answer(403);
    const cookies = again(request.headers.cookie ?? '', keys, kept);
    return cookies ? answer(204, { 'cache-control': 'no-store', 'set-cookie': cookies }) : answer(400);
  };
}
