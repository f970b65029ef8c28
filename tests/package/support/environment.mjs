// What `cargo xtask test` tells the tests: where the tarball, the collector and the browsers are.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The value of an environment variable that has to be set. */
export function given(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these tests with \`cargo xtask test browsers\``);
  return value;
}

/** A new folder in the work folder. */
export const folder = name => mkdtempSync(join(given('CONSENTRY_WORK'), name + '-'));

/** A project with nothing in it but the tarball, installed as a user installs it. */
export function project(name, type = 'module') {
  const root = folder(name);
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name, private: true, type }));
  const options = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', ['install', ...options, given('CONSENTRY_TARBALL')], { cwd: root, stdio: 'inherit' });
  return root;
}

/** The installed package, shared by every file of pages: installed by the first that asks. */
export function installed() {
  const at = join(given('CONSENTRY_WORK'), 'installed.json');
  if (!existsSync(at)) writeFileSync(at, JSON.stringify(join(project('pages'), 'node_modules', 'consentry')));
  return JSON.parse(readFileSync(at));
}
