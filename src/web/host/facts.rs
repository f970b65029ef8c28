//! What the page says about itself, with the names and values mixpanel-js gives them. Facts only: which
//! of them leave is decided by the core.

use core::cell::RefCell;

use web_sys::{Url, UrlSearchParams};

use crate::json;
use crate::platform::Facts;
use crate::web::host::js;

/// Mark in vendor and user agent, browser, and the word before its version where that is not the
/// mark. The first match wins: those that pretend to be another come first. Browsers that cannot run
/// wasm are not here, no event comes from them.
const BROWSERS: [(&str, &str, &str); 10] = [
    ("OPR", "Opera", "OPR"),
    ("SamsungBrowser", "Samsung Internet", "SamsungBrowser"),
    ("Edge", "Microsoft Edge", "Edge"),
    ("Edg", "Microsoft Edge", "Edg"),
    ("Chrome", "Chrome", "Chrome"),
    ("CriOS", "Chrome iOS", "CriOS"),
    ("FxiOS", "Firefox iOS", "FxiOS"),
    ("Firefox", "Firefox", "Firefox"),
    ("Apple*Mobile", "Mobile Safari", "Version"),
    ("Apple C", "Safari", "Version"),
];

/// Mark, system, device.
const SYSTEMS: [(&str, &str, Option<&str>); 8] = [
    ("Windows", "Windows", None),
    ("iPad", "iOS", Some("iPad")),
    ("iPod", "iOS", Some("iPod Touch")),
    ("iPhone", "iOS", Some("iPhone")),
    ("Android", "Android", Some("Android")),
    ("Mac", "Mac OS X", None),
    ("CrOS", "Chrome OS", None),
    ("Linux", "Linux", None),
];

const UTM: [&str; 10] = [
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_content",
    "utm_term",
    "utm_id",
    "utm_source_platform",
    "utm_campaign_id",
    "utm_creative_format",
    "utm_marketing_tactic",
];

const CLICK_IDS: [&str; 10] = ["dclid", "fbclid", "gclid", "ko_click_id", "li_fat_id", "msclkid", "sccid", "ttclid", "twclid", "wbraid"];

/// A JSON object that is being written.
struct Object(String);

impl Object {
    fn text(&mut self, name: &str, value: &str) {
        json::push_text(&mut self.0, name, json::cut(value));
    }

    fn some(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.text(name, value);
        }
    }

    fn number(&mut self, name: &str, value: Option<f64>) {
        let value = value.map_or(String::from("null"), |value| value.to_string());
        json::push_member(&mut self.0, name, &value);
    }
}

/// The facts as a JSON object.
pub fn facts(which: Facts) -> String {
    let mut object = Object(String::from("{"));
    let known = match which {
        Facts::Page => page(&mut object),
        Facts::Address => address_facts(&mut object),
        Facts::Arrival => arrival(&mut object),
    };
    // What is not all there might be wrong.
    if known.is_none() {
        return String::from("{}");
    }
    object.0.push('}');
    object.0
}

/// The host of an address.
fn domain(address: &str) -> String {
    if address.is_empty() { String::new() } else { Url::new(address).map(|url| url.hostname()).unwrap_or_default() }
}

/// The parameters of those names in the address, without the empty ones.
fn parameters(object: &mut Object, names: &[&str]) {
    let search = js::of_location("search");
    if search.is_empty() {
        return;
    }
    let Ok(query) = UrlSearchParams::new_with_str(&search) else { return };
    for name in names {
        object.some(name, query.get(name).as_deref());
    }
}

fn is_marked(text: &str, mark: &str) -> bool {
    match mark.split_once('*') {
        None => text.contains(mark),
        Some((first, then)) => text.split_once(first).is_some_and(|(_, rest)| rest.contains(then)),
    }
}

/// The number after `word/`, with one point at most.
fn version(agent: &str, word: &str) -> Option<f64> {
    let (_, rest) = agent.split_once(&format!("{word}/"))?;
    let whole = rest.len() - rest.trim_start_matches(|digit: char| digit.is_ascii_digit()).len();
    let mut end = whole;
    if let Some(fraction) = rest.get(whole..)?.strip_prefix('.') {
        let digits = fraction.len() - fraction.trim_start_matches(|digit: char| digit.is_ascii_digit()).len();
        if digits > 0 {
            end = whole + 1 + digits;
        }
    }
    rest.get(..end)?.parse().ok()
}

fn page(object: &mut Object) -> Option<()> {
    let window = js::window()?;
    let navigator = js::get(&window, "navigator")?;
    let agent = js::get(&navigator, "userAgent")?.as_string()?;
    let vendor = js::get(&navigator, "vendor").and_then(|vendor| vendor.as_string()).unwrap_or_default();
    let referrer = js::of_document("referrer")?.as_string()?;
    // The vendor stands first, so that a mark may ask for both.
    let both = format!("{vendor} {agent}");
    let browser = BROWSERS.iter().find(|(mark, ..)| is_marked(&both, mark));
    let system = SYSTEMS.iter().find(|(mark, ..)| agent.contains(mark));
    object.some("$os", system.map(|(_, name, _)| *name));
    object.some("$browser", browser.map(|(_, name, _)| *name));
    object.some("$referrer", Some(&referrer));
    object.some("$referring_domain", Some(&domain(&referrer)));
    object.some("$device", system.and_then(|(.., device)| *device));
    object.number("$browser_version", browser.and_then(|(.., word)| version(&agent, word)));
    if let Some(screen) = js::get(&window, "screen") {
        for (name, side) in [("$screen_height", "height"), ("$screen_width", "width")] {
            if let Some(size) = js::get(&screen, side).and_then(|size| size.as_f64()) {
                object.number(name, Some(size));
            }
        }
    }
    object.text("mp_lib", "web");
    Some(())
}

fn address_facts(object: &mut Object) -> Option<()> {
    object.text("$current_url", &js::of_location("href"));
    parameters(object, &UTM);
    parameters(object, &CLICK_IDS);
    Some(())
}

/// How the visitor came. Names that begin with `$initial_` are remembered from the first visit, the
/// others until there is a newer one.
fn arrival(object: &mut Object) -> Option<()> {
    let referrer = js::of_document("referrer")?.as_string()?;
    let host = domain(&referrer);
    let direct = |text: &str| String::from(if text.is_empty() { "$direct" } else { text });
    object.text("$initial_referrer", &direct(&referrer));
    object.text("$initial_referring_domain", &direct(&host));
    parameters(object, &UTM);
    let mut labels: Vec<&str> = host.split('.').collect();
    labels.pop(); // what stands last is no name of an engine
    if let Some(engine) = labels.iter().find(|label| ["google", "bing", "yahoo", "duckduckgo"].contains(label)) {
        object.text("$search_engine", engine);
        let keyword = Url::new(&referrer).ok().and_then(|url| url.search_params().get(if *engine == "yahoo" { "p" } else { "q" }));
        object.some("mp_keyword", keyword.as_deref());
    }
    Some(())
}

thread_local! {
    static ADDRESS: RefCell<(String, u32)> = const { RefCell::new((String::new(), 0)) };
}

/// A number for the address the page has now; another one when it has changed.
pub fn address() -> u32 {
    let now = js::of_document("URL").and_then(|url| url.as_string()).unwrap_or_default();
    ADDRESS.with_borrow_mut(|(known, number)| {
        if *known != now {
            *number += 1;
            *known = now;
        }
        *number
    })
}
