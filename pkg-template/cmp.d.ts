import type { Client } from './index.js';

/** Ends an adapter: every listener and timer of it goes. What was decided stays. */
export type Detach = () => void;

/** Of what an adapter tells the client. A site can use any other names. */
export type Purpose = 'analytics' | 'functional' | 'personalization' | 'advertising' | (string & {});

/** Which keys of the manager mean a purpose: all of a list are asked for. `[]` means none. */
export type Purposes = { readonly [purpose in Purpose]?: string | number | readonly (string | number)[] | undefined };

/** What all adapters take. */
export interface CmpOptions {
  /** Keys of the manager by purpose, in place of those of docs/cmp.md. A purpose that is left out keeps its own. */
  purposes?: Purposes | undefined;
  /**
   * Milliseconds until a promise of the manager counts as never kept. Default 10,000.
   */
  timeoutMs?: number | undefined;
}

/** What a manager of your own says: of `analytics` alone, or of purposes by name; nothing while it is not known. */
export type Said = boolean | { readonly [purpose in Purpose]?: boolean | undefined } | null | undefined;

/** How a manager without an adapter is read. */
export interface GenericOptions extends CmpOptions {
  /** What it says now, or a promise of it. */
  read: () => Said | Promise<Said>;
  /** Calls `changed` whenever it may say something else, and answers a function that ends it. */
  subscribe?: ((changed: () => void) => (() => void) | void) | undefined;
  /** Whether the visitor has answered; `undefined` while that is not known. Default: whenever `read` says something. */
  answered?: (() => boolean | undefined) | undefined;
  /** Whether what it says is a default, because nobody has to be asked. Default: no. */
  isDefault?: (() => boolean) | undefined;
  /** When the visitor decided, in milliseconds since 1970, if it is known. */
  decidedAt?: (() => number | undefined) | undefined;
  /** The name that stands behind `cmp:` in the record of the decision. Default `generic`. */
  name?: string | undefined;
}

/** Options of {@link tcf}. */
export interface TcfOptions extends CmpOptions {
  /** A vendor of the GVL whose consent is needed too. Default: none. */
  vendorId?: number | undefined;
  /** Whether the publisher's own purposes need consent too. Default `false`. */
  publisherPurposes?: boolean | undefined;
  /** Whether a legitimate interest counts as consent, but for purpose 1. Default `false`. */
  acceptLegitimateInterest?: boolean | undefined;
}

/** Options of {@link gpp}. */
export interface GppOptions extends CmpOptions {
  /** Which purposes an opt-out of the US refuses; `purposes` says it field by field. Default `['advertising']`. */
  usOptOutCovers?: readonly ('advertising' | 'analytics')[] | undefined;
}

/** Options of {@link consentMode}. */
export interface ConsentModeOptions extends CmpOptions {
  /** Whether it follows what is said in `dataLayer`, says there what the client decides, or both. Default `read`. */
  mode?: 'read' | 'write' | 'both' | undefined;
  /** Whether what the client decides is said there too: `true` is `mode: 'both'`. Default `false`. */
  mirror?: boolean | undefined;
  /** Whether an update is a decision, and no default. Default `true`. */
  updatesAreDecisions?: boolean | undefined;
  /** Where the visitor is, as `US-CA` or `ES`, for defaults of regions. Default: these are passed over. */
  region?: string | undefined;
  /** Milliseconds that tags are told to wait for an update. Default 500. */
  waitForUpdate?: number | undefined;
}

/** Options of {@link cookieconsent}. */
export interface CookieConsentOptions extends CmpOptions {
  /** The imported module. Default: `window.CookieConsent`. */
  api?: object | undefined;
}

/** Options of {@link klaro}. */
export interface KlaroOptions extends CmpOptions {
  /** The page's own configuration of Klaro: another makes a second manager. Default: `window.klaroConfig`. */
  config?: object | undefined;
}

/** Options of {@link c15t}. */
export interface C15tOptions extends CmpOptions {
  /** The store of the runtime. Default: `window.c15tStore`. */
  store?: object | undefined;
}

/** Options of {@link usercentrics}. */
export interface UsercentricsOptions extends CmpOptions {
  /** The window event named in the admin interface of version 2. Default `ucEvent`. */
  event?: string | undefined;
}

/** IAB TCF 2.2 and 2.3. */
export declare const tcf: (client: Client, options?: TcfOptions) => Detach;
/** IAB GPP 1.1, sections of the US. It opts out, or takes that back; it never grants. */
export declare const gpp: (client: Client, options?: GppOptions) => Detach;
/** Google Consent Mode 2. */
export declare const consentMode: (client: Client, options?: ConsentModeOptions) => Detach;
/** vanilla-cookieconsent 3. */
export declare const cookieconsent: (client: Client, options?: CookieConsentOptions) => Detach;
/** Klaro 0.7. */
export declare const klaro: (client: Client, options?: KlaroOptions) => Detach;
/** c15t 2. */
export declare const c15t: (client: Client, options?: C15tOptions) => Detach;
/** OneTrust. */
export declare const oneTrust: (client: Client, options?: CmpOptions) => Detach;
/** Cookiebot. */
export declare const cookiebot: (client: Client, options?: CmpOptions) => Detach;
/** Didomi. */
export declare const didomi: (client: Client, options?: CmpOptions) => Detach;
/** Usercentrics 3 and 2. */
export declare const usercentrics: (client: Client, options?: UsercentricsOptions) => Detach;
/** Any manager that can be described by two functions. */
export declare const generic: (client: Client, options: GenericOptions) => Detach;
