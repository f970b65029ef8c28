// Promise 10 for a visitor who was identified on an earlier page: one `$delete`, and nothing after
// it from any tab.
import assert from 'node:assert/strict';
import { comeBack, granted, onlyDecision } from './support/burst.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

/** A visitor who was identified on an earlier page, on a new one that was told nothing. */
async function returning(site) {
  await granted(site);
  await site.run(async page => {
    page.client.identify('user-1');
    page.client.people.set({ name: 'Ada' });
    await page.client.flush();
  });
  await comeBack(site);
}

const forget = async page => {
  const result = page.client.optOut({ deleteProfile: true });
  const { status, persisted } = result;
  return { status, persisted, deleted: await result.deleted };
};

const kinds = records => records.map(record => ['$set', '$add', '$delete'].find(operation => operation in record));
const forgotten = { status: 'denied', persisted: true, deleted: true };

inEngines((lab, check) => {
  /** A `$set` is under way, and stays so. */
  async function updateUnderWay(site) {
    await lab.collector.behave({ hang: true, times: 1, match: 'engage' });
    await site.run(page => {
      page.client.people.set({ under: 'way' });
      void page.client.flush();
    });
    await eventually('it is open', async () => (await site.requests()).some(({ outcome }) => outcome === 'open'));
  }

  /** Nothing comes after the deletion, and nothing but the decision is kept. */
  async function staysForgotten(site) {
    await site.run(page => {
      page.client.people.set({ late: true });
      page.client.track('Late');
      dispatchEvent(new PageTransitionEvent('pagehide'));
      return page.client.flush();
    });
    await site.settled();
    const requests = await site.requests();
    const deletion = requests.findIndex(({ records }) => kinds(records).includes('$delete'));
    assert.deepEqual([requests[deletion].records, requests[deletion].status].flat().map(one => one.$distinct_id ?? one), ['user-1', 200]);
    assert.equal(requests.filter(({ records }) => kinds(records).includes('$delete')).length, 1);
    assert.deepEqual(requests.slice(deletion + 1).map(({ path, records }) => [path, records]), []);
    assert.deepEqual(await site.run(page => page.kept()), onlyDecision(site.token));
  }

  check('one $delete with the id of the earlier page', async () => {
    const site = lab.site();
    await returning(site);
    assert.deepEqual(await site.run(forget), forgotten);
    await staysForgotten(site);
    await comeBack(site);
    await staysForgotten(site);
  });

  check('updates are queued and stored: they never arrive', async () => {
    const site = lab.site();
    await returning(site);
    await lab.collector.behave({ status: 503, times: 1, match: 'engage' });
    await site.run(async page => {
      for (let i = 0; i < 60; i++) page.client.people.set({ i });
      await page.client.flush();
    });
    assert.deepEqual(await site.run(forget), forgotten);
    await staysForgotten(site);
    assert.equal((await site.records('engage')).length, 2);
  });

  check('a $set under way is closed before the $delete', async () => {
    const site = lab.site();
    await returning(site);
    await updateUnderWay(site);
    assert.deepEqual(await site.run(forget), forgotten);
    const outcomes = async () => (await site.requests()).filter(({ kind }) => kind === 'engage').map(({ outcome }) => outcome);
    await eventually('it is closed', async () => (await outcomes()).join() === 'answered,closed_by_client,answered');
    await staysForgotten(site);
  });

  check('another tab has updates queued and one under way: none comes after the $delete', async () => {
    const site = lab.site();
    await returning(site);
    await updateUnderWay(site);
    await site.run(page => {
      for (let i = 0; i < 60; i++) page.client.people.increment('visits');
    });
    const { toFirst } = await site.openTab();
    await site.start();
    assert.deepEqual(await site.run(forget), forgotten);
    await toFirst();
    await eventually('it is closed', async () => (await site.requests()).every(({ outcome }) => outcome !== 'open'));
    await staysForgotten(site);
  });

  check('the deletion is refused by the server: that is said, and the refusal stands', async () => {
    const site = lab.site();
    await returning(site);
    await lab.collector.behave({ status: 503, times: 1, match: 'engage' });
    assert.deepEqual(await site.run(forget), { ...forgotten, deleted: false });
    assert.deepEqual(await site.run(page => page.codes()), ['deletion_failed']);
    await site.settled();
    assert.deepEqual(await site.run(page => page.kept()), onlyDecision(site.token));
  });

  check('the page is left at once: the $delete arrives', async () => {
    const site = lab.site();
    await returning(site);
    const elsewhere = lab.site().page();
    await site.driver.executeScript(`
      // After the answer to this call has been given.
      setTimeout(() => {
        page.client.optOut({ deleteProfile: true });
        location.assign(arguments[0]);
      });`, elsewhere);
    await eventually('the page is left', async () => (await lab.driver.getCurrentUrl()) === elsewhere);
    await eventually('it arrived', async () => kinds(await site.records('engage')).includes('$delete'));
    await comeBack(site);
    await staysForgotten(site);
  });
});
