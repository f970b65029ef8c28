// The banner in a page, as a test puts it there and a visitor uses it.
import { eventually } from './eventually.mjs';

/**
 * Starts a client in the page, made with the purposes of the attribute, and a banner for it, and
 * waits until that says something.
 */
export async function ask(site, { options = {}, attributes = {}, texts } = {}) {
  await site.run(async (page, options, attributes, texts) => {
    await import('/pkg/banner.js');
    const purposes = attributes.purposes?.split(/[\s,]+/);
    const all = { batch: { flushIntervalMs: 100 }, ...options };
    page.start(purposes ? { ...all, consent: { ...all.consent, purposes } } : all);
    page.decisions = [];
    page.banner = document.createElement('consentry-banner');
    page.banner.addEventListener('consentry-decision', ({ detail: { choice, purposes, consent } }) => page.decisions.push([choice, ...purposes, consent.status]));
    for (const [name, value] of Object.entries(attributes)) page.banner.setAttribute(name, value);
    if (texts) page.banner.texts = texts;
    page.banner.client = page.client;
    document.body.prepend(page.banner);
  }, options, attributes, texts);
  await eventually('the banner says something', async () => (await shown(site)) !== 'nothing');
}

/** `asks`, `reopened`, `closed` where the way back is offered, or `nothing`. */
export const shown = ({ driver }) =>
  driver.executeScript(() => {
    const root = document.querySelector('consentry-banner')?.shadowRoot;
    const seen = part => root?.querySelector(`[part=${part}]`)?.checkVisibility();
    if (seen('panel')) return seen('close') ? 'reopened' : 'asks';
    return seen('reopen') ? 'closed' : 'nothing';
  });

/** The element of a part, or `null`. */
export const part = ({ driver }, name, at = 0) =>
  driver.executeScript((name, at) => document.querySelector('consentry-banner').shadowRoot.querySelectorAll(`[part=${name}]`)[at] ?? null, name, at);

/** Presses it as a pointer does. */
export const press = async (site, name, at) => (await part(site, name, at)).click();

/** What has the focus: the id or part of something in the banner, or the id or name of an element of the page. */
export const focused = ({ driver }) =>
  driver.executeScript(() => {
    const { activeElement } = document;
    const inside = activeElement?.shadowRoot?.activeElement;
    return inside ? inside.id || inside.getAttribute('part') : activeElement?.id || activeElement?.localName;
  });

/** The text of a part. */
export const text = ({ driver }, name, at = 0) =>
  driver.executeScript((name, at) => document.querySelector('consentry-banner').shadowRoot.querySelectorAll(`[part=${name}]`)[at]?.innerText, name, at);
