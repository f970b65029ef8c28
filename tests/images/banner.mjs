// Takes the pictures of docs/banner.md, of the built package: `cargo xtask build`, then
// CONSENTRY_CHROMIUM=chromium node tests/images/banner.mjs [WORD]
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { arabic } from './arabic.mjs';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const [word = ''] = process.argv.slice(2);
const origin = 'https://shop.test';
const types = { '.js': 'text/javascript', '.html': 'text/html; charset=utf-8', '.wasm': 'application/wasm' };

/** Two, that the files stay small. */
const purposes = ['analytics', 'personalization'];

/** Each picture: the window, what the page is like, and what is done before it is taken. */
const pictures = [
  { name: 'asks-1280', width: 1280, height: 720 },
  { name: 'asks-768', width: 768, height: 720, theme: 'dark' },
  { name: 'asks-320', width: 320, height: 568 },
  { name: 'details-768', width: 768, height: 720, run: details },
  { name: 'details-320', width: 320, height: 640, theme: 'dark', run: details },
  { name: 'reopen-768', width: 768, height: 400, run: async page => (await details(page), await page.locator('[part=switch]').first().click(), await page.locator('[part=save]').click()) },
  { name: 'reopened-768', width: 768, height: 720, run: async page => (await page.locator('[part=accept]').click(), await page.locator('[part=reopen]').click()) },
  { name: 'arabic-768', width: 768, height: 720, rtl: true, run: details },
  { name: 'forced-768', width: 768, height: 720, forced: true, theme: 'dark', run: async page => (await details(page), await page.locator('[part=switch]').first().click()) },
  { name: 'modal-1280', width: 1280, height: 720, modal: true },
  { name: 'zoomed-320', width: 320, height: 256 },
];

async function details(page) {
  await page.locator('[part=details]').click();
}

const html = ({ rtl, modal }) => `<!doctype html><html lang="${rtl ? 'ar' : 'en'}" dir="${rtl ? 'rtl' : 'ltr'}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>shop</title>
<style>
  body { margin: 0; font: 16px/1.6 system-ui, sans-serif }
  header { padding: 1rem 6vw; font-weight: 700; border-bottom: 1px solid light-dark(#e3e6eb, #33383f) }
  main { padding: 2rem 6vw; display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 14rem), 1fr)) }
  div { block-size: 11rem; border-radius: 12px; background: light-dark(#eef0f4, #282c33) }
</style>
<header>${rtl ? 'متجر' : 'Little shop'}</header><main>${'<div></div>'.repeat(6)}</main>
<consentry-banner policy-url="/privacy"${modal ? ' modal' : ''}></consentry-banner>
<script type="module">
  import { consentry } from '/pkg/index.js';
  import '/pkg/banner.js';
  const banner = document.querySelector('consentry-banner');
  const options = { apiHost: '${origin}/mixpanel' };
  const purposes = ${JSON.stringify(purposes)};
  const client = consentry('0123456789abcdef0123456789abcdef', { ...options, consent: { purposes } });
  ${rtl ? `banner.texts = ${JSON.stringify(arabic)};` : ''}
  banner.setAttribute('purposes', purposes.join(' '));
  banner.client = client;
</script>`;

const browser = await chromium.launch({ executablePath: process.env.CONSENTRY_CHROMIUM, args: ['--no-sandbox'] });
for (const picture of pictures.filter(({ name }) => name.includes(word))) {
  const { name, width, height, theme = 'light', forced, run } = picture;
  const page = await browser.newPage({
    viewport: { width, height }, colorScheme: theme, forcedColors: forced ? 'active' : 'none', reducedMotion: 'reduce',
  });
  page.on('pageerror', error => console.error(name, error));
  page.on('console', message => console.error(name, message.text()));
  await page.route('**/*', route => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/') return route.fulfill({ body: html(picture), contentType: types['.html'] });
    if (pathname.startsWith('/mixpanel')) return route.fulfill({ body: '1' });
    return route.fulfill({ body: readFileSync(join(repository, pathname)), contentType: types[extname(pathname)] });
  });
  await page.goto(origin + '/');
  await page.locator('[part=panel]').waitFor();
  await run?.(page);
  await page.mouse.move(0, 0);
  const path = join(repository, 'docs', 'images', `banner-${name}.png`);
  const { length } = await page.screenshot({ path });
  console.log(`banner-${name}.png: ${length} bytes`);
  await page.close();
}
await browser.close();
