// Pages with a client must not be shut out of the back-forward cache, from which a browser brings a
// page back as it was.
import assert from 'node:assert/strict';
import { shows } from './support/before.mjs';
import { back, leave, plain, withMirror } from './support/away.mjs';
import { arrivedOnce, burst, granted, names } from './support/burst.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

inEngines((lab, check) => {
  const checkAway = withMirror(lab, check);

  checkAway('a page with a client that records can be put away', async site => {
    await granted(site, {}, { before: [shows] });
    await burst(site, 'Before', 5);
    await arrivedOnce(site, names('Before', 5));
    await leave(site, plain(site));
    assert.equal(await back(site), 'kept');
    await burst(site, 'After', 5);
    await arrivedOnce(site, [...names('Before', 5), ...names('After', 5)]);
  });

  checkAway('while it waits for an answer', async site => {
    await granted(site, {}, { before: [shows] });
    await lab.collector.behave({ hang: true, times: 0 });
    await burst(site, 'Before', 5);
    await eventually('a request is open', async () => (await site.requests()).some(({ outcome }) => outcome === 'open'));
    await leave(site, plain(site));
    const kept = (await back(site)) === 'kept';
    // Firefox decides before `pagehide`, and keeps no page that holds a lock then: here there is
    // something stored, so there is one.
    assert.equal(kept, lab.engine !== 'firefox');
  });

  checkAway('what another tab says meanwhile does not cost the page its place', async site => {
    await granted(site, {}, { before: [shows] });
    await leave(site, plain(site));
    const { toFirst } = await site.openTab();
    await site.start();
    await site.run(page => (page.client.optOut(), page.client.optIn({ event: false })));
    await toFirst();
    assert.equal(await back(site), 'kept');
  });
});
