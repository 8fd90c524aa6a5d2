import { colours } from './timeline-colours.ts';

/** The style of the HTML timeline. A row is a label and a track; on a narrow screen the label stands above its track. */
export const timelineStyle = `${colours(':root')}
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
.legend i{display:inline-block;width:14px;height:10px;margin-right:5px;border-radius:2px;vertical-align:-1px}
.legend .mark,.legend .mark.warning{position:static;display:inline-block;margin-right:6px;transform:none;vertical-align:-2px}
.legend .mark{transform:rotate(45deg)}
details.deployment{margin-bottom:10px;border:1px solid var(--line);border-radius:8px;background:var(--card)}
details.deployment.failed{border-color:var(--bad)}
details.deployment>summary{display:grid;grid-template-columns:minmax(10rem,17rem) 1fr 8rem;gap:6px 12px;align-items:center;padding:9px 14px;cursor:pointer;list-style:none}
details.deployment>summary::-webkit-details-marker{display:none}
summary .name{font-weight:600;overflow-wrap:anywhere}
summary .name::before{content:'▸ ';color:var(--muted)}
details.deployment[open]>summary .name::before{content:'▾ '}
summary .how{text-align:right;white-space:nowrap}
details.deployment[open]>summary .strip{visibility:hidden}
.inside{padding:2px 14px 14px}
.rows{margin-top:8px}
.row{display:grid;grid-template-columns:minmax(10rem,17rem) 1fr;gap:0 12px;align-items:center}
.row+.row{margin-top:3px}
.group{margin-top:12px}
.label{display:flex;justify-content:space-between;gap:8px;min-width:0;font-size:12.5px}
.label>span:first-child{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.label .muted{flex:none;font-variant-numeric:tabular-nums}
.below .label{padding-left:14px}
.track{position:relative;height:20px;border-radius:3px;background:repeating-linear-gradient(to right,var(--grid) 0 1px,transparent 1px var(--tick)) var(--track)}
.tall{height:46px}
.strip{position:relative;height:12px;border-radius:3px;overflow:hidden;background:var(--track)}
.axis{position:relative;height:18px;font-size:11px;color:var(--muted)}
.axis span{position:absolute;white-space:nowrap}
.bar{position:absolute;top:2px;bottom:2px;min-width:3px;border-radius:3px;overflow:hidden;padding:0 4px 0 9px;font-size:11px;font-style:normal;line-height:16px;white-space:nowrap;color:var(--on-bar)}
.bar.narrow{padding:0}
.strip .bar{top:0;bottom:0;border-radius:0;padding:0}
.act{background:var(--act)}.wait{background:var(--wait);color:var(--on-light-bar)}
.bar.failed,.failing,.legend .failed{background:var(--bad);color:var(--card)}
.bar.failed,.failing{background-image:repeating-linear-gradient(135deg,transparent 0 5px,rgb(0 0 0/.18) 5px 8px)}
.ready{background:var(--ready);color:var(--on-light-bar)}.starting{background:var(--starting);color:var(--on-light-bar)}.pending{background:var(--pending);color:var(--on-light-bar)}
.ending{background:var(--ending);color:var(--on-light-bar)}.done{background:var(--done);color:var(--on-light-bar)}
.lines{position:absolute;inset:0;width:100%;height:100%;overflow:visible}
.available{fill:var(--ready);fill-opacity:.35;stroke:var(--ready);stroke-width:1.5;vector-effect:non-scaling-stroke}
.desired{fill:none;stroke:var(--text);stroke-width:1.5;stroke-dasharray:4 3;vector-effect:non-scaling-stroke}
.number{position:absolute;top:1px;padding-left:3px;font-size:11px;line-height:14px;font-variant-numeric:tabular-nums;white-space:nowrap}
.mark{position:absolute;top:50%;width:9px;height:9px;transform:translate(-50%,-50%) rotate(45deg);border:1.5px solid var(--card);background:var(--mark)}
.mark.warning{width:12px;height:12px;border-radius:50%;background:var(--bad);transform:translate(-50%,-50%);z-index:1}
.tall .mark{top:auto;bottom:-4px}
.end{position:absolute;top:-3px;bottom:0;border-left:2px solid var(--bad);z-index:1}
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
h2{margin:14px 0 0;font-size:13px;color:var(--muted);font-weight:600}
.skipped .label{color:var(--muted)}.row.skipped{display:block;max-width:calc(50% - 5rem)}.skipped .track{display:none}
@media (max-width:720px){
body{padding:12px;font-size:15px}
details.deployment>summary{grid-template-columns:1fr auto}
summary .strip{grid-column:1/-1;grid-row:2}
details[open]>summary .strip{display:none}
.inside{padding:0 10px 12px}
.row{display:block}
.row.skipped{max-width:none}
.row+.row{margin-top:6px}
.below .label{padding-left:0}
.axis-label{display:none}
ol.log li{grid-template-columns:3.6rem 1fr;padding:6px 0}
ol.log .object,ol.log .text{grid-column:2}
ol.log .object{color:var(--muted);font-size:12px}
}
@media print{body{background:none}details.deployment{break-inside:avoid}}`.replaceAll('\n', '');
