// Consent managers in a test page, each with the same handles: see managers/.

export const managerOf = name => import(`./managers/${name}.js`);

/** Attaches the adapter of this name to the page's client. */
export async function attach(page, name, more = {}) {
  const [cmp, manager] = await Promise.all([import('/pkg/cmp.js'), managerOf(name)]);
  page.detach = cmp[manager.adapter ?? name](page.client, { ...manager.options?.(), ...more });
}

/** What the page keeps that is none of the manager's. */
export async function keptByUs(page, manager) {
  const kept = Object.values(await page.kept()).flat();
  return kept.filter(name => !manager.owns.test(name));
}
