// Line charts drawn by hand: an SVG with a title and a description, its key, and the same figures in a table.
// A line differs from the next by dashes and marks as well, not by its colour alone.

import { h, replace, svg, table } from './dom.js';
import { number, percent, t } from './language.js';

const MARGIN = { top: 12, right: 14, bottom: 28, left: 46 };
const HEIGHT = 220;
const LABEL_ROOM = 74;
let counted = 0;

/**
 * Return a figure with a chart.
 *
 * `chart` is `{title, description, unit, periods, lines: [{label, values}], rule: {label, value}}`; a value is null where
 * nothing was measured, and there the line is broken. The rule is what the lines are to be held against.
 */
export function lineChart(chart) {
  const id = `chart-${(counted += 1)}`;
  const stage = h('div', { class: 'stage' });
  const figure = h(
    'figure',
    { class: 'chart' },
    h('figcaption', {}, chart.title),
    key(chart.lines),
    stage,
    h('details', {}, h('summary', {}, t('table')), figures(chart)),
  );
  let drawn = 0;
  const observer = new ResizeObserver(() => {
    const width = Math.floor(stage.clientWidth);
    if (!width || width === drawn) return;
    drawn = width;
    replace(stage, draw(chart, width, id));
  });
  observer.observe(stage);
  return figure;
}

function key(lines) {
  if (lines.length < 2) return null;
  const sample = (place) =>
    svg('svg', { width: 34, height: 12, 'aria-hidden': 'true', class: `line line-${place}` },
      svg('path', { class: 'stroke', d: 'M0 6H34' }), mark(place, 17, 6));
  return h('ul', { class: 'key' }, lines.map((line, place) => h('li', {}, sample(place), ` ${line.label}`)));
}

function figures(chart) {
  const written = (value) => (value === null || value === undefined ? '—' : shown(value, chart.unit));
  const extra = chart.columns ?? [];
  const heads = [t('period'), ...chart.lines.map((line) => line.label), ...extra.map((column) => column.label)];
  const rows = chart.periods.map((period, place) => [
    period,
    ...chart.lines.map((line) => written(line.values[place])),
    ...extra.map((column) => (column.values[place] === null ? '—' : number(column.values[place]))),
  ]);
  return table(chart.title, heads, rows, 'numbers');
}

function shown(value, unit) {
  return unit === 'percent' ? percent(value) : number(value);
}

function draw(chart, width, id) {
  const top = ceiling(chart);
  const right = width - MARGIN.right;
  const bottom = HEIGHT - MARGIN.bottom;
  const last = Math.max(1, chart.periods.length - 1);
  const x = (place) => MARGIN.left + (chart.periods.length === 1 ? 0.5 : place / last) * (right - MARGIN.left);
  const y = (value) => bottom - (value / top) * (bottom - MARGIN.top);
  return svg(
    'svg',
    { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, role: 'img', 'aria-labelledby': `${id}-title ${id}-description` },
    svg('title', { id: `${id}-title` }, chart.title),
    svg('desc', { id: `${id}-description` }, chart.description),
    gridLines(chart, top, y, right),
    periodLabels(chart.periods, x, bottom, width),
    chart.rule && rule(chart.rule, y, right),
    chart.lines.map((line, place) => curve(line, place, chart, x, y)),
  );
}

/** Rates always run from nothing to all; anything else to a round number above the greatest value. */
function ceiling(chart) {
  if (chart.unit === 'percent') return 1;
  const greatest = Math.max(1, chart.rule?.value ?? 0, ...chart.lines.flatMap((line) => line.values.filter((value) => value !== null)));
  const step = 10 ** Math.floor(Math.log10(greatest));
  return [1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10].map((factor) => factor * step).find((round) => round >= greatest);
}

function gridLines(chart, top, y, right) {
  return [0, 0.25, 0.5, 0.75, 1].map((share) =>
    svg('g', { class: 'grid' },
      svg('line', { x1: MARGIN.left, x2: right, y1: y(share * top), y2: y(share * top) }),
      svg('text', { x: MARGIN.left - 8, y: y(share * top) + 4, 'text-anchor': 'end' }, shown(share * top, chart.unit))));
}

function rule({ label, value }, y, right) {
  return svg('g', { class: 'rule' },
    svg('line', { x1: MARGIN.left, x2: right, y1: y(value), y2: y(value) }),
    svg('text', { x: right, y: y(value) - 5, 'text-anchor': 'end' }, label));
}

function periodLabels(periods, x, bottom, width) {
  const every = Math.max(1, Math.ceil(periods.length / Math.max(1, Math.floor((width - MARGIN.left) / LABEL_ROOM))));
  return periods.map((period, place) => {
    const fromEnd = periods.length - 1 - place;
    if (fromEnd % every !== 0) return null;
    const anchor = fromEnd === 0 && periods.length > 1 ? 'end' : place === 0 && periods.length > 1 ? 'start' : 'middle';
    return svg('text', { class: 'period', x: x(place) + (anchor === 'end' ? MARGIN.right - 2 : 0), y: bottom + 20, 'text-anchor': anchor }, period);
  });
}

function curve(line, place, chart, x, y) {
  const size = chart.periods.length > 1 && x(1) - x(0) < 14 ? 0.6 : 1;
  let path = '';
  let open = false;
  const marks = [];
  line.values.forEach((value, at) => {
    if (value === null || value === undefined) {
      open = false;
      return;
    }
    path += `${open ? 'L' : 'M'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
    open = true;
    const told = `${chart.periods[at]} · ${line.label}: ${shown(value, chart.unit)}`;
    marks.push(svg('g', {}, svg('title', {}, told), mark(place, x(at), y(value), size)));
  });
  return svg('g', { class: `line line-${place}` }, path && svg('path', { class: 'stroke', d: path }), marks);
}

function mark(place, x, y, size = 1) {
  if (place === 0) return svg('circle', { class: 'dot', cx: x, cy: y, r: 3.2 * size });
  if (place === 1) return svg('rect', { class: 'dot', x: x - 3 * size, y: y - 3 * size, width: 6 * size, height: 6 * size });
  return svg('path', { class: 'dot', d: `M${x} ${y - 4 * size}l${4 * size} ${7 * size}h${-8 * size}z` });
}
