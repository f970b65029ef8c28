// Who the visitor is, and what is remembered of it, by mixpanel-browser's names.
import * as core from '../generated/consentry_bg.js';
import { arrivalFacts } from '../generated/page.js';
import { isObject } from '../encode.js';
import { cookieOf } from './left.js';

/** Answers are those of mixpanel-browser: -1 and -2 say why nothing came of a call. */
export function identity(inner) {
  const { call, told, entry, json, hooked, hidden, report, deliver, isOut, number, token, pageProps, people } = inner;

  const onlyNew = (props, byDefault) => {
    const known = entry();
    return Object.fromEntries(Object.entries(Object(props)).filter(([key]) => known[key] === undefined || known[key] === byDefault));
  };

  const isOfPage = how => isObject(how) && how.persistent === false;

  /** Sets super properties, of this page or of all. */
  function register(props, how) {
    if (isOfPage(how)) return void Object.assign(pageProps, props);
    const days = isObject(how) ? how.days : how;
    const cookie = cookieOf(number());
    if (cookie) cookie.identityDays = typeof days === 'number' ? days || null : undefined;
    const { distinct_id, $device_id, $user_id, ...rest } = Object(props);
    const ids = Object.entries({ distinct_id, $device_id, $user_id }).filter(([, id]) => id !== undefined);
    if (ids.length) call(core.setIds, json(Object.fromEntries(ids), 'register'));
    return call(core.register, json(ids.length ? rest : props, 'register'), false);
  }

  /** Who is named after somebody else came in the same way, which is told once a page. */
  function tellArrival() {
    inner.isArrivalTold = true;
    const { $initial_referrer, $initial_referring_domain } = entry();
    if ($initial_referrer) people().own.set_once({ $initial_referrer, $initial_referring_domain });
  }

  const own = {
    register(props, how) {
      const said = hooked.run('before_register', props, how);
      if (said) register(...said);
    },
    register_once(props, byDefault, how) {
      const said = hooked.run('before_register_once', props, byDefault, how);
      if (!said) return;
      [props, byDefault, how] = said;
      if (isOfPage(how)) Object.assign(pageProps, { ...props, ...pageProps });
      else register(onlyNew(props, byDefault === undefined || byDefault === null ? 'None' : byDefault), how);
    },
    unregister(key, how) {
      const said = hooked.run('before_unregister', key, how);
      if (!said) return;
      [key, how] = said;
      if (Object(how).persistent === false) delete pageProps[key];
      else call(core.unregister, '' + key);
    },
    get_property: key => entry()[key],
    get_distinct_id: () => told(core.distinctId),
    identify(id, ...callbacks) {
      const said = hooked.run('before_identify', id);
      if (!said) return -1;
      id = hidden(said[0]);
      const before = own.get_distinct_id();
      const { $user_id: user } = entry();
      if (id !== undefined && id !== before) {
        if (('' + id).startsWith('$device:')) {
          report('the id of a user cannot begin with $device:');
          return -1;
        }
        // Without batches the event of it is under way first.
        deliver(core.identify, ['' + id], {}, {});
        // Of an id that is refused nothing is known, and what waits for one goes on waiting.
        const known = told(core.entry);
        if (known && known.$user_id !== '' + id) return undefined;
      }
      people().named(callbacks);
      if (!inner.isArrivalTold && user !== undefined && entry().$user_id !== user) tellArrival();
      return undefined;
    },
    alias(id, original) {
      [id, original] = [hidden(id), hidden(original)];
      if (id === entry().$people_distinct_id) {
        report('this alias is the id of a profile already');
        return -2;
      }
      const of = original === undefined ? own.get_distinct_id() : original;
      if (id === of) {
        report('this alias is the id of the visitor already');
        own.identify(id);
        return -1;
      }
      const record = { event: '$create_alias', properties: { alias: id, distinct_id: of, token } };
      if (isOut()) return undefined;
      return deliver(core.alias, ['' + id, original === undefined ? undefined : '' + original], record, {}, () => own.identify(id));
    },
    reset() {
      people().forget();
      call(core.reset);
      if (cookieOf(number())) call(core.register, arrivalFacts(number()), false);
    },
    name_tag: tag => own.register({ mp_name_tag: tag }),
  };
  return { own, tellArrival };
}
