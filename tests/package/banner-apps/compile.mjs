// Vue's and Svelte's own compilers, as plugins of the bundler.
import { readFile } from 'node:fs/promises';
import { compileScript, parse } from 'vue/compiler-sfc';
import { compile } from 'svelte/compiler';

/** Each takes files of one ending; `server` makes of them what renders to text. */
export const compilers = server => [
  {
    name: 'vue',
    setup: ({ onLoad }) =>
      onLoad({ filter: /\.vue$/ }, async ({ path }) => {
        const ofElements = { isCustomElement: tag => tag.includes('-') };
        const { descriptor } = parse(await readFile(path, 'utf8'), { filename: path, templateParseOptions: ofElements });
        const templateOptions = { ssr: server, ssrCssVars: [], compilerOptions: ofElements };
        return { contents: compileScript(descriptor, { id: path, inlineTemplate: true, templateOptions }).content };
      }),
  },
  {
    name: 'svelte',
    setup: ({ onLoad }) =>
      onLoad({ filter: /\.svelte$/ }, async ({ path }) => {
        const { js } = compile(await readFile(path, 'utf8'), { filename: path, generate: server ? 'server' : 'client' });
        return { contents: js.code };
      }),
  },
];
