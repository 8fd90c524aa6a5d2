import { colours } from './timeline-colours.ts';
import { trackStyle } from './timeline-tracks.ts';

/** The style of the HTML timeline. A row is a label and a track; on a narrow screen the label stands above its track. */
export const pageStyle = `${colours(':root')}
${trackStyle}
:root{color-scheme:light dark}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1200px;padding:20px;background:var(--page);color:var(--text);font:14px/1.45 system-ui,sans-serif}
h1{margin:0;font-size:22px;line-height:1.25}
.good{color:var(--good)}.bad{color:var(--bad)}.muted{color:var(--muted)}
header{margin-bottom:14px}
header p{margin:4px 0 0}
.cause{margin:10px 0 0;padding:10px 14px;border-left:5px solid var(--bad);border-radius:6px;background:var(--bad-soft);overflow-wrap:anywhere}
.cause b{display:block}
.cause small{display:block;font-size:13px;white-space:pre-wrap}
.legend{display:flex;flex-wrap:wrap;gap:4px 14px;margin:0 0 12px;padding:0;list-style:none;font-size:12px;color:var(--muted)}
.legend svg{width:14px;height:10px;margin-right:5px;vertical-align:-1px}
details.deployment{margin-bottom:10px;border:1px solid var(--line);border-radius:8px;background:var(--card)}
details.deployment.failed{border-color:var(--bad)}
details.deployment>summary{display:grid;grid-template-columns:minmax(10rem,17rem) 1fr 9.5rem;gap:6px 12px;align-items:center;padding:9px 14px;cursor:pointer;list-style:none}
details.deployment>summary::-webkit-details-marker{display:none}
summary .name{margin:0;font-size:14px;color:var(--text);font-weight:600;overflow-wrap:anywhere}
summary .name::before{content:'▸ ';color:var(--muted)}
details.deployment[open]>summary .name::before{content:'▾ '}
summary .how{text-align:right;white-space:nowrap}
details.deployment[open]>summary .track{visibility:hidden}
.axis{display:grid;grid-template-columns:minmax(10rem,17rem) 1fr 9.5rem;gap:6px 12px;padding:0 15px 2px}
.inside{padding:2px 14px 14px}
.rows{margin-top:8px}
.row{display:grid;grid-template-columns:minmax(10rem,17rem) 1fr;gap:0 12px;align-items:center}
.row+.row{margin-top:3px}
.group{margin-top:12px}
.track{display:block}
.label{display:flex;justify-content:space-between;gap:8px;min-width:0;font-size:12.5px}
.label>span:first-child{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.label .muted{flex:none;font-variant-numeric:tabular-nums}
.below .label{padding-left:14px}
.inside summary{margin-top:12px;color:var(--muted);cursor:pointer;font-size:12.5px;list-style:disclosure-closed inside}
.inside details[open]>summary{list-style-type:disclosure-open}
ol.log{margin:14px 0 0;padding:0;list-style:none;font-size:13px;border-top:1px solid var(--line)}
ol.log li{display:grid;grid-template-columns:4.5rem 9.5rem minmax(8rem,16rem) 1fr;gap:0 12px;padding:4px 0;border-bottom:1px solid var(--grid)}
ol.log li>*{overflow-wrap:anywhere}
ol.log time{color:var(--muted);font-variant-numeric:tabular-nums;text-align:right}
ol.log .reason{font-weight:600}
ol.log .warning,ol.log .error{background:var(--bad-soft)}
ol.log .warning .reason,ol.log .error .reason{color:var(--bad)}
ol.log .waiting{color:var(--muted)}
ol.log .waiting .reason{font-weight:400}
h2,h3{margin:14px 0 0;font-size:13px;color:var(--muted);font-weight:600}
h3+ol.log{margin-top:6px}
.skipped .label{color:var(--muted)}.row.skipped{display:block;max-width:calc(50% - 5rem)}
@media (max-width:720px){
body{padding:12px;font-size:15px}
details.deployment>summary{grid-template-columns:1fr auto}
.axis{display:none}
summary .track{grid-column:1/-1;grid-row:2}
details[open]>summary .track{display:none}
.inside{padding:0 10px 12px}
.row{display:block}
.row.skipped{max-width:none}
.row+.row{margin-top:6px}
.below .label{padding-left:0}
ol.log li{grid-template-columns:3.6rem 1fr;padding:6px 0}
ol.log .object,ol.log .text{grid-column:2}
ol.log .object{color:var(--muted);font-size:12px}
}
@media print{
body{max-width:none;padding:0;background:none;print-color-adjust:exact;-webkit-print-color-adjust:exact}
details.deployment{break-inside:auto}
.row,ol.log li,.cause{break-inside:avoid}
}`.replaceAll('\n', '');
