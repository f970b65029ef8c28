// A page with the reference's own snippet: the stub first, then the library that it fetches.
(() => {
  const { script, snippet } = window.parity;
  if (!script) return;
  window.MIXPANEL_CUSTOM_LIB_URL = script;
  /**
   * Runs the snippet. What it answers resolves when the library has run: not before the caller's
   * task is over.
   */
  window.parity.stub = () => {
    const loaded = new Promise((resolve, reject) => {
      new MutationObserver(changes => {
        for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
          if (!node.src?.endsWith(script)) continue;
          node.addEventListener('load', resolve);
          node.addEventListener('error', () => reject(new Error(`${script} does not load`)));
        }
      }).observe(document.documentElement, { childList: true, subtree: true });
    });
    const element = document.createElement('script');
    element.textContent = snippet;
    document.head.append(element);
    return loaded;
  };
})();
