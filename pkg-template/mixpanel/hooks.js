// What a page hooks in between. Whatever its functions do, a call goes on.

export function hooks(own, report) {
  let all = {};

  const list = given =>
    (Array.isArray(given) ? given : [given]).filter(hook => {
      const is = typeof hook === 'function';
      if (!is) console.error('mixpanel: a hook is a function');
      return is;
    });

  return {
    /** In the place of those there were. */
    replace(given) {
      all = Object.fromEntries(Object.entries(Object(given)).map(([name, hook]) => [name, list(hook)]));
    },
    add: (name, hook) => void (all[name] = [...(all[name] || []), ...list(hook)]),
    remove: (name, hook) => void (all[name] = (all[name] || []).filter(one => one !== hook)),
    has: name => !!all[name]?.length,
    /** What they make of some values, or nothing where one of them says so. One that throws changes none. */
    run(name, ...values) {
      for (const hook of all[name] || []) {
        let said;
        try {
          said = hook.apply(own(), values);
        } catch (error) {
          report(name + ' hook threw', error);
          continue;
        }
        if (said === undefined) report(name + ' hook did not return a valid value');
        if (said == null) return undefined;
        said = Array.isArray(said) ? said : [said];
        if (said[0] == null) return undefined;
        values.splice(0, said.length, ...said);
      }
      return values;
    },
  };
}
