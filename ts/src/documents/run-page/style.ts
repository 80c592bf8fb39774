import { styleSheet } from '../../pictures/theme.js';

/** Writes the style of a page with pictures of so many tasks. Paper is always light. */
export function pageStyle(tasks: number): string {
  return [PAGE, styleSheet(tasks, 'auto', '.picture')].join('\n');
}

const PAGE = `:root{color-scheme:light dark;--ground:#fff;--text:#1f2328;--soft:#57606a;--edge:#d0d7de;--band:#f6f8fa;--link:#0550ae}
@media screen and (prefers-color-scheme:dark){:root{--ground:#0d1117;--text:#e6edf3;--soft:#9198a1;--edge:#30363d;--band:#151b23;--link:#6cb6ff}}
body{margin:0 auto;max-width:1000px;padding:24px;background:var(--ground);color:var(--text);font:15px/1.5 ui-sans-serif,system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif}
h1{font-size:26px;margin:8px 0}h2{font-size:20px;margin:40px 0 8px}p{margin:8px 0}a{color:var(--link)}
nav ul{display:flex;flex-wrap:wrap;gap:4px 16px;list-style:none;margin:16px 0;padding:0}
.soft,caption{color:var(--soft)}
.figures{overflow-x:auto;margin:12px 0}.figures svg{display:block}
.table{overflow:auto;max-height:26rem;border:1px solid var(--edge);border-radius:8px;margin:12px 0}
table{border-collapse:collapse;width:100%;font-size:13px}caption{text-align:left;padding:8px 12px}
th,td{padding:4px 12px;text-align:left;vertical-align:top;border-top:1px solid var(--edge)}thead th{white-space:nowrap}
tbody th{font-weight:600;overflow-wrap:anywhere;min-width:11rem}.figure{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
pre{margin:0;padding:12px;font:12px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
@media print{body{max-width:none;padding:0}nav{display:none}.table{overflow:visible;max-height:none;border:0}.figures{overflow:visible}.figures svg{max-width:100%;height:auto}section,figure{break-inside:auto}h2,caption{break-after:avoid}tr{break-inside:avoid}pre{white-space:pre-wrap;overflow-wrap:anywhere}}`;
