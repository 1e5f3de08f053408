/** The page's rules: one column that fits a phone, two where there is room; nothing is cut in print. */
export const style = `
:root { color: #1a1a1a; background: #fff; font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1150px; padding: 16px 15px 48px; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 8px 0; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 40px 0 8px; border-top: 1px solid #d0d0d0; padding-top: 16px; }
h3 { font-size: 1.05rem; margin: 24px 0 6px; }
p, ul, ol { margin: 8px 0; max-width: 46em; }
ul, ol { padding-left: 22px; }
a { color: #00518a; }
.verdict { font-size: 1.1rem; }
.second { color: #595959; font-size: .9rem; }
.warning { border-left: 4px solid #b35900; padding: 4px 0 4px 12px; }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 18px; list-style: none; padding: 0; font-size: .9rem; max-width: none; }
.scroll { overflow-x: auto; margin: 12px 0; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
caption { text-align: left; font-weight: 600; padding: 4px 0; white-space: nowrap; }
th, td { padding: 4px 12px 4px 0; text-align: left; vertical-align: top; border-bottom: 1px solid #e0e0e0; white-space: nowrap; }
th[scope=row] { font-weight: 600; }
td.wide { white-space: normal; min-width: 12em; }
.number { text-align: right; }
dl { margin: 8px 0; }
dl > div { display: grid; grid-template-columns: minmax(9em, 14em) 1fr; gap: 0 16px; padding: 3px 0; border-bottom: 1px solid #eee; }
dt { color: #595959; }
dd { margin: 0; }
.figures { columns: 360px; column-gap: 16px; }
figure { margin: 0 0 12px; break-inside: avoid; }
figure svg, .sheet svg { display: block; max-width: 100%; height: auto; }
figcaption { font-size: .9rem; margin: 4px 0 8px; }
.small-sheets { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(240px, 100%), 1fr)); gap: 16px; align-items: start; }
.mistake { margin: 20px 0; }
.small-sheets .mistake { margin: 0; }
.sheet { overflow-x: auto; }
.sheet svg { min-width: 640px; }
.small-sheets .sheet svg { min-width: 0; }
pre { background: #f6f6f6; padding: 10px 12px; white-space: pre-wrap; font-size: .85rem; }
code { font-family: ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; }
@media (max-width: 480px) { dl > div { grid-template-columns: 1fr; } }
@media print {
  @page { margin: 14mm; }
  :root { font-size: 11px; }
  body { max-width: none; padding: 0; }
  nav { display: none; }
  h2, h3, caption { break-after: avoid; }
  .scroll, .sheet { overflow: visible; }
  table { font-size: 8.5px; }
  figure svg { max-height: 230mm; }
  th, td, caption { white-space: normal; padding-right: 6px; }
  tr, figure, .mistake, dl > div { break-inside: avoid; }
  thead { display: table-header-group; }
  .figures { columns: 2; }
  .sheet svg { min-width: 0; }
}
`;
