// What the page says of itself, without what the site does not want.

/** By the question. `config` is the live one. */
export const facts = config => ({
  page: all => ({ ...all, mp_loader: config.mp_loader ?? undefined }),
  address: all => (config.track_marketing ? all : { $current_url: all.$current_url }),
  arrival(all) {
    const kept = { ...all };
    const drop = test => Object.keys(kept).forEach(key => test.test(key) && delete kept[key]);
    if (!config.save_referrer) drop(/^\$initial_/);
    if (!config.store_google || config.stop_utm_persistence) drop(/^utm_/);
    return kept;
  },
});
