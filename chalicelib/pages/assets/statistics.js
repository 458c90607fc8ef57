import { h } from './dom.js';
export async function statisticsView() { return [h('h1', {}, 'x')]; }
