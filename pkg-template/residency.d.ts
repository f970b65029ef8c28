import type { Api, Region } from './names.js';

/** The region of a Mixpanel project: United States, European Union, India. */
export type Residency = Region;

/** The base address of every API of a region, without a slash at the end. */
export interface ResidencyUrls extends Readonly<Record<Api, string>> {
  /** Events, profile and group updates from browsers. */
  readonly browserIngestion: string;
  /** Events, profile and group updates from servers and mobile apps. */
  readonly ingestion: string;
  /** Query. */
  readonly query: string;
  /** Raw event export. */
  readonly rawExport: string;
  /** Data pipelines. */
  readonly pipelines: string;
  /** Lexicon schemas. */
  readonly lexiconSchemas: string;
  /** Connectors. */
  readonly connectors: string;
  /** GDPR and CCPA retrievals and deletions. Never to be called from a page. */
  readonly gdpr: string;
}

/** The addresses of a region. */
export declare function residencyUrls(residency: Residency): ResidencyUrls;
/** The same for any text; `undefined` when it names no region. */
export declare function residencyUrls(residency: string): ResidencyUrls | undefined;
