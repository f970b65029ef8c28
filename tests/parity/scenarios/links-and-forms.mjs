// Links and forms: tracked before the page is left.
import { body, click, element, elements, fn, init, scenario, submit, unbatched, wait } from '../words.mjs';

const links = '<a id="a" href="#there"><b id="in">go</b></a><a id="b" class="x" href="#b" target="_blank">new</a><a id="c" class="x">none</a>';
const form = '<form id="f"><input name="q"></form>';
const slow = { answers: [{ match: 'track', delayMs: 400, times: 1 }] };
const withLinks = { body: links };

export default [
  scenario('a link', [init(), ['track_links', '#a', 'Left', { a: 1 }], click('#a'), wait(1000)], withLinks),
  scenario('a link without a batch', [init(unbatched), ['track_links', '#a', 'Left'], click('#a'), wait(1000)], withLinks),
  scenario('a click within a link', [init(), ['track_links', '#a', 'Left'], click('#in'), wait(1000)], withLinks),
  scenario('a link with a callback', [init(), ['track_links', '#a', 'Left', {}, fn('heard')], click('#a'), wait(1000)], withLinks),
  scenario('a callback that keeps the page', [init(), ['track_links', '#a', 'Left', {}, fn('heard', { returns: false })], click('#a'), wait(1000)], withLinks),
  scenario('properties by a function', [init(), ['track_links', '#a', 'Left', fn('properties', { returns: { from: 'fn' } })], click('#a'), wait(1000)], withLinks),
  scenario('a link to a new page', [init(), ['track_links', '#b', 'Left', {}, fn('heard')], click('#b'), wait(1000)], withLinks),
  scenario('with a key pressed', [init(), ['track_links', '#a', 'Left'], click('#a', { ctrlKey: true }), wait(1000)], withLinks),
  scenario('with another key pressed', [init(), ['track_links', '#a', 'Left'], click('#a', { metaKey: true }), wait(1000)], withLinks),
  scenario('with a key that means nothing', [init(), ['track_links', '#a', 'Left'], click('#a', { shiftKey: true }), wait(1000)], withLinks),
  scenario('by the middle button', [init(), ['track_links', '#a', 'Left'], click('#a', { button: 1 }), wait(1000)], withLinks),
  scenario('a link that leads nowhere', [init(), ['track_links', '#c', 'Left'], click('#c'), wait(1000)], withLinks),
  scenario('several links by their class', [init(), ['track_links', '.x', 'Left'], click('#b'), click('#c'), wait(1000)], withLinks),
  scenario('links by tag and class', [init(), ['track_links', 'a.x', 'Left'], click('#b'), click('#a'), wait(1000)], withLinks),
  scenario('an element', [init(), ['track_links', element('#a'), 'Left'], click('#a'), wait(1000)], withLinks),
  scenario('a list of elements', [init(), ['track_links', elements('a'), 'Left'], click('#b'), wait(1000)], withLinks),
  scenario('nothing is found', [init(), ['track_links', '#nothing', 'Left']], { ...withLinks, watch: ['console'] }),
  scenario('links that come later', [init(), body('<a id="later" href="#later">x</a>'), ['track_links', '#later', 'Left'], click('#later'), wait(1000)]),
  scenario('an answer that comes late', [init(unbatched), ['track_links', '#a', 'Left', {}, fn('heard')], click('#a'), wait(1000)], { ...withLinks, ...slow }),
  scenario('a patience of the page\u2019s own', [init({ ...unbatched, track_links_timeout: 50 }), ['track_links', '#a', 'Left', {}, fn('heard')], click('#a'), wait(1000)], withLinks),
  scenario('a link after an opt-out', [init(), ['opt_out_tracking'], ['track_links', '#a', 'Left', {}, fn('heard')], click('#a'), wait(1000)], withLinks),
  scenario('two clicks', [init(), ['track_links', '#a', 'Left'], click('#a'), wait(1000), click('#a'), wait(1000)], withLinks),
  scenario('a form', [init(), ['track_forms', '#f', 'Sent', { a: 1 }], submit('#f'), wait(1000)], { body: form }),
  scenario('a form without a batch', [init(unbatched), ['track_forms', '#f', 'Sent', { a: 1 }, fn('heard')], submit('#f'), wait(1000)], { body: form }),
  scenario('a form that is kept', [init(), ['track_forms', '#f', 'Sent', {}, fn('heard', { returns: false })], submit('#f'), wait(1000)], { body: form }),
  scenario('a form by an element', [init(), ['track_forms', element('#f'), 'Sent', fn('properties', { returns: { a: 2 } })], submit('#f'), wait(1000)], { body: form }),
  scenario('no form', [init(), ['track_forms', '#nothing', 'Sent']], { watch: ['console'] }),
  scenario('a form after an opt-out', [init(), ['opt_out_tracking'], ['track_forms', '#f', 'Sent'], submit('#f'), wait(1000)], { body: form }),
];
