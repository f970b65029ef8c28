// A program through the bundlers that sites use, each with its defaults for production.
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import * as esbuild from 'esbuild';
import { rollup } from 'rollup';
import * as vite from 'vite';
import webpack from 'webpack';

const require = createRequire(import.meta.url);
const run = promisify(execFile);

/** Each takes a project with a program in `main.js`, makes one classic script of it in the folder `outDir`, and answers its path. */
export const bundlers = {
  async esbuild(root, outDir) {
    const outfile = join(outDir, 'main.js');
    await esbuild.build({ entryPoints: [join(root, 'main.js')], outfile, bundle: true, minify: true, logLevel: 'error' });
    return outfile;
  },

  async vite(root, outDir) {
    const lib = { entry: 'main.js', formats: ['iife'], name: 'main', fileName: () => 'main.js' };
    await vite.build({ root, configFile: false, logLevel: 'error', build: { outDir, minify: true, lib } });
    return join(outDir, 'main.js');
  },

  async webpack(root, outDir) {
    const compiler = webpack({ mode: 'production', context: root, entry: './main.js', output: { path: outDir, filename: 'main.js' } });
    const stats = await new Promise((resolve, reject) => compiler.run((error, stats) => (error ? reject(error) : resolve(stats))));
    await new Promise(resolve => compiler.close(resolve));
    if (stats.hasErrors()) throw new Error(stats.toString('errors-only'));
    return join(outDir, 'main.js');
  },

  /** It has no minifier of its own. */
  async rollup(root, outDir) {
    const bundle = await rollup({ input: join(root, 'main.js'), plugins: [nodeResolve({ browser: true })] });
    const file = join(outDir, 'main.js');
    await bundle.write({ file, format: 'iife' });
    await bundle.close();
    return file;
  },

  /** As a program of its own: it takes the folder it is started in for the project. */
  async parcel(root, outDir) {
    const options = ['--dist-dir', outDir, '--cache-dir', join(root, 'cache'), '--no-cache', '--no-source-maps', '--log-level=error'];
    await run('node', [require.resolve('parcel/lib/bin.js'), 'build', 'main.js', ...options], { cwd: root });
    return join(outDir, 'main.js');
  },
};
