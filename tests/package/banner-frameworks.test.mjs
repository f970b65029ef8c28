// The banner inside React, Vue and Svelte: mounted in the browser, and rendered by a server and
// taken over.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { compilers } from './banner-apps/compile.mjs';
import { press, shown, text } from './support/banner.mjs';
import { project } from './support/environment.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

const apps = fileURLToPath(new URL('banner-apps', import.meta.url));
const packages = fileURLToPath(new URL('../node_modules', import.meta.url));
const guide = new URL('../../docs/banner.md', import.meta.url);
const frameworks = { react: 'jsx', vue: 'js', svelte: 'js' };

/**
 * A project with the applications in it, and nothing but the tarball: the frameworks are found
 * beside the tests.
 */
const applications = project('banner-apps');
cpSync(apps, applications, { recursive: true });

const shared = server => ({
  absWorkingDir: applications, bundle: true, nodePaths: [packages], jsx: 'automatic', logLevel: 'error', plugins: compilers(server),
  define: {
    'process.env.NODE_ENV': '"development"', __VUE_OPTIONS_API__: 'true', __VUE_PROD_DEVTOOLS__: 'false', __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'true',
  },
});

/** The page as a server answers it. */
async function renderedBy(framework) {
  const outfile = join(applications, framework + '-server.cjs');
  const entryPoints = [`${framework}-server.${frameworks[framework]}`];
  await esbuild.build({ ...shared(true), entryPoints, outfile, format: 'cjs', platform: 'node', external: ['consentry', 'consentry/banner'] });
  return createRequire(outfile)(outfile).rendered();
}

/** The application as a browser loads it, with the languages in files of their own. */
async function builtFor(site, framework) {
  const outdir = join(site.folder, framework);
  await esbuild.build({ ...shared(false), entryPoints: [`${framework}.${frameworks[framework]}`], outdir, format: 'esm', splitting: true, platform: 'browser', conditions: ['browser', 'development'] });
  return `/sites/${site.host}/${framework}/${framework}.js`;
}

/** Opens the page. What the framework complains of is kept. */
async function open(site, framework, html) {
  const script = await builtFor(site, framework);
  const before = `globalThis.TOKEN = '${site.token}'; window.complaints = []; window.decisions = [];
    for (const name of ['error', 'warn']) console[name] = (...all) => window.complaints.push(all.map(String).join(' '));
    addEventListener('error', ({ message }) => window.complaints.push(message));`;
  const hydrate = html !== undefined;
  writeFileSync(join(site.folder, 'start.js'), `import { start } from '${script}';
    window.go = () => start(document.getElementById('app'), ${hydrate}, ({ detail }) => window.decisions.push([detail.choice, ...detail.purposes]));
    ${hydrate ? '' : 'go();'}`);
  writeFileSync(join(site.folder, 'before.js'), before);
  const path = site.file('app.html', `<!doctype html><html lang="en"><meta charset="utf-8"><title>shop</title><link rel="icon" href="data:,">
<script src="before.js"></script><div id="app">${html ?? ''}</div><script type="module" src="start.js"></script>`);
  await site.driver.get(site.origin + path);
  await eventually('the application has loaded', () => site.driver.executeScript('return !!window.go'));
}

const state = site => site.driver.executeScript('return { complaints, decisions, choices: document.getElementById("choices").innerText }');

async function decides(site) {
  await eventually('it asks', async () => (await shown(site)) === 'asks');
  assert.deepEqual(await state(site), { complaints: [], decisions: [], choices: '0' });
  await press(site, 'details');
  assert.deepEqual([await text(site, 'purpose-title'), await text(site, 'policy')], ['Analytics', 'Privacy policy']);
  await press(site, 'switch');
  await press(site, 'save');
  await eventually('it was told', async () => (await state(site)).choices === '1');
  // The application has rendered again, which changes nothing.
  assert.equal(await shown(site), 'closed');
  await site.arrival('$opt_in');
  await press(site, 'reopen');
  await press(site, 'refuse');
  await eventually('it was told again', async () => (await state(site)).choices === '2');
  assert.deepEqual(await state(site), { complaints: [], decisions: [['save', 'analytics'], ['refuse']], choices: '2' });
}

test('the guide shows these applications', () => {
  const text = readFileSync(guide, 'utf8');
  for (const name of readdirSync(apps).filter(name => name.startsWith('Privacy.'))) {
    assert.ok(text.includes(readFileSync(join(apps, name), 'utf8').trim()), `docs/banner.md has ${name}`);
  }
});

inEngines((lab, check) => {
  for (const framework of Object.keys(frameworks)) {
    check(`${framework}: it asks, decides, and tells the application`, async () => {
      const site = lab.site();
      await open(site, framework);
      await decides(site);
    });

    check(`${framework}: rendered by a server nothing is seen before it is taken over, and then it works`, async () => {
      const html = await renderedBy(framework);
      assert.match(html, /<consentry-banner [^>]*policy-url="\/privacy"/);
      const site = lab.site();
      await open(site, framework, html);
      // Defined already, and without its client yet.
      assert.equal(await shown(site), 'nothing');
      assert.equal(await site.driver.executeScript('return document.querySelector("consentry-banner").getBoundingClientRect().height'), 0);
      await site.driver.executeScript('window.go()');
      await decides(site);
    });
  }
});
