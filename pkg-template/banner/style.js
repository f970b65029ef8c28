// How the banner looks. A page changes it by custom properties and parts, see docs/banner.md.

/** `minify` leaves the inside of a template alone, so there is little between the rules. */
const text = `
dialog,section{
--paper:var(--consentry-background,#fff);--ink:var(--consentry-text,#16191d);--soft:var(--consentry-muted,#4a5260);
--edge:var(--consentry-border,#d8dce3);--line:var(--consentry-control,#6b7380);
--fill:var(--consentry-accent,#16191d);--on:var(--consentry-on-accent,#fff);--ring:var(--consentry-focus,#1a5fd0);
--gap:var(--consentry-gap,clamp(12px,2vw,24px));--round:var(--consentry-radius,14px);
position:fixed;inset:auto;inset-inline:var(--gap);inset-block-end:calc(var(--gap) + env(safe-area-inset-bottom,0px));
z-index:var(--consentry-z-index,2147483000);margin:0;margin-inline-end:auto;
font-family:var(--consentry-font,inherit);font-size:var(--consentry-font-size,max(1rem,16px));font-weight:400;font-style:normal;line-height:1.5;
letter-spacing:normal;text-align:start;text-transform:none;text-indent:0;white-space:normal;color:var(--ink)}
@supports (color:light-dark(#000,#fff)){dialog,section{
--paper:var(--consentry-background,light-dark(#fff,#1d2025));--ink:var(--consentry-text,light-dark(#16191d,#f2f4f7));--soft:var(--consentry-muted,light-dark(#4a5260,#b9c0cb));
--edge:var(--consentry-border,light-dark(#d8dce3,#3d434d));--line:var(--consentry-control,light-dark(#6b7380,#949daa));
--fill:var(--consentry-accent,light-dark(#16191d,#f2f4f7));--on:var(--consentry-on-accent,light-dark(#fff,#16191d));--ring:var(--consentry-focus,light-dark(#1a5fd0,#8ab8ff))}}
*{box-sizing:border-box}
[hidden]{display:none!important}
h2,p{margin:0}
:is(h2,p,a,label,button){overflow-wrap:anywhere}
dialog{display:flex;flex-direction:column;inline-size:auto;max-inline-size:var(--consentry-width,30em);block-size:fit-content;
max-block-size:calc(100vh - 2*var(--gap));max-block-size:calc(100dvh - 2*var(--gap));padding:0;overflow:hidden;
background:var(--paper);border:1px solid var(--edge);border-radius:var(--round);box-shadow:var(--consentry-shadow,0 1px 2px #0000001a,0 12px 32px #00000038)}
dialog:focus{outline:0}
dialog:modal{inset-block:0;margin:auto}
dialog::backdrop{background:var(--consentry-backdrop,#00000080)}
.body{display:flex;flex-direction:column;gap:.5em;padding:1.25em 1.25em 0;overflow:auto;overscroll-behavior:contain;min-block-size:0}
.head{display:flex;gap:.5em;align-items:start;justify-content:space-between}
h2{font-size:1.125em;font-weight:650;line-height:1.35}
[part=text],[part=purpose-text],.signal{color:var(--soft);font-size:.9375em}
.signal{padding-inline-start:.75em;border-inline-start:3px solid var(--line)}
.links{display:flex;flex-wrap:wrap;column-gap:1.25em;align-items:center;font-size:.9375em}
a,.details{display:inline-flex;align-items:center;min-block-size:44px;color:var(--ink);text-decoration:underline;text-decoration-thickness:1px;text-underline-offset:.2em}
button{font:inherit;letter-spacing:inherit;color:inherit;margin:0;padding:0;background:none;border:0;border-radius:calc(var(--round)*.6);cursor:pointer;text-align:center}
.details{gap:.6em;text-align:start}
.details::after{content:"";inline-size:.45em;block-size:.45em;margin-block-start:-.25em;border:solid;border-width:0 2px 2px 0;transform:rotate(45deg)}
.details[aria-expanded=true]::after{margin-block-start:.2em;transform:rotate(225deg)}
.close{position:relative;flex:none;inline-size:44px;block-size:44px;margin:-.625em;margin-inline-start:0}
.close::before,.close::after{content:"";position:absolute;inset:calc(50% - 1px) 14px auto;border-block-start:2px solid;transform:rotate(45deg)}
.close::after{transform:rotate(-45deg)}
.purposes{display:flex;flex-direction:column;padding-block-end:1em}
.purpose{padding-block:.5em;border-block-start:1px solid var(--edge)}
label{display:flex;gap:1em;align-items:center;justify-content:space-between;min-block-size:44px;font-weight:600;cursor:pointer}
[part=purpose-text]{padding-inline-end:3.75em}
input{appearance:none;position:relative;flex:none;inline-size:2.75em;block-size:1.625em;margin:0;font:inherit;border:2px solid var(--line);border-radius:2em;background:none;cursor:pointer}
input::before{content:"";position:absolute;inset-block-start:50%;inset-inline-start:.2em;inline-size:.95em;block-size:.95em;border-radius:50%;background:var(--line);transform:translateY(-50%)}
input:checked{border-color:var(--fill);background:var(--fill)}
input:checked::before{inset-inline-start:calc(100% - 1.15em);background:var(--on)}
.actions{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,7.5em),1fr));gap:.625em;padding:.75em 1.25em 1.25em}
dialog:has([aria-expanded=true]) .actions{border-block-start:1px solid var(--edge);padding-block-start:1em}
.accept,.refuse,.save{min-block-size:44px;padding:.5em 1em;font-weight:600;line-height:1.3;border:2px solid var(--fill)}
.accept,.refuse{color:var(--on);background:var(--fill)}
.save{margin-block-start:.5em}
section{inset-inline-end:auto}
.reopen{min-block-size:44px;padding:.4em 1.1em;font-size:.875em;font-weight:500;color:var(--ink);background:var(--paper);border:1px solid var(--line);border-radius:calc(var(--round)*2);box-shadow:0 2px 8px #00000026}
:is(a,button,input):focus-visible{outline:3px solid var(--ring);outline-offset:2px}
a:focus-visible{border-radius:4px}
.details:focus-visible,a:focus-visible,.close:focus-visible{outline-offset:-3px}
@media (hover:hover){.accept:hover,.refuse:hover{opacity:.88}:is(.save,.reopen):hover{text-decoration:underline}:is(a,.details):hover{text-decoration-thickness:2px}}
@media (max-height:26rem){dialog{display:block;overflow:auto}.body{overflow:visible}}
@media (prefers-reduced-motion:no-preference){dialog,section{animation:come .24s ease-out}input,input::before{transition:background-color .15s,inset-inline-start .15s}@keyframes come{from{opacity:0;transform:translateY(12px)}}}
@media (forced-colors:active){.accept,.refuse,.save,.reopen{border-color:ButtonText}input{border-color:ButtonText}input::before{background:ButtonText;forced-color-adjust:none}
input:checked{background:Highlight;border-color:Highlight;forced-color-adjust:none}input:checked::before{background:HighlightText}:is(a,button,input):focus-visible{outline-color:Highlight}}
@media print{dialog,section{display:none}}`;

let sheet;

/**
 * Dresses a shadow root. A sheet made by script needs no word in a policy; browsers from before
 * 2023 have none for shadow roots, and get an element.
 */
export function dress(root) {
  try {
    if (!sheet) (sheet = new CSSStyleSheet()).replaceSync(text);
    root.adoptedStyleSheets = [sheet];
    if (root.adoptedStyleSheets[0] === sheet) return;
  } catch {}
  const element = document.createElement('style');
  element.textContent = text;
  root.append(element);
}

/** Keeps the page from scrolling, where sheets can be made; answers what lets it again. */
export function lockScroll() {
  const { documentElement: page } = document;
  // A page that does not scroll has no bar whose place is to be kept.
  if (page.scrollHeight <= page.clientHeight) return () => {};
  try {
    const lock = new CSSStyleSheet();
    lock.replaceSync('html{overflow:hidden!important;scrollbar-gutter:stable!important}');
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, lock];
    return () => (document.adoptedStyleSheets = document.adoptedStyleSheets.filter(one => one !== lock));
  } catch {
    return () => {};
  }
}
