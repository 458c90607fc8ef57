// What was measured: published figures of a jurisdiction, an agency or a service, as charts with their tables.

import { find } from './api.js';
import { lineChart } from './charts.js';
import { facts, h, table } from './dom.js';
import { duration, number, percent, t } from './language.js';
import { limitOf, section, source } from './parts.js';

const LIMIT = 100;
const RATES = ['on_time_rate', 'due_kept_rate', 'promise_kept_rate'];

/** Return every published figure of a series for a cell such as `{service: id}`, oldest period first; null if none. */
async function figures(series, cell, signal) {
  const items = [];
  let cursor = null;
  let asOf;
  do {
    const answer = await find(`v1/statistics/${series}`, { ...cell, limit: LIMIT, cursor }, { signal });
    if (!answer) return null;
    items.push(...answer.items);
    asOf = answer.as_of;
    cursor = answer.next;
  } while (cursor);
  const months = items.filter((item) => /^\d{4}-\d{2}$/.test(item.period)).sort((a, b) => (a.period < b.period ? -1 : 1));
  return { whole: items.find((item) => item.period === 'all') ?? null, months, asOf };
}

async function all(names, cell, signal) {
  const found = await Promise.all(names.map((name) => figures(name, cell, signal)));
  return Object.fromEntries(names.map((name, place) => [name, found[place]]));
}

/** Return the two rates and what is overdue, in a line, for a card. */
export async function glance(jurisdiction, signal) {
  const { on_time_rate: onTime, due_kept_rate: dueKept, backlog } = await all(['on_time_rate', 'due_kept_rate', 'backlog'], { jurisdiction }, signal);
  if (!onTime?.whole?.n && !backlog?.whole?.open) return h('p', { class: 'quiet' }, t('figure.none'));
  return [
    figureList([
      [t('figure.on_time'), onTime?.whole?.n ? percent(onTime.whole.value) : null],
      [t('figure.due_kept'), dueKept?.whole?.n ? percent(dueKept.whole.value) : null],
      [t('figure.overdue'), backlog?.whole ? number(backlog.whole.overdue) : null],
    ]),
    h('p', { class: 'meta' }, h('a', { href: `#/statistics?jurisdiction=${encodeURIComponent(jurisdiction)}` }, t('figure.more'))),
  ];
}

function figureList(told) {
  const known = told.filter(([, value]) => value !== null);
  return h('dl', { class: 'glance' }, known.map(([term, value]) => h('div', {}, h('dt', {}, term), h('dd', {}, value))));
}

/** Return the record of a service, to stand beside its promise, and its charts below both. */
export async function measured(service, signal) {
  const cell = { service: service.id };
  const found = await all([...RATES, 'law_kept_rate', 'duration', 'backlog'], cell, signal);
  const { whole } = found.duration ?? {};
  if (!whole?.decided && !found.backlog?.whole?.open) {
    return h('div', { class: 'side' }, h('h3', {}, t('service.record')), h('p', { class: 'quiet' }, t('figure.none')));
  }
  return [
    h(
      'div',
      { class: 'side' },
      h('h3', {}, t('service.record')),
      median(whole),
      facts([
        [t('figure.decided'), number(whole?.decided ?? 0)],
        ...rates(found),
        [t('figure.p80'), whole?.agency_clock?.p80 === null ? null : workingDays(whole?.agency_clock?.p80)],
        [t('figure.p90'), whole?.agency_clock?.p90 === null ? null : workingDays(whole?.agency_clock?.p90)],
        [t('figure.open'), found.backlog?.whole && number(found.backlog.whole.open)],
        [t('figure.overdue'), found.backlog?.whole && number(found.backlog.whole.overdue)],
      ]),
      source('v1/statistics/duration', cell, found.duration?.asOf),
    ),
    h('div', { class: 'across' }, charts(found, cell, promised(service))),
  ];
}

function median(whole) {
  if (whole?.merged_into) return h('p', { class: 'meta' }, t('figure.few'));
  const value = whole?.agency_clock?.median;
  if (value === null || value === undefined) return null;
  return h('p', { class: 'figure' }, workingDays(value), h('small', {}, t('figure.median', { n: number(whole.agency_clock.n) })));
}

function workingDays(value) {
  return value === undefined ? null : duration({ value, unit: 'working_day' });
}

function rates(found) {
  return [...RATES, 'law_kept_rate'].map((name) => {
    const whole = found[name]?.whole;
    return [t(`figure.${name}`), whole?.n ? `${percent(whole.value)} · ${t('figure.of', { kept: number(whole.numerator), n: number(whole.n) })}` : null];
  });
}

/** Return rates over time and durations over time, each with the data itself. */
function charts(found, cell, rule = null) {
  return [
    rateChart(found),
    source('v1/statistics/on_time_rate', cell, found.on_time_rate?.asOf),
    durationChart(found.duration, rule),
    source('v1/statistics/duration', cell, found.duration?.asOf),
  ];
}

/** The promise as a rule to hold the durations against, where both are counted in working days. */
function promised(service) {
  const limit = limitOf(service, 'promised');
  return limit?.unit === 'working_day' ? { value: limit.value, label: t('chart.promise', { limit: duration(limit) }) } : null;
}

function rateChart(found) {
  const periods = merged(RATES.map((name) => found[name]));
  if (!periods.length) return null;
  const lines = RATES.map((name) => ({ label: t(`figure.${name}`), values: valuesAt(found[name], periods, (item) => item.value) }));
  const counted = valuesAt(found.on_time_rate, periods, (item) => item.n);
  return lineChart({
    title: t('chart.rates'),
    description: t('chart.rates.description', ends(periods, lines[0].values, percent)),
    unit: 'percent',
    periods,
    lines: lines.filter((line) => line.values.some((value) => value !== null)),
    columns: [{ label: t('figure.counted'), values: counted }],
  });
}

function durationChart(series, rule) {
  const periods = merged([series]);
  if (!periods.length) return null;
  const line = (key) => ({ label: t(`figure.${key}`), values: valuesAt(series, periods, (item) => item.agency_clock?.[key] ?? null) });
  const lines = ['median', 'p80', 'p90'].map((key) => ({ ...line(key), label: t(`figure.${key}.short`) }));
  if (lines.every((one) => one.values.every((value) => value === null))) return h('p', { class: 'quiet' }, t('figure.few'));
  return lineChart({
    title: t('chart.durations'),
    description: t('chart.durations.description', ends(periods, lines[0].values, (value) => number(value))),
    unit: 'days',
    periods,
    lines,
    rule,
    columns: [{ label: t('figure.counted'), values: valuesAt(series, periods, (item) => item.n) }],
  });
}

/** Every month from the first to the last that any of the series has: a month without a figure is a gap, not left out. */
function merged(series) {
  const known = series.flatMap((one) => one?.months.map((item) => item.period) ?? []).sort();
  if (!known.length) return [];
  const months = [];
  let [year, month] = known[0].split('-').map(Number);
  for (let period = known[0]; period <= known.at(-1); period = `${year}-${String(month).padStart(2, '0')}`) {
    months.push(period);
    [year, month] = month === 12 ? [year + 1, 1] : [year, month + 1];
  }
  return months;
}

function valuesAt(series, periods, read) {
  const known = new Map(series?.months.map((item) => [item.period, read(item)]) ?? []);
  return periods.map((period) => known.get(period) ?? null);
}

function ends(periods, values, written) {
  const known = values.map((value, place) => [value, periods[place]]).filter(([value]) => value !== null);
  const [first, last] = [known[0] ?? [null, '—'], known.at(-1) ?? [null, '—']];
  return { first: first[1], last: last[1], from: first[0] === null ? '—' : written(first[0]), to: last[0] === null ? '—' : written(last[0]) };
}

/** Return the record of a jurisdiction or an agency: where it stands now, and how it came there. */
export async function recordOf(cell, signal) {
  const found = await all([...RATES, 'law_kept_rate', 'duration', 'backlog'], cell, signal);
  const open = found.backlog?.whole;
  if (!found.on_time_rate?.whole && !open) return [h('p', { class: 'quiet' }, t('figure.none'))];
  const told = [
    ...[...RATES, 'law_kept_rate'].map((name) => [t(`figure.${name}`), found[name]?.whole?.n ? percent(found[name].whole.value) : null]),
    [t('figure.open'), open ? number(open.open) : null],
    [t('figure.overdue'), open ? number(open.overdue) : null],
  ];
  return [
    figureList(told),
    charts(found, cell),
    open && section(t('chart.backlog'), ages(open), source('v1/statistics/backlog', cell, found.backlog.asOf)),
  ];
}

function ages(open) {
  const rows = open.ages.map((band) => [
    band.to_days === null ? t('age.up', { from: band.from_days }) : t('age.band', { from: band.from_days, to: band.to_days }),
    number(band.n),
    percent(open.open ? band.n / open.open : null),
  ]);
  return table(t('chart.backlog.caption', { open: number(open.open), overdue: number(open.overdue) }), [t('age'), t('age.cases'), t('age.share')], rows, 'numbers');
}
