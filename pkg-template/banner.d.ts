import type { Client, Consent } from './index.js';

/** What the banner needs of a client. */
export type BannerClient = Pick<Client, 'consent' | 'optIn' | 'optOut' | 'onConsentChange'>;

/** What a purpose is called, and what it is for. */
export interface BannerPurposeTexts {
  /** A word or two. Default: the purpose's name. */
  title?: string | undefined;
  /** One sentence. Default: none. */
  text?: string | undefined;
}

/** Texts in the place of the built-in ones. What is left out, or no text, stays as it is. */
export interface BannerTexts {
  /** The heading, which is the panel's name as well. */
  title?: string | undefined;
  /** The question. */
  text?: string | undefined;
  /** What stands there instead where the status is `granted` by default: nobody was asked. */
  optOut?: string | undefined;
  /** The link to `policy-url`. */
  policy?: string | undefined;
  /** The button that shows the purposes. */
  details?: string | undefined;
  /** The button that keeps what the switches say. */
  save?: string | undefined;
  /** The button that refuses all. */
  refuse?: string | undefined;
  /** The button that accepts all. */
  accept?: string | undefined;
  /** What the cross of a reopened panel is called. */
  close?: string | undefined;
  /** The button that opens the panel again, once somebody decided. */
  reopen?: string | undefined;
  /** The note where Global Privacy Control or Do Not Track is the reason of the status. */
  signal?: string | undefined;
  /**
   * Purposes by name: `analytics`, `functional`, `personalization`, `advertising`, and the site's
   * own.
   */
  purposes?: { readonly [name: string]: BannerPurposeTexts } | undefined;
}

/** What the visitor chose in the banner. */
export interface BannerDecision {
  /** Which button it was. */
  readonly choice: 'accept' | 'refuse' | 'save';
  /** The purposes that were granted; none after a refusal. */
  readonly purposes: readonly string[];
  /** The client's consent after the choice. */
  readonly consent: Consent;
}

/**
 * `<consentry-banner>`. Importing `consentry/banner` defines it, in browsers alone.
 *
 * Attributes: `lang` (else that of the nearest element with one), `policy-url` (an http or https
 * address), `purposes` (names with commas or spaces between them; default: the client's), `modal`,
 * `lock-scroll`.
 *
 * Event: `consentry-decision`, after a choice made in this banner; it bubbles, and leaves shadow
 * trees.
 */
export interface ConsentryBannerElement extends HTMLElement {
  /** The client that is asked and told. Nothing is shown without one. Default: none. */
  client: BannerClient | null | undefined;
  /** Texts of the site. Default: none. */
  texts: BannerTexts | null | undefined;
  /** Shows the panel, whatever was decided, and gives it the focus: for a link of the site's own. */
  open(): void;
  /** Closes what `open()` or the visitor opened. One that asks stays, unless it is `modal`. */
  close(): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'consentry-banner': ConsentryBannerElement;
  }
  interface GlobalEventHandlersEventMap {
    'consentry-decision': CustomEvent<BannerDecision>;
  }
}
