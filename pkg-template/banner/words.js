// The words of the banner: those of the page's language, and what the site says instead.
import en from './texts/en.js';

/** What is there of each language: its words, or `null` while its file is on its way. */
const words = { __proto__: null, en };
/** Who waits for each. */
const waiting = { __proto__: null };

/** The language the page has where the banner stands, or English where there are no texts in it. */
export function languageAt(host, files) {
  const tag = (host.closest('[lang]') ?? document.documentElement).getAttribute('lang') ?? '';
  const [language] = tag.toLowerCase().split('-');
  return language in files ? language : 'en';
}

/**
 * The words of a language, or nothing while its file is on its way, after which `then` is called.
 * A file that cannot be loaded leaves English, in which the visitor can decide as well.
 */
export function wordsIn(language, files, then) {
  if (!(language in words)) {
    words[language] = null;
    waiting[language] = [];
    files[language]()
      .then(file => (words[language] = file.default), () => (words[language] = en))
      .then(() => waiting[language].forEach(tell => tell()));
  }
  if (words[language]) return words[language];
  waiting[language].push(then);
}

/** The language these words are in. */
export const languageOf = (found, language) => (found === en ? 'en' : language);

const textOr = (own, other) => (typeof own === 'string' ? own : other);

/** The words with those of the site in their place; what is no text is left as it was. */
export function replaced(found, own) {
  const all = { purposes: { __proto__: null, ...found.purposes } };
  for (const name of Object.keys(found)) if (name !== 'purposes') all[name] = textOr(own?.[name], found[name]);
  for (const [name, { title, text }] of Object.entries(own?.purposes ?? {})) {
    const before = all.purposes[name];
    all.purposes[name] = { title: textOr(title, before?.title ?? name), text: textOr(text, before?.text) };
  }
  return all;
}

/** What a text can be told from others by, in hexadecimal. It shows another text, and no forgery. */
export const fingerprint = text =>
  [0x01000193, 0x85ebca6b].map(factor => {
    let sum = 0x811c9dc5;
    for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), factor);
    return (sum >>> 0).toString(16).padStart(8, '0');
  }).join('');
