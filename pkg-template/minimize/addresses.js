// Addresses: what they carry besides the place they lead to.
const inside = /[a-z][a-z\d+.-]{1,15}:\/\/[^\s"'<>]+/gi;
/** A whole value that is an address without its scheme. */
const bare = /^(?:[/?][^\s]*|(?:\/\/)?[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}(?::\d{1,5})?[/?][^\s]*)$/;

const decoded = text => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // not encoded, or not whole
  }
};

/** A text of an address with what was found in it replaced; as it was where nothing was. */
const cleaned = (text, scan) => {
  const readable = decoded(text);
  const said = scan(readable);
  // A lone surrogate cannot be encoded.
  return said === readable ? text : encodeURI(said.replace(/\p{Cs}/gu, '')).replace(/%5B/g, '[').replace(/%5D/g, ']');
};

function shortened(address, found, scan, parameters) {
  const [, start, query] = /^([^?#]*)(?:\?([^#]*))?/.exec(address);
  const [, scheme, host, path] = /^((?:[a-z][a-z\d+.-]*:)?\/\/)?([^/]*)([^]*)$/i.exec(start);
  const at = scheme ? host.lastIndexOf('@') : -1;
  if (at >= 0) found('secret');
  let out = (scheme || '') + (scheme ? host.slice(at + 1) : cleaned(host, scan)) + path.split('/').map(part => cleaned(part, scan)).join('/');
  let cut = address.includes('#');
  const kept = [];
  for (const pair of (query || '').split('&')) {
    const [name] = pair.split('=', 1);
    if (parameters.has(name)) kept.push(name + (pair.length > name.length ? '=' + cleaned(pair.slice(name.length + 1).replace(/\+/g, ' '), scan).replace(/ /g, '+') : ''));
    else if (pair) cut = true;
  }
  if (kept.length) out += '?' + kept.join('&');
  if (cut) found('address');
  return out;
}

/** The text with its addresses shortened, and all else handed to `scan`. */
export function addresses(text, found, scan, parameters) {
  if (bare.test(text)) return shortened(text, found, scan, parameters);
  let out = '';
  let done = 0;
  for (const match of text.matchAll(inside)) {
    out += scan(text.slice(done, match.index)) + shortened(match[0], found, scan, parameters);
    done = match.index + match[0].length;
  }
  return out + scan(text.slice(done));
}
