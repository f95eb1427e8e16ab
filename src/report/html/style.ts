/** Colours meet WCAG's AA on both grounds. Series have a dash of their own as well: colour alone tells nothing. */
export const STYLE = `
:root { color-scheme: light dark; --ground: #fdfdfc; --raised: #f3f3f0; --ink: #1c1d1f; --quiet: #5c6066; --line: #d8d8d2;
  --warm: #b34700; --cold: #1460aa; --due: #6b6f76; --sent: #7a3fa0; --ready: #14713a; --bad: #b3261e; --good: #14713a;
  --doubt: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --ground: #16181b; --raised: #202329; --ink: #e8e8e4; --quiet: #a2a7af;
  --line: #3a3f47; --warm: #ff9a52; --cold: #6cb4ff; --due: #a2a7af; --sent: #cf9bf0; --ready: #5fd38c; --bad: #ff8a80;
  --good: #5fd38c; --doubt: #f0c060; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 4rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; } h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p, ul { margin: .5rem 0; } ul { padding-left: 1.25rem; }
a { color: inherit; }
.quiet, figcaption, summary { color: var(--quiet); }
.mark { display: inline-block; padding: 0 .6em; border: 1px solid currentColor; border-radius: 1em; font-weight: 600; }
.good { color: var(--good); } .bad { color: var(--bad); } .doubt { color: var(--doubt); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 1.25rem 0; padding: 0; }
.cards div { background: var(--raised); border-radius: .5rem; padding: .6rem .8rem; }
.cards dt { color: var(--quiet); font-size: .85rem; } .cards dd { margin: 0; font-size: 1.25rem; font-weight: 600; }
figure { margin: 1rem 0 1.5rem; } figcaption { font-size: .9rem; margin-top: .25rem; }
.scroll { overflow-x: auto; } .scroll:focus-visible { outline: 2px solid var(--cold); }
.chart svg { width: 100%; min-width: 34rem; }
table { border-collapse: collapse; font-size: .9rem; min-width: 100%; }
th, td { text-align: left; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; font-weight: 400; }
thead th { color: var(--quiet); } .figure, td[style*=right], th[style*=right] { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
pre, code { font: .85rem/1.45 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { background: var(--raised); border-radius: .5rem; padding: .75rem; white-space: pre-wrap; }
summary { cursor: pointer; font-size: .9rem; }
.key { display: flex; flex-wrap: wrap; gap: 0 1.25rem; font-size: .9rem; margin: 0; padding: 0; list-style: none; }
.key svg { vertical-align: middle; margin-right: .4em; }
`.trim();
