// The banner's words: the page's language, loaded when it is wanted, and the site's own in their
// place.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { ask, part, press, shown, text } from './support/banner.mjs';
import { installed } from './support/environment.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

const titles = {
  de: 'Ihre Daten, Ihre Entscheidung',
  es: 'Sus datos, su elección',
  fr: 'Vos données, votre choix',
  it: 'I tuoi dati, la tua scelta',
  nl: 'Uw gegevens, uw keuze',
  pl: 'Twoje dane, Twój wybór',
  pt: 'Os seus dados, a sua escolha',
};
const loadedTexts = () => performance.getEntriesByType('resource').map(({ name }) => name).filter(name => name.includes('/texts/')).map(name => name.split('/').pop());
const languageOf = async site => (await part(site, 'panel')).getAttribute('lang');

test('every language says everything, in ASCII that no encoding spoils', async () => {
  const folder = join(installed(), 'banner', 'texts');
  assert.deepEqual(readdirSync(folder).sort(), Object.keys(titles).map(language => language + '.js'));
  const shape = (value, path = '') => (typeof value === 'string' ? [value.trim() ? path : path + ' is empty'] : Object.entries(value).flatMap(([name, one]) => shape(one, `${path}.${name}`)));
  const shapes = [];
  for (const language of Object.keys(titles)) {
    const file = join(folder, language + '.js');
    assert.match(readFileSync(file, 'latin1'), /^[\0-\x7f]*$/);
    const { default: words } = await import(pathToFileURL(file));
    assert.equal(words.title, titles[language]);
    shapes.push(shape(words).sort());
  }
  for (const one of shapes) assert.deepEqual(one, shapes[0]);
  assert.equal(shapes[0].length, 19);
});

inEngines((lab, check) => {
  check("the page's language is loaded, and no other", async () => {
    const site = lab.site();
    await site.open();
    await site.run(() => void (document.documentElement.lang = 'de-AT'));
    await ask(site);
    assert.deepEqual([await text(site, 'title'), await languageOf(site)], [titles.de, 'de']);
    assert.deepEqual(await site.run(loadedTexts), ['de.js']);
    await press(site, 'accept');
    assert.equal(await text(site, 'reopen'), 'Datenschutz-Auswahl');
  });

  check('in English nothing is loaded', async () => {
    const site = lab.site();
    await site.open();
    await ask(site);
    assert.deepEqual([await text(site, 'title'), await languageOf(site)], ['Your privacy, your choice', 'en']);
    assert.deepEqual(await site.run(loadedTexts), []);
  });

  check('a language there is none of is answered in English, which is said to be English', async () => {
    const site = lab.site();
    await site.open();
    await ask(site, { attributes: { lang: 'ja' } });
    assert.deepEqual([await text(site, 'accept'), await languageOf(site)], ['Accept', 'en']);
  });

  check('each language, as the attribute changes; the switches stay as they are', async () => {
    const site = lab.site();
    await site.open();
    await ask(site);
    await press(site, 'details');
    await press(site, 'switch');
    for (const [language, title] of Object.entries(titles)) {
      await site.run((page, language) => page.banner.setAttribute('lang', language), language);
      await eventually(`it speaks ${language}`, async () => (await text(site, 'title')) === title);
      assert.deepEqual([await languageOf(site), await (await part(site, 'switch')).isSelected()], [language, true]);
    }
  });

  check('a file that cannot be loaded leaves English', async () => {
    const site = lab.site();
    const entry = site.file('banner.js', readFileSync(join(installed(), 'banner.js'), 'utf8'));
    await site.open();
    await site.run(async (page, entry) => {
      await import(entry); // there are no languages beside it
      page.banner = document.createElement('consentry-banner');
      page.banner.lang = 'fr';
      page.banner.client = page.start();
      document.body.append(page.banner);
    }, entry);
    await eventually('it asks', async () => (await shown(site)) === 'asks');
    assert.deepEqual([await text(site, 'accept'), await languageOf(site)], ['Accept', 'en']);
  });

  check("a site's words stand in the place of ours, and its purposes have names", async () => {
    const site = lab.site();
    await site.open();
    await ask(site, {
      attributes: { purposes: 'analytics surveys' },
      texts: { title: 'Cookies?', accept: '', purposes: { analytics: { title: 'Counting' }, surveys: { title: 'Surveys', text: 'We ask how it was.' } } },
    });
    await press(site, 'details');
    assert.deepEqual([await text(site, 'title'), await text(site, 'refuse'), await text(site, 'accept')], ['Cookies?', 'Refuse', '']);
    assert.deepEqual(await Promise.all([0, 1].map(at => text(site, 'purpose-title', at))), ['Counting', 'Surveys']);
    assert.deepEqual(await Promise.all([0, 1].map(at => text(site, 'purpose-text', at))), ['Counts visits and what is used, to understand and improve this site.', 'We ask how it was.']);
    // The same words again, in another object, as frameworks pass them: nothing is made anew.
    const same = await site.run(page => {
      const before = page.banner.shadowRoot.querySelector('dialog');
      page.banner.texts = structuredClone(page.banner.texts);
      return before === page.banner.shadowRoot.querySelector('dialog');
    });
    assert.equal(same, true);
  });

  check('words are words: markup in them is shown as it is', async () => {
    const site = lab.site();
    await site.open();
    await ask(site, { texts: { text: '<img src=x onerror=alert(1)> & <b>' } });
    assert.equal(await text(site, 'text'), '<img src=x onerror=alert(1)> & <b>');
  });
});
