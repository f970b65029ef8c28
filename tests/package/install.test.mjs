// The packed package as programs, bundlers and pages take it up. Every project is empty but for the
// tarball.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'vite';
import { noSynchronousCompilation } from './support/before.mjs';
import { given, project } from './support/environment.mjs';
import { inEngines } from './support/lab.mjs';

const deadline = 45_000;
const samples = fileURLToPath(new URL('types-sample', import.meta.url));
const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
const run = promisify(execFile);

/** A test in a project of its own, that stays when the test fails. */
function inProject(name, type, use) {
  test(name, { timeout: deadline }, async t => {
    const root = project('install', type);
    try {
      await use({
        root,
        file: (path, text) => writeFileSync(join(root, path), text),
        /**
         * Runs node and answers what the program printed, as JSON. It has to end by itself and
         * without a warning.
         */
        async node(path, ...flags) {
          const { stdout, stderr } = await run('node', [...flags, path], { cwd: root, timeout: 20_000 });
          assert.equal(stderr, '');
          return JSON.parse(stdout);
        },
      });
    } catch (error) {
      t.diagnostic(`kept for a look: ${root}`);
      throw error;
    }
    rmSync(root, { recursive: true });
  });
}

/** What a server does with the package. It stands behind the lines that import. */
const serve = `
  const codeOf = action => {
    try {
      action();
    } catch (error) {
      return [error instanceof Error, error.name, error.code, error.about];
    }
  };
  async function serve(consentry) {
    const told = [];
    const client = consentry('token', { onError: error => told.push(error.code), consent: { default: 'granted', beforeDecision: 'hold' } });
    const stop = client.onConsentChange(() => {});
    const ready = await client.ready;
    client.track('Event', { a: 1 });
    client.identify('user');
    client.register({ a: 1 });
    client.registerOnce({ a: 1 });
    client.unregister('a');
    client.people.set({ a: 1 });
    client.people.increment('a');
    client.group('company', 'acme').set({ a: 1 });
    const statuses = [client.optIn().status, client.optOut().status, client.resetConsent().status];
    const deleted = await client.optOut({ deleteProfile: true }).deleted;
    client.reset();
    stop();
    return {
      ready, statuses, deleted, told,
      flushed: await client.flush(),
      persisted: client.consent.persisted,
      distinctId: String(client.distinctId),
      errors: [codeOf(() => consentry('')), codeOf(() => consentry('token', { residency: 'mars' })), codeOf(() => consentry('token', { reginal: 1 }))],
    };
  }`;

const served = {
  ready: false,
  statuses: ['granted', 'denied', 'granted'],
  deleted: false,
  told: [],
  flushed: { sent: 0, dropped: 0, pending: 0 },
  persisted: false,
  distinctId: 'undefined',
  errors: [
    [true, 'ConsentryError', 'invalid_token', null],
    [true, 'ConsentryError', 'invalid_option', 'residency'],
    [true, 'ConsentryError', 'unknown_option', 'reginal'],
  ],
};

const entries = ['consentry', 'consentry/slim', 'consentry/residency', 'consentry/requests', 'consentry/mixpanel', 'consentry/hash', 'consentry/banner', 'consentry/cmp', 'consentry/minimize'];
/** The methods of the drop-in that are exports too. */
const ofDropIn = ('add_group add_hook alias clear_opt_in_out_tracking disable enable flush get_api_host get_config get_distinct_id get_group ' +
  'get_property get_session_recording_properties get_session_replay_url get_tab_id has_opted_in_tracking has_opted_out_tracking identify init ' +
  'is_recording_heatmap_data name_tag opt_in_tracking opt_out_tracking pause_session_recording people push register register_once remove_group ' +
  'remove_hook report_error reset resume_session_recording set_config set_group start_batch_senders start_session_recording stop_batch_senders ' +
  'stop_session_recording time_event track track_forms track_links track_pageview track_with_groups unregister').split(' ');
const exported = [['consentry'], ['consentry', 'init'], ['residencyUrls'], ['RequestsError', 'createRequests', 'deadline'], ['default', ...ofDropIn].sort(), ['hashId'], [],
  ['c15t', 'consentMode', 'cookiebot', 'cookieconsent', 'didomi', 'generic', 'gpp', 'klaro', 'oneTrust', 'tcf', 'usercentrics'], ['minimize']];

inProject('node imports every entry', 'module', async ({ file, node }) => {
  file('main.mjs', `
    const entries = await Promise.all(${JSON.stringify(entries)}.map(entry => import(entry)));
    console.log(JSON.stringify(entries.map(entry => Object.keys(entry).sort())));`);
  assert.deepEqual(await node('main.mjs'), exported);
});

inProject('on a server, adapters of consent managers do nothing, and keep no process', 'module', async ({ file, node }) => {
  file('main.mjs', `
    const { consentry } = await import('consentry');
    const client = consentry('token', { consent: { default: 'denied' } });
    const detached = Object.values(await import('consentry/cmp')).map(adapter => typeof adapter(client, { read: () => true })());
    console.log(JSON.stringify([new Set(detached).size, client.consent.status]));`);
  assert.deepEqual(await node('main.mjs'), [1, 'denied']);
});

inProject('on a server whose programs put a document and a window there, it is a server all the same', 'module', async ({ file, node }) => {
  file('main.mjs', `
    globalThis.window = globalThis;
    globalThis.document = { createElement: () => ({}), cookie: '' };
    globalThis.localStorage = { getItem: () => null, setItem() {}, removeItem() {} };
    const { consentry } = await import('consentry');
    ${serve}
    console.log(JSON.stringify(await serve(consentry)));`);
  assert.deepEqual(await node('main.mjs'), served);
});

for (const there of ['HTMLElement', 'customElements']) {
  inProject(`the banner on a server whose programs put ${there} there defines nothing`, 'module', async ({ file, node }) => {
    file('main.mjs', `
      globalThis.${there} = class { static get() { throw new Error('asked'); } };
      const banner = await import('consentry/banner');
      console.log(JSON.stringify(Object.keys(banner)));`);
    assert.deepEqual(await node('main.mjs'), []);
  });
}

inProject('where Node plays a page, for tests, the process ends once the client is closed', 'module', async ({ file, node }) => {
  file('main.mjs', `
    class Document { get cookie() { return ''; } set cookie(_) {} }
    Object.assign(globalThis, { Document, document: new Document(), window: globalThis });
    const kept = new Map();
    const localStorage = { get length() { return kept.size; }, key: at => [...kept.keys()][at], getItem: key => kept.get(key) ?? null,
      setItem: (key, value) => kept.set(key, value), removeItem: key => kept.delete(key) };
    Object.defineProperty(globalThis, 'localStorage', { value: localStorage });
    const { consentry } = await import('consentry');
    const told = [];
    const client = consentry('token', { onError: error => told.push(error.code), apiHost: 'https://shop.invalid', consent: { default: 'granted' } });
    const ready = await client.ready;
    await new Promise(resolve => setTimeout(resolve, 10)); // it listens by now
    client.track('Seen');
    client.close();
    console.log(JSON.stringify({ ready, told, kept: [...kept.keys()].filter(key => key.includes('_q_')).length }));`);
  assert.deepEqual(await node('main.mjs'), { ready: true, told: [], kept: 1 });
});

inProject('node requires every entry', 'commonjs', async ({ file, node }) => {
  file('main.js', `
    const names = entry => Object.entries(Object.getOwnPropertyDescriptors(require(entry))).filter(([, one]) => one.enumerable).map(([name]) => name);
    console.log(JSON.stringify(${JSON.stringify(entries)}.map(entry => names(entry).sort())));`);
  // What `require` gives of the drop-in is its instance.
  const instance = ['default', ...ofDropIn, 'toString', '__SV', '_i'].sort();
  assert.deepEqual(await node('main.js'), exported.with(entries.indexOf('consentry/mixpanel'), instance));
});

inProject('residencyUrls knows the hosts of each region, and nothing of others', 'module', async ({ file, node }) => {
  file('main.mjs', `
    import { residencyUrls } from 'consentry/residency';
    const others = ['', 'EU', 'mars', 'constructor', 'toString', '__proto__', undefined, null];
    console.log(JSON.stringify({ us: residencyUrls('us'), eu: residencyUrls('eu'), in: residencyUrls('in'), others: others.filter(one => residencyUrls(one) !== undefined) }));`);
  const { us, eu, in: india, others } = await node('main.mjs');
  assert.deepEqual(eu, {
    browserIngestion: 'https://api-eu.mixpanel.com',
    ingestion: 'https://api-eu.mixpanel.com',
    query: 'https://eu.mixpanel.com/api/query',
    rawExport: 'https://data-eu.mixpanel.com/api/2.0/export',
    pipelines: 'https://data-eu.mixpanel.com/api/2.0/nessie',
    lexiconSchemas: 'https://eu.mixpanel.com/api/app/projects',
    connectors: 'https://eu.mixpanel.com/api/app/projects',
    gdpr: 'https://eu.mixpanel.com/api/app',
  });
  assert.deepEqual([us.browserIngestion, us.ingestion, us.query], ['https://api-js.mixpanel.com', 'https://api.mixpanel.com', 'https://mixpanel.com/api/query']);
  assert.deepEqual([india.browserIngestion, india.gdpr], ['https://api-in.mixpanel.com', 'https://in.mixpanel.com/api/app']);
  assert.deepEqual(others, []);
});

for (const entry of ['consentry', 'consentry/slim']) {
  inProject(`${entry}: on a server the import touches no window, and a client is inert`, 'module', async ({ file, node }) => {
    // Names a browser has. Storage on a server would be shared by all its visitors; asking the
    // navigator for a signal is harmless.
    file('before.mjs', `
      export const touched = [];
      const names = ['window', 'self', 'navigator', 'location', 'localStorage', 'sessionStorage', 'fetch', 'addEventListener', 'BroadcastChannel', 'screen',
        'setTimeout', 'setInterval'];
      for (const name of names) {
        const real = globalThis[name];
        Object.defineProperty(globalThis, name, { configurable: true, get: () => (touched.push(name), real) });
      }`);
    file('main.mjs', `
      import { touched } from './before.mjs';
      import { consentry } from '${entry}';
      ${serve}
      const imported = [...touched];
      console.log(JSON.stringify({ imported, ...(await serve(consentry)), touched: [...new Set(touched)].filter(name => name !== 'navigator') }));`);
    // Node itself warns when its localStorage is looked at without a file.
    assert.deepEqual(await node('main.mjs', '--no-warnings'), { imported: [], ...served, touched: [] });
  });

  inProject(`${entry}: a client on a server is inert in CommonJS`, 'commonjs', async ({ file, node }) => {
    file('main.js', `
      const { consentry } = require('${entry}');
      ${serve}
      serve(consentry).then(answer => console.log(JSON.stringify(answer)));`);
    assert.deepEqual(await node('main.js'), served);
  });
}

inProject('the tarball holds what the exports map names, what npm and lawyers want, and nothing else', 'module', async ({ root, file, node }) => {
  const at = join(root, 'node_modules', 'consentry');
  const { exports: map, types, main, module, scripts, dependencies } = JSON.parse(readFileSync(join(at, 'package.json')));
  const targets = one => (typeof one === 'string' ? [one] : Object.values(one).flatMap(targets));
  const named = [...new Set(targets(map))].map(path => path.replace('./', ''));
  assert.deepEqual(named.filter(path => !existsSync(join(at, path))), []);
  const packed = execFileSync('tar', ['-tzf', given('CONSENTRY_TARBALL')], { encoding: 'utf8' }).trim().split('\n').map(path => path.replace('package/', ''));
  const texts = ['de', 'es', 'fr', 'it', 'nl', 'pl', 'pt'].map(language => `banner/texts/${language}.js`);
  const wanted = [...named, ...texts, 'names.d.ts', 'README.md', 'CHANGELOG.md', 'LICENSE-APACHE', 'LICENSE-MIT'];
  assert.deepEqual(packed.sort(), [...new Set(wanted)].sort());
  assert.deepEqual([scripts, dependencies], [undefined, undefined]);
  for (const path of [types, main, module].filter(Boolean)) assert.ok(existsSync(join(at, path)), path);
  // Nothing installed beside it, and no path of the machine that built it.
  assert.deepEqual(readdirSync(join(root, 'node_modules')).filter(name => !name.startsWith('.')), ['consentry']);
  const repository = dirname(dirname(fileURLToPath(new URL('..', import.meta.url))));
  const telling = packed.filter(path => /sourceMappingURL|\/\.(cargo|rustup)\//.test(readFileSync(join(at, path), 'latin1')) || readFileSync(join(at, path)).includes(repository + '/'));
  assert.deepEqual(telling, []);
  file('main.mjs', `
    import { createRequire } from 'node:module';
    const require = createRequire(import.meta.url);
    const reach = entry => ['import', 'require'].map(way => {
      try {
        return (way === 'import' ? import.meta.resolve(entry) : require.resolve(entry)).split('/node_modules/consentry/').pop();
      } catch (error) {
        return error.code;
      }
    });
    const entries = ['consentry', 'consentry/slim', 'consentry/residency', 'consentry/mixpanel', 'consentry/consentry.wasm', 'consentry/package.json', 'consentry/index.js'];
    console.log(JSON.stringify(entries.map(reach)));`);
  assert.deepEqual(await node('main.mjs'), [
    ['index.js', 'index.cjs'],
    ['slim.js', 'slim.cjs'],
    ['residency.js', 'residency.cjs'],
    ['mixpanel.js', 'mixpanel.cjs'],
    ['consentry.wasm', 'consentry.wasm'],
    ['package.json', 'package.json'],
    ['ERR_PACKAGE_PATH_NOT_EXPORTED', 'ERR_PACKAGE_PATH_NOT_EXPORTED'],
  ]);
});

for (const [resolution, module] of [['nodenext', 'nodenext'], ['bundler', 'esnext']]) {
  inProject(`TypeScript, ${resolution}: every API has its type, and what is wrong does not compile`, 'module', async ({ root }) => {
    // A bundler's project has no files that `require`.
    const files = readdirSync(samples).filter(name => resolution === 'nodenext' || name.endsWith('.ts'));
    for (const name of files) cpSync(join(samples, name), join(root, name));
    const options = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--target', 'es2022', '--lib', 'es2022,dom',
      '--types', '', '--module', module, '--moduleResolution', resolution, '--skipLibCheck', 'false'];
    const complaints = await run('node', [tsc, ...options, ...files], { cwd: root, timeout: 30_000 }).then(() => '', error => error.stdout || String(error));
    assert.equal(complaints, '');
  });
}

/** Compilation takes this long, so that a call before it has another time than a call after. */
function slowCompilation() {
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (...rest) => {
    await new Promise(resolve => setTimeout(resolve, 700));
    return instantiate(...rest);
  };
}

/** When a record says it happened, in milliseconds. */
const timeOf = ({ properties: { time } }) => (time > 1e11 ? time : time * 1000);

/** The calls of a page that does not wait. Answers when it made them. */
const early = async page => {
  const client = page.start({ batch: { flushIntervalMs: 100 } });
  client.track('Before the decision');
  const said = [client.distinctId, client.consent.status];
  client.optIn({ via: 'banner' });
  client.register({ plan: 'pro' });
  client.track('One', { number: 1 });
  client.unregister('plan');
  client.track('Two', { number: 2 });
  return { at: Date.now(), said };
};

/** The early calls arrived, in order and with their time. */
async function cameEarly(site, at) {
  await site.arrival('$opt_in', 'One', 'Two');
  await site.settled();
  const records = await site.records('track');
  assert.deepEqual(records.map(({ event }) => event), ['$opt_in', 'One', 'Two']);
  const [optIn, one, two] = records;
  assert.deepEqual([one.properties.plan, one.properties.number, two.properties.plan, two.properties.number], ['pro', 1, undefined, 2]);
  for (const record of [one, two]) assert.ok(Math.abs(timeOf(record) - at) < 500, `${record.event} is ${timeOf(record) - at} ms off`);
  assert.ok(timeOf(optIn) - at < 500, `$opt_in is ${timeOf(optIn) - at} ms off`);
  const { status, via, decidedAt } = await site.run(page => page.client.consent);
  assert.deepEqual([status, via], ['granted', 'banner']);
  assert.ok(Math.abs(decidedAt - at) < 500);
  assert.deepEqual((await site.requests()).flatMap(({ problems, warnings }) => [...problems, ...warnings]), []);
  assert.deepEqual(await site.run(page => page.errors), []);
}

inEngines((lab, check) => {
  /** Opens a built or plain page of the site and decides there by a button. */
  async function decides(site, path, event) {
    await lab.driver.get(site.origin + path);
    await lab.driver.executeAsyncScript('const done = arguments[0]; addEventListener("settled", () => done()); document.documentElement.dataset.ready && done();');
    assert.deepEqual(await site.requests(), []);
    assert.equal(await lab.driver.executeScript('return localStorage.length'), 0);
    await lab.driver.executeScript('document.querySelector("button").click()');
    await site.arrival('$opt_in', event);
    const requests = await site.requests();
    assert.deepEqual(requests.flatMap(({ problems, warnings }) => [...problems, ...warnings]), []);
    assert.deepEqual([...new Set(requests.map(({ host }) => host))], ['api-eu.mixpanel.com']);
  }

  const html = script => `<!doctype html><html lang="en"><meta charset="utf-8"><title>shop</title><link rel="icon" href="data:,"><button>Accept</button>
<script type="module"${script}</script>`;
  const code = (site, event) => `
    const client = consentry('${site.token}', { residency: 'eu', batch: { flushIntervalMs: 100 } });
    document.querySelector('button').addEventListener('click', () => {
      client.optIn();
      client.track('${event}');
    });
    client.ready.then(ready => {
      document.documentElement.dataset.ready = ready;
      dispatchEvent(new Event('settled'));
    });`;

  /** Builds this program with vite into the site. */
  async function built(site, program) {
    const root = project('vite');
    writeFileSync(join(root, 'index.html'), html(' src="/main.js">'));
    writeFileSync(join(root, 'main.js'), program);
    const outDir = join(site.folder, 'dist');
    await build({ root, base: './', configFile: false, logLevel: 'error', build: { outDir, emptyOutDir: true } }).catch(error => {
      throw new Error(`vite could not build ${root}`, { cause: error });
    });
    rmSync(root, { recursive: true });
    return { path: `/sites/${site.host}/dist/index.html`, files: readdirSync(join(outDir, 'assets')) };
  }

  check('vite: a production build works', async () => {
    const site = lab.site();
    const { path, files } = await built(site, `import { consentry } from 'consentry'; ${code(site, 'Bundled')}`);
    assert.deepEqual(files.map(name => name.split('.').pop()), ['js']);
    await decides(site, path, 'Bundled');
  });

  check('vite: the slim entry with the wasm as an asset works', async () => {
    const site = lab.site();
    const { path, files } = await built(site, `
      import { consentry, init } from 'consentry/slim';
      import wasm from 'consentry/consentry.wasm?url';
      init(wasm);
      ${code(site, 'Bundled slim')}`);
    assert.deepEqual(files.map(name => name.split('.').pop()).sort(), ['js', 'wasm']);
    await decides(site, path, 'Bundled slim');
  });

  check('a plain <script type="module"> works', async () => {
    const site = lab.site();
    await decides(site, site.file('plain.html', html(`>import { consentry } from '/pkg/index.js'; ${code(site, 'Plain')}`)), 'Plain');
  });

  for (const [name, source] of [
    ['an address', () => '/pkg/consentry.wasm'],
    ['a URL', () => new URL('/pkg/consentry.wasm', location)],
    ['a promise of a response', () => fetch('/pkg/consentry.wasm')],
    ['a response', async () => await fetch('/pkg/consentry.wasm')],
    ['an ArrayBuffer', async () => (await fetch('/pkg/consentry.wasm')).arrayBuffer()],
    ['bytes', async () => new Uint8Array(await (await fetch('/pkg/consentry.wasm')).arrayBuffer())],
    ['a module', async () => WebAssembly.compile(await (await fetch('/pkg/consentry.wasm')).arrayBuffer())],
  ]) {
    check(`slim: init takes ${name}`, async () => {
      const site = lab.site();
      await site.open({ entry: '/pkg/slim.js' });
      const given = site.file('source.js', `export default ${source};\n`);
      const answers = await site.run(async (page, given) => {
        const { default: source } = await import(given);
        const started = await page.rest.init(await source());
        page.start({ batch: { flushIntervalMs: 100 } });
        page.client.optIn();
        page.client.track('Slim');
        return [started, await page.client.ready, await page.rest.init(await source())];
      }, given);
      assert.deepEqual(answers, [true, true, true]);
      await site.arrival('$opt_in', 'Slim');
      assert.deepEqual(await site.run(page => page.errors), []);
    });
  }

  check('slim: what cannot be started rejects with a code, and can be tried again', async () => {
    const site = lab.site();
    await site.open({ entry: '/pkg/slim.js' });
    const failures = await site.run(async page => {
      page.start({ batch: { flushIntervalMs: 100 } });
      page.client.optIn();
      page.client.track('Patient');
      page.settled = false;
      page.client.ready.then(() => (page.settled = true));
      const of = source => page.rest.init(source).then(() => 'started', ({ name, code, cause }) => `${name} ${code} ${cause instanceof Error}`);
      const failed = [];
      for (const source of ['/pkg/nothing.wasm', 'https://:', new Uint8Array([1, 2, 3]), undefined, Promise.reject(new Error('offline'))]) failed.push(await of(source));
      return { failed, settled: page.settled, errors: page.errors };
    });
    assert.deepEqual(failures, { failed: Array(5).fill('ConsentryError init_failed true'), settled: true, errors: [] }, 'it is not waited for for ever');
    await site.settled();
    assert.deepEqual(await site.requests(), []);
    assert.deepEqual(await site.run(async page => [await page.rest.init('/pkg/consentry.wasm'), await page.client.ready]), [true, false]);
    assert.deepEqual((await site.arrival('$opt_in', 'Patient')).sort(), ['$opt_in', 'Patient']);
  });

  check('slim: the wasm of another build is refused', async () => {
    const site = lab.site();
    await site.open({ entry: '/pkg/slim.js' });
    const answers = await site.run(async page => {
      const own = new Uint8Array(await (await fetch('/pkg/consentry.wasm')).arrayBuffer());
      const other = own.slice();
      const [hash] = WebAssembly.Module.customSections(await WebAssembly.compile(own), 'build_id');
      const id = new Uint8Array(hash).join();
      const at = own.findIndex((_, at) => own.subarray(at, at + hash.byteLength).join() === id);
      other[at + hash.byteLength - 1] ^= 1;
      const of = source => page.rest.init(source).then(() => 'started', ({ code, cause }) => code + ': ' + cause.message);
      return [WebAssembly.validate(other), await of(other), await of(await WebAssembly.compile(other)), await of(own)];
    });
    const refused = 'init_failed: this wasm is of another build';
    assert.deepEqual(answers, [true, refused, refused, 'started']);
  });

  check('slim: two calls of init at once start it once', async () => {
    const site = lab.site();
    await site.open({ entry: '/pkg/slim.js' });
    const answers = await site.run(async page => {
      page.start({ batch: { flushIntervalMs: 100 } });
      page.client.optIn({ event: false });
      const started = await Promise.all([page.rest.init('/pkg/consentry.wasm'), page.rest.init('/pkg/consentry.wasm')]);
      page.client.track('Once');
      return started;
    });
    assert.deepEqual(answers, [true, true]);
    assert.deepEqual(await site.arrival('Once'), ['Once']);
    assert.deepEqual(await site.run(page => page.errors), []);
  });

  check('slim: init again and again, and one that fails, leave every client as it is', async () => {
    const site = lab.site();
    await site.open({ entry: '/pkg/slim.js' });
    const states = await site.run(async page => {
      await page.rest.init('/pkg/consentry.wasm');
      page.start();
      page.client.optIn({ event: false });
      const before = page.client.distinctId;
      for (let again = 0; again < 3; again++) await page.rest.init('/pkg/consentry.wasm');
      await page.rest.init('/no.wasm').catch(() => {});
      await page.rest.init('/pkg/consentry.wasm');
      page.client.register({ plan: 'pro' });
      const { status } = page.client.optOut();
      return [status, page.client.distinctId !== before];
    });
    assert.deepEqual(states, ['denied', true]);
  });

  check('slim: a client made before init keeps its calls, with their time', async () => {
    const site = lab.site();
    await site.open({ entry: '/pkg/slim.js' });
    const { at, said } = await site.run(early);
    assert.deepEqual(said, [null, 'pending']);
    await site.settled(700);
    assert.deepEqual(await site.requests(), []);
    await site.run(page => page.rest.init('/pkg/consentry.wasm'));
    await cameEarly(site, at);
  });

  check('compiled asynchronously: early calls are kept in order, with their time, and sent', async () => {
    const site = lab.site();
    await site.open({ before: [noSynchronousCompilation, slowCompilation] });
    const { at, said } = await site.run(early);
    assert.deepEqual(said, [null, 'pending']);
    assert.equal(await site.run(page => page.client.ready), true);
    await cameEarly(site, at);
  });

  check('compiled asynchronously: an early flush and an early deletion are answered', async () => {
    const site = lab.site();
    await site.open({ before: [noSynchronousCompilation, slowCompilation] });
    const answers = await site.run(async page => {
      const client = page.start();
      client.optIn({ event: false });
      client.track('Early');
      const flushed = await client.flush();
      return [flushed, await client.optOut({ deleteProfile: true }).deleted];
    });
    assert.deepEqual(answers[0], { sent: 1, dropped: 0, pending: 0 });
    assert.equal(typeof answers[1], 'boolean');
  });

  for (const [name, open] of [
    ['compiled asynchronously', { before: [noSynchronousCompilation, slowCompilation] }],
    ['slim before init', { entry: '/pkg/slim.js' }],
  ]) {
    check(`${name}: an early denial is kept at once, and nothing that was called before it is sent`, async () => {
      const site = lab.site();
      await site.open(open);
      const told = await site.run(page => {
        const client = page.start({ batch: { flushIntervalMs: 100 } });
        client.optIn();
        client.track('Withdrawn');
        const { status, source, persisted } = client.optOut({ via: 'banner' });
        client.track('Denied');
        return { status, source, persisted, kept: localStorage.getItem('__mp_opt_in_out_' + page.token), id: client.distinctId };
      });
      assert.deepEqual(told, { status: 'denied', source: 'visitor', persisted: true, kept: '0' });
      const after = await site.run(async page => {
        await page.rest.init?.('/pkg/consentry.wasm');
        return [await page.client.ready, page.client.consent.status, localStorage.getItem('__mp_opt_in_out_' + page.token)];
      });
      assert.deepEqual(after, [true, 'denied', '0']);
      await site.settled();
      assert.deepEqual(await site.requests(), []);
      assert.deepEqual(await site.run(page => page.changes.map(({ after }) => after)), ['granted', 'denied']);
      await site.reload();
      await site.start();
      await site.run(async page => void (await page.rest.init?.('/pkg/consentry.wasm'), await page.client.ready));
      assert.equal(await site.run(page => page.client.consent.status), 'denied');
    });

    check(`${name}: a change of mind before it runs holds`, async () => {
      const site = lab.site();
      await site.open(open);
      await site.run(async page => {
        const client = page.start({ batch: { flushIntervalMs: 100 } });
        client.optOut();
        client.track('Denied');
        client.optIn({ event: false });
        client.track('Granted');
        await page.rest.init?.('/pkg/consentry.wasm');
      });
      assert.deepEqual(await site.arrival('Granted'), ['Granted']);
      assert.equal(await site.run(page => page.client.consent.status), 'granted');
    });
  }
}, ['chromium']);
