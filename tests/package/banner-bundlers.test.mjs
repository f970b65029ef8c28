// Bundlers keep the import for its effect, and the languages in files of their own.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import * as esbuild from 'esbuild';
import { rollup } from 'rollup';
import * as vite from 'vite';
import webpack from 'webpack';
import { press, shown, text } from './support/banner.mjs';
import { installed, project } from './support/environment.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

const require = createRequire(import.meta.url);
const run = promisify(execFile);

const page = script => `<!doctype html><html lang="de"><meta charset="utf-8"><title>shop</title><link rel="icon" href="data:,"><body>
<script type="module" src="${script}"></script>`;

/**
 * Each builds `main.js` of a project into a folder, for pages with modules, and answers the name of
 * the file to load; some build the page.
 */
const bundlers = {
  async esbuild(root, outdir) {
    await esbuild.build({ entryPoints: [join(root, 'main.js')], outdir, bundle: true, minify: true, format: 'esm', splitting: true, logLevel: 'error' });
    return 'main.js';
  },
  async vite(root, outDir) {
    writeFileSync(join(root, 'index.html'), page('/main.js'));
    await vite.build({ root, base: './', configFile: false, logLevel: 'error', build: { outDir, emptyOutDir: true } });
    return 'assets/' + readdirSync(join(outDir, 'assets')).find(name => name.startsWith('index'));
  },
  async rollup(root, dir) {
    const bundle = await rollup({ input: join(root, 'main.js'), plugins: [nodeResolve({ browser: true })] });
    await bundle.write({ dir, format: 'esm' });
    return 'main.js';
  },
  async webpack(root, path) {
    const compiler = webpack({ mode: 'production', context: root, entry: './main.js', output: { path, filename: 'main.js', publicPath: 'auto' } });
    const stats = await new Promise((resolve, reject) => compiler.run((error, stats) => (error ? reject(error) : resolve(stats))));
    await new Promise(resolve => compiler.close(resolve));
    assert.ok(!stats.hasErrors(), stats.toString('errors-only'));
    return 'main.js';
  },
  async parcel(root, outDir) {
    writeFileSync(join(root, 'index.html'), page('main.js'));
    const options = ['--dist-dir', outDir, '--public-url', './', '--cache-dir', join(root, 'cache'), '--no-cache', '--no-source-maps', '--log-level=error'];
    await run('node', [require.resolve('parcel/lib/bin.js'), 'build', 'index.html', ...options], { cwd: root });
    return /src="?([^" >]+)/.exec(readFileSync(join(outDir, 'index.html'), 'utf8'))[1];
  },
};

const main = token => `
  import { consentry } from 'consentry';
  import 'consentry/banner';
  const banner = document.createElement('consentry-banner');
  banner.client = consentry('${token}', { batch: { flushIntervalMs: 100 } });
  document.body.append(banner);`;

test('with one language it weighs less than 8 kB', async () => {
  const { brotliCompressSync } = await import('node:zlib');
  const root = project('banner-size');
  writeFileSync(join(root, 'main.js'), "import 'consentry/banner';");
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(root, 'main.js')], outdir: root, bundle: true, minify: true, format: 'esm', splitting: true, write: false, logLevel: 'error',
  });
  const whole = outputFiles.find(({ path }) => path.endsWith('/main.js')).contents;
  const another = readFileSync(join(installed(), 'banner', 'texts', 'pl.js'));
  const [size, texts] = [whole, another].map(bytes => brotliCompressSync(bytes).length);
  assert.ok(size > 4_000 && size + texts < 8_000, `${size} with English, ${texts} for Polish`);
});

inEngines((lab, check) => {
  for (const [name, bundle] of Object.entries(bundlers)) {
    check(`${name}: it asks in the language of the page, of which alone the texts are loaded`, async () => {
      const site = lab.site();
      const root = project('banner-' + name);
      writeFileSync(join(root, 'main.js'), main(site.token));
      const entry = await bundle(root, join(site.folder, 'out'));
      const code = readFileSync(join(site.folder, 'out', entry), 'utf8');
      assert.ok(code.includes('Your privacy, your choice'));
      assert.ok(!code.includes('Twoje dane'), 'the languages are elsewhere');
      if (!existsSync(join(site.folder, 'out', 'index.html'))) site.file('out/index.html', page(entry));
      await site.driver.get(`${site.origin}/sites/${site.host}/out/index.html`);
      await eventually('it asks', async () => (await shown(site)) === 'asks');
      assert.equal(await text(site, 'title'), 'Ihre Daten, Ihre Entscheidung');
      // The client, the banner and one language, whatever the bundler shares between them.
      const loaded = await site.driver.executeScript('return performance.getEntriesByType("resource").map(one => one.name).filter(name => name.includes("/out/")).length');
      assert.ok(loaded <= 5, `${loaded} files`);
      await press(site, 'accept');
      await site.arrival('$opt_in');
    });
  }

  check('as one classic script it has all languages inside', async () => {
    const site = lab.site();
    const root = project('banner-classic');
    writeFileSync(join(root, 'main.js'), main(site.token));
    await esbuild.build({ entryPoints: [join(root, 'main.js')], outfile: join(site.folder, 'main.js'), bundle: true, minify: true, logLevel: 'error' });
    const path = site.file('index.html', '<!doctype html><html lang="fr"><title>shop</title><link rel="icon" href="data:,"><body><script src="main.js"></script>');
    await site.driver.get(site.origin + path);
    await eventually('it asks', async () => (await shown(site)) === 'asks');
    assert.equal(await text(site, 'text'), 'Pouvons-nous recueillir des données sur votre utilisation de ce site ? Rien n’est recueilli sans votre accord. Vous pouvez changer d’avis à tout moment.');
  });
}, ['chromium']);
