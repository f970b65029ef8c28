// The same package from CommonJS.
import index = require('consentry');
import slim = require('consentry/slim');
import residency = require('consentry/residency');
import requests = require('consentry/requests');
import hash = require('consentry/hash');
import cmp = require('consentry/cmp');
import type { ConsentryBannerElement } from 'consentry/banner';

const options: index.Options = { residency: 'in', onError: ({ code }: index.ConsentryError) => code };
const client: index.Client = index.consentry('token', options);
const other: slim.Client = slim.consentry('token', options);
const clients: index.Client[] = [client, other];
for (const one of clients) {
  one.optIn({ via: 'banner' });
  one.track('Required', { plan: 'pro' });
}
client.optOut({ deleteProfile: true }).deleted.then(done => done);
const source: slim.WasmSource = '/consentry.wasm';
const started: Promise<true> = slim.init(source);
const urls: residency.ResidencyUrls = residency.residencyUrls('us');
// @ts-expect-error no such region
index.consentry('token', { residency: 'mars' });
// @ts-expect-error there is no default export
index.default;
// @ts-expect-error nothing to start
slim.init();
const job: requests.Job = requests.createRequests({ token: 'token', oauth: 'oauth' }).delete(['a']);

const hashed: string = hash.hashId(7, 'salt');

const detach: cmp.Detach = cmp.oneTrust(client, { purposes: { analytics: 'C0002' } });
const banner: ConsentryBannerElement | null = document.querySelector('consentry-banner');
banner?.open();

export = { detach, hashed, started, job, host: urls.browserIngestion };
