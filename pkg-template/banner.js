// Defines <consentry-banner>. The English texts are in here; every other language is a file of its
// own, loaded where a page wants it. Each import is written out, because a bundler reads it.
import { define } from './banner/element.js';

define({
  __proto__: null,
  de: () => import('./banner/texts/de.js'),
  es: () => import('./banner/texts/es.js'),
  fr: () => import('./banner/texts/fr.js'),
  it: () => import('./banner/texts/it.js'),
  nl: () => import('./banner/texts/nl.js'),
  pl: () => import('./banner/texts/pl.js'),
  pt: () => import('./banner/texts/pt.js'),
});
